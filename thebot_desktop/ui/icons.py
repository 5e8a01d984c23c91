"""Our line icons, recoloured by theme; the SVG files say ``currentColor``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from thebot_desktop.ui.resources import resource

ICON_PX = 16
_SCALES = (1, 2, 3)
"""Pixel ratios that are drawn ahead, so that icons are sharp on every screen."""


@cache
def icon(name: str, color: str, checked_color: str = "") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in ``color``; another one while checked."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(icon_pixmap(name, color, ICON_PX, scale))
        if checked_color:
            pixmap = icon_pixmap(name, checked_color, ICON_PX, scale)
            made.addPixmap(pixmap, QIcon.Mode.Normal, QIcon.State.On)
    return made


@cache
def icon_pixmap(name: str, color: str, size: int = ICON_PX, scale: float = 1) -> QPixmap:
    """One icon as a picture of ``size`` logical pixels."""
    pixels = QPixmap(QSize(round(size * scale), round(size * scale)))
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    QSvgRenderer(QByteArray(icon_svg(name, color))).render(painter)
    painter.end()
    pixels.setDevicePixelRatio(scale)
    return pixels


def icon_svg(name: str, color: str) -> bytes:
    """The drawing itself in ``color``."""
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return drawing.replace("currentColor", color).encode()


def write_assets(folder: Path, names: dict[str, tuple[str, str]]) -> None:
    """Write ``{file: (icon, colour)}`` as files, for style rules that want a path."""
    for file, (name, color) in names.items():
        (folder / file).write_bytes(icon_svg(name, color))
