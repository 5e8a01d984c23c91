"""PalettePreview: what colours that are being chosen would look like, on dark and on light."""

from __future__ import annotations

import numpy as np
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
from thebot_desktop.ui.theme import Theme, contrast

HEIGHT_PX = 132
GAP_PX = 12
MARGIN_PX = 10
STEP_PX, HALF_PX = 14, 4
"""From candle to candle, and from the middle of a candle to its edge."""
FAINT = 1.6
"""Less contrast than this to the ground of a chart is hard to see."""
_OPENS = (30, 44, 40, 58, 52, 66, 60, 46, 50, 34, 42, 60, 56, 70)
_CLOSES = (44, 40, 58, 52, 66, 60, 46, 50, 34, 42, 60, 56, 70, 78)
_WICKS = (5, 8, 4, 9, 3, 7, 4, 8, 6, 3, 5, 9, 4, 6)
_VOLUMES = (6, 4, 9, 5, 8, 4, 9, 3, 12, 6, 11, 4, 8, 10)
"""The shape of a few candles, in percent of the height that they have."""
_PRICE_SHARE = 0.62
"""How much of the height candles have; words and volume have the rest."""


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
            if is_faint(theme)
        ]
        self.setAccessibleDescription(" ".join(warnings))


def is_faint(theme: Theme) -> bool:
    """Whether candles of these colours would hardly show on the ground of a chart."""
    grounds = theme.own_edge or theme.candle_up, theme.own_edge or theme.candle_down
    return any(contrast(colour, theme.panel) < FAINT for colour in grounds)


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
    """Candles and their volume, from the left edge on."""
    opens, closes = np.array(_OPENS), np.array(_CLOSES)
    count = len(opens)
    bottom, room = inner.bottom(), inner.height() * _PRICE_SHARE / 100
    foot = bottom - inner.height() * 0.1
    middle = inner.left() + style.px(MARGIN_PX) + style.px(STEP_PX) * np.arange(count)
    middle += style.px(HALF_PX)
    rects, volume = rect_array(2 * count), rect_array(count)
    wicks, bodies = rects[:count], rects[count:]
    wicks[:, 0] = wicks[:, 2] = middle
    wicks[:, 1] = foot - (np.maximum(opens, closes) + np.array(_WICKS)) * room
    wicks[:, 3] = foot - (np.minimum(opens, closes) - np.array(_WICKS[::-1])) * room
    for columns in (bodies, volume):
        columns[:, 0], columns[:, 2] = middle - style.px(HALF_PX), middle + style.px(HALF_PX)
    bodies[:, 1] = foot - np.maximum(opens, closes) * room
    bodies[:, 3] = foot - np.minimum(opens, closes) * room
    volume[:, 1] = bottom - np.array(_VOLUMES) * room * 1.6
    volume[:, 3] = bottom
    rising = closes >= opens
    return Shapes(rects, np.concatenate((rising, rising)), wicks=count), Shapes(volume, rising)


def _paint_last_price(painter: QPainter, inner: QRect, shapes: Shapes, style: ChartStyle) -> None:
    """Its dotted line and its tag at the height of the newest close."""
    theme = style.theme
    newest = shapes.rects[-1]
    y, colour = int(newest[1]), theme.candle_up
    text = style.label("70,284.10", theme.on(colour), Type.SMALL_STRONG, colour)
    left = inner.right() - text.width() - style.px(MARGIN_PX)
    thick = max(1, int(style.unit))
    dots = horizontal_dashes(int(newest[2]), left, y, style.px(1), style.px(3), thick)
    fill_rects(painter, dots, style.up)
    top = y - text.height() // 2
    air = style.px(3)
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
    if is_faint(theme):
        text = _tr("Hard to see")
        label = style.label(text, theme.warning, Type.SMALL_STRONG)
        right = inner.right() - label.width() - style.px(MARGIN_PX)
        painter.drawPixmap(right, inner.bottom() - label.height() - style.px(4), label)


def _name(theme: Theme) -> str:
    return _tr("Dark") if theme.is_dark else _tr("Light")


def _tr(text: str) -> str:
    return QCoreApplication.translate("PalettePreview", text)
