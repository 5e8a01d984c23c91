"""Promises that every channel keeps, asked of each that is found."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from contextlib import AsyncExitStack

import msgspec
import pytest

from tests.adapters.channels.places import (
    HttpPlace,
    MemoryKeyring,
    SmtpPlace,
    http_answer,
    make_alert,
)
from thebot_desktop.adapters import channels
from thebot_desktop.adapters.channel_http import HttpPost
from thebot_desktop.adapters.channels.discord import Discord
from thebot_desktop.adapters.channels.email import Email
from thebot_desktop.adapters.channels.program import Program
from thebot_desktop.adapters.channels.telegram import Telegram
from thebot_desktop.adapters.channels.webhook import Webhook
from thebot_desktop.adapters.mail import Mailer
from thebot_desktop.adapters.outside import OutsideWorld
from thebot_desktop.adapters.secrets import KeyringSecrets
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import Channel, MailSecurity, NamedChannel
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.errors import DeliveryError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.ui.forms import can_edit, rows_of

pytestmark = pytest.mark.usefixtures("no_tasks_left")

KINDS = discover(channels, Channel)
OVER_HTTP = ("discord", "telegram", "webhook")
OVER_A_LINE = (*OVER_HTTP, "email")
SECRETS = {
    "webhook": {"bearer": "s3cr3t-b34r3r", "header": "s3cr3t-h34d3r", "address": "s3cr3t-p4rt"},
    "telegram": {"token": "123456:s3cr3t-t0k3n"},
    "discord": {},
    "email": {"password": "s3cr3t-pa55word"},
    "program": {},
}
TAKEN = {
    "discord": {"id": "7"},
    "telegram": {"ok": True, "result": {"message_id": 7}},
    "webhook": {},
}


class Place:
    """A profile with one channel of each kind, servers that take what they send, a keyring."""

    def __init__(self, site, mail_server, profile):
        self.site, self.mail_server, self.profile = site, mail_server, profile
        self.keyring = MemoryKeyring()
        self.outside = OutsideWorld(http=HttpPost(timeout_s=2), mailer=Mailer(timeout_s=2))
        self.book = ChannelBook(
            KINDS,
            outside=self.outside,
            secrets=KeyringSecrets(profile, lambda: self.keyring),
            store=ChannelFile(profile / "channels.json", KINDS),
        )
        self.faults = Observers()
        self.secrets = SECRETS | {"discord": {"url": f"{site.url}/api/webhooks/1/s3cr3t-w0rd"}}
        self.made = {
            "webhook": Webhook(url=f"{site.url}/{{secret}}", header_name="X-Api-Key"),
            "telegram": Telegram("12", site.url),
            "discord": Discord(),
            "email": Email(
                host="127.0.0.1",
                port=mail_server.port,
                security=MailSecurity.NONE,
                user="bot",
                sender="a@x.test",
                to=("b@x.test",),
            ),
            "program": Program(sys.executable, ("-c", "pass")),
        }

    async def save(self, kind, **given):
        if kind in TAKEN:
            self.site.answers = [http_answer(TAKEN[kind])]
        await self.book.save(NamedChannel("Mine", self.made[kind], **given), self.secrets[kind])

    async def refused(self):
        with pytest.raises(DeliveryError) as caught:
            await self.book.send("Mine", make_alert())
        return caught.value


@pytest.fixture
async def place(profile):
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(HttpPlace().open())
        mail_server = await stack.enter_async_context(SmtpPlace().open())
        made = Place(site, mail_server, profile)
        yield made
        await made.outside.aclose()


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


def test_the_five_are_there():
    """And their titles are different."""
    assert set(KINDS) >= {"discord", "email", "program", "telegram", "webhook"}
    assert len({made.title for made in KINDS.values()}) == len(KINDS)


def test_a_channel_says_what_it_is(kind):
    """It can be made empty, edited in a form, and names its secrets in words."""
    made = KINDS[kind]()
    assert made.title.strip() == made.title != ""
    for row in rows_of(type(made)):
        assert row.meta.title, row.name
        assert can_edit(row.kind), row.name
        assert not any(word in row.name for word in ("password", "token", "secret")), row.name
    for field in made.secrets:
        assert re.fullmatch(r"[a-z]+", field.name)
        assert field.title
    fields = {f.name for f in msgspec.structs.fields(made)}
    assert fields.isdisjoint(field.name for field in made.secrets)


async def test_it_comes_back_from_the_file_as_it_was(place, kind):
    """In another run of the program."""
    await place.save(kind, after_minutes=5)
    again = ChannelFile(place.profile / "channels.json", KINDS)
    assert again.load() == place.book.channels


async def test_what_came_back_is_told_in_a_few_words(place, kind):
    """Of an alert and of a test alike."""
    await place.save(kind)
    said = await place.book.send("Mine", make_alert())
    assert 2 <= len(said) <= 140
    assert "\n" not in said
    assert await place.book.test(place.book.channels[0]) == said


async def test_everything_that_is_needed_is_missed(place, kind):
    """Without it nothing is sent, and no attempt is made again."""
    needed = [f for f in KINDS[kind].secrets if f.required]
    if not needed and kind != "email":
        return
    await place.save(kind)
    place.keyring.held.clear()
    error = await place.refused()
    assert not error.again
    assert (needed[0].title if needed else "Password") in error.user_message
    assert place.site.asked == []
    assert place.mail_server.mails == []


@pytest.mark.parametrize("kind", OVER_HTTP)
@pytest.mark.parametrize(
    ("status", "again", "after_ms"),
    [
        ("500 Oops", True, None),
        ("503 Later", True, 3000),
        ("429 Slow down", True, 3000),
        ("408 Slow", True, None),
        ("400 No", False, None),
        ("401 No", False, None),
        ("403 No", False, None),
        ("404 No", False, None),
        ("410 Gone", False, None),
        ("301 Elsewhere", False, None),
    ],
)
async def test_an_answer_says_whether_another_attempt_makes_sense(
    place, kind, status, again, after_ms
):
    """And when."""
    await place.save(kind)
    headers = {"Retry_After": str(after_ms // 1000)} if after_ms else {}
    place.site.answers = [http_answer(b"", status, Location="/x", **headers)]
    error = await place.refused()
    assert (error.again, error.after_ms) == (again, after_ms)
    assert f"HTTP {status.split()[0]}" in error.user_message
    assert len(place.site.asked) == 1


@pytest.mark.parametrize("kind", OVER_A_LINE)
async def test_silence_and_absence_are_worth_another_attempt(place, kind):
    """The other side is named, and nothing hangs."""
    await place.save(kind)
    place.site.answers = [None]
    place.mail_server.says["greeting"] = None
    error = await place.refused()
    assert error.again
    assert "did not answer in time" in error.user_message


@pytest.mark.parametrize("trouble", ["taken", "echoed", "refused", "silent", "gone"])
async def test_a_secret_is_never_seen(place, kind, trouble, caplog, capfd):
    """Not in files, logs, errors, traces or any text of the channel, whatever happens."""
    caplog.set_level(logging.DEBUG)
    await place.save(kind)
    if trouble == "echoed":
        place.site.answers = [lambda asked: http_answer(_all_of(asked), "400 No")]
        place.mail_server.says["AUTH"] = "535 no s3cr3t-pa55word"
    elif trouble == "refused":
        place.site.answers = [http_answer(b"", "401 No")]
        place.mail_server.says["AUTH"] = "535 no"
    elif trouble == "silent":
        place.site.answers = [None]
        place.mail_server.says["AUTH"] = None
    elif trouble == "gone":
        place.site.answers = [b""]
        place.mail_server.says["AUTH"] = ""
    told = ""
    try:
        told = await place.book.send("Mine", make_alert())
    except DeliveryError as error:
        logging.getLogger("outbox").exception("it failed")
        told = repr(error) + str(error) + error.user_message
        told += "".join(traceback.format_exception(error))
    told += caplog.text + repr(place.book.channels) + str(place.book.channels)
    told += "".join(capfd.readouterr())
    written = b"".join(path.read_bytes() for path in place.profile.rglob("*") if path.is_file())
    assert "s3cr3t" not in told
    assert b"s3cr3t" not in written
    assert written


def _all_of(asked):
    """A server that repeats what it was asked."""
    said = f"{asked.path} {asked.headers.get('authorization')} {asked.headers.get('x-api-key')}"
    return {"ok": False, "description": said, "message": said}


async def test_removing_it_leaves_nothing_in_the_keyring(place, kind):
    """Nor in the file."""
    await place.save(kind)
    await place.book.remove("Mine")
    assert place.keyring.held == {}
    assert ChannelFile(place.profile / "channels.json", KINDS).load() == ()


async def test_only_what_is_configured_is_contacted(place, kind):
    """A redirect leads nowhere."""
    await place.save(kind)
    if kind not in OVER_HTTP:
        return
    async with HttpPlace().open() as other:
        place.site.answers = [http_answer(status="302 Go", Location=other.url)]
        await place.refused()
        assert other.asked == []
