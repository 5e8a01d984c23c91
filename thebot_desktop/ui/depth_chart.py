"""DepthChart: all that waits on both sides of the price, summed up from the middle outwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from thebot_desktop.domain.market import FloatArray, Instrument
from thebot_desktop.market.order_book import BookSide, Depth
from thebot_desktop.ui.charts.pixels import polygon_of
from thebot_desktop.ui.charts.ticks import value_ticks
from thebot_desktop.ui.formatting import decimals_of, percent_text, price_text, quantity_text
from thebot_desktop.ui.models.order_book import mid_text
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

WIDEST = 0.1
"""Never more than this part of the price on each side: farther out is fantasy."""
_WITH_EDGE = 1 + 1e-9
"""So that the last level that is known is not lost by rounding."""
_ZOOMS = tuple(0.8**n for n in range(16))
_AREA_SHARE = 0.20
_HEADROOM = 1.12
_WIDEST_QUANTITY = "88.8M"
_NARROW_PX = 200
"""Narrower than this no quantities are written."""
_GUTTER_GAP_PX = 12
_STEP_PX = 6
"""The arrow keys move the line by so much."""


@dataclass(frozen=True, slots=True)
class DepthPoint:
    """What it takes to move the price to ``price``."""

    price: float
    quantity: float
    cost: float
    distance_percent: float
    is_ask: bool


class DepthChart(QWidget):
    """Bids left, asks right, the middle price between; the wheel zooms around it."""

    def __init__(self, theme: Theme, font_px: int = BASE_FONT_PX) -> None:
        super().__init__()
        self._depth: Depth | None = None
        self._mid = math.nan
        self._instrument: Instrument | None = None
        self._stale = False
        self._zoom = 0
        self._cursor: float | None = None
        self.setAccessibleName(self.tr("Depth chart"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.apply_theme(theme, font_px)

    def show_depth(self, depth: Depth, mid: float, instrument: Instrument, *, stale: bool) -> None:
        """Show this; greyed where it may be wrong or old."""
        self._depth, self._mid, self._instrument, self._stale = depth, mid, instrument, stale
        self.update()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme, self._font_px = theme, font_px
        self._font = QFont(QGuiApplication.font())
        self._font.setPixelSize(scaled(11, font_px))
        self._metrics = QFontMetrics(self._font)
        self.update()

    @property
    def prices(self) -> tuple[float, float]:
        """The prices at its edges: as far on each side as both are known."""
        if self._depth is None or not len(self._depth.bids) or not len(self._depth.asks):
            return math.nan, math.nan
        known = min(
            self._mid - float(self._depth.bids.price[-1]),
            float(self._depth.asks.price[-1]) - self._mid,
        )
        half = min(known, self._mid * WIDEST) * _ZOOMS[self._zoom] * _WITH_EDGE
        return self._mid - half, self._mid + half

    def point_at(self, x: float) -> DepthPoint | None:
        """What a place of the chart stands for, None where nothing is known."""
        low, high = self.prices
        plot = self._plot()
        if math.isnan(low) or self._depth is None or plot.width() <= 1:
            return None
        price = low + (min(max(x, plot.left()), plot.right()) - plot.left()) / _span(plot) * (
            high - low
        )
        is_ask = price >= self._mid
        side = self._depth.asks if is_ask else self._depth.bids
        quantity, cost = _up_to(side, price, is_ask=is_ask)
        return DepthPoint(price, quantity, cost, (price / self._mid - 1) * 100, is_ask)

    @property
    def zoom(self) -> int:
        return self._zoom

    def zoom_by(self, steps: int) -> None:
        """Nearer to the middle by so many steps, or farther away."""
        self._zoom = min(max(self._zoom + steps, 0), len(_ZOOMS) - 1)
        self.update()

    def set_cursor(self, x: float | None) -> None:
        """Tell of the price at ``x``; None tells nothing."""
        self._cursor = x
        point = self.point_at(x) if x is not None else None
        self.setAccessibleDescription(" ".join(self._told(point)) if point is not None else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 60)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.set_cursor(event.position().x())

    def leaveEvent(self, event: QEvent) -> None:
        self.set_cursor(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        self.zoom_by(1 if turned > 0 else -1 if turned < 0 else 0)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -_STEP_PX, Qt.Key.Key_Right: _STEP_PX}
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
        key = Qt.Key(event.key())
        plot = self._plot()
        if key in steps:
            at = plot.center().x() if self._cursor is None else self._cursor
            self.set_cursor(min(max(at + steps[key], plot.left()), plot.right()))
        elif key in zooms:
            self.zoom_by(zooms[key])
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self.set_cursor(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        low, high = self.prices
        plot = self._plot()
        if self._depth is not None and not math.isnan(low) and plot.width() > 20 < plot.height():
            painter.setFont(self._font)
            self._paint_chart(painter, plot, self._depth, low, high)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_chart(
        self, painter: QPainter, plot: QRect, depth: Depth, low: float, high: float
    ) -> None:
        xs = np.arange(plot.left(), plot.right() + 1, dtype=np.float64)
        prices = low + (xs - plot.left()) / _span(plot) * (high - low)
        bids = _totals(depth.bids, prices[prices < self._mid], is_ask=False)
        asks = _totals(depth.asks, prices[prices >= self._mid], is_ask=True)
        most = max(bids.max(initial=0.0), asks.max(initial=0.0)) * _HEADROOM
        if not most > 0:
            return
        self._paint_scale(painter, plot, most)
        theme = self._theme
        for part, totals, color in (
            (xs[: len(bids)], bids, theme.up),
            (xs[len(bids) :], asks, theme.down),
        ):
            ys = plot.bottom() - totals / most * plot.height()
            self._paint_side(painter, plot, part, ys, theme.muted if self._stale else color)
        self._paint_prices(painter, plot, low, high)
        self._paint_mid(painter, plot)
        if self._cursor is not None:
            self._paint_cursor(painter, plot, most)

    def _paint_side(
        self, painter: QPainter, plot: QRect, xs: FloatArray, ys: FloatArray, color: str
    ) -> None:
        """An area with steps; its cost depends on pixels, not on levels."""
        if not len(xs):
            return
        ends = np.array([xs[0], *xs, xs[-1]]), np.array([plot.bottom(), *ys, plot.bottom()])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(color, _AREA_SHARE)))
        painter.drawPolygon(polygon_of(*ends))
        painter.setPen(QPen(QColor(color), 1))
        painter.drawPolyline(polygon_of(xs, ys))

    def _paint_scale(self, painter: QPainter, plot: QRect, most: float) -> None:
        """Round quantities, written at the right of hairlines."""
        height = self._metrics.height()
        ticks, _ = value_ticks(0.0, most, plot.height(), 2.2 * height)
        for value in ticks[1:].tolist():
            y = round(plot.bottom() - value / most * plot.height())
            painter.setPen(QColor(self._theme.grid))
            painter.drawLine(plot.left(), y, plot.right(), y)
            if plot.right() + _GUTTER_GAP_PX < self.width():
                painter.setPen(QColor(self._theme.muted))
                area = QRect(0, y - height // 2, self.width() - 6, height)
                painter.drawText(area, Qt.AlignmentFlag.AlignRight, quantity_text(value))

    def _paint_prices(self, painter: QPainter, plot: QRect, low: float, high: float) -> None:
        """Round prices below, none of them cut or over another."""
        smallest = self._instrument.tick_size if self._instrument is not None else 0.0
        widest = self._metrics.horizontalAdvance(price_text(high, self._decimals)) + 16
        ticks, step = value_ticks(low, high, plot.width(), widest, smallest)
        decimals = min(self._decimals, decimals_of(step))
        painter.setPen(QColor(self._theme.muted))
        for price in ticks.tolist():
            text = price_text(price, decimals)
            x = plot.left() + (price - low) / (high - low) * _span(plot)
            half = self._metrics.horizontalAdvance(text) / 2 + 1
            if x - half < 0 or x + half > self.width():
                continue
            area = QRectF(x - half, plot.bottom() + 3, 2 * half, self._metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(self._theme.border))
        painter.drawLine(plot.left(), plot.bottom(), plot.right(), plot.bottom())

    def _paint_mid(self, painter: QPainter, plot: QRect) -> None:
        """The middle price, named above its line."""
        x = plot.center().x()
        text = mid_text(self._mid, self._decimals)
        height = self._metrics.height()
        pen = QPen(QColor(self._theme.muted), 1)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(x, plot.top() + height + 2, x, plot.bottom())
        painter.setPen(QColor(self._theme.secondary))
        area = QRect(x - 100, plot.top(), 200, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cursor(self, painter: QPainter, plot: QRect, most: float) -> None:
        assert self._cursor is not None
        point = self.point_at(self._cursor)
        if point is None:
            return
        theme = self._theme
        x = round(min(max(self._cursor, plot.left()), plot.right()))
        y = plot.bottom() - point.quantity / most * plot.height()
        painter.setPen(QColor(theme.muted))
        painter.drawLine(x, plot.top(), x, plot.bottom())
        color = theme.muted if self._stale else theme.down if point.is_ask else theme.up
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.panel), 2))
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF(x + 0.5, y), 4, 4)
        self._paint_words(painter, plot, x, self._told(point))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_words(self, painter: QPainter, plot: QRect, x: int, lines: list[str]) -> None:
        """Beside the line, on the side where there is room."""
        height = self._metrics.height()
        width = max(self._metrics.horizontalAdvance(line) for line in lines) + 16
        left = x + 8 if x + 8 + width <= plot.right() else max(plot.left(), x - 8 - width)
        box = QRectF(left + 0.5, plot.top() + height + 6.5, width, height * len(lines) + 9)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(QColor(self._theme.text))
        for i, line in enumerate(lines):
            area = box.adjusted(8, 4 + i * height, -8, 0)
            area.setHeight(height)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft, line)

    def _told(self, point: DepthPoint) -> list[str]:
        """The price, and what it takes to move the market there."""
        base = self._instrument.base if self._instrument is not None else ""
        quote = self._instrument.quote if self._instrument is not None else ""
        what = self.tr("Buys {0} {1}") if point.is_ask else self.tr("Sells {0} {1}")
        percent = percent_text(point.distance_percent, 3)
        return [
            f"{price_text(point.price, self._decimals)}  {percent}",
            what.format(quantity_text(point.quantity), base).rstrip(),
            self.tr("for {0} {1}").format(quantity_text(point.cost), quote).rstrip(),
        ]

    @property
    def _decimals(self) -> int:
        return self._instrument.price_decimals if self._instrument is not None else 2

    def _plot(self) -> QRect:
        """Where the areas are; prices are written below, quantities at the right."""
        below = self._metrics.height() + 6
        wide = self.width() >= scaled(_NARROW_PX, self._font_px)
        right = self._metrics.horizontalAdvance(_WIDEST_QUANTITY) + 12 if wide else 9
        return self.rect().adjusted(8, 6, -right, -below)


def _span(plot: QRect) -> int:
    """From the middle of its first column of pixels to that of its last."""
    return plot.right() - plot.left()


def _totals(side: BookSide, prices: FloatArray, *, is_ask: bool) -> FloatArray:
    """What waits from the best price up to each of ``prices``."""
    places = _places(side, prices, is_ask=is_ask)
    return np.concatenate(([0.0], side.total))[places]


def _up_to(side: BookSide, price: float, *, is_ask: bool) -> tuple[float, float]:
    """Quantity and value of all levels up to ``price``."""
    place = int(_places(side, np.array([price]), is_ask=is_ask)[0])
    if place == 0:
        return 0.0, 0.0
    return float(side.total[place - 1]), float(side.cost[place - 1])


def _places(side: BookSide, prices: FloatArray, *, is_ask: bool) -> NDArray[np.intp]:
    """How many levels lie between the best price and each of ``prices``."""
    sign = 1.0 if is_ask else -1.0
    return np.searchsorted(side.price * sign, prices * sign, side="right")
