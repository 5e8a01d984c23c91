"""ShapeBook: what the indicators of one chart draw beside lines, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.errors import PluginError
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, Origin
from thebot_desktop.domain.plots import Drawn
from thebot_desktop.domain.shapes import NOTHING_DRAWN, OPEN_ENDED, Profile, Shapes
from thebot_desktop.market.pyramid import CLOSE, HIGH, LOW, OPEN, VOLUME
from thebot_desktop.ui.charts.series_store import SeriesStore


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """From which candle to which, as places in the store; infinite where something still counts."""

    first: FloatArray
    last: FloatArray

    @classmethod
    def of(cls, begin: IntArray, end: IntArray, open_times: IntArray) -> Span:
        first = np.searchsorted(open_times, begin).astype(np.float64)
        last = np.searchsorted(open_times, end, side="right").astype(np.float64) - 1
        last[end == OPEN_ENDED] = np.inf
        return cls(first, last)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedShapes:
    """Shapes of one indicator with their places. ``reach`` is the farthest end of a zone so far."""

    shapes: Shapes
    zones: Span
    reach: FloatArray
    levels: Span
    profiles: Span

    @classmethod
    def of(cls, shapes: Shapes, open_times: IntArray) -> PlacedShapes:
        zones = Span.of(shapes.zones["begin"], shapes.zones["end"], open_times)
        levels = Span.of(shapes.levels["begin"], shapes.levels["end"], open_times)
        begins, ends = ([getattr(p, n) for p in shapes.profiles] for n in ("begin", "end"))
        profiles = Span.of(np.array(begins, np.int64), np.array(ends, np.int64), open_times)
        return cls(shapes, zones, np.maximum.accumulate(zones.last), levels, profiles)


class ShapeBook:
    """Shapes are asked for when a candle has closed, never while one forms or a chart is moved."""

    def __init__(self) -> None:
        self.placed: dict[str, PlacedShapes] = {}
        """By the indicator's label."""
        self.errors: dict[str, PluginError] = {}
        """Of indicators whose drawing failed: they draw nothing."""
        self._failed: dict[str, Indicator] = {}
        self._indicators: tuple[Indicator, ...] = ()
        self._held: dict[Indicator, Shapes] = {}
        self._in_view: dict[str, tuple[tuple[int, ...], tuple[Profile, ...]]] = {}

    def update(
        self, moment: Moment, open_times: IntArray, *, anew: bool
    ) -> tuple[PluginError, ...]:
        """After a candle has closed; ``anew`` if older ones may have changed as well.

        ``open_times`` are those of the candles on the chart, which may be made of others.
        Answers what failed for the first time; who fails is not asked again.
        """
        self._forgive(moment)
        before = set(self.errors)
        self._indicators = tuple(
            r.indicator
            for r in moment.results
            if r.error is None and any(isinstance(p, Drawn) for p in r.indicator.plots)
        )
        if not self._indicators:
            self._held, self.placed = {}, {}
            return ()
        count = len(moment.candles)
        closed = moment.candles.upto(count if moment.closed else count - 1)
        known = {} if anew else self._held
        self._held = {i: self._asked(i, closed, known.get(i)) for i in self._indicators}
        self.placed = {i.label: PlacedShapes.of(s, open_times) for i, s in self._held.items()}
        self._in_view.clear()
        return tuple(error for label, error in self.errors.items() if label not in before)

    def profiles_in_view(
        self, label: str, store: SeriesStore, first: int, last: int, block: int
    ) -> tuple[Profile, ...]:
        """Profiles of nothing but the candles from ``first`` to ``last`` (exclusive)."""
        indicator = next((i for i in self._indicators if i.label == label), None)
        if indicator is None or label in self.errors:
            return ()
        seen = (first, last, block)
        if self._in_view.get(label, ((), ()))[0] != seen:
            found = self._fenced(
                indicator, lambda: indicator.shapes_in_view(_candles(store, first, last, block))
            )
            self._in_view[label] = seen, found.profiles
        return self._in_view[label][1]

    def _forgive(self, moment: Moment) -> None:
        """A plug-in that was saved again is another one of the same name."""
        present = {r.indicator.label: type(r.indicator) for r in moment.results}
        for label, failed in tuple(self._failed.items()):
            if present.get(label) is not type(failed):
                del self.errors[label], self._failed[label]

    def _asked(self, indicator: Indicator, closed: Candles, known: Shapes | None) -> Shapes:
        memory = indicator.shape_memory
        if known is None or memory is None or len(closed) <= 2 * memory:
            return self._fenced(indicator, lambda: indicator.shapes(closed))
        recent = self._fenced(indicator, lambda: indicator.shapes(closed.last(2 * memory)))
        since = int(closed.open_time[-memory])
        final = known.zones[known.zones["begin"] < since]
        moving = recent.zones[recent.zones["begin"] >= since]
        return replace(recent, zones=np.concatenate((final, moving)))

    def _fenced(self, indicator: Indicator, ask: Callable[[], Shapes]) -> Shapes:
        if indicator.label in self.errors:
            return NOTHING_DRAWN
        try:
            return ask()
        except Exception as cause:  # noqa: BLE001 - plug-in boundary
            sentence = f"{indicator.label} could not be drawn."
            if isinstance(cause, PluginError):
                sentence = cause.user_message
            error = PluginError(f"{indicator.label}: {cause!r}", user_message=sentence)
            error.__cause__ = cause
            self._failed[indicator.label] = indicator
            self.errors[indicator.label] = error
            return NOTHING_DRAWN


def _candles(store: SeriesStore, first: int, last: int, block: int) -> Candles:
    """Candles of the chart, several of them as one where they share a column."""
    blocks = store.candles.blocks(first, last, block)
    rows, count = blocks.rows, blocks.rows.shape[1]
    places = np.arange(blocks.first, blocks.first + count) * block
    return Candles(
        store.open_times[places],
        rows[OPEN],
        rows[HIGH],
        rows[LOW],
        rows[CLOSE],
        rows[VOLUME],
        np.zeros(count),
        np.full(count, Origin.HISTORY, np.uint8),
    )
