"""Price zones that the market comes back to: their fate, and the nearest one at each candle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thebot_desktop.analysis.held_tests import held_tests
from thebot_desktop.analysis.searching import Beyond
from thebot_desktop.analysis.turns import BoolArray
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.shapes import OPEN_ENDED, ZONE, Side, ZoneArray, ZoneState
from thebot_desktop.domain.signals import Signal

FEW = 60
"""Zones are few if there are so many times as many candles: only their own times count, then."""


@dataclass(frozen=True, slots=True)
class Found:
    """Zones of one side before their fate is known; places are candles' indices."""

    side: Side
    began: IntArray
    """The candle a zone is made of,"""
    born: IntArray
    """and the one whose close completes it, in order."""
    low: FloatArray
    high: FloatArray

    @property
    def sign(self) -> int:
        """1 where prices come down to the zones."""
        return 1 if self.side is Side.SUPPORT else -1

    @property
    def near(self) -> FloatArray:
        """The edge that prices come to first."""
        return self.high if self.side is Side.SUPPORT else self.low

    def extreme(self, candles: Candles) -> FloatArray:
        """How far each candle reaches towards zones of this side."""
        return candles.low if self.side is Side.SUPPORT else candles.high

    def upto(self, share: float) -> FloatArray:
        """The price so far into each zone: 0 is the near edge, 1 the far one."""
        return self.near - self.sign * share * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the zones that were found, one value each."""

    ended: IntArray
    """The candle that ended it; as many as there are candles where it still counts."""
    is_broken: BoolArray
    """Whether it was prices that ended it, rather than age or too many tests."""
    tests: IntArray
    """How often prices came back to it before it ended."""


def follow(
    candles: Candles,
    found: Found,
    *,
    age: int,
    broken: FloatArray,
    by_close: bool,
    tests: int,
    counted: bool = True,
) -> Fates:
    """The fate of zones that count for ``age`` candles after they were born.

    One is broken by a price, or only by a close, beyond ``broken``, and used up by a test more
    than ``tests``. A test begins with a candle that reaches into it after one that did not; if they
    are not to be ``counted``, only those are that may be too many.
    """
    born, sign = found.born, found.sign
    stops = np.minimum(born + 1 + age, len(candles))
    into = Beyond(found.extreme(candles), -sign)
    through = Beyond(candles.close, -sign) if by_close else into
    touched = into.first(born + 1, stops, found.near)
    breaks = through.first(touched, stops, broken)
    least = 1 if counted else 2 * tests + 1
    some = np.flatnonzero(breaks - touched >= least)
    counts, used_up = np.zeros(len(born), np.int64), breaks.copy()
    if len(some):
        away = Beyond(found.extreme(candles), sign)
        counts[some], used_up[some] = _visits(
            away, into, found.near[some], born[some], breaks[some], sign, tests
        )
    return Fates(used_up, (used_up == breaks) & (breaks < stops), counts)


def _visits(
    away: Beyond,
    into: Beyond,
    near: FloatArray,
    born: IntArray,
    stops: IntArray,
    sign: int,
    most: int,
) -> tuple[IntArray, IntArray]:
    """How often prices came into each zone before its stop, and where they did once too often."""
    outside = np.nextafter(near, -sign * np.inf)
    counts, used_up = np.zeros(len(stops), np.int64), stops.copy()
    waiting, at = np.arange(len(stops)), born
    for _ in range(most + 1):
        ends = stops[waiting]
        left = away.first(at, ends, outside[waiting])
        came = into.first(left + 1, ends, near[waiting])
        still = np.flatnonzero(came < ends)
        waiting, at = waiting[still], came[still] + 1
        counts[waiting] += 1
        if not len(waiting):
            break
    used_up[waiting] = at - 1
    return np.minimum(counts, most), used_up


def nearest(
    edges: FloatArray, begins: IntArray, ends: IntArray, count: int, side: Side
) -> FloatArray:
    """At each of ``count`` candles the edge that prices come to first; NaN without one.

    An edge counts from its begin up to its end, which is the first candle where it does not.
    """
    if len(edges) * FEW < count:
        return _nearest_of_few(edges, begins, ends, count, side)
    better = np.fmax if side is Side.SUPPORT else np.fmin
    best = np.full(count, np.nan)
    ends = np.minimum(ends, count)
    # Each span is covered by two blocks as long as the largest power of two in it. Edges are noted
    # where blocks begin, and handed down to blocks of half the length until these are single.
    power = np.frexp(np.maximum(ends - begins, 0))[1] - 1
    for size in range(int(power.max(initial=-1)), -1, -1):
        spans = np.flatnonzero(power == size)
        better.at(best, begins[spans], edges[spans])
        better.at(best, ends[spans] - (1 << size), edges[spans])
        if size:
            half = 1 << size - 1
            better(best[half:], best[:-half], out=best[half:])
    return best


def _nearest_of_few(
    edges: FloatArray, begins: IntArray, ends: IntArray, count: int, side: Side
) -> FloatArray:
    values = np.full(count, np.nan)
    times, best = greatest(edges if side is Side.SUPPORT else -edges, begins, ends, count)
    if len(times):
        held = np.append(edges, np.nan)[best]
        values[times[0] :] = np.repeat(held, np.diff(times, append=count))
    return values


def greatest(
    worth: FloatArray, begins: IntArray, ends: IntArray, count: int
) -> tuple[IntArray, IntArray]:
    """From which places on which span has the greatest worth, −1 where there is none.

    A span counts from its begin up to its end (exclusive). Of equal ones the later one is taken.
    """
    some = np.flatnonzero(begins < np.minimum(ends, count))
    begins, ends = begins[some], np.minimum(ends[some], count)
    both = np.concatenate((begins, ends))
    order = np.argsort(both, kind="stable")
    times = both[order]
    is_new = np.diff(times, prepend=-1) > 0
    places = np.empty(len(both), np.int64)
    places[order] = np.cumsum(is_new) - 1
    times = times[is_new]
    best = _best_over(len(times), places[: len(some)], places[len(some) :], worth[some])
    best = np.append(some, -1)[best]
    inside = times < count
    return times[inside], best[inside]


def _best_over(count: int, begins: IntArray, ends: IntArray, worth: FloatArray) -> IntArray:
    """At each place the span over it with the greatest worth, -1 where there is none.

    Each span is covered by two blocks as long as the largest power of two in it. Ranks are noted
    where blocks begin, and handed down to blocks of half the length until these are single places.
    """
    order = np.argsort(worth, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    power = np.frexp((ends - begins).astype(np.float64))[1] - 1
    best = np.full(count, -1, np.int64)
    for size in range(int(power.max(initial=0)), -1, -1):
        length = 1 << size
        spans = np.flatnonzero(power == size)
        np.maximum.at(best, begins[spans], rank[spans])
        np.maximum.at(best, ends[spans] - length, rank[spans])
        if size:
            half = length >> 1
            best[half:] = np.maximum(best[half:], best[:-half])
    return np.append(order, -1)[best]


def zone_rows(candles: Candles, sides: Iterable[tuple[Found, Fates]]) -> ZoneArray:
    """Zones as a chart draws them, in the order in which they begin."""
    parts: Sequence[ZoneArray] = [_rows(candles, found, fates) for found, fates in sides]
    rows = np.concatenate(parts)
    ordered: ZoneArray = rows[np.argsort(rows["begin"], kind="stable")]
    return ordered


def _rows(candles: Candles, found: Found, fates: Fates) -> ZoneArray:
    rows = np.zeros(len(found.born), ZONE)
    if not len(rows):
        return rows
    over = fates.ended < len(candles)
    rows["begin"] = candles.open_time[found.began]
    rows["end"] = OPEN_ENDED
    rows["end"][over] = candles.open_time[fates.ended[over]]
    rows["low"], rows["high"], rows["side"] = found.low, found.high, found.side
    rows["tests"] = np.minimum(fates.tests, np.iinfo(np.uint16).max)
    state = np.where(fates.tests > 0, ZoneState.TESTED, ZoneState.ACTIVE)
    state[over] = ZoneState.EXPIRED
    state[over & fates.is_broken] = ZoneState.BROKEN
    rows["state"] = state
    rows["filled"] = _filled(candles, found, fates)
    return rows


def _filled(candles: Candles, found: Found, fates: Fates) -> FloatArray:
    """How much of its height prices have been in, the candle that ended it included."""
    sign, count = found.sign, len(candles)
    extreme = np.append(found.extreme(candles), sign * np.inf)
    part = np.stack((found.born + 1, np.minimum(fates.ended + 1, count)), axis=1).ravel()
    reach = np.minimum if sign > 0 else np.maximum
    deepest = reach.reduceat(extreme, part)[::2]
    share = sign * (found.near - deepest) / np.maximum(found.high - found.low, 1e-300)
    filled: FloatArray = np.clip(share, 0.0, 1.0)
    return filled


def zone_signals(
    series: SeriesKey,
    candles: Candles,
    start: int,
    *,
    source: str,
    noun: str,
    memory: int,
    follow_all: Callable[[Candles], tuple[tuple[Found, Fates], tuple[Found, Fates]]],
) -> Iterator[Signal]:
    """Buys where the nearest support held and sells where the nearest resistance did.

    A zone counts from the candle after the one that completed it. No more than ``memory`` candles
    before ``start`` are looked at.
    """
    cut = max(0, start - memory)
    recent = candles.last(len(candles) - cut)
    lines = {
        found.side: nearest(found.near, found.born + 1, fates.ended, len(recent), found.side)
        for found, fates in follow_all(recent)
    }
    return held_tests(
        series,
        recent,
        start - cut,
        source=source,
        supports={f"Bullish {noun}": lines[Side.SUPPORT]},
        resistances={f"Bearish {noun}": lines[Side.RESISTANCE]},
    )
