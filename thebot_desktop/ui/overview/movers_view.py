"""MoversView: those that rose farthest beside those that fell farthest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from thebot_desktop.ui.models.overview import MoverRow, MoversModel
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import paint_quiet, paint_strong
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

_ROW_PX = 30
_BESIDE_PX = 560
_VOLUME, _VOLUME_PX = 3, 340
"""The volume is left out where there is less room than this."""


class MoversView(QWidget):
    chosen = Signal(str)
    """A symbol that a person wants to see."""

    def __init__(self) -> None:
        super().__init__()
        self.gainers, self.losers = MoversModel(self), MoversModel(self)
        self.tables = [
            self._table(_tr("Gainers"), self.gainers),
            self._table(_tr("Losers"), self.losers),
        ]
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self._titles = []
        for title, table in zip((_tr("▲ Gainers"), _tr("▼ Losers")), self.tables, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            label = QLabel(title)
            label.setProperty("role", "small")
            label.setContentsMargins(10, 8, 8, 4)
            self._titles.append(label)
            column.addWidget(label)
            column.addWidget(table, 1)
            self._box.addLayout(column, 1)

    def show_movers(self, gainers: Sequence[MoverRow], losers: Sequence[MoverRow]) -> None:
        self.gainers.set_rows(gainers)
        self.losers.set_rows(losers)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        for table in self.tables:
            paintings = [paint_strong, paint_quiet, _paint_change, paint_quiet]
            table.paint_columns(paintings, theme, font_px)
            table.set_widths([None, *(scaled(w, font_px) for w in (84, 76, 76))])
            table.spare_column(_VOLUME, scaled(_VOLUME_PX, font_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_PX
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(way)

    def _table(self, name: str, model: MoversModel) -> TableView:
        table = TableView(name, _ROW_PX)
        table.setModel(model)
        table.activated_row.connect(self._choose)
        table.clicked.connect(self._choose)
        return table

    def _choose(self, index: AnyIndex) -> None:
        row: MoverRow = index.data(Role.ROW)
        self.chosen.emit(row.mover.symbol)


def _paint_change(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: MoverRow = index.data(Role.ROW)
    color = pencil.theme.of_change(round(row.mover.change_percent, 2))
    pencil.text(area, index.data(), color, right=True)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)
