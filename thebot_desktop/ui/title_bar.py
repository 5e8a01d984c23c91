"""The header of a dock: its name or tabs, a short fact at the right, float and close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from thebot_desktop.ui.elided_label import ElidedLabel
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import Theme, scaled

HEADER_PX = 34


class DockTitleBar(QWidget):
    """Takes no mouse clicks beside its buttons, so that the dock is dragged by it."""

    tab_chosen = Signal(int)
    float_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, title: str, theme: Theme, font_px: int) -> None:
        super().__init__()
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tabs = QButtonGroup(self)
        self._tabs.idClicked.connect(self.tab_chosen)
        self._info = ElidedLabel()
        self._info.setProperty("role", "dockInfo")
        self._float = self._tool(self.tr("Float this panel"), self.float_wanted)
        self._close = self._tool(self.tr("Close this panel"), self.close_wanted)
        self._added: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 8, 0)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addStretch(1)
        for widget in (self._info, self._float, self._close):
            self._row.addWidget(widget)
        self._show_tools(visible=False)
        self.add_tab(title)
        self.apply_theme(theme, font_px)

    @property
    def info(self) -> str:
        return self._info.text()

    @property
    def tools(self) -> tuple[QToolButton, QToolButton]:
        return self._float, self._close

    def tab(self, index: int) -> QToolButton:
        button = self._tabs.button(index)
        assert isinstance(button, QToolButton)
        return button

    def add_tab(self, title: str) -> int:
        """Another page of the same dock; the first tab is the dock's own name."""
        index = len(self._tabs.buttons())
        button = QToolButton()
        button.setProperty("role", "tab")
        button.setCheckable(True)
        button.setChecked(index == 0)
        button.setText(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.installEventFilter(self)
        self._tabs.addButton(button, index)
        self._row.insertWidget(index, button)
        return index

    def choose_tab(self, index: int) -> None:
        self.tab(index).setChecked(True)

    def show_name(self, *, named: bool) -> None:
        """Leave the name out where a tab above the dock has it already."""
        alone = len(self._tabs.buttons()) == 1
        self.tab(0).setVisible(named or not alone)

    def set_title(self, title: str) -> None:
        self.tab(0).setText(title)

    def set_info(self, text: str, kind: str = "") -> None:
        """A short fact; ``kind`` warning or bad gives it that colour."""
        if text != self._info.text():
            self._info.setText(text)
        self._restyle(self._info, "kind", kind)

    def mark(self, current: bool) -> None:  # noqa: FBT001 - a state, told as Qt does
        """Underline the name of the dock in use; of several equal docks only one is."""
        self.tab(0).setChecked(True)
        self._restyle(self.tab(0), "current", "true" if current else "false")

    @property
    def room_for_controls(self) -> int:
        """What name and tools leave, as if float and close were there: nothing jumps for them."""
        margins = self._row.contentsMargins()
        others: list[QWidget] = [self._float, self._close, *self._added]
        others += [tab for tab in self._tabs.buttons() if not tab.isHidden()]
        taken = sum(widget.sizeHint().width() for widget in others)
        return self.width() - margins.left() - margins.right() - taken

    @property
    def info_width(self) -> int:
        """What the short fact needs to be read in full."""
        return self._info.sizeHint().width()

    def show_info(self, *, shown: bool) -> None:
        self._info.setVisible(shown)

    def lay_out(self) -> None:
        """Give everything its place now; Qt does so at the next turn of the loop."""
        self._row.invalidate()
        self._row.activate()

    def add_control(self, widget: QWidget) -> None:
        """Something to choose with, beside the name."""
        self._row.insertWidget(len(self._tabs.buttons()), widget)

    def add_tool(self, widget: QWidget) -> None:
        """A button of the dock itself, always visible, left of float and close."""
        self._added.append(widget)
        self._row.insertWidget(self._row.indexOf(self._float), widget)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._float.setIcon(icon("float", theme.secondary))
        self._close.setIcon(icon("close", theme.secondary))
        self.setFixedHeight(scaled(HEADER_PX, font_px))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Narrow docks lose the end of their header rather than widen the window."""
        return QSize(80, self.minimumHeight())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_tools(visible=True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_tools(visible=self._has_focus())
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self._float.toolTip()).triggered.connect(self.float_wanted)
        menu.addAction(self._close.toolTip()).triggered.connect(self.close_wanted)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Someone who comes by keyboard finds the buttons too."""
        if event.type() == QEvent.Type.FocusIn:
            self._show_tools(visible=True)
        elif event.type() == QEvent.Type.FocusOut:
            self._show_tools(visible=self.underMouse() or self._has_focus())
        return super().eventFilter(watched, event)

    def _tool(self, tip: str, wanted: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.installEventFilter(self)
        button.clicked.connect(wanted)
        return button

    def _restyle(self, widget: QWidget, name: str, value: str) -> None:
        """Style rules that look at a property are applied again when it changes."""
        if widget.property(name) != value:
            widget.setProperty(name, value)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _has_focus(self) -> bool:
        focus: QWidget | None = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus) and focus.hasFocus()

    def _show_tools(self, *, visible: bool) -> None:
        self._float.setVisible(visible)
        self._close.setVisible(visible)
