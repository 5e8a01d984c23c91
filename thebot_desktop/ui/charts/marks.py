"""Marks at candles: signals, patterns and fired alerts, grouped where they would overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.market import ByteArray, IntArray
from thebot_desktop.domain.signals import Alert, Direction, Signal
from thebot_desktop.ui.charts.pane_specs import MarkSpec
from thebot_desktop.ui.charts.series_store import SeriesStore


class MarkKind(IntEnum):
    """What a mark says; of a group the first of these gives it its shape."""

    BUY = 0
    SELL = 1
    ALERT = 2
    BULLISH = 3
    """A candlestick pattern that speaks for rising prices,"""
    BEARISH = 4
    """and one that speaks for falling ones."""

    @property
    def is_below(self) -> bool:
        """Whether it stands below its candle."""
        return self in (MarkKind.BUY, MarkKind.BULLISH)


@dataclass(frozen=True, slots=True, eq=False)
class MarkSeries:
    """Marks of one origin by time, in any order. ``words`` tells one when somebody asks."""

    times: IntArray
    kinds: ByteArray
    words: Callable[[int], str]

    @classmethod
    def of(
        cls, times: Iterable[int], kinds: Iterable[MarkKind], words: Callable[[int], str]
    ) -> MarkSeries:
        return cls(np.array(list(times), np.int64), np.array(list(kinds), np.uint8), words)


def _no_words(_number: int) -> str:
    return ""


NO_MARKS = MarkSeries.of((), (), _no_words)


def signal_marks(signals: Sequence[Signal]) -> MarkSeries:
    """Those that say anything, at their candles."""
    told = [s for s in signals if s.direction is not Direction.NEUTRAL]
    kinds = [MarkKind.BUY if s.direction is Direction.BUY else MarkKind.SELL for s in told]

    def words(number: int) -> str:
        signal = told[number]
        mark = "▲" if signal.direction is Direction.BUY else "▼"
        strength = f"{signal.confidence:.2f}, {signal.strength.value}"
        return f"{mark} {signal.direction.value} · {signal.source} · {strength}: {signal.reason}"

    return MarkSeries.of((s.open_time for s in told), kinds, words)


def fired_marks(alerts: Sequence[Alert]) -> MarkSeries:
    """Alerts at the time when they were true, whatever candle they were about."""

    def words(number: int) -> str:
        alert = alerts[number]
        late = QCoreApplication.translate("Chart", "Alert, found late")
        title = late if alert.late else QCoreApplication.translate("Chart", "Alert")
        return f"{title} · {alert.message}"

    kinds = [MarkKind.ALERT] * len(alerts)
    return MarkSeries.of((a.event_time for a in alerts), kinds, words)


class Mark(NamedTuple):
    """One member of a group, and the number of its candle."""

    candle: int
    words: Callable[[int], str]
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that share a place: at candles ``first`` to ``last``, below or above them."""

    first: int
    last: int
    kind: MarkKind
    count: int
    members: Callable[[], Iterator[Mark]]
    provisional: bool = False
    """Whether its candle has not ended yet, so that it may go again."""

    @property
    def middle(self) -> int:
        return (self.first + self.last) // 2


@dataclass(slots=True)
class MarkBook:
    """All marks of one chart, and where their candles are."""

    signals: MarkSeries = NO_MARKS
    fired: MarkSeries = NO_MARKS
    provisional: MarkSeries = NO_MARKS
    """Signals that there would be if the forming candle ended now."""
    _known: dict[object, tuple[tuple[object, ...], _Placed]] = field(default_factory=dict)

    def groups(
        self,
        store: SeriesStore,
        patterns: Iterable[MarkSpec],
        shown: Iterable[str],
        view: tuple[int, int],
        gap: int,
        cell: int,
    ) -> list[Group]:
        """What is in ``view``: candles from its first to its second, exclusive.

        ``shown`` names what is wanted: signals, fired, patterns. Marks less than ``gap`` candles
        apart are grouped, ``cell`` candles in a group at the most.
        """
        wanted = set(shown)
        found: list[_Placed] = []
        if "signals" in wanted:
            found.append(self._at_candles("signals", self.signals, store))
        if "fired" in wanted:
            found.append(self._at_candles("fired", self.fired, store))
        if "patterns" in wanted:
            found += [self._pattern(spec, store) for spec in patterns]
        groups: list[Group] = []
        for below in (True, False):
            groups += _grouped([_side(p, view, below=below) for p in found], gap, cell)
        return groups

    def forming(
        self, store: SeriesStore, patterns: Iterable[MarkSpec], shown: Iterable[str]
    ) -> list[Group]:
        """What the forming candle would be marked with: one group below it, one above it."""
        told: list[tuple[MarkKind, Mark]] = []
        newest, wanted = store.newest, set(shown)
        if "signals" in wanted:
            kinds, words = self.provisional.kinds, self.provisional.words
            told += [(MarkKind(k), Mark(newest, words, n)) for n, k in enumerate(kinds.tolist())]
        for spec in patterns if "patterns" in wanted else ():
            line = store.lines.get(spec.key)
            if line is not None and line.live and np.isfinite(line.live):
                bullish = line.live > 0
                kind = MarkKind.BULLISH if bullish else MarkKind.BEARISH
                words = _pattern_words(spec, np.array([bullish]))
                told.append((kind, Mark(newest, words, 0)))
        sides = ([t for t in told if t[0].is_below is below] for below in (True, False))
        return [_forming_group(newest, side) for side in sides if side]

    def _at_candles(self, name: str, series: MarkSeries, store: SeriesStore) -> _Placed:
        times = store.open_times
        state = (series, len(times), int(times[0]) if len(times) else 0)
        return self._remembered(name, state, lambda: _at_candles(series, times))

    def _pattern(self, spec: MarkSpec, store: SeriesStore) -> _Placed:
        line = store.lines.get(spec.key)
        if line is None:
            return _NOWHERE
        state = (line, len(line.closed))

        def place() -> _Placed:
            values = np.nan_to_num(line.closed.values(0, len(line.closed)))
            indexes = np.flatnonzero(values)
            bullish = values[indexes] > 0
            kinds = np.where(bullish, MarkKind.BULLISH, MarkKind.BEARISH).astype(np.uint8)
            return _Placed(indexes, kinds, np.arange(len(indexes)), _pattern_words(spec, bullish))

        return self._remembered(spec.key, state, place)

    def _remembered(
        self, name: object, state: tuple[object, ...], place: Callable[[], _Placed]
    ) -> _Placed:
        known = self._known.get(name)
        if known is None or known[0] != state:
            known = self._known[name] = state, place()
        return known[1]


def _forming_group(newest: int, side: Sequence[tuple[MarkKind, Mark]]) -> Group:
    marks = [mark for _, mark in side]
    kind = min(kind for kind, _ in side)
    return Group(newest, newest, kind, len(marks), lambda: iter(marks), provisional=True)


class _Placed(NamedTuple):
    """Marks by the numbers of their candles, in order; ``numbers`` are those of the series."""

    indexes: IntArray
    kinds: ByteArray
    numbers: IntArray
    words: Callable[[int], str]


_NOWHERE = _Placed(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int64), _no_words)


def _pattern_words(spec: MarkSpec, bullish: np.ndarray) -> Callable[[int], str]:
    def words(number: int) -> str:
        return f"{'▲' if bullish[number] else '▼'} {spec.title}"

    return words


def _at_candles(series: MarkSeries, times: IntArray) -> _Placed:
    """Each at the candle that its time falls into; those before the first candle are left out."""
    order = np.argsort(series.times, kind="stable")
    indexes = np.searchsorted(times, series.times[order], side="right") - 1
    inside = indexes >= 0
    order, indexes = order[inside], indexes[inside]
    return _Placed(indexes, series.kinds[order], order, series.words)


def _side(placed: _Placed, view: tuple[int, int], *, below: bool) -> _Placed:
    """Those in view of one side."""
    first, last = np.searchsorted(placed.indexes, view)
    part = slice(int(first), int(last))
    is_below = (placed.kinds[part] == MarkKind.BUY) | (placed.kinds[part] == MarkKind.BULLISH)
    mine = is_below if below else ~is_below
    return _Placed(
        placed.indexes[part][mine],
        placed.kinds[part][mine],
        placed.numbers[part][mine],
        placed.words,
    )


def _grouped(placed: Sequence[_Placed], gap: int, cell: int) -> list[Group]:
    indexes = np.concatenate([p.indexes for p in placed]) if placed else np.empty(0, np.int64)
    if not len(indexes):
        return []
    sources = np.repeat(np.arange(len(placed)), [len(p.indexes) for p in placed])
    kinds = np.concatenate([p.kinds for p in placed])
    numbers = np.concatenate([p.numbers for p in placed])
    order = np.argsort(indexes, kind="stable")
    indexes, sources, kinds, numbers = (a[order] for a in (indexes, sources, kinds, numbers))
    starts = group_starts(indexes, gap, cell)
    ends = np.append(starts[1:], len(indexes))
    best = np.minimum.reduceat(kinds, starts)
    groups = []
    for start, end, kind in zip(starts.tolist(), ends.tolist(), best.tolist(), strict=True):
        part = slice(start, end)

        def members(part: slice = part) -> Iterator[Mark]:
            columns = (column[part].tolist() for column in (indexes, sources, numbers))
            for index, source, number in zip(*columns, strict=True):
                yield Mark(index, placed[source].words, number)

        first, last = int(indexes[start]), int(indexes[end - 1])
        groups.append(Group(first, last, MarkKind(kind), end - start, members))
    return groups


def group_starts(indexes: IntArray, gap: int, cell: int) -> IntArray:
    """Where each group begins. ``indexes`` are in order, and there is one at least.

    Marks less than ``gap`` apart hang together; what hangs together over more than ``cell``
    candles is cut into cells, counted from where it begins.
    """
    new_chain = np.diff(indexes, prepend=indexes[0] - gap) >= gap
    chain = np.cumsum(new_chain) - 1
    begins = indexes[new_chain][chain]
    piece = (indexes - begins) // max(1, cell)
    new_piece = np.diff(piece, prepend=-1) != 0
    starts: IntArray = np.flatnonzero(new_chain | new_piece)
    return starts
