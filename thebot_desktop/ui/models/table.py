"""RowModel: a table of rows with raw values, told of changes row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeAlias, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

Row = TypeVar("Row")
AnyIndex: TypeAlias = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()
_MOST_RUNS = 8
"""Beyond this, telling a view of each costs more than what it repaints for nothing."""


class Role(IntEnum):
    """What views ask for beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole
    """The whole row, for delegates."""
    SORT = Qt.ItemDataRole.UserRole + 1
    """The number or word to sort by."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading, what it says of a row, and by what it is sorted."""

    name: str
    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], object]
    right: bool = False
    tip: bool = False
    """Whether a tip says it in full, for texts that may not fit."""
    explain: Callable[[Row], str] | None = None
    """What a tip says instead, for what is drawn and not written."""


class RowModel(QAbstractTableModel, Generic[Row]):
    """Holds rows as they are; the columns know how to say and sort them."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: list[Row] = []

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    @property
    def columns(self) -> tuple[Column[Row], ...]:
        return self._columns

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``. Only what differs is told, so that selection and scrolling stay."""
        fresh = list(rows)
        if len(fresh) != len(self._rows):
            self._resize(fresh)
            return
        self.change_rows(dict(enumerate(fresh)))

    def change_rows(self, rows: Mapping[int, Row]) -> None:
        """Show these instead, by their places; views are told of those that differ."""
        old, changed = self._rows, []
        for place, row in rows.items():
            if row is not old[place] and row != old[place]:
                old[place] = row
                changed.append(place)
        self._tell(changed)

    def set_row(self, index: int, row: Row) -> None:
        self.change_rows({index: row})

    def prepend(self, rows: Sequence[Row], most: int) -> None:
        """Put new rows on top and drop what is too old."""
        if not rows:
            return
        self.beginInsertRows(_NOWHERE, 0, len(rows) - 1)
        self._rows[:0] = rows
        self.endInsertRows()
        if len(self._rows) > most:
            self.beginRemoveRows(_NOWHERE, most, len(self._rows) - 1)
            del self._rows[most:]
            self.endRemoveRows()

    def touch(self, column: str) -> None:
        """What ``column`` says depends on the time: have it asked again."""
        at = next(i for i, c in enumerate(self._columns) if c.name == column)
        if self._rows:
            self.dataChanged.emit(self.index(0, at), self.index(len(self._rows) - 1, at))

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column.explain is not None:
                return column.explain(row) or None
            return column.text(row) if column.tip else None
        if role == Role.SORT:
            return column.sort(row)
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("Columns", self._columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self._columns[section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _tell(self, rows: Iterable[int]) -> None:
        """As few signals as there are runs of neighbours; one over all where they are many."""
        runs: list[tuple[int, int]] = []
        for row in sorted(rows):
            if runs and row == runs[-1][1] + 1:
                runs[-1] = runs[-1][0], row
            else:
                runs.append((row, row))
        if len(runs) > _MOST_RUNS:
            runs = [(runs[0][0], runs[-1][1])]
        for first, last in runs:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _resize(self, fresh: list[Row]) -> None:
        """Grow or shrink at whichever end differs, so that the rest keeps its place."""
        old = self._rows
        grown = len(fresh) - len(old)
        if grown > 0 and fresh[grown:] == old:
            self.prepend(fresh[:grown], len(fresh))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()
