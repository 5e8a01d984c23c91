"""The channels that a person set up: kept with their secrets apart, and the way out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import ClassVar

import pytest

from tests.adapters.channels.places import make_alert
from thebot_desktop.alerts.alert_line import line_of
from thebot_desktop.app.channel_book import MOST_CHANNELS, ChannelBook, MemorySecrets
from thebot_desktop.app.channels import HIDDEN, Channel, NamedChannel, SecretField
from thebot_desktop.app.given_secrets import GivenSecrets
from thebot_desktop.domain.errors import DeliveryError, InputError, SecretError, StorageError
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.domain.time import SimulatedClock


class Pigeon(Channel, frozen=True):
    """Does what ``outside`` is told to do."""

    title: ClassVar[str] = "Pigeon"
    secrets: ClassVar[tuple[SecretField, ...]] = (
        SecretField("word", "Password"),
        SecretField("more", "More", required=False),
    )

    loft: str = ""

    async def send(self, message, tools):
        word, more = await tools.secret("word"), await tools.secret("more")
        return await tools.send_mail((message, word, more), word)


class Sky:
    """What the channels of these tests send into."""

    def __init__(self):
        self.taken = []
        self.does = lambda word: "42 OK"

    async def send_mail(self, mail, password):
        self.taken.append(mail)
        return self.does(password)


class Store:
    def __init__(self):
        self.kept = ()
        self.elsewhere = False
        self.full = False

    def load(self):
        self.elsewhere = False
        return self.kept

    def save(self, channels):
        if self.full:
            raise StorageError
        self.kept = channels

    def changed_elsewhere(self):
        return self.elsewhere


class ShutSecrets(MemorySecrets):
    """A keyring that can be shut."""

    shut = False

    async def get(self, channel, field):
        self._pass()
        return await super().get(channel, field)

    async def set(self, channel, field, secret):
        self._pass()
        await super().set(channel, field, secret)

    async def remove(self, channel, field):
        self._pass()
        await super().remove(channel, field)

    def _pass(self):
        if self.shut:
            raise SecretError(user_message="The keyring is shut.")


class Place:
    def __init__(self, given=None):
        self.sky = Sky()
        self.store = Store()
        self.secrets = ShutSecrets()
        self.told = []
        self.book = ChannelBook(
            {"pigeon": Pigeon},
            outside=self.sky,
            secrets=self.secrets,
            store=self.store,
            clock=SimulatedClock(1_766_400_000_000),
            given=given,
        )
        self.book.changed.add(self.told.append)
        self.renames, self.refuses = [], None
        self.book.rename_elsewhere = self.rename

    def rename(self, old, new):
        """What rules and deliveries do."""
        if self.refuses is not None:
            raise self.refuses
        self.renames.append((old, new))


@pytest.fixture
def place():
    return Place()


def pigeon(name="Pia", **given):
    return NamedChannel(name, Pigeon("roof"), **given)


async def test_a_channel_is_kept_and_its_secret_apart(place):
    """Whoever listens is told; the order is that of the names."""
    await place.book.save(pigeon("b"), {"word": "s3same"})
    await place.book.save(pigeon("A"))
    assert place.book.names == ("A", "b")
    assert place.store.kept == place.book.channels
    assert "s3same" not in repr(place.store.kept)
    assert place.book.get("b").secrets == ("word",)
    assert len(place.told) == 2


async def test_an_alert_goes_out_with_the_secret_and_what_came_back_is_told(place):
    """To programs as the line of an alert, to people in words."""
    await place.book.save(pigeon(), {"word": "s3same"})
    alert = make_alert()
    assert await place.book.send("Pia", alert) == "42 OK"
    ((message, word, more),) = place.sky.taken
    assert (word, more) == ("s3same", "")
    assert message.alert_id == alert.id
    assert message.line["symbol"] == "BTCUSDT"
    assert message.title == "BTCUSDT · BUY"
    assert message.text == 'crosses "70,000"\nPrice 70,000.5, 1m, 2025-12-22 10:40:00Z'


@pytest.mark.parametrize(
    ("given", "words"),
    [({"late": True}, "found out afterwards"), ({"late": True, "missed": True}, "nobody was")],
)
async def test_what_is_late_says_so(place, given, words):
    """In the title and in a sentence."""
    await place.book.save(pigeon(), {"word": "s3same"})
    await place.book.send("Pia", make_alert(**given))
    message = place.sky.taken[0][0]
    assert message.title.endswith("late")
    assert words in message.text


def test_types_and_the_switch_decide_where_alerts_go_by_default(place):
    """As far as their rules say nothing else."""
    book = ChannelBook(
        channels=[pigeon("all"), pigeon("off", on=False), pigeon("sell", types=(AlertType.SELL,))]
    )
    assert [n.name for n in book.defaults_for(make_alert())] == ["all"]
    sell = make_alert(type=AlertType.SELL)
    assert [n.name for n in book.defaults_for(sell)] == ["all", "sell"]


@pytest.mark.parametrize("name", ["gone", "off"])
async def test_a_channel_that_is_gone_or_off_takes_nothing(place, name):
    """Trying again would not help."""
    await place.book.save(pigeon("off", on=False), {"word": "s3same"})
    with pytest.raises(DeliveryError) as caught:
        await place.book.send(name, make_alert())
    assert not caught.value.again
    assert place.sky.taken == []


async def test_a_secret_that_is_missing_is_named(place):
    """Nothing is sent without it."""
    await place.book.save(pigeon())
    with pytest.raises(DeliveryError) as caught:
        await place.book.send("Pia", make_alert())
    assert caught.value.user_message == "Password: nothing is kept in the keyring."
    assert place.sky.taken == []


async def test_a_keyring_that_is_shut_is_told_and_worth_another_attempt(place):
    """As the error that it is: the outbox tries those again."""
    await place.book.save(pigeon(), {"word": "s3same"})
    place.secrets.shut = True
    with pytest.raises(SecretError):
        await place.book.send("Pia", make_alert())


async def test_a_test_goes_out_before_anything_is_kept(place):
    """With what is typed, under another id each time, in the form of an alert."""
    draft = pigeon()
    assert await place.book.test(draft, {"word": "typed"}) == "42 OK"
    await place.book.save(draft, {"word": "s3same"})
    await place.book.test(draft)
    (first, word, _), (second, kept, _) = place.sky.taken
    assert (word, kept) == ("typed", "s3same")
    assert first.alert_id != second.alert_id
    assert set(first.line) == set(line_of(make_alert()))
    assert "test" in first.text


def _raise(error):
    raise error


@pytest.mark.parametrize(
    "does",
    [
        lambda word: f"welcome {word}!",
        lambda word: _raise(DeliveryError(f"detail {word}", user_message=f"wrong: {word}")),
        lambda word: _raise(RuntimeError(f"oh {word}")),
        lambda word: _raise(SecretError("nothing in it")),
    ],
)
async def test_a_secret_shows_up_in_nothing_that_is_told(place, does, caplog):
    """Not in the answer, the error with its trace, the log, or anything that is kept."""
    caplog.set_level(logging.DEBUG)
    await place.book.save(pigeon(), {"word": "s3same"})
    place.sky.does = does
    seen = ""
    try:
        seen += await place.book.send("Pia", make_alert())
    except (DeliveryError, SecretError) as error:
        logging.getLogger("outbox").exception("as the outbox might")
        seen += repr(error) + str(error) + error.user_message
        seen += "".join(traceback.format_exception(error))
    seen += caplog.text + repr(place.book.channels) + repr(place.store.kept)
    assert "s3same" not in seen
    assert seen


async def test_what_is_blotted_out_is_seen_to_be(place):
    """The rest of the sentence stays."""
    place.sky.does = lambda word: f"welcome {word}!"
    await place.book.save(pigeon(), {"word": "s3same"})
    assert await place.book.send("Pia", make_alert()) == f"welcome {HIDDEN}!"


async def test_a_mistake_in_a_channel_is_told_by_its_place(place, caplog):
    """It is not tried again, and what it said is not repeated."""
    place.sky.does = lambda word: _raise(RuntimeError("something"))
    await place.book.save(pigeon(), {"word": "s3same"})
    with pytest.raises(DeliveryError) as caught:
        await place.book.send("Pia", make_alert())
    assert not caught.value.again
    assert "RuntimeError at" in str(caught.value)
    assert "test_channel_book.py" in str(caught.value)
    assert "RuntimeError at" in caplog.text


async def test_waiting_times_reach_who_tries_again(place):
    """As the channel said."""
    place.sky.does = lambda word: _raise(DeliveryError(again=True, after_ms=5000))
    await place.book.save(pigeon(), {"word": "s3same"})
    with pytest.raises(DeliveryError) as caught:
        await place.book.send("Pia", make_alert())
    assert (caught.value.again, caught.value.after_ms) == (True, 5000)


async def test_removing_a_channel_removes_its_secrets(place):
    """One of the same name that comes later has none."""
    await place.book.save(pigeon(), {"word": "s3same", "more": "m0re"})
    await place.book.remove("Pia")
    await place.book.remove("Pia")
    assert place.book.channels == () == place.store.kept
    assert await place.secrets.get("Pia", "word") == await place.secrets.get("Pia", "more") == ""


async def test_a_channel_goes_although_the_keyring_is_shut(place):
    """That its secrets may be left is said."""
    await place.book.save(pigeon(), {"word": "s3same"})
    place.secrets.shut = True
    with pytest.raises(SecretError) as caught:
        await place.book.remove("Pia")
    assert "may still be in the keyring. The keyring is shut." in caught.value.user_message
    assert place.book.channels == ()


async def test_an_empty_secret_is_removed_and_others_stay(place):
    """Only what is named is changed."""
    await place.book.save(pigeon(), {"word": "s3same", "more": "m0re"})
    await place.book.save(pigeon(after_minutes=3), {"more": ""})
    assert place.book.get("Pia").secrets == ("word",)
    assert await place.secrets.get("Pia", "more") == ""


async def test_without_a_keyring_secrets_can_be_used_until_the_end(place):
    """They are in no store; a keyring that comes back takes over."""
    place.secrets.shut = True
    with pytest.raises(SecretError):
        await place.book.save(pigeon(), {"word": "s3same"})
    assert place.book.channels == ()
    await place.book.save(pigeon(), {"word": "s3same"}, until_the_end=True)
    assert place.book.passing_secrets("Pia") == {"word"}
    place.secrets.shut = False
    assert await place.secrets.get("Pia", "word") == ""
    assert await place.book.send("Pia", make_alert()) == "42 OK"
    assert place.sky.taken[0][1] == "s3same"
    await place.book.save(pigeon(), {"word": "better"})
    await place.book.send("Pia", make_alert())
    assert place.sky.taken[1][1] == "better"


async def test_what_cannot_be_kept_does_not_happen(place):
    """Neither in the list, nor in the keyring for a channel that there is not."""
    place.store.full = True
    with pytest.raises(StorageError):
        await place.book.save(pigeon(), {"word": "s3same"})
    assert place.book.channels == ()
    assert place.told == []
    assert await place.secrets.get("Pia", "word") == ""


@pytest.mark.parametrize("name", ["", "  ", " x", "a\nb", "x" * 81, "screen", "Screen"])
async def test_names_have_to_be_names(place, name):
    """The screen has one already."""
    with pytest.raises(InputError):
        await place.book.save(pigeon(name))
    assert place.book.channels == ()


async def test_there_is_an_end_to_how_many(place):
    """One that is there can still be changed."""
    for n in range(MOST_CHANNELS):
        await place.book.save(pigeon(str(n)))
    with pytest.raises(InputError):
        await place.book.save(pigeon("more"))
    await place.book.save(pigeon("7", on=False))


def test_changes_of_another_program_are_taken_over(place):
    """And only then is anyone told."""
    place.book.look()
    place.store.kept = (pigeon("new"),)
    place.store.elsewhere = True
    place.book.look()
    place.book.look()
    assert place.book.names == ("new",)
    assert len(place.told) == 1


async def test_a_run_that_keeps_nothing_sends_nothing():
    """A recording must not reach anybody's telephone."""
    book = ChannelBook({"pigeon": Pigeon})
    await book.save(pigeon(), {"word": "s3same"})
    assert not book.available
    with pytest.raises(DeliveryError) as caught:
        await book.send("Pia", make_alert())
    assert not caught.value.again


async def test_without_a_keyring_channels_without_secrets_work_and_go(place):
    """The keyring is asked for nothing that is not there."""
    place.secrets.shut = True
    await place.book.save(pigeon("one"), {"more": ""})
    await place.book.remove("one")
    await place.book.save(pigeon("two"), {"word": "s3same"}, until_the_end=True)
    assert await place.book.send("two", make_alert()) == "42 OK"
    await place.book.remove("two")
    assert place.book.passing_secrets("two") == frozenset()


async def test_a_secret_of_the_environment_comes_before_the_keyring(caplog):
    """An optional one too; it is blotted out of what comes back, and is neither kept nor logged."""
    caplog.set_level(logging.DEBUG)
    place = Place(
        GivenSecrets({"THEBOT_SECRET_PIA_WORD": "0pen", "THEBOT_SECRET_PIA_MORE": "m0re"})
    )
    place.secrets.shut = True
    place.sky.does = lambda word: f"the roof heard {word}"
    await place.book.save(pigeon())
    said = await place.book.send("Pia", make_alert())
    assert place.sky.taken[0][1:] == ("0pen", "m0re")
    assert "0pen" not in said
    assert "0pen" not in repr(place.store.kept) + caplog.text
    assert place.book.given_secrets(place.book.get("Pia")) == {
        "word": "THEBOT_SECRET_PIA_WORD",
        "more": "THEBOT_SECRET_PIA_MORE",
    }


async def test_a_secret_that_the_environment_gives_is_not_changed_here():
    """It would be kept and never used: a sentence says where it is given."""
    place = Place(GivenSecrets({"THEBOT_SECRET_PIA_WORD": "0pen"}))
    with pytest.raises(InputError) as caught:
        await place.book.save(pigeon(), {"word": "s3same"})
    sentence = "THEBOT_SECRET_PIA_WORD in the environment gives it; change it there."
    assert caught.value.user_message == f"Password: {sentence}"
    assert place.book.names == ()
    assert await place.secrets.get("Pia", "word") == ""


async def test_a_channel_is_renamed_with_all_that_hangs_on_it(place):
    """Settings, secrets of the keyring and those of this run; rules and deliveries are told."""
    names = []
    place.book.renamed.add(names.append)
    await place.book.save(pigeon(after_minutes=5), {"word": "s3same"})
    await place.book.save(place.book.get("Pia"), {"more": "m0re"}, until_the_end=True)
    await place.book.rename("Pia", "Paul")
    assert place.book.names == ("Paul",)
    assert place.store.kept == place.book.channels
    assert place.book.get("Paul").after_minutes == 5
    assert (place.renames, names) == ([("Pia", "Paul")], [("Pia", "Paul")])
    assert await place.secrets.get("Pia", "word") == ""
    assert await place.secrets.get("Paul", "word") == "s3same"
    assert place.book.passing_secrets("Paul") == {"more"}
    assert place.book.passing_secrets("Pia") == frozenset()
    await place.book.send("Paul", make_alert())
    assert place.sky.taken[0][1:] == ("s3same", "m0re")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [("keyring", SecretError), ("file", StorageError), ("rules", StorageError)],
)
async def test_a_channel_keeps_its_name_where_something_cannot_follow(place, trouble, error):
    """Nothing is lost, and nothing is left over under the new name."""
    await place.book.save(pigeon(), {"word": "s3same"})
    before = place.store.kept
    place.secrets.shut = trouble == "keyring"
    place.store.full = trouble == "file"
    place.refuses = StorageError("locked") if trouble == "rules" else None
    with pytest.raises(error) as caught:
        await place.book.rename("Pia", "Paul")
    if trouble == "keyring":
        assert "“Pia” keeps its name" in caught.value.user_message
    place.secrets.shut = False
    assert place.store.kept == place.book.channels == before
    assert place.renames == []
    assert await place.secrets.get("Paul", "word") == ""
    assert await place.secrets.get("Pia", "word") == "s3same"


async def test_a_name_that_is_taken_or_none_is_refused(place):
    """Also where another program sends the alerts: it would not find the channel."""
    await place.book.save(pigeon())
    await place.book.save(pigeon("Paul"))
    for name in ("Paul", " ", "screen"):
        with pytest.raises(InputError):
            await place.book.rename("Pia", name)
    place.book.rename_elsewhere = None
    with pytest.raises(InputError) as caught:
        await place.book.rename("Pia", "Petra")
    assert "another THEBOT sends the alerts" in caught.value.user_message
    assert place.book.names == ("Paul", "Pia")


async def test_a_secret_of_the_environment_has_to_be_given_for_the_new_name_first():
    """A sentence says which variable is needed."""
    place = Place(GivenSecrets({"THEBOT_SECRET_PIA_WORD": "0pen"}))
    await place.book.save(pigeon())
    with pytest.raises(InputError) as caught:
        await place.book.rename("Pia", "Paul")
    assert "let THEBOT_SECRET_PAUL_WORD give it as well" in caught.value.user_message
    await place.book.rename("Pia", "PIA")
    assert place.book.names == ("PIA",)


async def test_an_alert_that_is_on_its_way_while_its_channel_is_renamed_is_tried_again(place):
    """Its secret may be under the new name by the time that it is asked for."""
    await place.book.save(pigeon(), {"word": "s3same"})
    asked, go_on = asyncio.Event(), asyncio.Event()
    kept = place.secrets.get

    async def slowly(channel, field):
        asked.set()
        await go_on.wait()
        return await kept(channel, field)

    place.secrets.get = slowly
    sending = asyncio.create_task(place.book.send("Pia", make_alert()))
    await asked.wait()
    place.secrets.get = kept
    await place.book.rename("Pia", "Paul")
    go_on.set()
    with pytest.raises(DeliveryError) as caught:
        await sending
    assert caught.value.again
    await place.book.send("Paul", make_alert())
    assert place.sky.taken[0][1] == "s3same"
