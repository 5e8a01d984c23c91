"""The tables of the panels: quiet rows with a hairline between them, painted by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from thebot_desktop.ui.icons import icon_pixmap
from thebot_desktop.ui.models.table import AnyIndex
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

ROW_PX = 34
ICON_PX = 14
PADDING_PX = 10
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Fonts:
    """The sizes and weights of one font, each made and measured once for all cells."""

    def __init__(self, base: QFont, font_px: int) -> None:
        self.base = QFont(base)
        self.font_px = font_px
        self._made: dict[tuple[int, bool], tuple[QFont, QFontMetrics]] = {}

    def of(self, size: int, *, strong: bool) -> tuple[QFont, QFontMetrics]:
        made = self._made.get((size, strong))
        if made is None:
            font = QFont(self.base)
            font.setPixelSize(scaled(size, self.font_px))
            font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
            made = self._made[size, strong] = font, QFontMetrics(font)
        return made


class Pencil:
    """Paints into one cell with the theme's colours; knows the font sizes there are."""

    def __init__(self, painter: QPainter, theme: Theme, fonts: Fonts) -> None:
        self.painter = painter
        self.theme = theme
        self.font_px = fonts.font_px
        self._fonts = fonts

    def text(
        self,
        area: QRect,
        text: str,
        color: str,
        *,
        size: int = BASE_FONT_PX,
        strong: bool = False,
        right: bool = False,
        whole: bool = False,
    ) -> int:
        """Write one line, shortened to fit; answers how wide it came out.

        ``whole``: rather nothing than a part of it.
        """
        font, metrics = self._fonts.of(size, strong=strong)
        width, room = metrics.horizontalAdvance(text), max(0, area.width())
        if width > room:
            if whole:
                return 0
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        self.painter.setFont(font)
        self.painter.setPen(QColor(color))
        self.painter.drawText(area, _RIGHT if right else _LEFT, text)
        return width

    def wrapped(
        self, text: str, width: int, *, size: int = BASE_FONT_PX, most: int = 2
    ) -> list[str]:
        """``text`` in lines of at most ``width`` pixels; what is too long is in the last one."""
        _, metrics = self._fonts.of(size, strong=False)
        words, lines = text.split(), [""]
        while words:
            longer = f"{lines[-1]} {words[0]}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > width:
                if len(lines) == most:
                    break
                longer = words[0]
                lines.append("")
            lines[-1] = longer
            words.pop(0)
        lines[-1] = " ".join([lines[-1], *words])
        return lines

    def tag(self, area: QRect, text: str, color: str, *, outlined: bool = False) -> int:
        """A small word on a ground of its colour, at the left of ``area``; its width."""
        font, metrics = self._fonts.of(11, strong=not outlined)
        width = metrics.horizontalAdvance(text) + 12
        height = scaled(20, self.font_px)
        box = QRectF(area.left() + 0.5, area.center().y() - height / 2 + 0.5, width, height)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if outlined:
            self.painter.setPen(QPen(QColor(self.theme.border), 1))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.theme.tint(color)))
        self.painter.drawRoundedRect(box, 5, 5)
        self.painter.setFont(font)
        self.painter.setPen(QColor(color if outlined else self.theme.ink(color)))
        self.painter.drawText(box, _CENTRE, text)
        return int(width)

    def icon(self, area: QRect, name: str, color: str) -> None:
        """A sign in the middle of ``area``."""
        picture = icon_pixmap(name, color, ICON_PX, self.painter.device().devicePixelRatio())
        self.painter.drawPixmap(
            area.center().x() - ICON_PX // 2, area.center().y() - ICON_PX // 2, picture
        )

    def ground(self, area: QRect, color: str) -> None:
        """A colour behind what stands in ``area``."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(color))
        self.painter.drawRoundedRect(QRectF(area).adjusted(0, 6, 4, -6), 4, 4)

    def bar(self, area: QRect, share: float, color: str) -> None:
        """A thin bar, filled to ``share``, in the middle of ``area``."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(area.left(), area.center().y() - 1, area.width(), 3)
        self.painter.setBrush(QColor(self.theme.border))
        self.painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(area.width() * max(0.0, min(1.0, share)))
        self.painter.setBrush(QColor(color))
        self.painter.drawRoundedRect(track, 1.5, 1.5)

    def dot(self, area: QRect, color: str, *, hollow: bool = False) -> None:
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(QColor(color), 1.5) if hollow else Qt.PenStyle.NoPen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QColor(color))
        self.painter.drawEllipse(QRectF(area.center().x() - 3, area.center().y() - 3, 7, 7))


Painting = Callable[[Pencil, QRect, AnyIndex], None]
"""Paints the contents of one cell into a rectangle that has its padding already."""


class CellDelegate(QStyledItemDelegate):
    """Paints the ground of a row, and leaves each column to its own painting."""

    def __init__(
        self, columns: Sequence[Painting], theme: Theme, font_px: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self.theme = theme
        self._fonts = Fonts(QFont(), font_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        area = QRect(option.rect)
        painter.save()
        ground = self._ground(option)
        if ground:
            painter.fillRect(area, QColor(ground))
        painter.setPen(QColor(self.theme.grid))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        first, last = index.column() == 0, index.column() == len(self._columns) - 1
        inner = area.adjusted(PADDING_PX if first else 4, 0, -PADDING_PX if last else -4, 0)
        painter.setClipRect(area)
        if option.font != self._fonts.base:
            self._fonts = Fonts(option.font, self._fonts.font_px)
        pencil = Pencil(painter, self.theme, self._fonts)
        self._columns[index.column()](pencil, inner, index)
        painter.restore()

    def _ground(self, option: QStyleOptionViewItem) -> str:
        if option.state & QStyle.StateFlag.State_Selected:
            return self.theme.selected
        return ""


class TableView(QTableView):
    """Selects whole rows, scrolls by pixels, never shows a grid."""

    activated_row = Signal(QModelIndex)
    """Enter or a double click."""
    removal_wanted = Signal(QModelIndex)
    """The Delete key."""

    def __init__(self, name: str, row_px: int = ROW_PX) -> None:
        super().__init__()
        self._row_px = row_px
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(self.activated_row)
        self._spare: tuple[int, int] | None = None

    def paint_columns(self, columns: Sequence[Painting], theme: Theme, font_px: int) -> None:
        """Use these paintings, in these colours and sizes, from now on."""
        before = self.itemDelegate()
        self.setItemDelegate(CellDelegate(columns, theme, font_px, self))
        if isinstance(before, CellDelegate):
            before.deleteLater()
        self.verticalHeader().setDefaultSectionSize(scaled(self._row_px, font_px))
        self.viewport().update()

    def set_widths(self, widths: list[int | None]) -> None:
        """Pixels per column; None takes what is left."""
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        for column, width in enumerate(widths):
            stretch = width is None
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(column, mode)
            if width is not None:
                header.resizeSection(column, width)

    def spare_column(self, column: int, needed: int) -> None:
        """Leave ``column`` out while the table is narrower than ``needed`` pixels."""
        self._spare = column, needed
        self._drop_spare()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drop_spare()
        super().resizeEvent(event)

    def _drop_spare(self) -> None:
        if self._spare is not None:
            column, needed = self._spare
            self.setColumnHidden(column, self.viewport().width() < needed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key = event.key()
        if index.isValid() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_row.emit(index)
        elif index.isValid() and key == Qt.Key.Key_Delete:
            self.removal_wanted.emit(index)
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)
