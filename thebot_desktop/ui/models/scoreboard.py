"""The scoreboard as a table: one row a cell, sorted by its raw numbers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from thebot_desktop.analysis.scoreboard import FEW_CASES, Cell
from thebot_desktop.domain.signals import Direction
from thebot_desktop.ui.formatting import percent_text
from thebot_desktop.ui.models.signals import direction_mark
from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column

_ORDER = (None, Direction.BUY, Direction.SELL, Direction.NEUTRAL)


def direction_text(cell: Cell) -> str:
    direction = cell.key.direction
    return _tr("Both") if direction is None else direction_mark(direction)


def horizon_text(horizon: int) -> str:
    return _tr("{0} bars").format(horizon)


def cases_text(cell: Cell) -> str:
    """How many; a number that says nothing yet says so in words."""
    count = QLocale().toString(cell.cases)
    return _tr("{0}: too few").format(count) if cell.is_few else count


def counted_text(cell: Cell) -> str:
    """The same where no heading says what is counted."""
    count = QLocale().toString(cell.cases)
    return (
        _tr("{0} cases, too few").format(count) if cell.is_few else _tr("{0} cases").format(count)
    )


def rate_text(cell: Cell) -> str:
    return f"{cell.hit_rate * 100:.0f}%"


def bounds_text(cell: Cell) -> str:
    return f"{cell.lowest * 100:.0f}–{cell.highest * 100:.0f}%"


def _explain_rate(cell: Cell) -> str:
    sentence = _tr("{0} of {1} were right. With 95% confidence the rate is between {2} and {3}.")
    bounds = (f"{bound * 100:.0f}%" for bound in (cell.lowest, cell.highest))
    told = sentence.format(cell.hits, cell.cases, *bounds)
    few = _tr("Fewer than {0} cases tell little.").format(FEW_CASES)
    return f"{told} {few}" if cell.is_few else told


COLUMNS: tuple[Column[Cell], ...] = (
    Column("source", "Signal", lambda c: c.key.source, lambda c: c.key.source, tip=True),
    Column("direction", "Direction", direction_text, lambda c: _ORDER.index(c.key.direction)),
    Column("symbol", "Symbol", lambda c: c.key.series.symbol, lambda c: c.key.series.symbol),
    Column(
        "interval",
        "Interval",
        lambda c: c.key.series.interval.value,
        lambda c: c.key.series.interval.milliseconds,
    ),
    Column("horizon", "After", lambda c: horizon_text(c.key.horizon), lambda c: c.key.horizon),
    Column("cases", "Cases", cases_text, lambda c: c.cases, right=True),
    Column(
        "rate",
        "Hit rate",
        lambda c: f"{rate_text(c)} ({bounds_text(c)})",
        lambda c: c.hit_rate,
        explain=_explain_rate,
    ),
    Column(
        "best",
        "Best",
        lambda c: percent_text(c.best * 100),
        lambda c: c.best,
        right=True,
        explain=lambda c: _tr("So far the price went with the signal on the way."),
    ),
    Column(
        "worst",
        "Worst",
        lambda c: percent_text(c.worst * 100),
        lambda c: c.worst,
        right=True,
        explain=lambda c: _tr("So far the price went against the signal on the way."),
    ),
    Column(
        "mean",
        "Mean",
        lambda c: percent_text(c.mean_change * 100),
        lambda c: c.mean_change,
        right=True,
        explain=lambda c: _tr("The mean change of the price, positive where signals were right."),
    ),
)


class ScoreboardModel(SortedModel[Cell]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda cell: cell.key, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)
