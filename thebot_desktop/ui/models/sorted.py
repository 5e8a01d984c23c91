"""SortedModel: a table in the order a person chose, which keeps its selection when rows change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt

from thebot_desktop.ui.models.table import Column, Row, RowModel

_NOWHERE = QModelIndex()
_ASCENDING = Qt.SortOrder.AscendingOrder


class SortedModel(RowModel[Row]):
    """Sorts its rows itself, by raw values: ten thousand are in order within a frame.

    Without a chosen column they stand as they were given. ``identity`` tells which row of before
    is which of now.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        identity: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._identity = identity
        self._given: list[Row] = []
        self._by: Column[Row] | None = None
        self._reverse = False

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._given = list(rows)
        self._show(self._in_order())

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Called by the view for a click on a heading; -1 is no column."""
        self._by = self.columns[column] if column >= 0 else None
        self._reverse = order is not _ASCENDING
        self._show(self._in_order())
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """An arrow after the heading that rows are sorted by."""
        said = super().headerData(section, orientation, role)
        named = role == Qt.ItemDataRole.DisplayRole and isinstance(said, str)
        if not named or self.columns[section] is not self._by:
            return said
        return f"{said} {'▼' if self._reverse else '▲'}"

    def _in_order(self) -> list[Row]:
        if self._by is None:
            return list(self._given)
        key: Callable[[Row], object] = self._by.sort
        return sorted(self._given, key=key, reverse=self._reverse)  # type: ignore[arg-type]

    def _show(self, fresh: list[Row]) -> None:
        """Rows come and go at the end; in between, all take their places in one step."""
        grown = len(fresh) - len(self._rows)
        if grown > 0 and fresh[grown:] == self._rows:
            self.prepend(fresh[:grown], len(fresh))
            return
        if grown > 0:
            self.beginInsertRows(_NOWHERE, len(self._rows), len(fresh) - 1)
            self._rows = self._rows + fresh[-grown:]
            self.endInsertRows()
        gone = self._rows[len(fresh) :]
        self._rearrange(fresh, gone)
        if gone:
            self.beginRemoveRows(_NOWHERE, len(fresh), len(self._rows) - 1)
            self._rows = fresh
            self.endRemoveRows()

    def _rearrange(self, fresh: list[Row], gone: list[Row]) -> None:
        """What is selected stays so, wherever it stands now; what is ``gone`` does not."""
        if fresh + gone == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        wanted = {self._identity(self._rows[index.row()]) for index in held}
        places: dict[Hashable, int] = {}
        for place, row in enumerate(fresh if wanted else ()):
            name = self._identity(row)
            if name in wanted:
                places.setdefault(name, place)
        moved = [self._at(places.get(self._identity(self._rows[i.row()])), i) for i in held]
        self._rows = fresh + gone
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _at(self, place: int | None, index: QModelIndex) -> QModelIndex:
        return _NOWHERE if place is None else self.index(place, index.column())
