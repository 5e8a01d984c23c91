"""Colours, fonts and cached labels of a chart, for one theme at one scale of the screen."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import IntEnum

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPixmap,
)

from thebot_desktop.domain.line_style import OPAQUE, LineColour
from thebot_desktop.ui.theme import BASE_FONT_PX, FONT_FAMILY, Theme, blend

VOLUME_SHARE = 0.28
STRONG_VOLUME_SHARE = 0.5
"""With high contrast."""
BODY_SHARE = 0.68
FILL_SHARE = 0.11
_MOST_LABELS = 2000


class Type(IntEnum):
    """The kinds of text in a chart."""

    SMALL = 0
    SMALL_STRONG = 1
    LEGEND = 2
    SYMBOL = 3


_SIZES = {
    Type.SMALL: (11, QFont.Weight.Normal),
    Type.SMALL_STRONG: (11, QFont.Weight.DemiBold),
    Type.LEGEND: (12, QFont.Weight.Normal),
    Type.SYMBOL: (15, QFont.Weight.DemiBold),
}


def line_colours(theme: Theme) -> tuple[QColor, ...]:
    """The colours of lines, easily told from each other and from rising and falling."""
    return tuple(QColor(colour) for colour in theme.lines)


class ChartStyle:
    """Everything here is in device pixels; ``unit`` is how many of them a logical pixel has.

    Texts are as large as everywhere else in the program when its base font has ``font_px``.
    """

    def __init__(self, theme: Theme, unit: float, font_px: int = BASE_FONT_PX) -> None:
        self.theme = theme
        self.unit = unit
        self.text_unit = unit * font_px / BASE_FONT_PX
        self.panel = QColor(theme.panel)
        self.panel_brush = QBrush(self.panel)
        self.grid = QBrush(QColor(theme.grid))
        self.border = QBrush(QColor(theme.border))
        self.up, self.down = QBrush(QColor(theme.candle_up)), QBrush(QColor(theme.candle_down))
        self.edge = QBrush(QColor(theme.own_edge)) if theme.own_edge else None
        """For wicks and around bodies, where a person wants another colour there."""
        share = STRONG_VOLUME_SHARE if theme.is_high_contrast else VOLUME_SHARE
        self.volume_up = self._toned(theme.price_up, share)
        self.volume_down = self._toned(theme.price_down, share)
        self.histogram_up = self._toned(theme.up, 0.62)
        self.histogram_down = self._toned(theme.down, 0.62)
        self.level = self._toned(theme.muted, 0.55)
        self.band = self._toned(theme.accent, 0.055)
        self.crosshair = QBrush(QColor(theme.muted))
        self.warning = QBrush(QColor(theme.warning))
        self.veil = QColor(theme.warning)
        self.veil.setAlphaF(0.09)
        self.lines = line_colours(theme)
        self.fills = tuple(self._veil(colour.name()) for colour in self.lines)
        """Grounds between lines; see-through, so that the grid stays visible."""
        self._sides = self._veil(theme.up), self._veil(theme.down)
        self._fonts = {kind: self._font(*_SIZES[kind]) for kind in Type}
        self._metrics = {kind: QFontMetricsF(font) for kind, font in self._fonts.items()}
        self._widths: dict[Type, dict[str, float]] = {kind: {} for kind in Type}
        self.shapes: dict[Hashable, QPixmap] = {}
        """Small pictures that painters keep from frame to frame."""
        self._labels: dict[tuple[str, str, Type, str | None], QPixmap] = {}

    def line(self, colour: LineColour) -> QColor:
        """A colour of the palette, or one of a person's own."""
        return self.lines[colour] if isinstance(colour, int) else QColor(colour)

    def bars(self, rising: LineColour | None, falling: LineColour | None) -> tuple[QBrush, QBrush]:
        """Of a histogram above and below zero; colours of a person's own are as they are."""
        return (
            self.histogram_up if rising is None else QBrush(self.line(rising)),
            self.histogram_down if falling is None else QBrush(self.line(falling)),
        )

    def fill(self, colour: LineColour, opacity: int | None = None) -> QBrush:
        """The ground beside a line of this colour; usually as see-through as grounds are."""
        if opacity is not None:
            return QBrush(self.theme.qcolor(self.line(colour).name(), opacity / OPAQUE))
        return self.fills[colour] if isinstance(colour, int) else self._veil(colour)

    def fill_sides(
        self, rising: LineColour | None, falling: LineColour | None, opacity: int | None
    ) -> tuple[QBrush, QBrush]:
        """The ground where the first edge is above, and where it is below."""
        if rising is None and falling is None and opacity is None:
            return self._sides
        return (
            self.fill(self.theme.up if rising is None else rising, opacity),
            self.fill(self.theme.down if falling is None else falling, opacity),
        )

    def px(self, logical: float) -> int:
        """Whole device pixels, at least one."""
        return max(1, round(logical * self.unit))

    def text_px(self, logical: float) -> int:
        """The same for what grows with the texts in it."""
        return max(1, round(logical * self.text_unit))

    def font(self, kind: Type) -> QFont:
        return self._fonts[kind]

    def width(self, text: str, kind: Type = Type.SMALL) -> float:
        widths = self._widths[kind]
        found = widths.get(text)
        if found is None:
            if len(widths) >= _MOST_LABELS:
                widths.clear()
            found = widths[text] = self._metrics[kind].horizontalAdvance(text)
        return found

    def ascent(self, kind: Type) -> float:
        return self._metrics[kind].ascent()

    def height(self, kind: Type) -> float:
        return self._metrics[kind].height()

    def baseline(self, middle: float, kind: Type) -> float:
        """The baseline of text whose capitals are centred on ``middle``."""
        return round(middle + self._metrics[kind].capHeight() / 2)

    def label(
        self, text: str, colour: str, kind: Type = Type.SMALL, ground: str | None = None
    ) -> QPixmap:
        """Text as a picture; on a ground it is opaque, which is the fastest to draw."""
        key = (text, colour, kind, ground)
        found = self._labels.get(key)
        if found is None:
            if len(self._labels) >= _MOST_LABELS:
                self._labels.clear()
            found = self._labels[key] = self._made(text, colour, kind, ground)
        return found

    def label_size(self, text: str, kind: Type) -> tuple[int, int]:
        """Width and height of a label."""
        return int(self.width(text, kind)) + 2, int(self.height(kind)) + 2

    def picture(
        self, width: int, height: int, paint: Callable[[QPainter], None], ground: str | None = None
    ) -> QPixmap:
        """What ``paint`` paints, to be drawn many times."""
        pixmap = QPixmap(width, height)
        pixmap.fill(QColor(ground) if ground else QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        paint(painter)
        painter.end()
        return pixmap

    def _made(self, text: str, colour: str, kind: Type, ground: str | None) -> QPixmap:
        width, height = self.label_size(text, kind)

        def paint(painter: QPainter) -> None:
            painter.setFont(self._fonts[kind])
            painter.setPen(QColor(colour))
            painter.drawText(0, round(self.baseline(height / 2, kind)), text)

        return self.picture(width, height, paint, ground)

    def _toned(self, colour: str, share: float) -> QBrush:
        """A see-through colour as it looks on the panel: opaque is much faster to fill."""
        return QBrush(QColor(blend(colour, self.theme.panel, share)))

    def _veil(self, colour: str) -> QBrush:
        """Dark grounds swallow more of a colour than light ones."""
        return QBrush(self.theme.qcolor(colour, FILL_SHARE if self.theme.is_dark else 0.09))

    def _font(self, size: int, weight: QFont.Weight) -> QFont:
        font = QFont(QGuiApplication.font())
        if QFontDatabase.hasFamily(FONT_FAMILY):
            font.setFamily(FONT_FAMILY)
        font.setPixelSize(self.text_px(size))
        font.setWeight(weight)
        font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font
