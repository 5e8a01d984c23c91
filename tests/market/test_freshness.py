"""Three words for the age of what one sees, and what they are judged by."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, candles, update
from thebot_desktop.domain.market import (
    CandleHistory,
    ConnectionChange,
    ConnectionState,
    Interval,
    Origin,
    Quote,
    SeriesKey,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.exchange_clock import ClockSample
from thebot_desktop.market.freshness import (
    Freshness,
    FreshnessBook,
    FreshnessWord,
    judge,
    judge_feed,
)

LIVE, DELAYED, STALE = FreshnessWord
BTC, ETH = BTC_1M.symbol, ETH_1M.symbol
BTC_5M = SeriesKey(BTC, Interval.M5)
START = 100 * MINUTE


class Rig:
    """A book whose clock is ``skew`` ahead of the exchange's."""

    def __init__(self, skew: int = 0, *, measured: bool = True) -> None:
        self.skew = skew
        self.clock = SimulatedClock(UnixMs(START + skew))
        self.book = FreshnessBook(self.clock)
        if measured:
            self.book.exchange_clock.take([ClockSample(-skew, 10)])
        self.connection(ConnectionState.LIVE)

    def connection(self, state):
        self.book.hear(ConnectionChange(state, "", self.clock.now()))

    def wait_until(self, exchange_time):
        self.clock.advance_to(UnixMs(exchange_time + self.skew))

    def ticker(self, at, price=100.0, *, volume=10.0, took=0):
        self.wait_until(at + took)
        self.book.hear(Ticker(BTC, price, 90, 110, 80, volume, 1, UnixMs(at)))

    def trade(self, at, *, took=0):
        self.wait_until(at + took)
        self.book.hear(Trade(BTC, at, 100.0, 1.0, False, UnixMs(at)))

    def symbol(self, symbol=BTC):
        return self.book.of_symbol(symbol, self.clock.now())

    def series(self, series=BTC_1M):
        return self.book.of_series(series, self.clock.now())

    def latency(self):
        return self.book.latency_ms(self.clock.now())


@pytest.mark.parametrize(
    ("age", "state", "word"),
    [
        (0, ConnectionState.LIVE, LIVE),
        (10_000, ConnectionState.LIVE, LIVE),
        (10_001, ConnectionState.LIVE, DELAYED),
        (30_000, ConnectionState.LIVE, DELAYED),
        (30_001, ConnectionState.LIVE, STALE),
        (0, ConnectionState.DELAYED, LIVE),
        (0, ConnectionState.CONNECTING, DELAYED),
        (0, ConnectionState.OFFLINE, DELAYED),
        (30_001, ConnectionState.OFFLINE, STALE),
        (None, ConnectionState.LIVE, STALE),
    ],
)
def test_a_price_is_judged_by_its_age_and_never_live_without_a_connection(age, state, word):
    """Ten and thirty seconds; another series' trouble is not its own."""
    assert judge(age, state) == Freshness(word, age)


@pytest.mark.parametrize(
    ("age", "state", "word"),
    [
        (500, ConnectionState.LIVE, LIVE),
        (12_000, ConnectionState.LIVE, DELAYED),
        (500, ConnectionState.DELAYED, DELAYED),
        (500, ConnectionState.STALE, STALE),
        (500, ConnectionState.OFFLINE, DELAYED),
        (40_000, ConnectionState.OFFLINE, STALE),
        (None, ConnectionState.CONNECTING, STALE),
    ],
)
def test_the_feed_is_judged_by_the_worse_of_its_state_and_its_silence(age, state, word):
    """A feed that misses candles is delayed although messages flow."""
    assert judge_feed(age, state) == Freshness(word, age)


def test_nothing_is_said_of_what_was_never_heard():
    """No word where there is no price."""
    rig = Rig()
    assert rig.symbol() is None
    assert rig.series() is None


def test_a_price_grows_old():
    """Live, delayed, stale; the age is that of the exchange's own time."""
    rig = Rig()
    rig.ticker(START, took=300)
    assert rig.symbol() == Freshness(LIVE, 300)
    rig.wait_until(START + 14_000)
    assert rig.symbol() == Freshness(DELAYED, 14_000)
    rig.wait_until(START + 120_000)
    assert rig.symbol() == Freshness(STALE, 120_000)


@pytest.mark.parametrize("skew", [12_000, -12_000, 3_600_000])
def test_a_clock_that_goes_wrong_changes_no_age(skew):
    """The measured difference is used for every age."""
    rig = Rig(skew)
    rig.trade(START, took=200)
    assert rig.symbol() == Freshness(LIVE, 200)
    assert rig.latency() == 200
    rig.wait_until(START + 14_000)
    assert rig.symbol() == Freshness(DELAYED, 14_000)


def test_an_age_is_never_negative():
    """A message from a moment ahead of the measured clock is simply new."""
    rig = Rig()
    rig.ticker(START + 400, took=-200)
    assert rig.symbol() == Freshness(LIVE, 0)
    rig.trade(START + 400)
    rig.book.exchange_clock.take([ClockSample(-300, 10)])
    assert rig.latency() == 0
    assert rig.book.lag_ms(rig.clock.now()) == -300


@pytest.mark.parametrize("skew", [0, 45_000, -45_000])
def test_before_the_clock_is_measured_ages_count_from_when_messages_came(skew):
    """A clock that goes wrong does not make the first second look stale."""
    rig = Rig(skew, measured=False)
    rig.ticker(START)
    assert rig.symbol() == Freshness(LIVE, 0)
    rig.book.hear(update(100, closed=False))
    assert rig.series() == Freshness(LIVE, 0)
    rig.wait_until(START + 11_000)
    assert rig.symbol() == Freshness(DELAYED, 11_000)
    assert rig.latency() is None


def test_messages_that_come_late_are_late_however_many_come():
    """A line that lags twenty seconds behind is delayed, not live."""
    rig = Rig()
    for second in range(20):
        rig.trade(START + second * 1000, took=20_000)
    assert rig.symbol() == Freshness(DELAYED, 20_000)
    assert rig.latency() == 20_000


def test_any_stream_of_a_symbol_keeps_it_fresh():
    """Quotes move although nobody trades; spot quotes have no time of their own."""
    rig = Rig(12_000)
    rig.ticker(START)
    rig.wait_until(START + 60_000)
    rig.book.hear(Quote(BTC, 1, 1.0, 1, 2.0, 1))
    assert rig.symbol() == Freshness(LIVE, 0)
    rig.wait_until(START + 75_000)
    assert rig.symbol() == Freshness(DELAYED, 15_000)
    assert rig.symbol(ETH) is None


def test_candles_of_a_quiet_market_are_as_fresh_as_its_symbol():
    """Nobody trades, so no candle comes; the ticker proves that the line is well."""
    rig = Rig()
    rig.ticker(START)
    rig.book.hear(update(100, 100.0, closed=False))
    for second in range(1, 29):
        rig.ticker(START + 30_000 + second * 1000)
    assert rig.series() == Freshness(LIVE, 0)


def test_candles_that_miss_trades_are_old_although_the_ticker_is_not():
    """A starved stream on a healthy line is seen: prices move, and the candle stands still."""
    rig = Rig()
    rig.ticker(START + 30_000)
    rig.book.hear(update(100, 100.0, closed=False))
    rig.ticker(START + 42_000, 101.0)
    rig.ticker(START + 43_000, 101.0)
    assert rig.symbol() == Freshness(LIVE, 0)
    assert rig.series() == Freshness(DELAYED, 13_000)
    rig.ticker(START + 62_000, 101.0)
    assert rig.series() == Freshness(STALE, 32_000)
    rig.wait_until(START + 90_000)
    rig.book.hear(update(101, 101.0, closed=False))
    assert rig.series() == Freshness(LIVE, 0)


def test_a_day_volume_that_grows_proves_trades_that_candles_miss():
    """Also at an unchanged price; one that shrinks proves nothing."""
    rig = Rig()
    rig.ticker(START + 30_000)
    rig.book.hear(update(100, 100.0, closed=False))
    rig.ticker(START + 45_000, volume=9.0)
    assert rig.series() == Freshness(LIVE, 0)
    rig.ticker(START + 46_000, volume=9.5)
    assert rig.series() == Freshness(DELAYED, 16_000)


def test_one_starved_interval_does_not_hide_behind_another():
    """The minute candles show trades that the five-minute ones have missed."""
    rig = Rig()
    rig.wait_until(START + 30_000)
    rig.book.hear(update(100, 100.0, closed=False, series=BTC_5M))
    rig.wait_until(START + 150_000)
    rig.book.hear(update(102, 103.0, closed=False))
    rig.wait_until(START + 210_000)
    rig.book.hear(update(103, 104.0, closed=False))
    assert rig.series().word is LIVE
    assert rig.series(BTC_5M) == Freshness(STALE, 180_000)


def test_a_candle_that_is_long_overdue_is_missing():
    """Also when no trade proves it: flat candles come within seconds of their end."""
    rig = Rig()
    rig.ticker(START + 30_000)
    rig.book.hear(update(100, 100.0, closed=False))
    rig.ticker(START + MINUTE + 25_000)
    assert rig.series().word is LIVE
    rig.ticker(START + MINUTE + 31_000)
    assert rig.series() == Freshness(STALE, 31_001)


def test_after_a_closed_candle_the_next_one_is_due_at_its_own_end():
    """Nobody has traded since it closed; that is nothing unusual for a minute."""
    rig = Rig()
    rig.ticker(START + MINUTE)
    rig.book.hear(update(100, 100.0))
    rig.ticker(START + MINUTE + 80_000)
    assert rig.series().word is LIVE
    rig.ticker(START + MINUTE + 95_000)
    assert rig.series().word is STALE


def test_stored_candles_are_as_old_as_they_are():
    """What a disk remembers is not news, with a connection or without."""
    rig = Rig()
    rig.connection(ConnectionState.CONNECTING)
    rig.book.hear(CandleHistory(BTC_1M, candles(50), UnixMs(START)))
    assert rig.series() == Freshness(STALE, 50 * MINUTE + 1)
    rig.connection(ConnectionState.LIVE)
    rig.ticker(START + 1000)
    assert rig.symbol().word is LIVE
    assert rig.series().word is STALE


def test_a_history_up_to_now_is_fresh():
    """The exchange has just said that there is no more."""
    rig = Rig(3_600_000)
    rig.wait_until(START + 20_000)
    rig.book.hear(CandleHistory(BTC_1M, candles(100), UnixMs(START)))
    assert rig.series() == Freshness(LIVE, 0)


def test_candles_from_further_back_make_nothing_fresh():
    """Someone scrolls back in a chart whose stream has gone silent."""
    rig = Rig()
    rig.wait_until(START + 30_000)
    rig.book.hear(update(100, 100.0, closed=False))
    rig.wait_until(START + 59_000)
    rig.book.hear(CandleHistory(BTC_1M, candles(50), UnixMs(START + 59_000)))
    assert rig.series() == Freshness(DELAYED, 29_000)


def test_a_repaired_candle_is_no_sign_of_life():
    """It tells of its own time; the stream is as silent as before."""
    rig = Rig()
    rig.wait_until(START + 3 * MINUTE)
    rig.book.hear(update(100, 100.0, origin=Origin.REPAIRED))
    assert rig.series() == Freshness(STALE, 2 * MINUTE + 1)


def test_a_message_older_than_what_is_known_makes_nothing_older():
    """The newest wins."""
    rig = Rig()
    rig.ticker(START + 5000)
    rig.book.hear(Trade(BTC, 1, 99.0, 1.0, False, UnixMs(START)))
    assert rig.symbol() == Freshness(LIVE, 0)


def test_latency_is_that_of_a_message_that_has_just_come():
    """A silent line has none, and a ticker tells when it changed, not when it was sent."""
    rig = Rig()
    assert rig.latency() is None
    rig.trade(START, took=45)
    rig.ticker(START + 50, took=900)
    assert rig.latency() == 45
    rig.wait_until(START + 11_000)
    assert rig.latency() is None


def test_a_series_that_was_let_go_is_forgotten():
    """It starts anew when it is opened again."""
    rig = Rig()
    rig.book.hear(update(100, 100.0))
    rig.book.forget(BTC_1M)
    assert rig.series() is None
    assert rig.symbol() is not None


def test_quotes_that_are_always_newer_do_not_hide_that_the_price_moved():
    """A quote counts as told when it comes; a ticker a moment later tells of a moment before."""
    rig = Rig()
    rig.book.hear(update(100, 100.0, closed=False))
    rig.ticker(START + 1_000, 100.0)
    for second in range(2, 20):
        rig.wait_until(START + second * 1_000)
        rig.book.hear(Quote(BTC, second, 100.0, 1.0, 100.1, 1.0))
        rig.ticker(START + second * 1_000 - 200, 100.0 + second, took=200)
    assert rig.symbol().word is LIVE
    rig.wait_until(START + 60_000)
    rig.ticker(START + 60_000, 150.0)
    assert rig.symbol().word is LIVE
    assert rig.series().word is not LIVE
