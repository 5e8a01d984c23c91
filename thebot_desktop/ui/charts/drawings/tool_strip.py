"""ToolStrip: the bar of drawing tools beside a chart, on its left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.hand import Hand
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.drawings.toolbox import toolbox
from thebot_desktop.ui.icons import ICON_PX, icon_pixmap
from thebot_desktop.ui.theme import Theme, blend

BUTTON = 26
PADDING = 4
GAP = 7
"""Room for the line between groups."""
LEAST_WIDTH = 360
"""In narrower charts there is no room beside it; their menu has the same tools."""
LEAST_ROWS = 4


class ToolStrip(QWidget):
    """Beside the chart, where a person wants it there; several columns if low.

    Its buttons paint themselves: a bar that style sheets paint would cost more than the chart
    beside it each time that one pans.
    """

    def __init__(self, view: ChartView) -> None:
        super().__init__()
        self._view = view
        self._theme = view.theme
        self._lines: list[tuple[int, int, int]] = []
        self.setAccessibleName(self.tr("Drawing tools"))
        self.groups = _buttons(self, view)
        self.hide()
        view.hand.changed.add(lambda _none: self.refresh())
        view.look_changed.connect(lambda _look: self.refresh())
        self.refresh()

    @property
    def buttons(self) -> list[ToolButton]:
        return [button for group in self.groups for button in group]

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self.buttons:
            button.set_theme(theme)
        self.update()

    def refresh(self) -> None:
        """Tick what is armed or switched on."""
        for button in self.buttons:
            button.refresh()

    def take_place(self, page: QSize) -> None:
        """Beside the chart on a page of this size, in as many columns as are needed."""
        room = page.height() - 2 * PADDING
        fits = page.width() >= LEAST_WIDTH and room // BUTTON >= LEAST_ROWS
        self.setVisible(self._view.state.look.tools and fits)
        if fits:
            self._arrange(PADDING + room)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(theme.border))
        for x, y, width in self._lines:
            painter.fillRect(x, y, width, 1, QColor(blend(theme.text, theme.panel, 0.16)))
        painter.end()

    def _arrange(self, lowest: int) -> None:
        """Groups below each other; a column that is full is continued in the next."""
        x, y = PADDING, PADDING
        self._lines = []
        for number, group in enumerate(self.groups):
            if number and y > PADDING:
                self._lines.append((x + 4, y + GAP // 2, BUTTON - 8))
                y += GAP
            for button in group:
                if y + BUTTON > lowest:
                    x, y = x + BUTTON, PADDING
                button.move(x, y)
                y += BUTTON
        self.setFixedWidth(x + BUTTON + PADDING + 1)
        self.update()


class ToolButton(QAbstractButton):
    """One icon; its ground says whether it is on or under the pointer."""

    def __init__(
        self,
        strip: QWidget,
        name: str,
        tip: str,
        theme: Theme,
        act: Callable[[], object],
        is_on: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(strip)
        self._name = name
        self._theme = theme
        self._is_on = is_on
        self.setFixedSize(BUTTON, BUTTON)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCheckable(is_on is not None)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setObjectName(f"tool.{name}")
        self.clicked.connect(lambda _on: act())
        # What is ticked follows from what is the case, not from the click.
        self.clicked.connect(lambda _on: self.refresh())

    def refresh(self) -> None:
        if self._is_on is not None:
            self.setChecked(self._is_on())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BUTTON, BUTTON)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        if on or self.underMouse():
            ground = (
                blend(theme.accent, theme.panel, 0.22)
                if on
                else blend(theme.text, theme.panel, 0.10)
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        ink = theme.accent if on else (theme.text if self.underMouse() else theme.secondary)
        corner = (BUTTON - ICON_PX) // 2
        scale = self.devicePixelRatioF()
        painter.drawPixmap(corner, corner, icon_pixmap(self._name, ink, ICON_PX, scale))
        painter.end()


def _buttons(strip: ToolStrip, view: ChartView) -> list[list[ToolButton]]:
    """Pointer and tools, how they behave, and what is about all drawings."""
    hand, theme = view.hand, view.theme
    pointer = ToolButton(
        strip, "cursor", _tr("Pointer (Esc)"), theme, lambda: hand.arm(None), lambda: not hand.tool
    )
    tools = [
        ToolButton(
            strip,
            tool.icon,
            f"{tool.name} ({tool.shortcut})" if tool.shortcut else tool.name,
            theme,
            partial(_arm, hand, tool),
            partial(_is_armed, hand, tool),
        )
        for tool in toolbox().values()
    ]
    return [[pointer], tools, _switches(strip, view), _for_all(strip, view, hand)]


def _switches(strip: ToolStrip, view: ChartView) -> list[ToolButton]:
    def switch(icon: str, tip: str, field: str) -> ToolButton:
        def turn() -> None:
            look = view.state.look
            view.set_look(msgspec.structs.replace(look, **{field: not getattr(look, field)}))

        return ToolButton(
            strip, icon, tip, view.theme, turn, lambda: bool(getattr(view.state.look, field))
        )

    return [
        switch(
            "magnet", _tr("Magnet: snap to the prices of a bar (hold Ctrl to invert)"), "magnet"
        ),
        switch("pin", _tr("Keep the tool after drawing"), "keep_tool"),
    ]


def _for_all(strip: ToolStrip, view: ChartView, hand: Hand) -> list[ToolButton]:
    def hide() -> None:
        look = view.state.look
        view.set_look(msgspec.structs.replace(look, drawings=not look.drawings))

    return [
        ToolButton(
            strip,
            "lock",
            _tr("Lock all drawings"),
            view.theme,
            lambda: hand.lock_all(locked=not hand.all_locked),
            lambda: hand.all_locked,
        ),
        ToolButton(
            strip,
            "hide",
            _tr("Hide all drawings"),
            view.theme,
            hide,
            lambda: not view.state.look.drawings,
        ),
        ToolButton(
            strip, "trash", _tr("Delete all drawings (Ctrl+Z undoes)"), view.theme, hand.delete_all
        ),
    ]


def _arm(hand: Hand, tool: Tool) -> None:
    """A second click on a tool puts it down."""
    hand.arm(None if hand.tool is tool else tool)


def _is_armed(hand: Hand, tool: Tool) -> bool:
    return hand.tool is tool


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drawings", text)
