"""Every event lands in its buffer or on the board, once."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, candles, update
from thebot_desktop.domain.market import (
    BookGap,
    BookSnapshot,
    BookUpdate,
    CandleHistory,
    ConnectionChange,
    ConnectionState,
    Origin,
    Quote,
    Ticker,
    TimeTick,
    Trade,
)
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.order_book import BookState


def stream():
    return DataStream(DataStreamConfig(), SimulatedClock())


def test_a_candle_changes_its_series_and_moves_the_price():
    """The close of the newest candle is a price."""
    s = stream()
    s.apply(update(0, close=100.0))
    change = s.apply(update(1, close=110.0, closed=False))
    assert change.series == BTC_1M
    assert not change.closed
    assert (change.move.previous, change.move.last) == (100.0, 110.0)
    assert s.candles(BTC_1M).close.tolist() == [100.0, 110.0]


def test_a_candle_out_of_order_changes_nothing():
    """What the series guard should have caught is refused here too."""
    s = stream()
    s.apply(update(5))
    assert s.apply(update(3)) is None


def test_a_trade_moves_the_price_of_its_symbol():
    """Two trades make a move; the first one has nothing to move from."""
    s = stream()
    assert s.apply(Trade("BTCUSDT", 1, 10.0, 1.0, False, 5)) is None
    move = s.apply(Trade("BTCUSDT", 2, 12.0, 1.0, False, 6)).move
    assert (move.low, move.high, move.late) == (10.0, 12.0, False)


def test_a_trade_that_a_newer_price_has_overtaken_still_touches_its_own():
    """A spike between two candle messages is not missed because it came second."""
    s = stream()
    for price, at in ((10.0, 5), (11.0, 9)):
        s.apply(Trade("BTCUSDT", at, price, 1.0, False, at))
    move = s.apply(Trade("BTCUSDT", 6, 15.0, 1.0, False, 7)).move
    assert (move.previous, move.low, move.high, move.last) == (11.0, 11.0, 15.0, 11.0)
    assert s.board.row("BTCUSDT").last == 11.0


def test_a_repaired_candle_moves_the_price_late_over_its_whole_range():
    """What was touched while nobody listened is known afterwards, and marked so."""
    s = stream()
    s.apply(update(0, close=100.0))
    s.apply(Trade("BTCUSDT", 1, 110.0, 1.0, False, 10 * 60_000))
    move = s.apply(update(1, close=103.0, origin=Origin.REPAIRED)).move
    assert move.late
    assert (move.previous, move.low, move.high, move.last) == (100.0, 100.0, 105.0, 103.0)
    assert s.board.row("BTCUSDT").last == 110.0


@pytest.mark.parametrize("state", [ConnectionState.OFFLINE, ConnectionState.CONNECTING])
def test_the_first_price_after_a_lost_connection_is_no_move(state):
    """What happened in between is unknown until it is repaired; nothing may fire on it."""
    s = stream()
    s.apply(Trade("BTCUSDT", 1, 100.0, 1.0, False, 1))
    s.apply(ConnectionChange(state, "gone", 2))
    assert s.apply(Trade("BTCUSDT", 2, 120.0, 1.0, False, 3)) is None
    assert s.apply(Trade("BTCUSDT", 3, 121.0, 1.0, False, 4)).move.previous == 120.0


def test_a_price_of_long_ago_is_shown_but_moves_nothing():
    """Stored candles of yesterday do not make this morning's first price a crossing."""
    s = stream()
    s.apply(CandleHistory(BTC_1M, candles(50), 0))
    assert s.apply(Trade("BTCUSDT", 1, 500.0, 1.0, False, 10**12)) is None


def test_a_history_fills_the_series_and_gives_a_first_price():
    """A stored stretch shows a price before the first message comes."""
    s = stream()
    change = s.apply(CandleHistory(BTC_1M, candles(50), 0))
    assert change.history
    assert s.board.row("BTCUSDT").last == s.candles(BTC_1M).close[-1]
    assert s.apply(CandleHistory(BTC_1M, candles(0), 0)) is None


def test_tickers_and_quotes_go_to_the_board():
    """They change no series."""
    s = stream()
    s.apply(Ticker("BTCUSDT", 5, 4, 6, 3, 1, 1, 10))
    s.apply(Quote("BTCUSDT", 1, 4.5, 1, 5.5, 1))
    row = s.board.row("BTCUSDT")
    assert (row.last, row.spread) == (5, 1.0)
    assert s.apply(TimeTick(1)) is None


def test_a_series_that_nobody_looks_at_is_forgotten():
    """Its memory is let go."""
    s = stream()
    s.apply(update(0))
    s.forget(BTC_1M)
    assert len(s.candles(BTC_1M)) == 0


def test_a_filler_fills_the_series_and_touches_no_price():
    """It repeats the price before a hole: that price becomes no younger by it."""
    made = stream()
    made.apply(update(0, close=100.0))
    priced_at = made.board.row(BTC_1M.symbol).priced_at
    change = made.apply(update(1, close=100.0, origin=Origin.EXCHANGE_HOLE))
    assert change.series == BTC_1M
    assert change.move is None
    assert made.board.row(BTC_1M.symbol).priced_at == priced_at
    assert made.candles(BTC_1M).origin.tolist() == [Origin.LIVE, Origin.EXCHANGE_HOLE]


def test_a_candle_without_trades_is_no_late_move():
    """It came in time; only nobody traded."""
    made = stream()
    made.apply(update(0, close=100.0))
    change = made.apply(update(1, close=100.0, origin=Origin.NO_TRADES))
    assert change.move is None


def trade(number, price, at=None, *, late=False):
    return Trade("BTCUSDT", number, price, 1.0, False, at or number, late)


def test_late_trades_move_the_price_from_one_to_the_next():
    """Over a lost connection and behind newer prices too: none is missing between them."""
    s = stream()
    s.apply(trade(1, 100.0))
    s.apply(ConnectionChange(ConnectionState.OFFLINE, "gone", 2))
    s.apply(Ticker("BTCUSDT", 105.0, 90.0, 110.0, 80.0, 1, 1, 50))
    moves = [s.apply(trade(n, price, late=True)).move for n, price in ((2, 99.0), (3, 104.0))]
    assert [(m.previous, m.last, m.late) for m in moves] == [
        (100.0, 99.0, True),
        (99.0, 104.0, True),
    ]
    assert s.apply(trade(4, 104.0, late=True)) is None
    assert s.board.row("BTCUSDT").last == 105.0


def test_a_late_trade_without_one_before_it_is_as_any_other():
    """Nobody knows where the price came from."""
    s = stream()
    assert s.apply(trade(1, 100.0, late=True)) is None
    assert s.board.row("BTCUSDT").last == 100.0


def snapshot(last=10):
    return BookSnapshot("BTCUSDT", last, ((99.0, 1.0),), ((101.0, 2.0),))


def test_an_order_book_is_kept_per_symbol():
    """A snapshot, then what changes; no prices are moved by it."""
    s = stream()
    assert s.book("BTCUSDT").state is BookState.EMPTY
    assert s.apply(snapshot()) is None
    s.apply(BookUpdate("BTCUSDT", 11, 12, ((100.0, 3.0),), (), 7))
    assert (s.book("BTCUSDT").best_bid, s.book("BTCUSDT").last_id) == (100.0, 12)
    assert s.book("ETHUSDT").state is BookState.EMPTY
    s.forget_book("BTCUSDT")
    assert s.book("BTCUSDT").state is BookState.EMPTY


@pytest.mark.parametrize(
    "event",
    [
        BookGap("BTCUSDT", 9, "Not reachable."),
        ConnectionChange(ConnectionState.OFFLINE, "gone", 9),
    ],
)
def test_an_order_book_that_misses_something_is_known_for_it(event):
    """Until the next snapshot."""
    s = stream()
    s.apply(snapshot())
    s.apply(event)
    assert s.book("BTCUSDT").state is BookState.LOST
    s.apply(snapshot(20))
    assert s.book("BTCUSDT").state is BookState.LIVE


def test_older_candles_make_no_forming_one_final():
    """What is scrolled to in a chart says nothing about the candle that forms at its other end."""
    s = stream()
    s.apply(CandleHistory(BTC_1M, candles(50).last(10), 0))
    assert not s.apply(update(50, closed=False)).closed
    assert not s.apply(CandleHistory(BTC_1M, candles(40), 0)).closed
    s.apply(update(50))
    assert s.apply(CandleHistory(BTC_1M, candles(39), 0)).closed
