"""MatrixView: a table of coloured cells with names at its sides, each with a number in it."""

from __future__ import annotations

import math

from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from thebot_desktop.ui.theme import Theme, blend, scaled

_ROW_PX = 30
_LEAST_PX = 46
_HEAD_PX = 26
_STRONGEST = 0.78
"""So much of its colour has a cell whose share is 1."""


class MatrixCell(Struct, frozen=True):
    """``share`` from -1 to 1 is the colour; NaN: none. ``text`` says the same."""

    text: str = ""
    share: float = math.nan
    tip: str = ""


class MatrixView(QAbstractScrollArea):
    """Cells are chosen by a click, or by arrows and Enter."""

    chosen = Signal(int, int)
    """Row and column."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._cells: tuple[tuple[MatrixCell, ...], ...] = ()
        self._at: tuple[int, int] | None = None
        self._theme: Theme | None = None
        self._font_px = 13
        self._least = _LEAST_PX
        """So wide is a cell at least: what stands in it is never cut."""

    @property
    def cells(self) -> tuple[tuple[MatrixCell, ...], ...]:
        return self._cells

    @property
    def at(self) -> tuple[int, int] | None:
        """The cell that the keyboard is at."""
        return self._at

    def show_cells(
        self,
        rows: tuple[str, ...],
        columns: tuple[str, ...],
        cells: tuple[tuple[MatrixCell, ...], ...],
    ) -> None:
        if (rows, columns, cells) == (self._rows, self._columns, self._cells):
            return
        self._rows, self._columns, self._cells = rows, columns, cells
        self._set_bars()
        self.viewport().update()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme, self._font_px = theme, font_px
        self._set_bars()
        self.viewport().update()

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where a cell is, in the viewport."""
        left, top, width, height = self._measures()
        x = left + column * width - self.horizontalScrollBar().value()
        y = top + row * height - self.verticalScrollBar().value()
        return QRect(round(x), round(y), math.ceil(width), round(height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cells(painter, self._theme)
        self._paint_names(painter, self._theme)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._cell_at(event.position())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = at
            self.viewport().update()
            self.chosen.emit(*at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in steps and self._cells:
            row, column = self._at or (0, 0)
            if self._at is not None:
                row, column = row + steps[key][0], column + steps[key][1]
            self._at = (
                max(0, min(row, len(self._rows) - 1)),
                max(0, min(column, len(self._columns) - 1)),
            )
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at is not None:
            self.chosen.emit(*self._at)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._cell_at(QPointF(event.pos()))
            tip = self._cells[at[0]][at[1]].tip if at is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        if event.type() == QEvent.Type.Resize:
            self._set_bars()
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def _measures(self) -> tuple[float, float, float, float]:
        """Where the cells begin, and how large one is."""
        left, head = self._name_width(), scaled(_HEAD_PX, self._font_px)
        count = max(1, len(self._columns))
        room = self.viewport().width() - left - 6
        width = max(self._least, room / count)
        return left, head, width, scaled(_ROW_PX, self._font_px)

    def _name_width(self) -> int:
        metrics = QFontMetrics(self._font(strong=False))
        longest = max((metrics.horizontalAdvance(name) for name in self._rows), default=0)
        return longest + 18

    def _font(self, *, strong: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(scaled(12, self._font_px))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return font

    def _set_bars(self) -> None:
        metrics = QFontMetrics(self._font(strong=True))
        texts = {cell.text for cells in self._cells for cell in cells}
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        self._least = max(scaled(_LEAST_PX, self._font_px), widest + 12)
        left, top, width, height = self._measures()
        whole = left + width * len(self._columns) + 6, top + height * len(self._rows) + 4
        view = self.viewport()
        for bar, size, room in (
            (self.horizontalScrollBar(), whole[0], view.width()),
            (self.verticalScrollBar(), whole[1], view.height()),
        ):
            bar.setRange(0, max(0, math.ceil(size - room)))
            bar.setPageStep(room)
            bar.setSingleStep(round(height))

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        left, top, width, height = self._measures()
        if at.x() < left or at.y() < top:
            return None
        column = int((at.x() - left + self.horizontalScrollBar().value()) // width)
        row = int((at.y() - top + self.verticalScrollBar().value()) // height)
        return (row, column) if row < len(self._rows) and column < len(self._columns) else None

    def _paint_cells(self, painter: QPainter, theme: Theme) -> None:
        painter.setFont(self._font(strong=True))
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                box = QRectF(self.cell_rect(row, column)).adjusted(1.5, 1.5, -1.5, -1.5)
                ground, ink = _colours(theme, cell)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(ground))
                painter.drawRoundedRect(box, 4, 4)
                if self.hasFocus() and self._at == (row, column):
                    painter.setPen(QPen(QColor(theme.accent), 1.5))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(box, 4, 4)
                painter.setPen(QColor(ink))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cell.text)

    def _paint_names(self, painter: QPainter, theme: Theme) -> None:
        """Over the cells, so that these scroll beneath them."""
        left, top, _width, _height = (round(m) for m in self._measures())
        view = self.viewport()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawRect(0, 0, left, view.height())
        painter.setFont(self._font(strong=False))
        painter.setPen(QColor(theme.text))
        for row, name in enumerate(self._rows):
            box = self.cell_rect(row, 0)
            place = QRect(10, box.top(), left - 14, box.height())
            painter.drawText(
                place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name
            )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRect(0, 0, view.width(), top)
        painter.setPen(QColor(theme.secondary))
        painter.setClipRect(left, 0, view.width() - left, top)
        for column, name in enumerate(self._columns):
            box = self.cell_rect(0, column)
            place = QRect(box.left(), 0, box.width(), top)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
        painter.setClipping(False)


def _colours(theme: Theme, cell: MatrixCell) -> tuple[str, str]:
    """The ground and what is written on it."""
    if not math.isfinite(cell.share):
        return theme.raised, theme.muted
    colour = theme.up if cell.share >= 0 else theme.down
    ground = blend(colour, theme.raised, min(1.0, abs(cell.share)) * _STRONGEST)
    return ground, theme.on(ground)
