"""BreadthView: how many rise and fall as one divided bar, and how many are above their averages."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from thebot_desktop.analysis.overview import Breadth
from thebot_desktop.ui.theme import Theme, scaled

_EDGE_PX = 16
_LINE_PX = 18
_BAR_PX = 10
_GAP_PX = 16


class BreadthView(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._font_px = 13
        self._breadth = Breadth()

    def show_breadth(self, breadth: Breadth) -> None:
        if breadth != self._breadth:
            self._breadth = breadth
            self.setAccessibleName(". ".join(self.sentences))
            self.update()

    @property
    def sentences(self) -> list[str]:
        """What is drawn, in words."""
        b = self._breadth
        said = _tr("{0} rising, {1} falling, {2} unchanged in 24 h")
        lines = [said.format(b.rising, b.falling, b.unchanged)]
        above = _tr("{0} of {1} above the average of {2} bars")
        lines += [above.format(count, known, bars) for bars, count, known in b.above]
        return lines

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme, self._font_px = theme, font_px
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        rows = 1 + len(self._breadth.above or (0, 0))
        each = _LINE_PX + _BAR_PX + _GAP_PX
        return QSize(240, scaled(rows * each + _EDGE_PX, self._font_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(scaled(12, self._font_px))
        painter.setFont(font)
        theme, b = self._theme, self._breadth
        shares = [(b.rising, theme.up), (b.unchanged, theme.muted), (b.falling, theme.down)]
        bars = [shares]
        bars += [[(above, theme.up), (known - above, theme.down)] for _n, above, known in b.above]
        top = scaled(_EDGE_PX, self._font_px)
        for words, parts in zip(self.sentences, bars, strict=True):
            top = self._paint_bar(painter, theme, top, words, parts)
        painter.end()

    def _paint_bar(
        self, painter: QPainter, theme: Theme, top: int, words: str, parts: list[tuple[int, str]]
    ) -> int:
        line, bar = (scaled(px, self._font_px) for px in (_LINE_PX, _BAR_PX))
        room = QRectF(_EDGE_PX, top, self.width() - 2 * _EDGE_PX, line)
        painter.setPen(QColor(theme.secondary))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        whole = sum(count for count, _colour in parts)
        left, y = room.left(), room.bottom() + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(left, y, room.width(), bar), 3, 3)
        for count, colour in parts:
            if not count:
                continue
            width = room.width() * count / whole
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(left, y, max(1.0, width - 2), bar), 3, 3)
            left += width
        return round(y + bar + scaled(_GAP_PX, self._font_px))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)
