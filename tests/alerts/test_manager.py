"""Alerts are kept before anyone is told, told once, and expire by market time."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes import BTC_1M, ETH_1M, Core, FakeAlertLog, candle, update
from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule, Verdict
from thebot_desktop.domain.market import Origin, Trade
from thebot_desktop.domain.signals import AlertStatus, AlertType


class Always(Rule, frozen=True):
    """Raises on every closed candle."""

    title = "Always"

    def check(self, moment):
        return Verdict(AlertType.INFO, f"at {moment.price:g}")


class Above(Rule, frozen=True):
    """Raises when the price comes above a level."""

    title = "Above"
    level: float = 0.0

    def check_price(self, move):
        if move.previous <= self.level < move.high:
            return Verdict(AlertType.WARNING, "above")
        return None


class Broken(Rule, frozen=True):
    title = "Broken"

    def check(self, moment):
        raise ZeroDivisionError


def test_an_alert_is_in_the_log_before_anyone_is_told():
    """The store first, then the observers."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    seen = []
    core.alerts.raised.add(lambda alert: seen.append(alert.key in core.log.alerts))
    core.pipeline.apply(update(0))
    assert seen == [True]


def test_the_same_candle_never_raises_the_same_rule_twice():
    """A key that the log knows is not told again, in this run or the next."""
    log = FakeAlertLog()
    for _ in range(2):
        core = Core(log)
        core.alerts.arm(ArmedRule("r", Always()))
        core.pipeline.apply(update(0))
    assert len(log.alerts) == 1
    assert core.alerts.history == ()


def test_a_forming_candle_raises_nothing():
    """Rules on candles are asked when the candle is final."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    core.pipeline.apply(update(0, closed=False))
    assert core.alerts.history == ()


def test_a_rule_asks_only_about_what_it_covers():
    """Symbol, interval and the switch are respected."""
    core = Core()
    core.alerts.arm(ArmedRule("eth", Always(), symbol="ETHUSDT"))
    core.alerts.arm(ArmedRule("off", Always(), enabled=False))
    core.alerts.arm(ArmedRule("btc", Always(), symbol="BTCUSDT", interval=BTC_1M.interval))
    core.pipeline.apply(update(0))
    assert [a.rule_id for a in core.alerts.history] == ["btc"]


def test_a_price_rule_fires_on_a_trade_and_once_if_so_wanted():
    """After it has fired, a rule armed once is kept but switched off."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Above(level=100.0), symbol="BTCUSDT", repeat=Repeat.ONCE))
    for number, price in enumerate((99.0, 101.0, 99.0, 102.0)):
        core.pipeline.apply(Trade("BTCUSDT", number, price, 1.0, False, number * 1000))
    (alert,) = core.alerts.history
    assert (alert.price, alert.event_time, alert.late) == (101.0, 1000, False)
    assert not core.alerts.armed[0].enabled
    assert not core.log.rules["r"].enabled


def test_what_was_true_during_a_hole_is_raised_late():
    """A repaired candle is evaluated, and what it raises is marked."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Above(level=104.0), symbol="BTCUSDT"))
    core.pipeline.apply(update(0, close=100.0))
    core.pipeline.apply(update(1, close=103.0, origin=Origin.REPAIRED))
    (alert,) = core.alerts.history
    assert alert.late
    assert candle(1, close=103.0).high > 104.0 > alert.price


def test_alerts_expire_by_the_clock_of_the_market_and_can_be_dismissed():
    """An alert ages with events, not with the wall clock."""
    core = Core(config=AlertConfig(notification_timeout=30))
    core.alerts.arm(ArmedRule("r", Always()))
    core.pipeline.apply(update(0))
    assert core.alerts.active_count == 1
    core.pipeline.apply(update(1))
    first, second = core.alerts.history
    assert (first.status, second.status) == (AlertStatus.EXPIRED, AlertStatus.ACTIVE)
    core.alerts.dismiss(second.id)
    assert core.alerts.history[1].status is AlertStatus.DISMISSED
    assert core.log.statuses == {
        first.id: AlertStatus.EXPIRED,
        second.id: AlertStatus.DISMISSED,
    }


def test_a_broken_rule_is_switched_off_reported_and_asked_no_more():
    """Its own alerts are lost, nothing else."""
    core = Core()
    core.alerts.arm(ArmedRule("bad", Broken()))
    core.alerts.arm(ArmedRule("good", Always()))
    for index in range(3):
        core.pipeline.apply(update(index))
    assert len(core.reported) == 1
    assert "Broken" in core.reported[0].user_message
    assert len(core.alerts.history) == 3


def test_a_failing_listener_costs_a_fault_and_nobody_else():
    """The others are told, the event goes on."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    told, moments = [], []
    core.alerts.raised.add(lambda alert: 1 / 0)
    core.alerts.raised.add(told.append)
    core.subscriber.subscribe(BTC_1M, moments.append)
    core.pipeline.apply(update(0))
    assert (len(told), len(moments), len(core.reported)) == (1, 1, 1)


def test_a_rule_that_is_disarmed_is_forgotten():
    """In the log too."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    core.alerts.disarm("r")
    core.alerts.disarm("r")
    core.pipeline.apply(update(0))
    assert core.log.rules == {}
    assert core.alerts.history == ()


def test_only_so_many_alerts_are_shown():
    """The history is as long as the settings say; shortening it keeps the newest."""
    core = Core(config=AlertConfig(history_size=20))
    core.alerts.arm(ArmedRule("r", Always()))
    for index in range(30):
        core.pipeline.apply(update(index))
    assert len(core.alerts.history) == 20
    core.alerts.configure(AlertConfig(history_size=10))
    assert core.alerts.history[-1].open_time == 29 * 60_000
    assert len(core.alerts.history) == 10


def test_no_rule_is_asked_about_a_filler():
    """Where the exchange had nothing, nothing happened: neither candle nor price rules speak."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    core.alerts.arm(ArmedRule("p", Above(level=105.0)))
    core.pipeline.apply(update(0, close=100.0))
    core.pipeline.apply(update(1, close=110.0, origin=Origin.EXCHANGE_HOLE))
    core.pipeline.apply(update(2, close=100.0))
    assert [alert.open_time // 60_000 for alert in core.alerts.history] == [0, 2]


def test_a_rule_that_changes_is_asked_as_it_is_now():
    """Armed, replaced, switched off or removed between two prices of a symbol."""
    core = Core()

    def raised(close):
        before = len(core.alerts.history)
        core.pipeline.apply(Trade("BTCUSDT", int(close), close, 1.0, False, int(close)))
        return len(core.alerts.history) - before

    assert [raised(1.0), raised(2.0)] == [0, 0]
    core.alerts.arm(ArmedRule("a", Above(level=2.5), "BTCUSDT"))
    core.alerts.arm(ArmedRule("b", Above(level=2.5), "ETHUSDT"))
    assert raised(3.0) == 1
    core.alerts.arm(ArmedRule("a", Above(level=3.5), "BTCUSDT"))
    assert raised(4.0) == 1
    core.alerts.arm(ArmedRule("a", Above(level=4.5), "BTCUSDT", enabled=False))
    assert raised(5.0) == 0
    core.alerts.arm(ArmedRule("c", Above(level=5.5)))
    assert raised(6.0) == 1
    core.alerts.disarm("c")
    core.alerts.arm(ArmedRule("d", Above(level=6.5), repeat=Repeat.ONCE))
    assert [raised(7.0), raised(6.0), raised(8.0)] == [1, 0, 0]


def test_a_rule_of_this_run_is_asked_but_not_kept():
    """It outlives what another program does to the rules that are kept."""
    core = Core()
    core.alerts.arm(ArmedRule("kept", Always()))
    core.alerts.arm(ArmedRule("now", Always(), repeat=Repeat.ONCE), keep=False)
    core.alerts.exchange([])
    core.pipeline.apply(update(0))
    assert [a.rule_id for a in core.alerts.history] == ["now"]
    assert [r.enabled for r in core.alerts.armed] == [False]
    assert set(core.log.rules) == {"kept"}
    core.alerts.disarm("now")
    assert core.alerts.armed == ()


def test_alerts_are_found_by_what_they_are_about():
    """Newest first, by everything that is given."""
    core = Core(config=AlertConfig(notification_timeout=600))
    core.alerts.arm(ArmedRule("btc", Always(), BTC_1M.symbol))
    core.alerts.arm(ArmedRule("eth", Always(), ETH_1M.symbol))
    for number in (0, 1):
        core.pipeline.apply(update(number))
        core.pipeline.apply(update(number, series=ETH_1M))
    first = core.alerts.get_alerts(symbol=ETH_1M.symbol)[-1]
    core.alerts.dismiss(first.id)
    assert [a.event_time for a in core.alerts.get_alerts(symbol=ETH_1M.symbol)] == [120000, 60000]
    assert core.alerts.get_alerts(status=AlertStatus.DISMISSED) == (
        replace(first, status=AlertStatus.DISMISSED),
    )
    assert len(core.alerts.get_alerts(since=120_000, rule_id="btc", type=AlertType.INFO)) == 1
    assert core.alerts.get_alerts(type=AlertType.BUY) == ()


def test_the_manager_says_how_things_stand():
    """Rules, and what they raised."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    core.alerts.arm(ArmedRule("off", Always(), enabled=False))
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(1, origin=Origin.REPAIRED))
    report = core.alerts.report()
    assert (report.rules, report.enabled, report.alerts, report.late) == (2, 1, 2, 1)
    assert (report.newest, report.missed, report.resting) == (120_000, 0, 0)


def test_sixty_at_one_bar_close_are_sixty_records():
    """Each in the log before anybody is told, and everybody is told of each."""
    core = Core()
    for number in range(60):
        core.alerts.arm(ArmedRule(f"r{number}", Always(), BTC_1M.symbol))
    told = []
    core.alerts.raised.add(lambda alert: told.append((alert.rule_id, len(core.log.alerts))))
    core.pipeline.apply(update(0))
    assert told == [(f"r{number}", 60) for number in range(60)]
