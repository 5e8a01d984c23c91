"""Derivation: what a chart shows of a moment when its candles are made of other candles."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np

from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import Candles, IntArray
from thebot_desktop.market.derived import brick_size, heikin_ashi, renko
from thebot_desktop.ui.charts.chart_look import ChartKind


class Derivation:
    """Made anew for a series or a kind; a brick keeps its size as long as that lasts."""

    def __init__(self, kind: ChartKind) -> None:
        self._kind = kind
        self._size = 0.0
        self._closed: tuple[tuple[int, int, float], Candles] | None = None

    def of(self, moment: Moment, tick_size: float) -> Moment:
        """``moment`` with the candles to draw, and the values that belong to them."""
        if self._kind is ChartKind.HEIKIN_ASHI:
            return dataclasses.replace(moment, candles=self._averaged(moment.candles))
        if self._kind is ChartKind.RENKO and len(moment.candles):
            return self._bricks(moment, tick_size)
        return moment

    def _averaged(self, candles: Candles) -> Candles:
        """While a candle forms only the last one is computed."""
        if len(candles) < 2:
            return heikin_ashi(candles)
        key = (len(candles), int(candles.open_time[-2]), float(candles.close[-2]))
        if self._closed is None or self._closed[0] != key:
            self._closed = key, heikin_ashi(candles)
            return self._closed[1]
        known, live = self._closed[1], candles.last(1)
        close = float(live.open[0] + live.high[0] + live.low[0] + live.close[0]) / 4
        opened = float(known.open[-1])
        known.close[-1] = close
        known.high[-1] = max(float(live.high[0]), opened, close)
        known.low[-1] = min(float(live.low[0]), opened, close)
        return dataclasses.replace(
            known,
            open_time=candles.open_time,
            volume=candles.volume,
            trades=candles.trades,
            origin=candles.origin,
        )

    def _bricks(self, moment: Moment, tick_size: float) -> Moment:
        if not self._size:
            self._size = brick_size(moment.candles, tick_size)
        candles, sources = renko(moment.candles, self._size)
        results = tuple(_at(result, sources) for result in moment.results)
        return dataclasses.replace(moment, candles=candles, results=results)


def _at(result: IndicatorResult, sources: IntArray) -> IndicatorResult:
    """The values at the candles that completed the bricks."""
    values = {name: np.asarray(line)[sources] for name, line in result.values.items()}
    return msgspec.structs.replace(result, values=values)
