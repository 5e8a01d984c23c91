"""PalettePreview: what colours that are being chosen would look like, on dark and on light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRect, QSize
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from thebot_desktop.app.settings import UiConfig
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.charts.candle_painter import (
    Shapes,
    paint_candles,
    paint_volume,
)
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.pixels import (
    fill_rects,
    horizontal_dashes,
    rect_array,
    to_device_pixels,
)
from thebot_desktop.ui.freshness import word_text
from thebot_desktop.ui.palettes import chosen_theme
from thebot_desktop.ui.theme import Theme

HEIGHT_PX = 140
GAP_PX = 12
MARGIN_PX = 10
STEP_PX, HALF_PX = 14, 4
"""From candle to candle, and from the middle of a candle to its edge."""
_CLOSES = (24, 38, 30, 44, 62, 54, 76, 68, 50, 56, 34, 22, 30, 52, 46, 66, 58, 40, 48, 64, 58, 84)
_WICKS = (6, 11, 5, 12, 4, 9, 5, 11, 8, 4, 6, 12, 5, 8, 10, 4, 9, 6, 11, 5, 8, 6)
_VOLUMES = (6, 9, 4, 7, 12, 5, 14, 6, 10, 4, 11, 8, 5, 12, 4, 10, 6, 9, 5, 8, 4, 13)
"""The shape of some candles, in percent of the height that they have."""
_PRICE_TOP, _PRICE_FOOT = 0.24, 0.90
"""Where candles begin and end, below the words and above the lower edge."""
_TAG = "70,284.10"


class PalettePreview(QWidget):
    """Two small charts, painted as charts are, in the colours of some settings."""

    def __init__(self, config: UiConfig) -> None:
        super().__init__()
        self._config = config
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(self.tr("Preview of the colours"))
        self._describe()

    @property
    def themes(self) -> tuple[Theme, Theme]:
        """The dark one and the light one."""
        return chosen_theme(self._config, dark=True), chosen_theme(self._config, dark=False)

    def show_config(self, config: UiConfig) -> None:
        if config != self._config:
            self._config = config
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        to_device_pixels(painter)
        unit = self.devicePixelRatioF()
        width, height = int(self.width() * unit), int(self.height() * unit)
        gap = round(GAP_PX * unit)
        half = (width - gap) // 2
        for number, theme in enumerate(self.themes):
            card = QRect(number * (half + gap), 0, half, height)
            _paint_card(painter, card, theme, ChartStyle(theme, unit))

    def _describe(self) -> None:
        """The same for those who do not see it."""
        warnings = [
            self.tr("Hard to see on the {0} theme.").format(_name(theme))
            for theme in self.themes
            if theme.has_faint_candles
        ]
        self.setAccessibleDescription(" ".join(warnings))


def _paint_card(painter: QPainter, card: QRect, theme: Theme, style: ChartStyle) -> None:
    painter.fillRect(card, QBrush(theme.qcolor(theme.border)))
    line = style.px(theme.line_px)
    inner = card.adjusted(line, line, -line, -line)
    painter.fillRect(inner, style.panel_brush)
    painter.setClipRect(inner)
    for share in (0.3, 0.6):
        y = inner.top() + round(inner.height() * share)
        painter.fillRect(inner.left(), y, inner.width(), 1, style.grid)
    shapes, volume = _shapes(inner, style)
    paint_volume(painter, volume, style)
    paint_candles(painter, shapes, style)
    _paint_last_price(painter, inner, shapes, style)
    _paint_words(painter, inner, style)
    painter.setClipping(False)


def _shapes(inner: QRect, style: ChartStyle) -> tuple[Shapes, Shapes]:
    """As many candles as fit beside the tag, and their volume."""
    step, margin = style.px(STEP_PX), style.px(MARGIN_PX)
    free = inner.width() - 3 * margin - style.label_size(_TAG, Type.SMALL_STRONG)[0]
    count = max(1, min(free // step, len(_CLOSES) - 1))
    closes = np.array(_CLOSES[-count:])
    opens = np.array(_CLOSES[-count - 1 : -1])
    wicks = np.array(_WICKS[-count:])
    middle = inner.left() + margin + style.px(HALF_PX) + step * np.arange(count)
    rects = rect_array(2 * count)
    thin, bodies = rects[:count], rects[count:]
    thin[:, 0] = thin[:, 2] = middle
    thin[:, 1] = _row(inner, np.maximum(opens, closes) + wicks)
    thin[:, 3] = _row(inner, np.minimum(opens, closes) - wicks[::-1])
    bodies[:, 0], bodies[:, 2] = middle - style.px(HALF_PX), middle + style.px(HALF_PX)
    bodies[:, 1] = _row(inner, np.maximum(opens, closes))
    bodies[:, 3] = _row(inner, np.minimum(opens, closes))
    volume = bodies.copy()
    volume[:, 1] = inner.bottom() - np.array(_VOLUMES[-count:]) * inner.height() / 100
    volume[:, 3] = inner.bottom()
    rising = closes >= opens
    candles = Shapes(rects, np.concatenate((rising, rising)), wicks=count)
    return candles, Shapes(volume, rising)


def _row(inner: QRect, percent: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where a price stands."""
    share = _PRICE_FOOT - (_PRICE_FOOT - _PRICE_TOP) * percent / 100
    return np.asarray(inner.top() + share * inner.height())


def _paint_last_price(painter: QPainter, inner: QRect, shapes: Shapes, style: ChartStyle) -> None:
    """Its dotted line and its tag at the height of the newest close."""
    theme = style.theme
    newest = shapes.rects[-1]
    y, colour = int(newest[1]), theme.price_up
    text = style.label(_TAG, theme.on(colour), Type.SMALL_STRONG, colour)
    left = inner.right() - text.width() - style.px(MARGIN_PX)
    thick, air = max(1, int(style.unit)), style.px(3)
    dots = horizontal_dashes(int(newest[2]), left - air, y, style.px(1), style.px(3), thick)
    fill_rects(painter, dots, QBrush(theme.qcolor(colour)))
    top = y - text.height() // 2
    tag = QRect(left - air, top - 1, text.width() + 2 * air, text.height() + 2)
    painter.fillRect(tag, theme.qcolor(colour))
    painter.drawPixmap(left, top, text)


def _paint_words(painter: QPainter, inner: QRect, style: ChartStyle) -> None:
    """Its name, changes, and what is said of a connection; a warning where candles are faint."""
    theme = style.theme
    said = [
        (_name(theme), theme.secondary),
        ("+1.24%", theme.up),
        ("\N{MINUS SIGN}0.82%", theme.down),
        (word_text(FreshnessWord.LIVE), theme.good),
        (word_text(FreshnessWord.DELAYED), theme.warning),
    ]
    x, y = inner.left() + style.px(MARGIN_PX), inner.top() + style.px(6)
    for text, colour in said:
        label = style.label(text, colour, Type.SMALL_STRONG)
        painter.drawPixmap(x, y, label)
        x += label.width() + style.px(10)
    if theme.has_faint_candles:
        text = _tr("Hard to see")
        label = style.label(text, theme.warning, Type.SMALL_STRONG, theme.panel)
        right = inner.right() - label.width() - style.px(MARGIN_PX)
        painter.drawPixmap(right, inner.bottom() - label.height() - style.px(4), label)


def _name(theme: Theme) -> str:
    return _tr("Dark") if theme.is_dark else _tr("Light")


def _tr(text: str) -> str:
    return QCoreApplication.translate("PalettePreview", text)
