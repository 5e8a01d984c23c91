"""Alerts go to each channel until it took them, and what became of each is noted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from tests.fakes import BTC_1M, SimulatedClock
from thebot_desktop.app.outbox import (
    FIRST_PAUSE_MS,
    GIVEN_UP_AFTER_MS,
    LONGEST_PAUSE_MS,
    SCREEN,
    Outbox,
)
from thebot_desktop.domain.errors import DeliveryError, StorageError, TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType, Delivery, DeliveryState


def alert(name, status=AlertStatus.ACTIVE):
    return Alert(
        id=name,
        key=name,
        rule_id="r",
        rule="rule",
        type=AlertType.INFO,
        series=BTC_1M,
        open_time=0,
        price=1.0,
        message=name,
        event_time=0,
        raised_at=0,
        expires_at=1,
        status=status,
    )


class Log:
    """Keeps alerts and deliveries in memory; ``full`` forgets what it should note."""

    def __init__(self):
        self.alerts = {}
        self.rows = {}
        self.full = False

    def put(self, delivery, status=AlertStatus.ACTIVE):
        self.alerts[delivery.alert_id] = alert(delivery.alert_id, status)
        self.rows[delivery.alert_id, delivery.channel] = delivery

    def deliveries(self, state=None):
        return sorted(
            (d for d in self.rows.values() if state in (None, d.state)), key=lambda d: d.due_at
        )

    def save_delivery(self, delivery):
        if not self.full:
            self.rows[delivery.alert_id, delivery.channel] = delivery

    def alert(self, alert_id):
        return self.alerts.get(alert_id)


class Place:
    """An outbox at work; ``answers`` says by channel what sending does next."""

    def __init__(self):
        self.log = Log()
        self.clock = SimulatedClock()
        self.answers = {}
        self.sent = []
        self.told = []
        self.faults = Observers()
        self.faults.add(self.told.append)
        self.gates = {}
        self.began = asyncio.Event()
        self.outbox = Outbox(self.log, self.send, self.clock, self.faults)
        self.noted = asyncio.Event()
        self.outbox.changed.add(lambda _d: self.noted.set())
        self.faults.add(lambda _e: self.noted.set())

    async def send(self, channel, one):
        self.began.set()
        gate = self.gates.get(channel)
        if gate is not None:
            await gate.wait()
        self.sent.append((channel, one.id))
        answers = self.answers.get(channel, [])
        answer = answers.pop(0) if answers else "200 OK"
        if isinstance(answer, Exception):
            raise answer
        return answer

    @asynccontextmanager
    async def working(self):
        task = asyncio.create_task(self.outbox.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def until(self, true):
        async with asyncio.timeout(5):
            while not true():
                self.noted.clear()
                await self.noted.wait()

    async def later(self, milliseconds):
        self.clock.advance_to(self.clock.now() + milliseconds)
        self.outbox.wake()

    def row(self, name, channel="hook"):
        return self.log.rows[name, channel]


@pytest.fixture
def place():
    return Place()


def is_sent(place, name, channel="hook"):
    return lambda: place.row(name, channel).state is DeliveryState.SENT


async def test_what_is_queued_is_sent_and_noted(place):
    """With what came back, and how many attempts it took."""
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(is_sent(place, "a"))
    assert place.row("a") == Delivery("a", "hook", 0, DeliveryState.SENT, 1, "200 OK")


async def test_what_an_earlier_run_left_is_sent_after_the_start(place):
    """In the order it was due."""
    for due, name in ((3, "c"), (1, "a"), (2, "b")):
        place.log.put(Delivery(name, "hook", due - 10))
    async with place.working():
        await place.until(is_sent(place, "c"))
    assert place.sent == [("hook", "a"), ("hook", "b"), ("hook", "c")]


async def test_nothing_is_sent_before_it_is_due(place):
    """Escalation: an alert goes outside if nobody has seen it by then."""
    place.log.put(Delivery("a", "hook", 60_000))
    place.log.put(Delivery("now", "hook", 0))
    async with place.working():
        await place.until(is_sent(place, "now"))
        assert place.sent == [("hook", "now")]
        await place.later(60_000)
        await place.until(is_sent(place, "a"))


async def test_an_alert_that_was_seen_in_time_is_not_sent(place):
    """It is noted as acknowledged."""
    place.log.put(Delivery("a", "hook", 0), AlertStatus.DISMISSED)
    async with place.working():
        await place.until(lambda: place.row("a").state is not DeliveryState.QUEUED)
    assert place.row("a").state is DeliveryState.ACKNOWLEDGED
    assert place.sent == []


async def test_a_channel_that_fails_rests_and_is_tried_again(place):
    """Longer each time; the person is told of the first failure only."""
    failures = [DeliveryError(user_message="No answer.") for _ in range(3)]
    place.answers["hook"] = list(failures)
    place.log.put(Delivery("a", "hook", 0))
    place.log.put(Delivery("b", "hook", 1))
    async with place.working():
        for attempts in (1, 2, 3):
            await place.until(lambda n=attempts: place.row("a").attempts == n)
            assert place.row("a").note == "No answer."
            await place.later(FIRST_PAUSE_MS * 2 ** (attempts - 1))
        await place.until(is_sent(place, "b"))
    assert place.row("a").attempts == 4
    assert place.row("b").attempts == 1
    assert place.told == failures[:1]


async def test_a_pause_that_the_other_side_asks_for_is_kept(place):
    """As with a limit of messages per second."""
    place.answers["hook"] = [DeliveryError(after_ms=90_000)]
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(lambda: place.row("a").attempts == 1)
        await place.later(89_999)
        place.log.put(Delivery("other", "mail", 0))
        place.outbox.wake()
        await place.until(is_sent(place, "other", "mail"))
        assert place.row("a").attempts == 1
        await place.later(1)
        await place.until(is_sent(place, "a"))


@pytest.mark.parametrize(
    "error",
    [DeliveryError(again=False, user_message="The address is wrong."), ZeroDivisionError("x")],
)
async def test_what_makes_no_sense_to_repeat_is_given_up_and_said(place, error):
    """An address that is wrong, or a channel that is broken; the next alert is tried anyway."""
    place.answers["hook"] = [error]
    place.log.put(Delivery("a", "hook", 0))
    place.log.put(Delivery("b", "hook", 1))
    async with place.working():
        await place.later(1)
        await place.until(is_sent(place, "b"))
    assert place.row("a").state is DeliveryState.FAILED
    assert place.row("a").note
    assert len(place.told) == 1


async def test_after_a_day_it_is_given_up(place):
    """News of yesterday help nobody."""
    place.answers["hook"] = [DeliveryError() for _ in range(1000)]
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(lambda: place.row("a").attempts == 1)
        await place.later(GIVEN_UP_AFTER_MS + LONGEST_PAUSE_MS)
        await place.until(lambda: place.row("a").state is DeliveryState.FAILED)
    assert place.row("a").attempts == 2


async def test_a_slow_channel_keeps_no_other_waiting(place):
    """Each has its own row."""
    place.gates["slow"] = asyncio.Event()
    place.log.put(Delivery("a", "slow", 0))
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(is_sent(place, "a"))
        place.log.put(Delivery("b", "hook", 0))
        place.outbox.wake()
        await place.until(is_sent(place, "b"))
        assert place.row("a", "slow").state is DeliveryState.QUEUED
        place.gates["slow"].set()
        await place.until(is_sent(place, "a", "slow"))


async def test_what_a_full_disk_could_not_note_is_not_sent_again(place):
    """Not in this run, however often the box is looked through."""
    place.log.full = True
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(lambda: place.sent)
        for name in ("b", "c"):
            place.log.put(Delivery(name, "hook", 0))
            place.outbox.wake()
            await place.until(lambda n=name: ("hook", n) in place.sent)
    assert place.sent == [("hook", "a"), ("hook", "b"), ("hook", "c")]


async def test_what_is_for_the_screen_is_not_sent(place):
    """The window tells of that itself."""
    place.log.put(Delivery("a", SCREEN, 0))
    place.log.put(Delivery("b", "hook", 0))
    async with place.working():
        await place.until(is_sent(place, "b"))
    assert place.sent == [("hook", "b")]


async def test_a_secret_that_cannot_be_read_is_tried_again(place):
    """A keyring may be locked for a while."""
    place.answers["hook"] = [StorageError(user_message="The keyring is locked.")]
    place.log.put(Delivery("a", "hook", 0))
    async with place.working():
        await place.until(lambda: place.row("a").attempts == 1)
        assert place.row("a").note == "The keyring is locked."
        await place.later(FIRST_PAUSE_MS)
        await place.until(is_sent(place, "a"))


async def test_a_store_that_cannot_be_read_is_said(place):
    """And looked into again later."""

    def refuse(state=None):
        raise TheBotError("gone")

    place.log.deliveries = refuse
    async with place.working():
        await place.until(lambda: place.told)
    assert isinstance(place.told[0], TheBotError)


def test_a_delivery_survives_the_store():
    """As JSON, for lists on the command line."""
    one = Delivery("a", "hook", 5, DeliveryState.FAILED, 3, "No answer.")
    assert msgspec.json.decode(msgspec.json.encode(one), type=Delivery) == one


def rename(place, old, new):
    """As the store does it, and then the outbox."""
    for (name, channel), row in tuple(place.log.rows.items()):
        if channel == old:
            del place.log.rows[name, channel]
            place.log.rows[name, new] = msgspec.structs.replace(row, channel=new)
    place.outbox.rename(old, new)


@pytest.mark.parametrize("fails", [False, True])
async def test_what_waits_for_a_channel_follows_its_new_name(place, fails):
    """What is being sent meanwhile too: it is noted once, under the new name."""
    place.gates["hook"] = asyncio.Event()
    place.answers["hook"] = [DeliveryError(user_message="No answer.")] if fails else []
    for due, name in enumerate("ab"):
        place.log.put(Delivery(name, "hook", due - 10))
    async with place.working():
        async with asyncio.timeout(5):
            await place.began.wait()
        rename(place, "hook", "bell")
        place.gates["hook"].set()
        if fails:
            await place.until(lambda: place.row("a", "bell").attempts == 1)
            assert ("bell", "b") not in place.sent
            await place.later(FIRST_PAUSE_MS)
        await place.until(is_sent(place, "b", "bell"))
    again = [("bell", "a")] if fails else []
    assert place.sent == [("hook", "a"), *again, ("bell", "b")]
    assert set(place.log.rows) == {("a", "bell"), ("b", "bell")}
    assert place.row("a", "bell").state is DeliveryState.SENT
