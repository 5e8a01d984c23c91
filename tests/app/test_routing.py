"""Where an alert goes is decided when it is kept; what was kept and not told is told later."""

from __future__ import annotations

from msgspec.structs import replace

from tests.app.test_outbox import Log, alert
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.app.channels import Channel, NamedChannel
from thebot_desktop.app.outbox import SCREEN
from thebot_desktop.app.routing import Routing, ScreenLog
from thebot_desktop.domain.signals import AlertStatus, AlertType, Delivery, DeliveryState
from thebot_desktop.domain.time import MINUTE_MS


class Pigeon(Channel, frozen=True):
    title = "Pigeon"

    async def send(self, message, tools):
        return "gone"


class Channels:
    def __init__(self, *named):
        self._named = named

    def get(self, name):
        return next((n for n in self._named if n.name == name), None)

    def defaults_for(self, one):
        return tuple(n for n in self._named if n.takes(one))


CHANNELS = Channels(
    NamedChannel("all", Pigeon()),
    NamedChannel("later", Pigeon(), after_minutes=10),
    NamedChannel("sells", Pigeon(), types=(AlertType.SELL,)),
    NamedChannel("off", Pigeon(), on=False),
)


PLAIN = Telling()


def routed(one, telling=PLAIN):
    armed = ArmedRule("r", PriceLevel(1.0), telling=telling)
    return {d.channel: d.due_at for d in Routing(CHANNELS).route(one, armed)}


def test_an_alert_goes_to_the_screen_and_to_the_channels_of_its_type():
    """Where only what nobody saw is wanted, it is due later."""
    raised = replace(alert("a"), raised_at=1000)
    assert routed(raised) == {SCREEN: 1000, "all": 1000, "later": 1000 + 10 * MINUTE_MS}


def test_a_rule_may_name_its_channels():
    """Of whatever type they are, as long as they are there and on."""
    named = Telling(channels=("sells", "off", "gone"))
    assert set(routed(alert("a"), named)) == {SCREEN, "sells"}
    assert set(routed(alert("a"), Telling(channels=()))) == {SCREEN}


def test_what_was_missed_is_for_the_list_only():
    """Nobody is rung up about it."""
    assert set(routed(replace(alert("a"), missed=True))) == {SCREEN}


def test_what_was_kept_and_not_told_is_told_as_missed():
    """The program was ended in between; what was told is not told again."""
    log = Log()
    log.put(Delivery("told", SCREEN, 0))
    log.put(Delivery("not told", SCREEN, 0), AlertStatus.EXPIRED)
    log.put(Delivery("outside", "all", 0))
    log.rows["gone", SCREEN] = Delivery("gone", SCREEN, 0)
    screen, told = ScreenLog(log), []
    screen.note(alert("told"))
    screen.tell_rest(told.append)
    assert [(a.id, a.missed) for a in told] == [("not told", True)]
    assert log.rows["told", SCREEN].state is DeliveryState.SENT
    assert log.rows["gone", SCREEN].state is DeliveryState.FAILED
