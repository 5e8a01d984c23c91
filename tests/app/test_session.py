"""Who needs what, and what the feed is told."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes import BTC_1M, ETH_1M, Core, FakeArchive, FakeFeed, candle, update
from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.alerts.rules.large_trade import LargeTrade
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.session import Session
from thebot_desktop.domain.market import (
    BookSnapshot,
    CandleHistory,
    Instrument,
    Interval,
    Origin,
    SeriesKey,
    candles_of,
)
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.market.order_book import BookState


class OnPrice(Rule, frozen=True):
    title = "On price"

    def check_price(self, move):
        return None


class OnEach(Rule, frozen=True):
    title = "On each candle"

    def check(self, moment):
        return Verdict(AlertType.INFO, "closed")


def session(core, archive=None):
    feed = FakeFeed()
    return feed, Session(
        feed=feed,
        pipeline=core.pipeline,
        stream=core.stream,
        subscriber=core.subscriber,
        indicators=core.indicators,
        alerts=core.alerts,
        instruments=InstrumentBook(),
        archive=archive or FakeArchive(),
        clock=core.clock,
        depth=100,
    )


def test_the_last_one_to_let_go_ends_a_series():
    """Two charts of one series are one subscription."""
    feed, s = session(Core())
    first, second = s.open(BTC_1M), s.open(BTC_1M)
    first()
    assert feed.wanted.series == {BTC_1M}
    first()
    assert feed.wanted.series == {BTC_1M}
    second()
    assert feed.wanted.series == frozenset()


def test_what_is_stored_is_shown_before_the_feed_brings_anything():
    """An open chart has candles at once, also offline."""
    core, archive = Core(), FakeArchive()
    archive.save(BTC_1M, [candle(i) for i in range(40)], Origin.HISTORY)
    archive.save(BTC_1M, [candle(90)], Origin.HISTORY)
    core.clock.advance_to(60 * 60_000)
    _, s = session(core, archive)
    s.open(BTC_1M)
    assert len(core.subscriber.latest(BTC_1M).candles) == 40, "none of the future"


def test_an_interval_that_is_not_stored_is_shown_made_of_a_shorter_one():
    """Until the exchange can be reached; what it then brings takes its place."""
    core, archive = Core(), FakeArchive()
    archive.save(BTC_1M, [candle(i) for i in range(43)], Origin.HISTORY)
    core.clock.advance_to(60 * 60_000)
    five = SeriesKey(BTC_1M.symbol, Interval.M5)
    _, s = session(core, archive)
    s.open(five)
    shown = core.subscriber.latest(five).candles
    assert shown.open_time.tolist() == [i * 300_000 for i in range(8)]
    brought = candles_of([candle(i * 5, 7.0) for i in range(12)], Origin.HISTORY)
    core.pipeline.apply(CandleHistory(five, brought, core.clock.now()))
    assert core.stream.candles(five).close.tolist() == [7.0] * 12
    assert archive.kept.keys() == {BTC_1M}


def test_a_closed_series_is_forgotten():
    """Neither candles nor moments stay behind."""
    core = Core()
    _, s = session(core)
    release = s.open(BTC_1M)
    core.pipeline.apply(update(0))
    release()
    assert core.subscriber.latest(BTC_1M) is None
    assert len(core.stream.candles(BTC_1M)) == 0


def test_the_watchlist_keeps_its_order_and_each_symbol_once():
    """Tickers are delivered for it and for every chart."""
    feed, s = session(Core())
    s.open(ETH_1M)
    s.set_watchlist(["SOLUSDT", "BTCUSDT", "SOLUSDT"])
    assert s.watchlist == ("SOLUSDT", "BTCUSDT")
    assert feed.wanted.tickers == {"SOLUSDT", "BTCUSDT", "ETHUSDT"}


def test_trades_are_delivered_for_symbols_with_a_price_rule():
    """Only while one is armed and switched on."""
    core = Core()
    feed, s = session(core)
    s.open(BTC_1M)
    assert feed.wanted.trades == frozenset()
    core.alerts.arm(ArmedRule("r", OnPrice(), symbol="BTCUSDT"))
    assert feed.wanted.trades == {"BTCUSDT"}
    core.alerts.arm(ArmedRule("r", OnPrice(), symbol="BTCUSDT", enabled=False))
    assert feed.wanted.trades == frozenset()


def test_an_order_book_is_delivered_as_long_as_somebody_looks_at_it():
    """Two panels of one symbol are one subscription; the last to go takes the memory along."""
    core = Core()
    feed, s = session(core)
    first, second = s.open_book(BTC_1M.symbol), s.open_book(BTC_1M.symbol)
    told = []
    core.subscriber.books.add(told.append)
    core.pipeline.apply(BookSnapshot(BTC_1M.symbol, 1, ((1.0, 1.0),), ((2.0, 1.0),)))
    assert told == [BTC_1M.symbol]
    first()
    first()
    assert feed.wanted.books == {BTC_1M.symbol}
    assert core.stream.book(BTC_1M.symbol).best_bid == 1.0
    second()
    assert feed.wanted.books == frozenset()
    assert core.stream.book(BTC_1M.symbol).state is BookState.EMPTY


def test_alerts_that_come_and_go_leave_the_feed_alone():
    """Only a rule that changes can change what is wanted."""
    core = Core()
    feed, s = session(core)
    s.open(BTC_1M)
    core.alerts.arm(ArmedRule("r", OnEach(), BTC_1M.symbol))
    told = []
    feed.subscribe = told.append
    core.pipeline.apply(update(0))
    assert len(core.alerts.history) == 1
    assert told == []
    core.alerts.disarm("r")
    assert len(told) == 1


def test_a_series_that_a_rule_is_about_is_delivered_though_no_chart_shows_it():
    """As long as the rule is armed; of prices that nobody heard the shortest candles tell."""
    core = Core()
    feed, s = session(core)
    hourly = SeriesKey(ETH_1M.symbol, Interval.H1)
    core.alerts.arm(ArmedRule("1", OnEach(), hourly.symbol, hourly.interval))
    core.alerts.arm(ArmedRule("2", OnPrice(), BTC_1M.symbol, BTC_1M.interval))
    core.alerts.arm(ArmedRule("3", OnEach(), BTC_1M.symbol))
    assert feed.wanted.series == {hourly, BTC_1M}
    look = s.open(hourly)
    core.alerts.disarm("1")
    core.alerts.disarm("2")
    assert feed.wanted.series == {hourly}
    look()
    assert feed.wanted.series == frozenset()


def test_rules_of_an_earlier_start_open_their_series():
    """Before anybody opens a chart."""
    core = Core()
    armed = ArmedRule("1", OnEach(), BTC_1M.symbol, BTC_1M.interval)
    core.alerts.restore([armed], [])
    feed, s = session(core)
    assert feed.wanted is None or feed.wanted.series == frozenset()
    s.open_for_rules()
    s.open_for_rules()
    assert feed.wanted.series == {BTC_1M}
    assert s.series == (BTC_1M,)


class Looking(OnEach, frozen=True):
    others = ((None, Interval.H1), ("ETHUSDT", None))


def test_series_that_a_rule_looks_at_are_delivered_with_its_own():
    """As long as it is armed and switched on."""
    core = Core()
    feed, s = session(core)
    rule = ArmedRule("r", Looking(), BTC_1M.symbol, BTC_1M.interval)
    hours = SeriesKey(BTC_1M.symbol, Interval.H1)
    core.alerts.arm(rule)
    assert feed.wanted.series == {BTC_1M, hours, ETH_1M}
    core.alerts.arm(replace(rule, enabled=False))
    assert feed.wanted.series == frozenset()
    assert s.series == ()


def test_a_rule_about_any_series_looks_at_others_of_each_that_is_open():
    """And lets go of them with it: what is open for a rule alone asks for nothing more."""
    core = Core()
    feed, s = session(core)
    core.alerts.arm(ArmedRule("r", Looking()))
    assert feed.wanted.series == frozenset()
    release = s.open(BTC_1M)
    hours = SeriesKey(BTC_1M.symbol, Interval.H1)
    assert feed.wanted.series == {BTC_1M, hours, ETH_1M}
    release()
    assert feed.wanted.series == frozenset()


def test_an_indicator_that_needs_another_symbol_has_it_delivered():
    """As long as it is in use; a symbol that the exchange does not have is not asked for."""
    feed, s = session(Core())
    s.open(BTC_1M)
    release = s.use_indicators(BTC_1M, [Correlation("ETHUSDT"), Correlation("BTCUSDT")])
    assert feed.wanted.series == {BTC_1M, ETH_1M}
    release()
    assert feed.wanted.series == {BTC_1M}
    s.instruments.add([Instrument("BTCUSDT", "BTC", "USDT")])
    s.instruments.complete = True
    s.use_indicators(BTC_1M, [Correlation("ETHUSD")])
    assert feed.wanted.series == {BTC_1M}


def test_rules_about_any_series_are_not_asked_of_what_is_only_looked_at():
    """Unless somebody opens it for itself."""
    core = Core()
    _, s = session(core)
    core.alerts.arm(ArmedRule("r", Looking()))
    release = s.open(BTC_1M)
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(0, series=ETH_1M))
    core.pipeline.apply(update(40))
    assert {alert.series for alert in core.alerts.history} == {BTC_1M}
    chart = s.open(ETH_1M)
    core.pipeline.apply(update(1, series=ETH_1M))
    core.pipeline.apply(update(41, series=ETH_1M))
    assert {alert.series for alert in core.alerts.history} == {BTC_1M, ETH_1M}
    chart()
    core.pipeline.apply(update(80, series=ETH_1M))
    core.pipeline.apply(update(120, series=ETH_1M))
    assert max(alert.open_time for alert in core.alerts.history) == 41 * 60_000
    release()
    assert s.series == ()


def test_a_series_that_is_compared_with_is_only_looked_at():
    """A chart of it makes it one like any other, and ends that again."""
    core = Core()
    _, s = session(core)
    core.alerts.arm(ArmedRule("r", OnEach()))
    s.open(BTC_1M)
    s.use_indicators(BTC_1M, [Correlation("ETHUSDT")])
    core.pipeline.apply(update(0, series=ETH_1M))
    assert core.alerts.history == ()
    chart = s.open(ETH_1M)
    core.pipeline.apply(update(1, series=ETH_1M))
    assert len(core.alerts.history) == 1
    chart()
    core.pipeline.apply(update(2, series=ETH_1M))
    assert len(core.alerts.history) == 1


def test_a_rule_about_a_series_is_asked_of_it_although_others_look_at_it():
    """It was named."""
    core = Core()
    session(core)
    core.alerts.arm(ArmedRule("a", Looking(), BTC_1M.symbol, BTC_1M.interval))
    core.alerts.arm(ArmedRule("b", OnEach(), ETH_1M.symbol, ETH_1M.interval))
    core.pipeline.apply(update(0, series=ETH_1M))
    assert [alert.rule_id for alert in core.alerts.history] == ["b"]


def test_quotes_and_trades_are_heard_where_rules_ask_for_them():
    """Without a chart; a rule that names no symbol is about the watchlist."""
    core = Core()
    feed, s = session(core)
    core.alerts.arm(ArmedRule("s", Spread(), BTC_1M.symbol))
    core.alerts.arm(ArmedRule("t", LargeTrade()))
    s.set_watchlist([ETH_1M.symbol])
    assert feed.wanted.quotes == {BTC_1M.symbol}
    assert feed.wanted.trades == {ETH_1M.symbol}
    core.alerts.disarm("s")
    core.alerts.disarm("t")
    assert feed.wanted.quotes == feed.wanted.trades == frozenset()
