"""Signals as a table, newest first."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.ui.models.table import Column, Role, RowModel

_MARKS = {Direction.BUY: "▲ BUY", Direction.SELL: "▼ SELL", Direction.NEUTRAL: "● NONE"}
_SIGNS = {Direction.BUY: 1, Direction.SELL: -1, Direction.NEUTRAL: 0}


def direction_mark(direction: Direction) -> str:
    """Never by colour alone: an arrow and the word."""
    return _MARKS[direction]


COLUMNS: tuple[Column[Signal], ...] = (
    Column("direction", "Direction", lambda s: _MARKS[s.direction], lambda s: _SIGNS[s.direction]),
    Column(
        "reason",
        "Signal",
        lambda s: f"{s.series} {s.source}: {s.reason}",
        lambda s: str(s.series),
        tip=True,
    ),
    Column(
        "confidence",
        "Confidence",
        lambda s: f"{s.confidence:.2f}",
        lambda s: s.confidence,
        right=True,
    ),
)


class SignalsModel(RowModel[Signal]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)


class SignalsFilter(QSortFilterProxyModel):
    """Lets through what fits the chosen direction and symbol; None lets everything through."""

    def __init__(self, model: SignalsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._direction: Direction | None = None
        self._symbol: Symbol | None = None
        self.setSortRole(Role.SORT)
        self.setSourceModel(model)

    def choose(self, direction: Direction | None, symbol: Symbol | None) -> None:
        if (direction, symbol) != (self._direction, self._symbol):
            self.beginFilterChange()
            self._direction, self._symbol = direction, symbol
            self.endFilterChange()

    def filterAcceptsRow(
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        signal: Signal = self.sourceModel().index(source_row, 0).data(Role.ROW)
        if self._direction is not None and signal.direction is not self._direction:
            return False
        return self._symbol is None or signal.series.symbol == self._symbol
