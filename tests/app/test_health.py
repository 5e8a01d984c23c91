"""The feed's freshness, and who is told when its word changes."""

from __future__ import annotations

from thebot_desktop.app.health import HealthService
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, TimeTick
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord

LIVE, DELAYED, STALE = FreshnessWord


class Rig:
    """A service over a line that was heard last at ``heard_at``."""

    def __init__(self):
        self.clock = SimulatedClock(UnixMs(1_000_000))
        self.heard_at = UnixMs(0)
        self.subscriber = RealTimeDataSubscriber()
        self.health = HealthService(
            faults=Observers(),
            subscriber=self.subscriber,
            clock=self.clock,
            heard_at=lambda: self.heard_at,
            compose=lambda _service: None,
        )
        self.words = []
        self.health.word_changed.add(self.words.append)

    def say(self, state):
        self.subscriber.tell(ConnectionChange(state, "", self.clock.now()))

    def tick(self, seconds):
        self.clock.advance_to(UnixMs(self.clock.now() + seconds * 1000))
        self.subscriber.tell(TimeTick(self.clock.now()))


def test_a_feed_that_was_never_heard_is_stale():
    """What is on screen then comes from the disk."""
    assert Rig().health.freshness == Freshness(STALE)


def test_the_word_is_told_when_it_changes_and_only_then():
    """Also when nothing happens but time."""
    rig = Rig()
    rig.say(ConnectionState.CONNECTING)
    rig.heard_at = rig.clock.now()
    rig.say(ConnectionState.LIVE)
    for _ in range(12):
        rig.tick(1)
    assert rig.health.freshness == Freshness(DELAYED, 12_000)
    rig.tick(20)
    rig.heard_at = rig.clock.now()
    rig.tick(1)
    assert rig.words == [STALE, LIVE, DELAYED, STALE, LIVE]


def test_without_a_connection_it_is_never_live():
    """However new the newest message is."""
    rig = Rig()
    rig.heard_at = rig.clock.now()
    rig.say(ConnectionState.OFFLINE)
    assert rig.health.freshness == Freshness(DELAYED, 0)
