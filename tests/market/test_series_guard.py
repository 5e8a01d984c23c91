"""SeriesGuard: order, completeness and repair of one candle series."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from thebot_desktop.domain.market import (
    Candle,
    CandleUpdate,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.time import DAY_MS, MINUTE_MS, UnixMs
from thebot_desktop.market import series_guard
from thebot_desktop.market.series_guard import Hole, SeriesGuard

T0 = 1_700_000_040_000
SERIES = SeriesKey(Symbol("BTCUSDT"), Interval.M1)


def at(minute: int) -> UnixMs:
    return UnixMs(T0 + minute * MINUTE_MS)


def candle(open_time: int, trades: int = 10) -> Candle:
    price = float(open_time % 997) + trades / 100
    return Candle(
        UnixMs(open_time), price, price + 1, price - 1, price, trades * 2.0, trades=trades
    )


def update(
    minute: int,
    *,
    closed: bool = False,
    trades: int = 10,
    series: SeriesKey = SERIES,
    after: int = 0,
) -> CandleUpdate:
    event_time = UnixMs(at(minute) + 1000 * trades + after)
    bar = candle(at(minute), trades)
    return CandleUpdate(series.symbol, series.interval, bar, closed, event_time)


BASE = at(0)


def started(last_closed: UnixMs | None = BASE, series: SeriesKey = SERIES) -> SeriesGuard:
    guard = SeriesGuard(series)
    guard.start(last_closed)
    return guard


def minutes(updates: list[CandleUpdate]) -> list[int]:
    return [(u.candle.open_time - T0) // MINUTE_MS for u in updates]


def test_updates_pass_unchanged_when_nothing_is_missing():
    """In the ordinary case every update is delivered at once, as it came."""
    guard = started()
    stream = [update(1, trades=1), update(1, trades=5), update(1, trades=9, closed=True), update(2)]
    assert [u for each in stream for u in guard.accept(each)] == stream
    assert guard.last_closed == at(1)
    assert guard.hole is None


def test_a_closed_candle_is_final():
    """After a candle was closed neither a repetition nor a late update of it is delivered."""
    guard = started()
    assert guard.accept(update(1, closed=True))
    assert guard.accept(update(1, closed=True)) == []
    assert guard.accept(update(1, trades=50)) == []
    assert guard.accept(update(0, closed=True)) == []


def test_an_older_state_of_the_forming_candle_changes_nothing():
    """Fewer trades or an earlier event time than already known: ignored; so is the very same."""
    guard = started()
    newest = update(1, trades=8)
    assert guard.accept(newest) == [newest]
    assert guard.accept(update(1, trades=5)) == []
    assert guard.accept(newest) == []
    assert guard.accept(update(1, trades=8, after=2000))


def test_a_hole_is_reported_and_what_lies_behind_it_waits():
    """An update beyond the expected candle waits and the missing stretch is named exactly."""
    guard = started()
    assert guard.accept(update(4)) == []
    assert guard.hole == Hole(at(1), at(3))
    assert guard.accept(update(4, closed=True)) == []
    assert guard.accept(update(6, trades=2)) == []
    assert guard.hole == Hole(at(1), at(5))
    assert guard.held == 2


def test_repaired_candles_come_first_then_what_waited():
    """Fetched candles are marked repaired; a waiting candle that is no longer the newest, late."""
    guard = started()
    guard.accept(update(3, closed=True))
    guard.accept(update(4))
    released = guard.fill([candle(at(1)), candle(at(2))])
    assert minutes(released) == [1, 2, 3, 4]
    assert [u.origin for u in released] == [
        Origin.REPAIRED,
        Origin.REPAIRED,
        Origin.LATE,
        Origin.LIVE,
    ]
    assert [u.closed for u in released] == [True, True, True, False]
    assert guard.hole is None


def test_waiting_updates_are_coalesced_newest_and_closed_wins():
    """While a repair is pending one update per candle is kept: the closed or the newest one."""
    guard = started()
    for each in [update(2, trades=3), update(2, trades=7), update(2, trades=5)]:
        guard.accept(each)
    guard.accept(update(2, trades=9, closed=True))
    guard.accept(update(2, trades=12))
    released = guard.fill([candle(at(1))])
    assert [(u.candle.trades, u.closed) for u in released] == [(10, True), (9, True)]


def test_candles_outside_the_hole_are_not_delivered_again():
    """A repair that fetched too much delivers only what is missing, in order."""
    guard = started()
    guard.accept(update(2, closed=True, trades=33))
    released = guard.fill([candle(at(minute)) for minute in range(-3, 3)])
    assert minutes(released) == [1, 2]
    assert released[1].candle.trades == 33


def test_a_partial_repair_delivers_what_joins_and_asks_for_the_rest():
    """Pages of a long repair are delivered as they come."""
    guard = started()
    guard.accept(update(6))
    assert minutes(guard.fill([candle(at(1)), candle(at(2))])) == [1, 2]
    assert guard.hole == Hole(at(3), at(5))
    assert minutes(guard.fill([candle(at(m)) for m in (3, 4, 5)])) == [3, 4, 5, 6]


def test_what_the_exchange_does_not_have_is_passed_over_once_settled():
    """A minute missing between fetched candles is a hole of the exchange, not ours."""
    guard = started()
    guard.accept(update(6))
    rows = [candle(at(m)) for m in (1, 2, 4, 5)]
    assert minutes(guard.fill(rows)) == [1, 2]
    assert guard.hole == Hole(at(3), at(3))
    released = guard.fill([], settled=at(3))
    assert minutes(released) == [3, 4, 5, 6]
    filler, close = released[0], rows[1].close
    assert filler.closed
    assert filler.origin is Origin.EXCHANGE_HOLE
    assert filler.candle == Candle(at(3), close, close, close, close, 0.0)
    assert released[1].origin is Origin.REPAIRED


def test_a_long_hole_of_the_exchange_stays_a_hole(monkeypatch):
    """Flat candles over days would pretend a quiet market."""
    monkeypatch.setattr(series_guard, "LIMIT", 3)
    guard = SeriesGuard(SERIES)
    guard.start(BASE, close_price=100.0)
    guard.accept(update(5))
    assert minutes(guard.fill([], settled=at(4))) == [5]
    guard.accept(update(5, closed=True))
    guard.accept(update(9))
    assert minutes(guard.fill([], settled=at(8))) == [6, 7, 8, 9]


def test_a_candle_in_which_nobody_traded_says_so():
    """A live candle without trades has an origin of its own; one that came late stays late."""
    guard = started()
    quiet = msgspec.structs.replace(candle(at(1)), volume=0.0, trades=0)
    bar = CandleUpdate(SERIES.symbol, SERIES.interval, quiet, True, at(2))
    assert guard.accept(bar)[0].origin is Origin.NO_TRADES
    following = msgspec.structs.replace(quiet, open_time=at(2))
    guard.accept(update(3))
    assert guard.fill([following])[0].origin is Origin.REPAIRED


def test_settling_only_part_of_a_hole_leaves_the_rest_open():
    """What lies behind the settled stretch is still asked for."""
    guard = started()
    guard.accept(update(9))
    assert guard.fill([], settled=at(4)) == []
    assert guard.hole == Hole(at(5), at(8))
    assert minutes(guard.fill([], settled=at(8))) == [9]


def test_a_fetched_candle_that_lags_behind_the_stream_is_fetched_again():
    """A row with fewer trades than the stream has shown is unfinished; it waits until settled."""
    guard = started()
    assert guard.accept(update(1, trades=20))
    guard.accept(update(2))
    assert guard.fill([candle(at(1), trades=15)]) == []
    assert guard.hole == Hole(at(1), at(1))
    released = guard.fill([candle(at(1), trades=22)])
    assert [u.candle.trades for u in released] == [22, 10]


def test_a_row_that_keeps_lagging_is_taken_when_settled():
    """When the exchange has said its last word, its row is the truth."""
    guard = started()
    guard.accept(update(1, trades=20))
    guard.accept(update(2))
    released = guard.fill([candle(at(1), trades=15)], settled=at(1))
    assert [u.candle.trades for u in released] == [15, 10]


def test_a_late_closing_update_repairs_the_hole_itself():
    """The missing candle may still come by stream; then it is late, and no repair is needed."""
    guard = started()
    guard.accept(update(1))
    guard.accept(update(2))
    released = guard.accept(update(1, closed=True))
    assert minutes(released) == [1, 2]
    assert released[0].origin is Origin.LATE
    assert guard.hole is None


def test_nothing_is_delivered_before_history():
    """Live updates wait for the first fill, and what the fill already contains is dropped."""
    guard = SeriesGuard(SERIES)
    for minute in (4, 5):
        assert guard.accept(update(minute, closed=True)) == []
    assert guard.accept(update(6)) == []
    assert guard.hole is None
    released = guard.start(at(4))
    assert minutes(released) == [5, 6]


def test_a_hole_between_history_and_stream_is_found_at_the_start():
    """Candles closed between the end of history and the first update are asked for."""
    guard = SeriesGuard(SERIES)
    guard.accept(update(6))
    assert guard.start(at(3)) == []
    assert guard.hole == Hole(at(4), at(5))


def test_without_history_the_first_candle_opens_the_series():
    """A new listing, or a recording, begins wherever its first candle is."""
    guard = started(None)
    assert minutes(guard.accept(update(7, closed=True))) == [7]
    guard.accept(update(9))
    assert guard.hole == Hole(at(8), at(8))


def test_memory_is_bounded_and_the_repair_widens():
    """Too many waiting candles are forgotten and become part of what must be fetched."""
    guard = SeriesGuard(SERIES, held_limit=5)
    guard.start(at(0))
    for minute in range(2, 40):
        guard.accept(update(minute, closed=True))
        assert guard.held <= 5
    hole = guard.hole
    assert hole is not None
    assert hole.first == at(1)
    released = guard.fill([candle(at(m)) for m in range(1, 40)])
    assert minutes(released) == list(range(1, 40))


def test_months_follow_the_calendar():
    """After February comes March, 28 days later."""
    series = SeriesKey(SERIES.symbol, Interval.MO1)
    january, february, march, april = (
        1_672_531_200_000,
        1_675_209_600_000,
        1_677_628_800_000,
        1_680_307_200_000,
    )
    guard = started(UnixMs(january), series)
    bar = CandleUpdate(series.symbol, series.interval, candle(march), True, UnixMs(april))
    assert guard.accept(bar) == []
    assert guard.hole == Hole(UnixMs(february), UnixMs(february))
    released = guard.fill([candle(february)])
    assert [u.candle.open_time for u in released] == [february, march]
    assert guard.expected == april
    late = CandleUpdate(series.symbol, series.interval, candle(april + 40 * DAY_MS), False, at(0))
    guard.accept(late)
    filled = guard.fill([], settled=UnixMs(april))
    assert [(u.candle.open_time, u.origin) for u in filled] == [(april, Origin.EXCHANGE_HOLE)]
    assert guard.hole is not None


def test_three_day_candles_keep_the_anchor_of_the_exchange():
    """The grid is counted from the candle that the exchange gave, not from the epoch."""
    series = SeriesKey(SERIES.symbol, Interval.D3)
    anchor = Interval.D3.open_of(T0) + DAY_MS
    guard = started(UnixMs(anchor), series)
    following = candle(anchor + 3 * DAY_MS)
    bar = CandleUpdate(series.symbol, series.interval, following, True, UnixMs(T0))
    assert guard.accept(bar) == [bar]


def test_open_times_off_the_grid_do_not_lock_the_series():
    """If the exchange shifts its candles by some seconds the series goes on from there."""
    guard = started()
    shifted = at(1) + 5_000
    odd = CandleUpdate(SERIES.symbol, SERIES.interval, candle(shifted), True, at(2))
    assert guard.accept(odd) == []
    released = guard.fill([], settled=guard.hole.last)
    assert [u.candle.open_time for u in released] == [shifted]
    assert guard.expected == shifted + MINUTE_MS


@st.composite
def schedules(draw):
    """A market with holes of its own, and what a bad connection makes of its stream."""
    count = draw(st.integers(3, 25))
    absent = draw(st.sets(st.integers(1, count - 1), max_size=4))
    truth = {m: candle(at(m), trades=10 + m % 3) for m in range(count) if m not in absent}
    stream = []
    for minute, bar in truth.items():
        stream += [update(minute, trades=t) for t in (2, 6)]
        stream.append(update(minute, trades=bar.trades, closed=True))
    kept = [u for u in stream if draw(st.integers(0, 3)) != 0]
    doubled = [u for u in kept for _ in range(draw(st.sampled_from((1, 1, 1, 2))))]
    jitter = draw(st.lists(st.integers(0, 6), min_size=len(doubled), max_size=len(doubled)))
    order = sorted(range(len(doubled)), key=lambda i: (i + jitter[i], i))
    return truth, [doubled[i] for i in order], draw(st.randoms(use_true_random=False))


def fetched(truth, hole: Hole, random, *, patient: bool) -> tuple[list[Candle], UnixMs | None]:
    """What REST answers for ``hole``: a page, at times without its newest row."""
    rows = [bar for bar in truth.values() if bar.open_time >= hole.first]
    rows = rows[: random.choice((1, 3, 1000))]
    if not patient and rows and random.random() < 0.3:
        rows = rows[:-1]
    if patient and (not rows or rows[-1].open_time > hole.last):
        return rows, hole.last
    return rows, UnixMs(rows[-1].open_time - 1) if rows else None


def played(guard: SeriesGuard, truth, stream, random) -> list[CandleUpdate]:
    """Everything delivered when ``stream`` meets random repairs and a late history."""
    delivered: list[CandleUpdate] = []
    start_at = random.randrange(len(stream))
    for position, each in enumerate(stream):
        if position == start_at:
            delivered += guard.start(BASE)
        delivered += guard.accept(each)
        if guard.hole is not None and random.random() < 0.3:
            delivered += guard.fill(*fetched(truth, guard.hole, random, patient=False))
    for _ in range(200):
        if guard.hole is not None:
            delivered += guard.fill(*fetched(truth, guard.hole, random, patient=True))
    return delivered


@settings(max_examples=300, deadline=None)
@given(schedules())
def test_whatever_the_connection_does_the_closed_candles_equal_the_truth(schedule):
    """Dropped, doubled, reordered and late updates, partial and lagging repairs: no difference."""
    truth, stream, random = schedule
    stream = [*stream, update(max(truth) + 1, trades=1)]
    guard = SeriesGuard(SERIES, held_limit=random.choice((3, 100)))
    delivered = played(guard, truth, stream, random)

    closed = [u for u in delivered if u.closed]
    fillers = [u for u in closed if u.origin is Origin.EXCHANGE_HOLE]
    real = [u.candle for u in closed if u not in fillers]
    assert real == [b for m, b in truth.items() if m > 0]
    assert not truth.keys() & set(minutes(fillers))
    last_closed, shown = BASE, 0
    for each in delivered:
        assert each.candle.open_time > last_closed
        assert each.closed or each.candle.trades >= shown
        last_closed = each.candle.open_time if each.closed else last_closed
        shown = 0 if each.closed else each.candle.trades
