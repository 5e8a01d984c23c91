"""The small toggles at the bottom of the price axis, and the keys that do the same."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.price_axis import FOOT, LEAST_WITH_FOOT
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

FONT_PX = 11
ROOM_FOR_WORDS = 84
"""A narrower axis shows single letters."""
RESET_KEY = Qt.Key.Key_Home
"""With Alt: the view as it is when a chart opens."""


class ScaleButtons(QWidget):
    """Shown while the pointer is over the chart; otherwise the axis belongs to prices."""

    automatic_wanted = Signal(bool)
    look_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._theme = theme
        self._font_px = BASE_FONT_PX
        self._look = ChartLook()
        self._wanted = self._fits = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.automatic = self._button(self.tr("Fit prices to the screen"))
        self.log = self._button(self.tr("Logarithmic scale (Alt+L)"))
        self.percent = self._button(self.tr("Scale in percent (Alt+P)"))
        for button in (self.automatic, self.log, self.percent):
            row.addWidget(button, 1)
        self.automatic.clicked.connect(self.automatic_wanted)
        self.log.clicked.connect(lambda: self._want(ScaleMode.LOG))
        self.percent.clicked.connect(lambda: self._want(ScaleMode.PERCENT))
        self.set_theme(theme)
        self.hide()

    def set_font_px(self, font_px: int) -> None:
        """As large as the labels of the axis."""
        self._font_px = font_px
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in (self.automatic, self.log, self.percent):
            button.setFixedHeight(scaled(FOOT, self._font_px))
        self.setStyleSheet(
            f"ScaleButtons {{ background: {theme.panel}; }}"
            f"QToolButton {{ color: {theme.muted}; background: transparent; border: none;"
            f" border-radius: 3px; padding: 0; margin: 0;"
            f" font-size: {scaled(FONT_PX, self._font_px)}px; }}"
            f"QToolButton:hover {{ color: {theme.text}; background: {theme.raised}; }}"
            f"QToolButton:checked {{ color: {theme.accent}; font-weight: 600; }}"
        )

    def show_state(self, frame: Frame, look: ChartLook, *, automatic: bool, usable: bool) -> None:
        """Follow the chart: where the axis ends, and what is switched on."""
        self._look = look
        self.automatic.setChecked(automatic)
        self.log.setChecked(look.scale is ScaleMode.LOG)
        self.percent.setChecked(look.scale is ScaleMode.PERCENT)
        box, unit = frame.panes[0].box, frame.unit
        left = round(frame.plot_width / unit) + 1
        width = round(frame.width / unit) - left
        foot = scaled(FOOT, self._font_px)
        self.setGeometry(QRect(left, round(box.bottom / unit) - foot, width, foot))
        self._name(in_words=width >= scaled(ROOM_FOR_WORDS, self._font_px))
        self._fits = usable and box.height / unit >= scaled(LEAST_WITH_FOOT, self._font_px)
        self.setVisible(self._wanted and self._fits)

    def set_wanted(self, *, wanted: bool) -> None:
        """Whether the pointer is over the chart."""
        self._wanted = wanted
        self.setVisible(wanted and self._fits)

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumWidth(0)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _name(self, *, in_words: bool) -> None:
        self.automatic.setText(self.tr("auto") if in_words else self.tr("A"))
        self.log.setText(self.tr("log") if in_words else self.tr("L"))
        self.percent.setText("%")

    def _want(self, mode: ScaleMode) -> None:
        self.look_wanted.emit(with_scale(self._look, mode))


def with_scale(look: ChartLook, mode: ScaleMode) -> ChartLook:
    """``mode``, or the normal scale where it is on already."""
    wanted = ScaleMode.NORMAL if look.scale is mode else mode
    return msgspec.structs.replace(look, scale=wanted)


def is_reset_key(event: QKeyEvent) -> bool:
    return _with_alt(event) and event.key() == RESET_KEY


def look_after_key(event: QKeyEvent, look: ChartLook) -> ChartLook | None:
    """The look that Alt and a letter ask for, if they ask for one."""
    if not _with_alt(event):
        return None
    match event.key():
        case Qt.Key.Key_L:
            return with_scale(look, ScaleMode.LOG)
        case Qt.Key.Key_P:
            return with_scale(look, ScaleMode.PERCENT)
        case Qt.Key.Key_I:
            return msgspec.structs.replace(look, inverted=not look.inverted)
    return None


def claims(event: QKeyEvent) -> bool:
    """Keys of the scale come before mnemonics of the menu bar."""
    return is_reset_key(event) or look_after_key(event, ChartLook()) is not None


def _with_alt(event: QKeyEvent) -> bool:
    return event.modifiers() == Qt.KeyboardModifier.AltModifier
