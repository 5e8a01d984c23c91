"""Which alert is told, when, and together with which."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes import BTC_1M
from thebot_desktop.alerts.alert_config import AlertConfig, QuietHours
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.app.kept_quiet import KeptQuiet
from thebot_desktop.app.notifier import BURST, Announcement, NotificationError, Notifier, Occasion
from thebot_desktop.app.quiet import FOR_GOOD, Silence
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SimulatedClock, UnixMs

NOON = UnixMs(20_000 * DAY_MS + 12 * HOUR_MS)
NIGHT = QuietHours("22:00-07:00")


class Sink:
    def __init__(self, name="sink", *, fails=False):
        self.name, self.fails, self.told = name, fails, []

    def tell(self, announcement):
        if self.fails:
            raise NotificationError("no daemon")
        self.told.append(announcement)

    @property
    def ids(self):
        return [tuple(a.id for a in each.alerts) for each in self.told]

    @property
    def sizes(self):
        return [len(each.alerts) for each in self.told]


class Book:
    """Knows alerts and how their rules want them told."""

    def __init__(self):
        self.history, self.tellings, self.dismissed = (), {}, []
        self.trouble = None

    def dismiss(self, alert_id):
        if self.trouble is not None:
            raise self.trouble
        self.dismissed.append(alert_id)

    def rule_of(self, alert):
        telling = self.tellings.get(alert.rule_id)
        return None if telling is None else SimpleNamespace(telling=telling)


class Bench:
    """A notifier whose time is moved by the test."""

    def __init__(self, at=NOON, **config):
        self.clock, self.faults, self.book = SimulatedClock(at), Observers(), Book()
        self.reported = []
        self.faults.add(self.reported.append)
        self.config = AlertConfig(**config)
        self.waiting = []
        self.notifier = Notifier(
            self.clock,
            self.faults,
            self.book,
            config=lambda: self.config,
            later=lambda run: self.waiting.append(run),
        )
        self.sink, self.noise = Sink(), Sink("noise")
        self.notifier.add_sink(self.sink)
        self.notifier.add_sink(self.noise, noise=True)

    def give(self, *alerts):
        """They come at once."""
        for each in alerts:
            self.notifier.deliver(each)
        assert len(self.waiting) == bool(alerts)
        while self.waiting:
            self.waiting.pop()()

    def wait(self, milliseconds, step=1_000):
        """Time goes on, and once a second what waits is looked at."""
        end = self.clock.now() + milliseconds
        while self.clock.now() < end:
            self.clock.advance_to(UnixMs(min(end, self.clock.now() + step)))
            self.notifier.flush()


def alert(number, rule="r", **given):
    key = str(number)
    made = Alert(key, key, rule, "rule", AlertType.INFO, BTC_1M, 0, 1.0, "x", NOON, NOON, NOON)
    return replace(made, **given)


def alerts(count, first=0, **given):
    return [alert(number, **given) for number in range(first, first + count)]


def test_a_few_are_told_one_by_one():
    """Each with actions of its own."""
    bench = Bench()
    bench.give(*alerts(3))
    assert bench.sink.ids == [("0",), ("1",), ("2",)]
    assert {each.occasion for each in bench.sink.told} == {Occasion.LIVE}


def test_sixty_at_once_are_one_piece():
    """One for the eye and one for the ear."""
    bench = Bench()
    bench.give(*alerts(60))
    bench.wait(20_000)
    assert bench.sink.sizes == [60]
    assert bench.noise.sizes == [60]


def test_a_storm_is_one_group_that_counts_up_once_a_second():
    """And it rings once."""
    bench = Bench()
    bench.give(*alerts(20))
    for second in range(5):
        for part in range(4):
            bench.give(*alerts(2, 100 + 10 * second + 2 * part))
            bench.wait(250)
    bench.wait(30_000)
    groups = {each.group for each in bench.sink.told}
    assert len(groups) == 1
    assert bench.sink.sizes[0] == 20
    assert bench.sink.sizes[-1] == 60
    assert bench.sink.sizes == sorted(bench.sink.sizes)
    assert [each.complete for each in bench.sink.told].index(True) == len(bench.sink.told) - 1
    assert bench.noise.sizes == [20]


def test_what_never_ends_is_a_new_piece_each_minute():
    """A person who closed the card hears of it again, but not each second."""
    bench = Bench(most_per_minute=1)
    for number in range(150):
        bench.give(alert(number))
        bench.wait(1_000)
    together = [each for each in bench.sink.told if each.occasion is Occasion.TOGETHER]
    assert len({each.group for each in together}) == 3
    assert len([each for each in bench.noise.told if each.occasion is Occasion.TOGETHER]) == 3


def test_beyond_so_many_a_minute_they_are_counted_together():
    """The number is the person's."""
    bench = Bench(most_per_minute=3)
    for number in range(6):
        bench.give(alert(number))
        bench.wait(4_000)
    assert [each.occasion for each in bench.sink.told][:3] == [Occasion.LIVE] * 3
    assert bench.sink.ids[3] == ("3",)
    assert bench.sink.told[-1].occasion is Occasion.TOGETHER
    bench.wait(2 * MINUTE_MS)
    bench.give(alert(99))
    assert bench.sink.told[-1].occasion is Occasion.LIVE


def test_a_mute_keeps_silent_and_tells_afterwards_what_there_was():
    """In one piece, without a noise."""
    bench = Bench()
    bench.notifier.mute_for(HOUR_MS)
    bench.give(alert(1))
    bench.give(alert(2))
    bench.wait(HOUR_MS - 1_000, step=60_000)
    assert bench.notifier.muted
    assert bench.notifier.held_back == 2
    assert bench.sink.told == []
    bench.wait(2_000)
    assert bench.sink.ids == [("1", "2")]
    assert bench.sink.told[0].occasion is Occasion.HELD_BACK
    assert bench.sink.told[0].silence is Silence.MUTED
    assert bench.noise.told == []


def test_a_mute_ends_when_it_is_ended():
    """One for good too."""
    bench = Bench()
    bench.notifier.mute_for_good()
    assert bench.notifier.muted_until == FOR_GOOD
    bench.give(alert(1))
    bench.notifier.mute_for(0)
    bench.give(alert(2))
    bench.wait(1_000)
    assert bench.sink.ids == [("2",), ("1",)]


def test_a_mute_until_the_morning_ends_at_eight():
    """By the clock of the person, here that of Greenwich."""
    bench = Bench()
    bench.notifier.mute_until_morning()
    assert bench.notifier.muted_until == NOON + 20 * HOUR_MS


def test_quiet_hours_hold_back_all_but_what_is_urgent():
    """And are told of when they are over."""
    bench = Bench(at=UnixMs(NOON + 11 * HOUR_MS), quiet_hours=NIGHT)
    bench.book.tellings["u"] = Telling(urgent=True)
    changes = []
    bench.notifier.changed.add(lambda _none: changes.append(bench.notifier.silence))
    bench.give(alert(1), alert(2, "u"), alert(3))
    assert bench.sink.ids == bench.noise.ids == [("2",)]
    bench.wait(8 * HOUR_MS + MINUTE_MS, step=30_000)
    assert bench.sink.ids == [("2",), ("1", "3")]
    assert bench.sink.told[-1].silence is Silence.HOURS
    assert changes == [Silence.HOURS, None]


def test_what_was_missed_is_collected_and_never_rings():
    """As one piece that grows while more is found."""
    bench = Bench()
    bench.give(*alerts(2, missed=True, late=True))
    assert bench.sink.told == []
    bench.wait(1_000)
    bench.give(alert(7, missed=True, late=True))
    bench.wait(30_000)
    assert bench.sink.sizes == [2, 3, 3]
    assert {each.occasion for each in bench.sink.told} == {Occasion.AWAY}
    assert {each.group for each in bench.sink.told} == {1}
    assert bench.noise.told == []


def test_what_was_missed_waits_for_a_window():
    """It may be found before there is one."""
    bench = Bench()
    bench.notifier.remove_sink("sink")
    bench.give(alert(1, missed=True))
    bench.wait(60_000)
    bench.notifier.add_sink(bench.sink)
    bench.wait(1_000)
    assert bench.sink.ids == [("1",)]


def test_a_snoozed_rule_is_told_again_afterwards():
    """What was told, and what came meanwhile; others are told as ever."""
    bench = Bench()
    bench.give(alert(1, "a"))
    bench.notifier.snooze("a", 600_000)
    bench.give(alert(2, "a"), alert(3, "b"))
    assert bench.sink.ids == [("1",), ("3",)]
    bench.wait(599_000, step=10_000)
    assert len(bench.sink.told) == 2
    bench.wait(1_000)
    assert bench.sink.ids[-1] == ("1", "2")
    assert bench.sink.told[-1].occasion is Occasion.AGAIN
    assert bench.noise.ids[-1] == ("1", "2")
    bench.give(alert(4, "a"))
    assert bench.sink.ids[-1] == ("4",)


def test_what_was_dismissed_meanwhile_is_not_told_again():
    """It has its answer."""
    bench = Bench()
    bench.give(alert(1, "a"))
    bench.notifier.snooze("a", 600_000)
    bench.book.history = (alert(1, "a", status=AlertStatus.DISMISSED),)
    bench.wait(700_000, step=10_000)
    assert bench.sink.ids == [("1",)]


def test_a_noise_waits_and_does_not_come_where_the_card_was_noticed():
    """As many seconds as the person wants."""
    bench = Bench(sound_after=10)
    seen, unseen, dismissed = alert(1), alert(2), alert(3)
    noticed = []
    bench.notifier.noticed.add(noticed.append)
    bench.give(seen, unseen, dismissed)
    assert bench.noise.told == []
    bench.notifier.notice((seen,))
    bench.notifier.notice((seen,))
    bench.book.history = (replace(dismissed, status=AlertStatus.DISMISSED),)
    bench.wait(9_000)
    assert bench.noise.told == []
    bench.wait(1_000)
    assert bench.noise.ids == [("2",)]
    assert noticed == [("1",)]


def test_a_noise_that_waits_stays_away_when_the_quiet_begins():
    """Whoever mutes does not want to hear it."""
    bench = Bench(sound_after=10)
    bench.give(alert(1))
    bench.notifier.mute_for(HOUR_MS)
    bench.wait(20_000)
    assert bench.noise.told == []


def test_what_a_person_deals_with_is_noticed_and_dismissed():
    """A disk that is full is a fault, and stops nobody."""
    bench = Bench()
    bench.notifier.acknowledge(alert(1))
    assert bench.notifier.was_noticed(alert(1))
    assert bench.book.dismissed == ["1"]
    bench.book.trouble = StorageError("full")
    bench.notifier.acknowledge(alert(2))
    assert bench.notifier.was_noticed(alert(2))
    assert bench.reported == [bench.book.trouble]


def test_every_alert_is_counted_once_quiet_or_not():
    """Before anyone is told."""
    bench = Bench()
    counted = []
    bench.notifier.arrived.add(lambda came: counted.extend(a.id for a in came))
    bench.notifier.mute_for(HOUR_MS)
    bench.give(alert(1), alert(2))
    bench.give(alert(3, missed=True))
    assert counted == ["1", "2", "3"]


def test_a_sink_that_fails_is_a_fault_and_takes_nothing_from_the_others():
    """Each way of telling stands for itself."""
    bench = Bench()
    bench.notifier.add_sink(Sink("bad", fails=True))
    bench.give(alert(1))
    assert len(bench.sink.told) == len(bench.noise.told) == len(bench.reported) == 1
    bench.notifier.remove_sink("bad")
    bench.give(alert(2))
    assert len(bench.reported) == 1


async def test_alerts_are_gathered_for_a_moment_only():
    """By the loop of the program."""
    sink, told = Sink(), asyncio.Event()
    notifier = Notifier(SimulatedClock(NOON), Observers(), Book())
    notifier.add_sink(sink)
    notifier.arrived.add(lambda _alerts: told.set())
    for each in alerts(BURST + 1):
        notifier.deliver(each)
    assert sink.told == []
    async with asyncio.timeout(5):
        await told.wait()
    await asyncio.sleep(0)
    assert sink.sizes == [BURST + 1]


ACTS = st.one_of(
    st.tuples(st.just("give"), st.integers(1, 9)),
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.just("mute"), st.integers(0, 20)),
    st.tuples(st.just("snooze"), st.integers(1, 5)),
)


@given(st.lists(ACTS, max_size=30), st.sampled_from(["", "12:00-12:30"]))
def test_whatever_happens_each_alert_is_told_and_the_urgent_ones_at_once(acts, hours):
    """Never lost; told twice only where it was put off."""
    bench = Bench(quiet_hours=QuietHours(hours), most_per_minute=4)
    bench.book.tellings["u"] = Telling(urgent=True)
    number, urgent, snoozed = 0, [], False
    for act, amount in acts:
        if act == "give":
            came = [alert(number + i, "u" if i % 4 == 3 else "r") for i in range(amount)]
            number += amount
            bench.give(*came)
            bench.notifier.flush()
            urgent = [a.id for a in came if a.rule_id == "u"]
            assert set(urgent) <= {i for ids in bench.sink.ids for i in ids}
        elif act == "wait":
            bench.wait(amount * 1_000, step=5_000)
        elif act == "mute":
            bench.notifier.mute_for(amount * MINUTE_MS)
        else:
            snoozed = True
            bench.notifier.snooze("r", amount * MINUTE_MS)
    bench.notifier.mute_for(0)
    bench.wait(2 * HOUR_MS, step=MINUTE_MS)
    last = {}
    for each in bench.sink.told:
        last[each.group or id(each)] = each
    told = [a.id for each in last.values() for a in each.alerts]
    assert set(told) == {str(i) for i in range(number)}
    if not snoozed:
        assert len(told) == number
    assert bench.reported == []


@pytest.mark.parametrize("occasion", [Occasion.AWAY, Occasion.HELD_BACK])
def test_what_is_past_never_rings(occasion):
    """However it is told."""
    assert not Announcement((alert(1),), occasion).rings
    assert Announcement((alert(1),)).rings
    assert not Announcement((alert(1),), Occasion.TOGETHER, 1, grown=True).rings


class QuietPlace:
    """Keeps the quiet of a person, or is full."""

    def __init__(self):
        self.kept, self.full = KeptQuiet(), False

    def load(self):
        return self.kept

    def save(self, quiet):
        if self.full:
            raise StorageError("full")
        self.kept = quiet


def restarted(bench):
    """The next run of the program, with the same clock and history."""
    after = Bench(bench.clock.now())
    after.book = bench.book
    after.notifier = Notifier(
        after.clock,
        after.faults,
        after.book,
        config=lambda: after.config,
        later=after.waiting.append,
        store=bench.store,
    )
    after.store = bench.store
    after.notifier.add_sink(after.sink)
    after.notifier.restore(bench.store.load())
    return after


def kept_bench():
    bench = Bench()
    bench.store = QuietPlace()
    return restarted(bench)


@pytest.mark.parametrize("good", [False, True])
def test_a_mute_goes_on_after_a_restart(good):
    """As long as was asked for; urgent rules are told all the same."""
    bench = kept_bench()
    bench.book.tellings["urgent"] = Telling(urgent=True)
    bench.notifier.mute_for_good() if good else bench.notifier.mute_for(HOUR_MS)
    bench.wait(10 * MINUTE_MS, step=MINUTE_MS)
    after = restarted(bench)
    assert after.notifier.silence is Silence.MUTED
    after.give(alert(1), alert(2, rule="urgent"))
    assert after.sink.ids == [("2",)]
    after.wait(51 * MINUTE_MS, step=MINUTE_MS)
    assert after.notifier.muted is good
    assert after.sink.ids == ([("2",)] if good else [("2",), ("1",)])


def test_a_mute_that_was_ended_or_is_past_does_not_come_back():
    """Nothing of it is left on disk either."""
    bench = kept_bench()
    bench.notifier.mute_for(HOUR_MS)
    bench.notifier.mute_for(0)
    assert bench.store.kept == KeptQuiet()
    bench.notifier.mute_for(HOUR_MS)
    bench.clock.advance_to(UnixMs(NOON + HOUR_MS))
    assert not restarted(bench).notifier.muted
    assert restarted(bench).notifier.muted_until == 0


def test_a_snooze_goes_on_after_a_restart_and_tells_again_what_was_put_off():
    """What was told before it, what came meanwhile, and nothing that was dismissed."""
    bench = kept_bench()
    came = [alert(n, raised_at=UnixMs(NOON + n * 1000)) for n in range(4)]
    bench.wait(1_000)
    bench.give(came[1])
    bench.notifier.snooze("r", 10 * MINUTE_MS)
    bench.wait(MINUTE_MS)
    bench.give(came[2], came[3])
    dismissed = replace(came[3], status=AlertStatus.DISMISSED)
    bench.book.history = (came[0], came[1], came[2], dismissed)
    after = restarted(bench)
    after.give(alert(7))
    after.give(alert(8, rule="other"))
    after.wait(8 * MINUTE_MS)
    assert after.sink.ids == [("8",)]
    after.wait(2 * MINUTE_MS)
    assert after.sink.ids == [("8",), ("1", "2", "7")]
    assert after.sink.told[-1].occasion is Occasion.AGAIN
    assert restarted(after).notifier._snoozed == {}


def test_a_mute_that_cannot_be_saved_holds_and_is_reported():
    """It ends with the program then."""
    bench = kept_bench()
    bench.store.full = True
    bench.notifier.mute_for(HOUR_MS)
    assert bench.notifier.muted
    assert [type(error) for error in bench.reported] == [StorageError]
