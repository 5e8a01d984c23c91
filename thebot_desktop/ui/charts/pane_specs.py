"""What each pane shows: the plots of the indicators in use, sorted into panes, with colours."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.line_style import LineColour, ground_between
from thebot_desktop.domain.plots import (
    Drawn,
    Fill,
    Histogram,
    Level,
    Line,
    Marks,
    Pane,
    Plot,
    Scale,
)
from thebot_desktop.ui.charts.panes import PRICE_PANE
from thebot_desktop.ui.charts.series_store import OutputKey

OVERLAY_COLOURS = (1, 0, 3, 4, 5, 2, 6, 7)
"""Order in which lines over the price take the colours of the style: orange, blue, pink …"""
SINGLE_COLOUR = 2
"""A line that has a pane for itself is violet."""
OWN_COLOURS = (0, 1, 2, 3, 4, 5, 6, 7)
BY_SIDE = -1
"""Stands for the colour of a fill that depends on which edge is above."""


@dataclass(frozen=True, slots=True)
class LineSpec:
    """Without a width it is as strong as lines usually are."""

    key: OutputKey
    colour: LineColour
    dash: Dash = Dash.SOLID
    width: int | None = None
    rising: LineColour | None = None
    falling: LineColour | None = None
    """Of bars above and below zero, where a person chose them."""


@dataclass(frozen=True, slots=True)
class FillSpec:
    """The ground between two outputs."""

    first: OutputKey
    second: OutputKey
    colour: LineColour
    rising: LineColour | None = None
    falling: LineColour | None = None
    """Where the first edge is above and below, where a person chose them and the sides tell."""
    opacity: int | None = None
    """In percent, where a person chose it."""

    @property
    def by_side(self) -> bool:
        return self.colour == BY_SIDE

    @property
    def name(self) -> OutputKey:
        """What it is called in a style."""
        return self.first[0], ground_between(self.first[1], self.second[1])


@dataclass(frozen=True, slots=True)
class MarkSpec:
    """An output that marks candles, and what its marks are called."""

    key: OutputKey
    title: str


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One indicator in a legend: its name and the outputs whose values follow it."""

    label: str
    outputs: tuple[LineSpec, ...]
    failed: bool = False
    hidden: bool = False
    unseen: bool = False
    """Whether a person has switched off all of its lines."""


@dataclass(slots=True)
class PaneSpec:
    """The content of one pane. ``fixed`` is its range where that is known by definition."""

    key: str
    lines: list[LineSpec] = field(default_factory=list)
    histograms: list[LineSpec] = field(default_factory=list)
    fills: list[FillSpec] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    marks: list[MarkSpec] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    """Labels of indicators that draw more than lines."""
    legend: list[LegendEntry] = field(default_factory=list)
    fixed: tuple[float, float] | None = None

    @property
    def is_price(self) -> bool:
        return self.key == PRICE_PANE

    def outputs(self) -> tuple[OutputKey, ...]:
        return tuple(spec.key for spec in (*self.lines, *self.histograms))


class ColourBook:
    """Remembers the colour of each overlay, so that the others keep theirs when one goes."""

    def __init__(self) -> None:
        self._given: dict[OutputKey, int] = {}

    def overlay(self, key: OutputKey, in_use: set[OutputKey]) -> int:
        self._given = {k: c for k, c in self._given.items() if k in in_use}
        if key not in self._given:
            taken = set(self._given.values())
            free = (c for c in OVERLAY_COLOURS if c not in taken)
            self._given[key] = next(free, OVERLAY_COLOURS[len(taken) % len(OVERLAY_COLOURS)])
        return self._given[key]


def pane_specs(
    results: Sequence[IndicatorResult], colours: ColourBook, hidden: Container[str] = ()
) -> list[PaneSpec]:
    """The price pane first, then one pane for each indicator that wants its own.

    Indicators whose label is ``hidden`` keep their place and their colours, but have no plots.
    """
    price = PaneSpec(PRICE_PANE)
    panes = [price]
    in_use = {(r.indicator.label, o) for r in results for o in r.indicator.outputs}
    for result in results:
        label = result.indicator.label
        if result.error is not None:
            price.legend.append(LegendEntry(label, (), failed=True))
            continue
        plots = result.indicator.plots
        own = PaneSpec(label)
        if label in hidden:
            home = price if any(p.pane is Pane.PRICE for p in plots) else own
            home.legend.append(LegendEntry(label, (), hidden=True))
            panes += [] if home is price else [own]
            continue
        singles = sum(isinstance(p, Line) and p.pane is Pane.OWN for p in plots) == 1
        for plot in plots:
            home = price if plot.pane is Pane.PRICE else own
            if isinstance(plot, Marks):
                price.marks.append(MarkSpec((label, plot.output), result.indicator.title))
            else:
                _add(home, plot, label, colours, in_use, single=singles)
        _add_legend(price, label)
        _add_legend(own, label)
        if own.lines or own.histograms:
            panes.append(own)
    return panes


def _add(
    pane: PaneSpec,
    plot: Plot,
    label: str,
    colours: ColourBook,
    in_use: set[OutputKey],
    *,
    single: bool,
) -> None:
    match plot:
        case Line():
            key = (label, plot.output)
            if pane.is_price:
                colour = colours.overlay(key, in_use)
            else:
                colour = SINGLE_COLOUR if single else OWN_COLOURS[len(pane.lines) % 8]
            pane.lines.append(LineSpec(key, colour, Dash.DASHED if plot.dashed else Dash.SOLID))
        case Histogram():
            pane.histograms.append(LineSpec((label, plot.output), 0))
        case Level():
            pane.levels.append(plot.value)
        case Fill():
            pane.fills.append(_fill(pane, plot, label))
        case Drawn():
            pane.drawn.append(label)
        case Scale():
            pane.fixed = (plot.low, plot.high)


def _fill(pane: PaneSpec, plot: Fill, label: str) -> FillSpec:
    """In the colour of the line that is its first edge, unless the sides tell."""
    first, second = (label, plot.first), (label, plot.second)
    edge = next((line.colour for line in pane.lines if line.key == first), OWN_COLOURS[0])
    return FillSpec(first, second, BY_SIDE if plot.by_side else edge)


def _add_legend(pane: PaneSpec, label: str) -> None:
    lines = (*pane.lines, *pane.histograms)
    outputs = tuple(spec for spec in lines if spec.key[0] == label)
    marked = any(spec.key[0] == label for spec in pane.marks)
    if outputs or marked or label in pane.drawn:
        pane.legend.append(LegendEntry(label, outputs))
