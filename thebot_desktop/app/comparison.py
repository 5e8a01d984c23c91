"""Comparison: has the series that are compared delivered for as long as somebody looks."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from thebot_desktop.analysis.comparison import Compared
from thebot_desktop.analysis.statistics import Figure
from thebot_desktop.app.older_candles import Older, OlderCandles
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.market.data_stream import DataStream

MOST_FETCHED = 2000
"""More candles than this are not fetched for a comparison: it says what is missing instead."""


class ComparedSeries:
    """The series a comparison needs; ``changed`` is told of each that has news."""

    def __init__(
        self,
        session: Session,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        older: OlderCandles,
        changed: Callable[[SeriesKey], None],
    ) -> None:
        self._session = session
        self._stream = stream
        self._subscriber = subscriber
        self._older = older
        self._changed = changed
        self._open: dict[SeriesKey, list[Callable[[], object]]] = {}

    @property
    def series(self) -> tuple[SeriesKey, ...]:
        return tuple(self._open)

    def follow(self, wanted: Iterable[SeriesKey]) -> None:
        """These and no others; what is needed still is not let go of in between."""
        needed = dict.fromkeys(wanted)
        for series in needed:
            if series not in self._open:
                self._open[series] = [
                    self._session.open_aside(series),
                    self._subscriber.subscribe(series, lambda m: self._changed(m.series)),
                ]
        for series in self._open.keys() - needed.keys():
            self._let_go(series)

    def release(self) -> None:
        """Nobody looks any more."""
        for series in tuple(self._open):
            self._let_go(series)

    def candles(self, series: SeriesKey) -> Candles:
        return self._stream.candles(series)

    def has_none(self, series: SeriesKey) -> bool:
        """Whether the exchange has no candles of it."""
        return self._subscriber.has_none(series)

    def want(self, series: SeriesKey, count: int) -> bool:
        """Fetch what is missing of so many candles, within reason; True while that lasts."""
        held = len(self._stream.candles(series))
        if not held or held >= min(count, MOST_FETCHED) or count > MOST_FETCHED:
            return False
        if self._older.state(series) is Older.UNKNOWN:
            self._older.want(series)
        return self._older.state(series) is Older.LOADING

    def _let_go(self, series: SeriesKey) -> None:
        for each in reversed(self._open.pop(series)):
            each()


def write_csv(
    rows: Iterable[tuple[str, Compared]], spans: Sequence[str], base: str, out: TextIO
) -> None:
    """One line each, with a heading; what is not known is empty. Changes of prices are shares."""
    writer = csv.writer(out, lineterminator="\n")
    changes = [f"change_{span}" for span in spans]
    told = ["percentile", "z_score", "slope_per_bar", "trend_fit", f"correlation_{base}"]
    writer.writerow(["name", "value", *changes, *told, "bars"])
    for name, c in rows:
        numbers = [c.value, *map(_number, c.changes), c.percentile.value, c.z_score.value]
        numbers += [c.trend.slope.value, c.trend.fit, c.correlation.value]
        writer.writerow([name, *map(_written, numbers), c.bars])


def _number(figure: Figure) -> float:
    return figure.value


def _written(number: float) -> str:
    return f"{number:.8g}" if number == number else ""
