"""ProfileView: how much was traded at which price, with the value area and the price of now."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from thebot_desktop.domain.shapes import Profile
from thebot_desktop.ui.formatting import price_text
from thebot_desktop.ui.theme import Theme, blend, scaled

_EDGE_PX = 12
_FAINT = 0.45
"""So much of their colour have bars outside the value area."""


class ProfileView(QWidget):
    """Bars from the left, prices at the right; rising volume and falling volume in two colours."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._font_px = 13
        self._profile: Profile | None = None
        self._price = math.nan
        self._decimals = 2

    def show_profile(self, profile: Profile, price: float, decimals: int) -> None:
        self._profile, self._price, self._decimals = profile, price, decimals
        self.setAccessibleName(", ".join(f"{name} {text}" for name, text in self.levels))
        self.update()

    @property
    def levels(self) -> list[tuple[str, str]]:
        """The prices that are named, with their names."""
        if self._profile is None:
            return []
        p = self._profile
        named = ((_tr("VAH"), p.vah), (_tr("POC"), p.poc), (_tr("VAL"), p.val))
        return [(name, price_text(price, self._decimals)) for name, price in named]

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme, self._font_px = theme, font_px
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None or self._profile is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(scaled(11, self._font_px))
        painter.setFont(font)
        metrics = QFontMetrics(font)
        widest = max(metrics.horizontalAdvance(f"{n}  {t}") for n, t in self.levels)
        room = QRectF(self.rect()).adjusted(_EDGE_PX, _EDGE_PX, -widest - 2 * _EDGE_PX, -_EDGE_PX)
        self._paint_bars(painter, self._theme, self._profile, room)
        self._paint_levels(painter, self._theme, self._profile, room)
        painter.end()

    def _paint_bars(self, painter: QPainter, theme: Theme, profile: Profile, room: QRectF) -> None:
        count, most = len(profile.volumes), float(profile.volumes.max())
        height, step = room.height() / count, (profile.high - profile.low) / count
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(count):
            middle = profile.low + (i + 0.5) * step
            inside = profile.val <= middle <= profile.vah
            top = room.bottom() - (i + 1) * height
            bought = float(profile.bought[i]) / most * room.width()
            whole = float(profile.volumes[i]) / most * room.width()
            for left, width, colour in (
                (room.left(), bought, theme.up),
                (room.left() + bought, whole - bought, theme.down),
            ):
                shown = colour if inside else blend(colour, theme.panel, _FAINT)
                painter.setBrush(QColor(shown))
                painter.drawRect(QRectF(left, top + 0.5, max(0.0, width), max(1.0, height - 1)))

    def _paint_levels(
        self, painter: QPainter, theme: Theme, profile: Profile, room: QRectF
    ) -> None:
        prices = (profile.vah, profile.poc, profile.val)
        taken: list[float] = []
        for (name, text), price in zip(self.levels, prices, strict=True):
            colour = theme.warning if price == profile.poc else theme.secondary
            self._paint_level(painter, room, price, f"{name}  {text}", colour, taken)
        if math.isfinite(self._price) and profile.low <= self._price <= profile.high:
            text = price_text(self._price, self._decimals)
            self._paint_level(painter, room, self._price, text, theme.accent, taken)

    def _paint_level(
        self,
        painter: QPainter,
        room: QRectF,
        price: float,
        text: str,
        colour: str,
        taken: list[float],
    ) -> None:
        """A line across, and beside it what it is; a name that has no room moves up."""
        assert self._profile is not None
        share = (price - self._profile.low) / (self._profile.high - self._profile.low)
        y = room.bottom() - share * room.height()
        painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right() + 4, y))
        line = float(scaled(15, self._font_px))
        at = y
        while any(abs(at - other) < line for other in taken):
            at -= 2
        taken.append(at)
        painter.setPen(QColor(colour))
        place = QRectF(room.right() + 8, at - line / 2, self.width() - room.right() - 12, line)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)
