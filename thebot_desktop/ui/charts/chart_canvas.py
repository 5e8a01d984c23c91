"""ChartCanvas: puts the layers of a chart on screen, and repaints no more than what changed."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QGraphicsView, QWidget

from thebot_desktop.ui.charts.base_layer import paint_base, prepare
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, FrameMaker
from thebot_desktop.ui.charts.legend import LegendBox, boxes
from thebot_desktop.ui.charts.live_layer import LiveLayer
from thebot_desktop.ui.charts.picture import device_size, image_of
from thebot_desktop.ui.charts.pixels import area, logical, to_device_pixels
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme


class ChartCanvas(pg.GraphicsView):  # type: ignore[misc]
    """Two layers in the background of a graphics scene.

    The base layer is painted anew only when the view or closed candles change. While one pans,
    it goes straight to the window; the first partial repaint after that keeps it in a pixmap. The
    live layer is made of pieces: a price that moves repaints the few that differ. Things a person
    can grab belong into the scene, whose coordinates are the pixels of this widget.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setCentralWidget(None)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.state = ChartState()
        self._theme = theme
        self._font_px = BASE_FONT_PX
        self._style: ChartStyle | None = None
        self._maker = FrameMaker()
        self._live = LiveLayer()
        self._frame: Frame | None = None
        self._base: QPixmap | None = None
        self._whole = True
        self.paint_count = 0
        """How often the chart was painted; it stands still while nothing changes."""
        self.painted_area = 0
        """Area of the last repaint, in logical pixels."""

    def close(self) -> bool:
        """As any widget closes. pyqtgraph would destroy the viewport with all that stands on it,
        while Qt goes on sending events to the chart."""
        return bool(QGraphicsView.close(self))

    @property
    def theme(self) -> Theme:
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._style = None
        self.invalidate()

    @property
    def font_px(self) -> int:
        return self._font_px

    def set_font_px(self, font_px: int) -> None:
        """Texts as large as in the rest of the program."""
        if font_px != self._font_px:
            self._font_px = font_px
            self._style = None
            self.forget_axis_width()
            self.invalidate()

    @property
    def style_now(self) -> ChartStyle:
        """Colours and fonts at the scale of the screen that the chart is on."""
        unit = self.devicePixelRatioF()
        if self._style is None or self._style.unit != unit:
            self._style = ChartStyle(self._theme, unit, self._font_px)
        return self._style

    @property
    def frame_now(self) -> Frame:
        """Where everything is now; laid out anew if something changed since the last time."""
        style = self.style_now
        width, height = self._device_size(style.unit)
        frame = self._frame
        if frame is None or (frame.width, frame.height, frame.unit) != (width, height, style.unit):
            frame = self._frame = prepare(self._maker, self.state, style, width, height)
            self._base = None
            self._live.compose(self.state, frame, style)
            self.frame_made(frame)
        return frame

    @property
    def plot_width(self) -> float:
        """Width of the plot in logical pixels."""
        frame = self.frame_now
        return frame.plot_width / frame.unit

    def frame_made(self, frame: Frame) -> None:
        """Called when everything has been laid out anew."""

    def legend_at(self, x: float, y: float) -> LegendBox | None:
        """Whose entry in a legend is at a point, in logical pixels; its box too."""
        unit, style = self.frame_now.unit, self.style_now
        for corner, text in self._live.corners:
            for owner, rect, name_right in boxes(text, style):
                moved = rect.translated(corner)
                if moved.contains(x * unit, y * unit):
                    logical_rect = QRectF(moved.topLeft() / unit, moved.size() / unit)
                    return LegendBox(owner, logical_rect, (corner.x() + name_right) / unit)
        return None

    def legend_right(self, pane: str) -> float:
        """Where the legend of a pane ends, in logical pixels."""
        names = ("legend", pane)
        rects = [p.rect for p in self._live.pieces if p.name == names]
        return (rects[0].x() + rects[0].width()) / self.frame_now.unit if rects else 0.0

    def forget_axis_width(self) -> None:
        self._maker.forget_width()

    def invalidate(self) -> None:
        """The view, or more than the newest candle, changed: paint all of it."""
        self._frame = None
        self.viewport().update()

    def refresh_live(self, *, legends: bool = True) -> None:
        """The newest candle, the pointer or a legend changed: paint what differs."""
        if self._frame is None:
            return
        style = self.style_now
        rects = self._live.compose(self.state, self._frame, style, legends=legends)
        if rects:
            region = QRegion()
            for rect in rects:
                region += logical(rect, style.unit)
            self.viewport().update(region)

    def render_to_image(self, scale: float = 1.0) -> QImage:
        """The whole chart as a picture: titled, and without the crosshair."""
        size = self.viewport().size()
        return image_of(self.state, self._theme, size, scale, self._font_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        region = event.region()
        self._whole = region.boundingRect() == self.viewport().rect() and region.rectCount() == 1
        self.paint_count += 1
        self.painted_area = area(region)
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        frame, style = self.frame_now, self.style_now
        painter.save()
        if frame.unit != int(frame.unit):
            # What is left of a device pixel at the right and the bottom.
            painter.fillRect(self.viewport().rect(), style.panel)
        to_device_pixels(painter)
        if self._whole and self._base is None:
            paint_base(painter, self.state, frame, style)
        else:
            painter.drawPixmap(0, 0, self._base_pixmap(frame, style))
        self._live.paint(painter)
        painter.restore()

    def _base_pixmap(self, frame: Frame, style: ChartStyle) -> QPixmap:
        if self._base is None:
            self._base = QPixmap(frame.width, frame.height)
            painter = QPainter(self._base)
            paint_base(painter, self.state, frame, style)
            painter.end()
        return self._base

    def _device_size(self, unit: float) -> tuple[int, int]:
        return device_size(self.viewport().size(), unit)
