"""Pictures of a whole chart with all its panes: as pixels, as SVG, on paper."""

from __future__ import annotations

import dataclasses
import math

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgGenerator

from thebot_desktop.ui.charts.base_layer import paint_base, prepare
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import FrameMaker
from thebot_desktop.ui.charts.live_layer import LiveLayer
from thebot_desktop.ui.charts.vectors import VectorPainter, VectorStyle
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme

PIXELS_PER_INCH = 96


def image_of(
    state: ChartState, theme: Theme, size: QSize, scale: float, font_px: int = BASE_FONT_PX
) -> QImage:
    """The chart, titled and without the crosshair, ``scale`` times as large as on screen."""
    width, height = device_size(size, scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    _paint(painter, state, ChartStyle(theme, scale, font_px), width, height)
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


def svg_of(
    state: ChartState, theme: Theme, size: QSize, scale: float, font_px: int = BASE_FONT_PX
) -> bytes:
    """The same as shapes and words."""
    width, height = device_size(size, scale)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(PIXELS_PER_INCH)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRect(0, 0, width, height))
    generator.setTitle(str(state.series or ""))
    painter = VectorPainter(generator)
    _paint(painter, state, VectorStyle(theme, scale, font_px), width, height)
    painter.end()
    return bytes(buffer.data().data())


def print_chart(
    printer: QPrinter, state: ChartState, theme: Theme, size: QSize, font_px: int = BASE_FONT_PX
) -> bool:
    """As large as the page allows; False where the printer does not take it."""
    painter = VectorPainter()
    if not painter.begin(printer):
        return False
    layout: QPageLayout = printer.pageLayout()
    page = layout.paintRectPixels(printer.resolution())
    unit = min(page.width() / size.width(), page.height() / size.height())
    width, height = device_size(size, unit)
    painter.translate((page.width() - width) // 2, (page.height() - height) // 2)
    _paint(painter, state, VectorStyle(theme, unit, font_px), width, height)
    return bool(painter.end())


def device_size(size: QSize, unit: float) -> tuple[int, int]:
    """Width and height in whole device pixels."""
    return max(1, math.floor(size.width() * unit)), max(1, math.floor(size.height() * unit))


def _paint(
    painter: QPainter, state: ChartState, style: ChartStyle, width: int, height: int
) -> None:
    shown = dataclasses.replace(
        state,
        crosshair=None,
        linked=None,
        titled=True,
        drawings=state.drawings.at_rest(),
        held_alert=None,
        hovered_alert=None,
    )
    frame = prepare(FrameMaker(), shown, style, width, height)
    live = LiveLayer()
    live.compose(shown, frame, style)
    paint_base(painter, shown, frame, style)
    live.paint(painter)
