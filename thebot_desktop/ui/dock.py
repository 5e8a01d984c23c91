"""Dock: the base of everything that can be moved, floated and closed in a window."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Self

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QStackedLayout, QWidget

from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme
from thebot_desktop.ui.title_bar import DockTitleBar

if TYPE_CHECKING:
    from thebot_desktop.analysis.indicator import Indicator
    from thebot_desktop.app.context import AppContext
    from thebot_desktop.domain.errors import TheBotError
    from thebot_desktop.domain.market import SeriesKey
    from thebot_desktop.domain.time import UnixMs
    from thebot_desktop.ui.charts.chart_output import ChartOutput
    from thebot_desktop.ui.charts.drawings.tool import Tool


GAP_PX = 4
"""Between docks, and between them and the edges of the window."""
SMALLEST_PX = 120
"""No dock needs more than this of the window."""


class DockArea(Enum):
    """Where a dock goes when no layout says otherwise."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    BOTTOM = "bottom"


class Dock(QDockWidget):
    """A panel that draws itself only when something changed and someone can see it.

    A dock is one file: a subclass says its ``name`` (used in saved layouts), ``title``,
    ``area`` and ``icon``, takes what it needs in its constructor, and overrides ``build`` and
    ``draw``. Observers only call ``mark_dirty``; all drawing happens in ``draw``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    area: ClassVar[DockArea]
    icon: ClassVar[str]
    shortcut: ClassVar[str] = ""
    shown_at_first: ClassVar[bool] = True
    """Whether the standard layout has it open."""
    shows_age: ClassVar[bool] = False
    """Whether it must be drawn once a second even when nothing happens."""
    place: ClassVar[int] = 0
    """Its order among docks of the same area, lowest first."""
    height_share: ClassVar[int] = 1
    """Its height beside others in the same column of the standard layout."""

    dirtied = Signal()
    """The dock can be seen and wants to be drawn with the next frame."""
    closed = Signal()
    """The person has closed it."""

    def __init__(self, host: WindowHost, key: str = "") -> None:
        super().__init__()
        title = QCoreApplication.translate("Dock", self.title)
        self.setObjectName(key or self.name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._host = host
        self._dirty = True
        self._off = False
        self._cleanups: list[Callable[[], object]] = []
        self.header = DockTitleBar(title, host.theme, host.font_px)
        self.header.tab_chosen.connect(self._choose_page)
        self.header.float_wanted.connect(self._toggle_floating)
        self.header.close_wanted.connect(self.close)
        self.setTitleBarWidget(self.header)
        self._body = _Body()
        self._pages = QStackedLayout(self._body)
        self._pages.setContentsMargins(1, 0, 1, 1)
        self._pages.setSizeConstraint(QStackedLayout.SizeConstraint.SetNoConstraint)
        self._state = StateView(host.theme)
        self._pages.addWidget(self._state)
        self._page = 0
        self.setWidget(self._body)

    @classmethod
    @abstractmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        """Make the dock with what it needs of ``context``."""
        raise NotImplementedError

    @abstractmethod
    def draw(self) -> None:
        """Bring what is on screen up to date."""
        raise NotImplementedError

    @property
    def host(self) -> WindowHost:
        return self._host

    @property
    def dirty(self) -> bool:
        return self._dirty

    @property
    def choices(self) -> Mapping[str, str]:
        """What a person chose in it, as the layout keeps it."""
        return {}

    def choose(self, choices: Mapping[str, str]) -> None:
        """Show what a saved layout says; what makes no sense any more is left out."""

    @property
    def state(self) -> State | None:
        """What is shown instead of the contents, None while those are shown."""
        return self._state.state if self._pages.currentWidget() is self._state else None

    @property
    def state_view(self) -> StateView:
        return self._state

    def add_page(self, widget: QWidget, title: str = "") -> int:
        """Contents of the dock; pages after the first are reached by a tab called ``title``."""
        self._pages.addWidget(widget)
        index = self._pages.count() - 2
        if index == 0:
            self._pages.setCurrentWidget(widget)
        else:
            self.header.add_tab(title)
        return index

    @property
    def page(self) -> int:
        return self._page

    def show_page(self, index: int) -> None:
        self.header.choose_tab(index)
        self._choose_page(index)

    def show_content(self) -> None:
        """Show the contents again instead of a state."""
        if not self._off:
            self._pages.setCurrentIndex(self._page + 1)

    def show_state(
        self,
        state: State,
        sentence: str = "",
        *,
        detail: str = "",
        button: str = "",
        action: Callable[[], None] | None = None,
    ) -> None:
        """Show why there are no contents, with at most one way out of it."""
        if self._off:
            return
        self._state.show_state(state, sentence, detail=detail, button=button, action=action)
        self._pages.setCurrentWidget(self._state)

    def switch_off(self, error: TheBotError) -> None:
        """Stop drawing after an error; the person can switch it on again."""
        self.show_state(
            State.OFF,
            error.user_message,
            detail=str(error.__cause__ or ""),
            button=self.tr("Switch on again"),
            action=self.switch_on,
        )
        self._off = True
        self._dirty = False

    def switch_on(self) -> None:
        self._off = False
        self.show_content()
        self.mark_dirty()

    def mark_dirty(self) -> None:
        """Something changed; cheap enough to be called for every event."""
        if not self._dirty and not self._off:
            self._dirty = True
            if self._can_be_seen():
                self.dirtied.emit()

    def draw_if_needed(self) -> None:
        if self._dirty and not self._off and self._can_be_seen():
            self._dirty = False
            self.draw()

    def take_focus(self) -> None:
        """Let the keyboard speak to what is shown."""
        page = self._pages.currentWidget()
        can = page is not None and page.focusPolicy() is not Qt.FocusPolicy.NoFocus
        taker = page if can and page is not None else self.header.tab(self._page)
        taker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def on_release(self, cleanup: Callable[[], object]) -> None:
        """Have ``cleanup`` called when the dock is let go of, such as the end of observing."""
        self._cleanups.append(cleanup)

    def release(self) -> None:
        """Stop observing everything. Safe to call twice."""
        cleanups, self._cleanups = self._cleanups, []
        for cleanup in cleanups:
            cleanup()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        """Take on new colours and sizes. Overridden by docks that paint themselves."""
        self.header.apply_theme(theme, font_px)
        self._state.apply_theme(theme)
        self._dirty = True
        self.dirtied.emit()

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self.dirtied.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if event.isAccepted():
            self.closed.emit()

    def _can_be_seen(self) -> bool:
        return self.isVisible() and not self.window().isMinimized()

    def _choose_page(self, index: int) -> None:
        self._page = index
        self.show_content()
        self.mark_dirty()

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())


class _Body(QFrame):
    """Shrinks as far as a person wants; what is in it scrolls or shortens itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dockBody")

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_PX, SMALLEST_PX // 2)


class SeriesDock(Dock):
    """A dock of which a window may have many, each showing one series: a chart."""

    series_shown = Signal(object)
    """It shows another SeriesKey now."""
    look_chosen = Signal()
    """A person wants it drawn in another way; the layout should be saved."""

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        raise TypeError("a chart is made for one series, by build_for")

    @classmethod
    @abstractmethod
    def build_for(cls, context: AppContext, host: WindowHost, series: SeriesKey, key: str) -> Self:
        """Make one that shows ``series``; ``key`` names it in saved layouts."""
        raise NotImplementedError

    @property
    @abstractmethod
    def series(self) -> SeriesKey: ...

    @abstractmethod
    def show_series(self, series: SeriesKey) -> None:
        """Show ``series`` instead, and emit ``series_shown``."""

    def show_time(self, when: UnixMs) -> None:
        """Bring this time into view, as soon as there are candles of it."""

    def set_current(self, current: bool) -> None:  # noqa: FBT001 - a state, told as Qt does
        """Whether the commands of the window are about this chart."""
        self.header.mark(current)

    @property
    def indicator_labels(self) -> tuple[str, ...]:
        """What is drawn with the candles, as one writes it: ``RSI(14)``."""
        return ()

    @property
    def kept_labels(self) -> tuple[str, ...]:
        """As the layout keeps them: with those that cannot be drawn at the moment."""
        return self.indicator_labels

    def set_indicator_labels(self, labels: tuple[str, ...]) -> None:
        """Draw what a saved layout says."""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """What is drawn with the candles, in order."""
        return ()

    def change_indicators(self, indicators: tuple[Indicator, ...]) -> None:
        """Draw these instead, as a person wants."""

    def edit_indicator(self, label: str) -> None:
        """Ask for other parameters of the one with this label."""

    def remove_indicator(self, label: str) -> None:
        """Draw it no longer; the person is offered a way back."""

    def toggle_hidden(self, label: str) -> None:
        """Hide it, or show it again."""

    def add_indicator(self, indicator: Indicator) -> None:
        """Draw one more with the candles, as a person wants."""

    def arm_tool(self, tool: Tool) -> None:
        """The next clicks draw with it."""

    @property
    def fits_prices(self) -> bool:
        """Whether its price scale follows the candles in view."""
        return True

    def fit_prices(self, *, on: bool) -> None:
        """Let the price scale follow the candles in view, or leave it as it is now."""

    @property
    def look(self) -> ChartLook:
        """How it is drawn, as the layout keeps it."""
        return ChartLook()

    def set_look(self, look: ChartLook) -> None:
        """Draw it as a saved layout says."""

    @property
    def output(self) -> ChartOutput | None:
        """What makes pictures and tables of it; None where nothing does."""
        return None
