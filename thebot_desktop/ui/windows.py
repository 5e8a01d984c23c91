"""Windows: all top-level windows of the program, their places, and the layout file."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication

from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.ui.layout_state import Layout, LayoutFile, Rect, WindowState, placed
from thebot_desktop.ui.main_window import MainWindow
from thebot_desktop.ui.parts import WindowParts
from thebot_desktop.ui.plugin_watch import PluginWatch
from thebot_desktop.ui.screens import primary_screen, qrect_of, rect_of, screen_states
from thebot_desktop.ui.settling import Settling

log = logging.getLogger(__name__)

SAVE_AFTER_MS = 1_000
RESCUE_AFTER_MS = 300
"""After a screen went, the system needs so long to settle."""
FIRST_SHARE = 0.9
"""How much of the screen a new window takes; the very first one is maximized."""


class Windows(QObject):
    """Opens windows as they were, saves them as they are, brings them back from lost screens."""

    def __init__(self, parts: WindowParts, file: LayoutFile) -> None:
        super().__init__()
        self._parts = parts
        self._file = file
        self._windows: list[MainWindow] = []
        self._homes: dict[str, WindowState] = {}
        self._closing_down = False
        self._start_hidden = False
        self.hides_when_closed: Callable[[], bool] = lambda: False
        """Whether closing the last window leaves the program in the tray."""
        self._plugins = PluginWatch(parts.context.plugins, lambda: self.active)
        self._save_timer = self._timer(SAVE_AFTER_MS, self.save)
        self._rescue_timer = self._timer(RESCUE_AFTER_MS, self.rescue)
        app = QGuiApplication.instance()
        assert isinstance(app, QApplication)
        app.screenRemoved.connect(self._on_screens_changed)
        app.screenAdded.connect(self._on_screens_changed)

    @property
    def all(self) -> tuple[MainWindow, ...]:
        return tuple(self._windows)

    @property
    def active(self) -> MainWindow | None:
        """The window in use, else the first one there is."""
        found = (w for w in self._windows if w.isActiveWindow())
        return next(found, self._windows[0] if self._windows else None)

    def open_all(self, *, minimized: bool = False, hidden: bool = False) -> None:
        """The windows of the layout file; one in the standard layout when there are none."""
        self._start_hidden = hidden
        layout = self._file.load()
        for saved in layout.windows or (None,):
            self._open(saved, minimized=minimized)
        self._start_hidden = False
        if self._file.notice and self._windows:
            self._windows[0].notify_person(self._file.notice)
        self._plugins.start()

    def open_new(self) -> MainWindow:
        """One more window, in the standard layout."""
        return self._open(None, minimized=False)

    def show_up(self) -> None:
        """Bring the program to the front."""
        if self.active is not None:
            self.active.show_up()

    def save(self) -> None:
        self._save_timer.stop()
        if not self._windows:
            return
        try:
            self._file.save(Layout(windows=tuple(self._dump(w) for w in self._windows)))
        except TheBotError as error:
            log.warning("%s", error)
            self._parts.context.faults.notify(error)

    def rescue(self) -> None:
        """Move windows and floating panels that no screen shows; send others home again."""
        screens, primary = screen_states(), primary_screen()
        for window in self._windows:
            home = self._homes.get(window.key) or window.dump()
            rect = placed(home.rect, home.screen, screens, primary)
            if rect == home.rect:
                self._homes.pop(window.key, None)
            else:
                self._homes[window.key] = home
            if rect != rect_of(window.geometry()) and not window.isMaximized():
                window.setGeometry(qrect_of(rect))
            window.arrangement.rescue_floating()

    def close_down(self) -> None:
        """Save, and let go of every window. The program ends."""
        self._plugins.stop()
        self._closing_down = True
        self.save()
        self._rescue_timer.stop()
        for window in self.all:
            self._let_go(window)

    def _open(self, saved: WindowState | None, *, minimized: bool) -> MainWindow:
        window = MainWindow(self._parts, saved.key if saved is not None else self._free_key())
        self._windows.append(window)
        self._place(window, saved)
        # Sizes of docks can only be given to a window that has been laid out.
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()
        window.begin(saved)
        window.hide()
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=False)
        window.layout_changed.connect(self._save_timer.start)
        window.closing.connect(lambda event: self._on_closing(window, event))
        self._show(window, saved, minimized=minimized)
        return window

    def _place(self, window: MainWindow, saved: WindowState | None) -> None:
        primary = primary_screen()
        if saved is None:
            width, height = primary.rect.width, primary.rect.height
            wanted = Rect(-1, -1, round(width * FIRST_SHARE), round(height * FIRST_SHARE))
            offset = 32 * (len(self._windows) - 1)
            rect = placed(wanted, primary, [], primary)
            window.setGeometry(qrect_of(rect).translated(offset, offset))
            return
        rect = placed(saved.rect, saved.screen, screen_states(), primary)
        if rect != saved.rect:
            self._homes[saved.key] = saved
        window.setGeometry(qrect_of(rect))

    def _show(self, window: MainWindow, saved: WindowState | None, *, minimized: bool) -> None:
        if self._start_hidden:
            return
        if minimized:
            window.showMinimized()
        elif saved.maximized if saved is not None else len(self._windows) == 1:
            Settling(window, lambda: window.arrangement.lay_out_again(saved))
            window.showMaximized()
        else:
            window.show()

    def _dump(self, window: MainWindow) -> WindowState:
        """A window that waits for its screen is remembered where it belongs."""
        now, home = window.dump(), self._homes.get(window.key)
        if home is None:
            return now
        return WindowState(
            key=now.key,
            rect=home.rect,
            screen=home.screen,
            maximized=home.maximized,
            state=now.state,
            charts=now.charts,
            current_chart=now.current_chart,
            panels=now.panels,
        )

    def _on_closing(self, window: MainWindow, event: QCloseEvent) -> None:
        """The last window hides in the tray or ends the program; others just close."""
        if self._closing_down:
            return
        if len(self._windows) > 1:
            self._let_go(window)
            self._save_timer.start()
            return
        event.ignore()
        if self.hides_when_closed():
            window.hide()
        else:
            self._parts.program.quit()

    def _let_go(self, window: MainWindow) -> None:
        self._windows.remove(window)
        window.release()
        window.hide()
        window.deleteLater()

    def _on_screens_changed(self, _screen: QScreen) -> None:
        self._rescue_timer.start()

    def _free_key(self) -> str:
        used = {w.key for w in self._windows}
        return next(k for k in ("main", *(f"window.{i}" for i in range(2, 99))) if k not in used)

    def _timer(self, milliseconds: int, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(run)
        return timer
