"""Which alert is told, and when."""

from __future__ import annotations

from tests.fakes import BTC_1M
from thebot_desktop.app.notifier import NotificationError, Notifier
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import SimulatedClock


class Sink:
    name = "sink"

    def __init__(self, fails=False):
        self.single, self.many, self.fails = [], [], fails

    def notify(self, alert):
        if self.fails:
            raise NotificationError("no daemon")
        self.single.append(alert)

    def notify_many(self, alerts):
        self.many.append(alerts)


def alert(number):
    key = str(number)
    return Alert(key, key, "r", "rule", AlertType.INFO, BTC_1M, 0, 1.0, "x", 0, 0, 0)


def notifier():
    clock, faults = SimulatedClock(1_000_000), Observers()
    return clock, faults, Notifier(clock, faults)


def test_many_at_once_are_told_together():
    """Five one by one, the other fifty-five in one piece, none lost."""
    clock, _, n = notifier()
    sink = Sink()
    n.add_sink(sink)
    for number in range(60):
        n.deliver(alert(number))
    assert len(sink.single) == 5
    clock.advance_to(clock.now() + 2_000)
    n.flush()
    n.flush()
    assert [len(group) for group in sink.many] == [55]


def test_a_mute_keeps_silent_until_it_ends():
    """Zero ends it at once."""
    _, _, n = notifier()
    sink = Sink()
    n.add_sink(sink)
    n.mute_for(3_600_000)
    n.deliver(alert(1))
    assert n.muted
    n.mute_for(0)
    n.deliver(alert(2))
    assert [a.id for a in sink.single] == ["2"]


def test_a_sink_that_fails_is_a_fault_and_takes_nothing_from_the_others():
    """Each way of telling stands for itself."""
    _, faults, n = notifier()
    reported = []
    faults.add(reported.append)
    good = Sink()
    bad = Sink(fails=True)
    bad.name = "bad"
    n.add_sink(bad)
    n.add_sink(good)
    n.deliver(alert(1))
    assert len(good.single) == len(reported) == 1
    n.remove_sink("bad")
    n.deliver(alert(2))
    assert len(reported) == 1
