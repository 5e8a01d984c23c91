"""ChartLinks: tells the charts of a group what one of them does; there is one for all windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import msgspec

from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.domain.once import once
from thebot_desktop.ui.charts.link import Link, LinkedPoint, LinkGroup, Stretch


class LinkedChart(Protocol):
    """What ChartLinks asks of a chart."""

    @property
    def link(self) -> Link: ...

    @property
    def series(self) -> SeriesKey: ...

    @property
    def stretch(self) -> Stretch | None:
        """The time it shows, None while it shows none."""
        ...

    def set_link(self, link: Link) -> None: ...

    def show_series(self, series: SeriesKey) -> None: ...

    def point_at(self, point: LinkedPoint | None) -> None: ...

    def show_stretch(self, stretch: Stretch) -> None: ...


class ChartLinks:
    """A chart tells what a person did in it; the others of its group follow."""

    def __init__(self) -> None:
        self._charts: list[LinkedChart] = []
        self._telling = False

    def add(self, chart: LinkedChart) -> Callable[[], None]:
        """Have ``chart`` follow its group until the function returned is called."""
        self._charts.append(chart)

        def remove() -> None:
            self._charts.remove(chart)

        return once(remove)

    def choose(self, chart: LinkedChart, link: Link) -> None:
        """A person puts ``chart`` into a group, or says what its group shares.

        Who joins a group takes over what it shares and shows; a change within one is for all.
        """
        self.point(chart, None)
        joins = link.group is not chart.link.group
        others = self._members(link.group, chart)
        if joins and others:
            link = others[0].link
        chart.set_link(link)
        chart.point_at(None)
        if joins and others:
            self._align(others[0], [chart])
            return
        for other in others:
            other.set_link(link)
        self._align(chart, others)

    def point(self, chart: LinkedChart, point: LinkedPoint | None) -> None:
        """The pointer is there in ``chart``, or has left it."""
        for other in self._members(chart.link.group, chart):
            same = other.series.symbol == chart.series.symbol
            if point is None or point.price is None or same:
                other.point_at(point)
            else:
                other.point_at(msgspec.structs.replace(point, price=None))

    def show_series(self, chart: LinkedChart) -> None:
        """``chart`` shows another symbol or interval."""
        with self._told_once() as first:
            if first:
                self._align_series(chart, self._members(chart.link.group, chart))

    def show_stretch(self, chart: LinkedChart, stretch: Stretch) -> None:
        """A person moved or scaled the time in ``chart``."""
        if chart.link.time:
            with self._told_once() as first:
                for other in self._members(chart.link.group, chart) if first else ():
                    other.show_stretch(stretch)

    def _align(self, source: LinkedChart, others: list[LinkedChart]) -> None:
        with self._told_once():
            self._align_series(source, others)
            stretch = source.stretch if source.link.time else None
            if stretch is not None:
                for other in others:
                    other.show_stretch(stretch)

    def _align_series(self, source: LinkedChart, others: list[LinkedChart]) -> None:
        link, wanted = source.link, source.series
        for other in others:
            symbol = wanted.symbol if link.symbol else other.series.symbol
            interval = wanted.interval if link.interval else other.series.interval
            other.show_series(SeriesKey(symbol, interval))

    def _members(self, group: LinkGroup | None, but: LinkedChart) -> list[LinkedChart]:
        if group is None:
            return []
        return [c for c in self._charts if c is not but and c.link.group is group]

    @contextmanager
    def _told_once(self) -> Iterator[bool]:
        """What charts say because they follow is not told on; False inside of that."""
        first, self._telling = not self._telling, True
        try:
            yield first
        finally:
            if first:
                self._telling = False
