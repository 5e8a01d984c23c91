"""Symbols or indicators side by side as a table, sorted by raw numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject, Qt

from thebot_desktop.analysis.comparison import Compared, Span
from thebot_desktop.analysis.statistics import Figure, Trend
from thebot_desktop.domain.time import DAY_MS, HOUR_MS
from thebot_desktop.ui.formatting import DASH, change_text, percent_text, price_text, value_text
from thebot_desktop.ui.formatting import signed as signed_text
from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column

SPANS = 4
"""So many changes stand side by side."""


class ComparedRow(Struct, frozen=True, eq=False):
    """One of what is compared. ``decimals`` are those of a price, None for an indicator.

    ``waiting`` says in words why there are no numbers yet.
    """

    key: str
    name: str
    detail: str
    decimals: int | None
    compared: Compared
    waiting: str = ""
    spans: tuple[str, ...] = ()
    """What the changes are over, for where no heading says it."""

    @property
    def is_price(self) -> bool:
        return self.decimals is not None

    def change(self, place: int) -> Figure:
        changes = self.compared.changes
        return changes[place] if place < len(changes) else Figure()


def value_of(row: ComparedRow) -> str:
    if row.waiting:
        return row.waiting
    value = row.compared.value
    return value_text(value) if row.decimals is None else price_text(value, row.decimals)


def change_of(row: ComparedRow, place: int) -> str:
    figure = row.change(place)
    if not figure.known:
        return missing_text(figure)
    if row.is_price:
        return percent_text(figure.value * 100)
    return signed_text(figure.value, value_text(abs(figure.value)))


def missing_text(figure: Figure) -> str:
    """How far it is, where a number needs more bars: ``12/30``."""
    return f"{_count(figure.have)}/{_count(figure.needed)}" if figure.is_short else DASH


def _count(bars: int) -> str:
    """Short enough for a column: 999, 2.5K, 43K."""
    if bars < 1000:
        return str(bars)
    return f"{bars / 1000:.1f}K" if bars < 9950 else f"{bars / 1000:.0f}K"


def percentile_of(row: ComparedRow) -> str:
    figure = row.compared.percentile
    return f"{figure.value:.0f}" if figure.known else missing_text(figure)


def z_score_of(row: ComparedRow) -> str:
    figure = row.compared.z_score
    return change_text(figure.value, 2) if figure.known else missing_text(figure)


def correlation_of(row: ComparedRow) -> str:
    figure = row.compared.correlation
    return change_text(figure.value, 2) if figure.known else missing_text(figure)


def trend_of(row: ComparedRow) -> str:
    """Never by colour alone: an arrow and a word."""
    trend = row.compared.trend
    if not trend.slope.known:
        return missing_text(trend.slope)
    words = {1: _tr("↗ rising"), -1: _tr("↘ falling"), 0: _tr("→ flat")}
    return words[trend.sign]


def span_text(span: Span) -> str:
    """``1 h``, ``7 d``, ``1 bar``, ``50 bars``."""
    if span.in_bars:
        return _tr("1 bar") if span.length == 1 else _tr("{0} bars").format(span.length)
    if span.length >= DAY_MS:
        return _tr("{0} d").format(span.length // DAY_MS)
    return _tr("{0} h").format(span.length // HOUR_MS)


def needs_text(figure: Figure) -> str:
    return _tr("Needs {0} bars, has {1}.").format(figure.needed, figure.have)


def _explain(figure: Figure, told: str) -> str:
    if figure.known:
        return told
    return needs_text(figure) if figure.is_short else _tr("Not to be had from these bars.")


def _explain_line(row: ComparedRow) -> str:
    line = row.compared.line
    if not len(line):
        return ""
    low, high = float(line.min()), float(line.max())
    if row.decimals is None:
        return _tr("Between {0} and {1}.").format(value_text(low), value_text(high))
    low_text, high_text = price_text(low, row.decimals), price_text(high, row.decimals)
    return _tr("Between {0} and {1}.").format(low_text, high_text)


def _explain_change(row: ComparedRow, place: int) -> str:
    figure = row.change(place)
    told = (
        _tr("Against the close {0} bars before.")
        if row.is_price
        else _tr("In its own units, against the value {0} bars before.")
    )
    if not figure.known and not figure.is_short:
        return _tr("Shorter than one bar.") if not figure.needed else DASH
    return _explain(figure, told.format(figure.needed - 1))


def _explain_percentile(row: ComparedRow) -> str:
    figure = row.compared.percentile
    told = _tr("It exceeds {0}% of the newest {1} bars.")
    return _explain(figure, told.format(percentile_of(row), figure.have))


def _explain_z_score(row: ComparedRow) -> str:
    figure = row.compared.z_score
    told = _tr("Standard deviations from the mean of the newest {0} bars.")
    return _explain(figure, told.format(figure.have))


def _explain_trend(row: ComparedRow) -> str:
    trend: Trend = row.compared.trend
    slope = signed_text(trend.slope.value, value_text(abs(trend.slope.value)))
    told = _tr("A straight line through {0} bars: {1} a bar; it explains {2}% of the movement.")
    fit = 0.0 if math.isnan(trend.fit) else trend.fit
    return _explain(trend.slope, told.format(trend.slope.have, slope, f"{fit * 100:.0f}"))


def _explain_correlation(row: ComparedRow) -> str:
    figure = row.compared.correlation
    told = _tr("Of the changes from bar to bar, over {0} bars that both have.")
    return _explain(figure, told.format(figure.have))


def _sorted(figure: Figure) -> float:
    """What is not known sorts lowest."""
    return figure.value if figure.known else -math.inf


def _change_column(place: int) -> Column[ComparedRow]:
    return Column(
        f"change{place}",
        "Change",
        lambda r: change_of(r, place),
        lambda r: _sorted(r.change(place)),
        right=True,
        explain=lambda r: _explain_change(r, place),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Comparison", text)


COLUMNS: tuple[Column[ComparedRow], ...] = (
    Column("name", "Name", lambda r: r.name, lambda r: r.name, explain=lambda r: r.detail),
    Column(
        "line",
        "Chart",
        lambda r: "",
        lambda r: _sorted(r.compared.percentile),
        explain=_explain_line,
    ),
    Column(
        "value",
        "Value",
        value_of,
        lambda r: r.compared.value if math.isfinite(r.compared.value) else -math.inf,
        right=True,
    ),
    *(_change_column(place) for place in range(SPANS)),
    Column(
        "percentile",
        "Percentile",
        percentile_of,
        lambda r: _sorted(r.compared.percentile),
        right=True,
        explain=_explain_percentile,
    ),
    Column(
        "z_score",
        "z-score",
        z_score_of,
        lambda r: _sorted(r.compared.z_score),
        right=True,
        explain=_explain_z_score,
    ),
    Column(
        "trend",
        "Trend",
        trend_of,
        lambda r: r.compared.trend.sign * (r.compared.trend.fit if r.compared.trend.sign else 0),
        right=True,
        explain=_explain_trend,
    ),
    Column(
        "correlation",
        "Correlation",
        correlation_of,
        lambda r: _sorted(r.compared.correlation),
        right=True,
        explain=_explain_correlation,
    ),
)


class ComparisonModel(SortedModel[ComparedRow]):
    """Some headings say what was chosen: how far back, correlated to what."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda row: row.key, parent)
        self._headings: Mapping[str, str] = {}

    def set_headings(self, headings: Mapping[str, str]) -> None:
        """By name of the column."""
        if headings != self._headings:
            self._headings = dict(headings)
            last = len(self.columns) - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        said = super().headerData(section, orientation, role)
        if role != Qt.ItemDataRole.DisplayRole or not isinstance(said, str):
            return said
        own = self._headings.get(self.columns[section].name)
        return said if own is None else own + _arrow(said)


def _arrow(heading: str) -> str:
    return heading[-2:] if heading.endswith((" ▲", " ▼")) else ""
