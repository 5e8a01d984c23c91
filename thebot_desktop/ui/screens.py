"""The screens that are there, in the words of the layout."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen

from thebot_desktop.ui.layout_state import Rect, ScreenState


def screen_states() -> list[ScreenState]:
    return [state_of(screen) for screen in QGuiApplication.screens()]


def primary_screen() -> ScreenState:
    return state_of(QGuiApplication.primaryScreen())


def state_of(screen: QScreen) -> ScreenState:
    """The part of the screen that windows may use, and how to know it again."""
    return ScreenState(
        name=screen.name(),
        rect=rect_of(screen.availableGeometry()),
        model=screen.model(),
        serial=screen.serialNumber(),
    )


def rect_of(rect: QRect) -> Rect:
    return Rect(rect.x(), rect.y(), max(1, rect.width()), max(1, rect.height()))


def qrect_of(rect: Rect) -> QRect:
    return QRect(rect.x, rect.y, rect.width, rect.height)
