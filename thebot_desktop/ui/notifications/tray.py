"""The tray icon: state at a glance, the latest alerts, and the way back to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from thebot_desktop.domain.signals import Alert
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.freshness import color_of, paint_sign, word_text
from thebot_desktop.ui.notifications.native import has_balloons
from thebot_desktop.ui.theme import Theme

LOOK_AGAIN_MS = 10_000
"""A panel can start after the program; until then a tray is looked for this often."""
LATEST = 5
_SIZE = 64


@dataclass(frozen=True, slots=True)
class TrayActions:
    """What the menu of the icon does."""

    show: Callable[[], object]
    mute: Callable[[], object]
    """Mutes for an hour, or ends it."""
    quit: Callable[[], object]
    open_alert: Callable[[Alert], object]
    muted: Callable[[], bool]
    latest: Callable[[], tuple[Alert, ...]]
    """Alerts, oldest first."""


class Tray(QObject):
    """Shown as soon as the desktop has a tray; counts alerts until the window is looked at."""

    name = "tray"

    def __init__(
        self,
        symbol: QIcon,
        theme: Theme,
        actions: TrayActions,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__()
        self._symbol = symbol
        self._theme = theme
        self._actions = actions
        self._available = available
        self._word = FreshnessWord.STALE
        self._unseen = 0
        self._icon = QSystemTrayIcon(self)
        self._icon.activated.connect(self._on_activated)
        self._menu = self._make_menu()
        self.refresh_menu()
        self._icon.setContextMenu(self._menu)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.look)
        self._draw()
        self.look()

    @property
    def available(self) -> bool:
        """Whether a person can reach the program through the tray right now."""
        return self._available() and self._icon.isVisible()

    @property
    def unseen(self) -> int:
        return self._unseen

    @property
    def tip(self) -> str:
        return self._icon.toolTip()

    @property
    def menu(self) -> QMenu:
        return self._menu

    def look(self) -> None:
        """Show the icon once there is a place for it."""
        if self._available():
            self._timer.stop()
            self._icon.show()
        elif not self._timer.isActive():
            self._timer.start()

    def notify(self, alert: Alert) -> None:
        self.notify_many((alert,))

    def notify_many(self, alerts: tuple[Alert, ...]) -> None:
        self._unseen += len(alerts)
        self._draw()

    def balloon(self, title: str, body: str) -> bool:
        """Show a message of the tray's own; False where it would not be seen."""
        if not (self.available and has_balloons()):
            return False
        self._icon.showMessage(title, body, self._symbol)
        return True

    def seen(self) -> None:
        """The window was looked at."""
        if self._unseen:
            self._unseen = 0
            self._draw()

    def show_word(self, word: FreshnessWord) -> None:
        """How fresh the data of the feed is."""
        if word is not self._word:
            self._word = word
            self._draw()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._draw()

    def close(self) -> None:
        self._timer.stop()
        self._icon.hide()
        self._menu.deleteLater()

    def _make_menu(self) -> QMenu:
        menu = QMenu()
        menu.addAction(self.tr("Show THEBOT Desktop")).triggered.connect(
            lambda: self._actions.show()
        )
        self._mute = menu.addAction(self.tr("Mute for one hour"))
        self._mute.setCheckable(True)
        self._mute.triggered.connect(lambda: self._actions.mute())
        self._latest = menu.addMenu(self.tr("Latest alerts"))
        menu.addSeparator()
        menu.addAction(self.tr("Quit")).triggered.connect(lambda: self._actions.quit())
        menu.aboutToShow.connect(self.refresh_menu)
        return menu

    def refresh_menu(self) -> None:
        """Ask again what is true, just before the menu is seen."""
        self._mute.setChecked(self._actions.muted())
        self._latest.clear()
        newest = self._actions.latest()[: -LATEST - 1 : -1]
        for alert in newest:
            text = f"{alert.series.symbol}: {alert.message}"
            self._latest.addAction(text).triggered.connect(
                lambda _checked=False, alert=alert: self._actions.open_alert(alert)
            )
        self._latest.setEnabled(bool(newest))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        wanted = (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        )
        if reason in wanted:
            self._actions.show()

    def _draw(self) -> None:
        self._icon.setIcon(QIcon(self._picture()))
        tip = self.tr("THEBOT Desktop: {0}").format(word_text(self._word))
        if self._unseen:
            tip += " · " + self.tr("{0} new alerts").format(self._unseen)
        self._icon.setToolTip(tip)

    def _picture(self) -> QPixmap:
        """The program's symbol, a sign for the feed, a number for new alerts."""
        picture = QPixmap(_SIZE, _SIZE)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._symbol.paint(painter, 0, 0, _SIZE, _SIZE)
        sign = QRectF(40, 40, 22, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.window))
        painter.drawEllipse(sign)
        paint_sign(painter, sign, self._word, QColor(color_of(self._theme, self._word)))
        if self._unseen:
            self._paint_count(painter)
        painter.end()
        return picture

    def _paint_count(self, painter: QPainter) -> None:
        badge = QRectF(28, 0, 36, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.warning))
        painter.drawRoundedRect(badge, 14, 14)
        font = QFont(painter.font())
        font.setPixelSize(24)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.on(self._theme.warning)))
        text = str(self._unseen) if self._unseen < 10 else "9+"
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
