"""SortableTable: a table with headings to sort by, and two looks for much and for little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent

from thebot_desktop.ui.models.table import AnyIndex
from thebot_desktop.ui.table_view import Painting, Pencil, TableView
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

_NO_ARROWS = """
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
"""


@dataclass(frozen=True, slots=True)
class TableLook:
    """Of each column what paints it and how wide it is, at the base font.

    A width of 0 leaves the column out; None takes what is left.
    """

    row_px: int
    paintings: Sequence[Painting]
    widths: Sequence[int | None]


class SortableTable(TableView):
    """A click on a heading sorts by it, a second one backwards, a third one no longer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._looks: tuple[TableLook, TableLook] | None = None
        self._needed = 0
        self._shown: TableLook | None = None
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        # The heading's own words have the arrow: the style's would lie across them.
        header.setStyleSheet(_NO_ARROWS)
        header.show()
        self.setSortingEnabled(True)

    @property
    def is_narrow(self) -> bool:
        return self._looks is not None and self._shown is self._looks[1]

    def set_looks(
        self, wide: TableLook, narrow: TableLook, needed: int, theme: Theme, font_px: int
    ) -> None:
        """Use ``wide`` from ``needed`` pixels of the base font on."""
        self._looks = wide, narrow
        self._needed = scaled(needed, font_px)
        self._theme, self._font_px = theme, font_px
        self._shown = None
        self._choose_look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose_look()
        super().resizeEvent(event)

    def _choose_look(self) -> None:
        if self._looks is None:
            return
        wide, narrow = self._looks
        look = wide if self.viewport().width() >= self._needed else narrow
        if look is self._shown:
            return
        self._shown = look
        self._row_px = look.row_px
        self.paint_columns(look.paintings, self._theme, self._font_px)
        for column, width in enumerate(look.widths):
            self.setColumnHidden(column, width == 0)
        self.set_widths([None if w is None else scaled(w, self._font_px) for w in look.widths])


def paint_plain(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The column's words, on the side the column says."""
    _paint(pencil, area, index, pencil.theme.text)


def paint_quiet(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The same, for what is less important."""
    _paint(pencil, area, index, pencil.theme.secondary)


def paint_strong(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    _paint(pencil, area, index, pencil.theme.text, strong=True)


def text_lines(area: QRect, count: int, font_px: int) -> list[QRect]:
    """So many lines that stand in the middle of ``area``; the first is a little higher."""
    first, other = scaled(18, font_px), scaled(16, font_px)
    top = area.top() + (area.height() - first - other * (count - 1)) // 2
    lines = [QRect(area.left(), top, area.width(), first)]
    while len(lines) < count:
        lines.append(QRect(area.left(), lines[-1].bottom() + 1, area.width(), other))
    return lines


def _paint(
    pencil: Pencil, area: QRect, index: AnyIndex, color: str, *, strong: bool = False
) -> None:
    alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
    right = bool(alignment & Qt.AlignmentFlag.AlignRight)
    pencil.text(area, index.data(), color, size=BASE_FONT_PX, strong=strong, right=right)
