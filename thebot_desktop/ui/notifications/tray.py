"""The tray icon: state at a glance, the latest alerts, and the way back to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from thebot_desktop.alerts.hours import LocalTime, utc_time
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.freshness import color_of, paint_sign, word_text
from thebot_desktop.ui.icons import icon_pixmap
from thebot_desktop.ui.notifications.mutes import MuteChoice
from thebot_desktop.ui.notifications.native import has_balloons
from thebot_desktop.ui.notifications.words import alert_line, day_and_time_text
from thebot_desktop.ui.theme import Theme

LOOK_AGAIN_MS = 10_000
"""A panel can start after the program; until then a tray is looked for this often."""
LATEST = 5
_SIZE = 64


@dataclass(frozen=True, slots=True)
class TrayActions:
    """What the menu of the icon does."""

    show: Callable[[], object]
    mutes: tuple[MuteChoice, ...]
    quit: Callable[[], object]
    open_alert: Callable[[Alert], object]
    quiet: Callable[[], str]
    """Why nothing is told right now, in words; empty while alerts are told."""
    muted: Callable[[], bool]
    latest: Callable[[], tuple[Alert, ...]]
    """Alerts, oldest first."""
    now: Callable[[], UnixMs]
    local: LocalTime = utc_time


class Tray(QObject):
    """Shown as soon as the desktop has a tray; counts alerts until the window is looked at."""

    counted = Signal(int)
    """So many alerts have not been seen."""

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
        self._quiet = ""
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

    def count(self, alerts: tuple[Alert, ...]) -> None:
        """These came, whether or not anyone is told."""
        self._unseen += len(alerts)
        self._draw()
        self.counted.emit(self._unseen)

    def show_quiet(self) -> None:
        """Whether alerts are told right now may be another than before."""
        if self._quiet != self._actions.quiet():
            self._quiet = self._actions.quiet()
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
            self.counted.emit(0)

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
        self._mute = menu.addMenu(self.tr("Mute alerts"))
        for choice in self._actions.mutes:
            self._mute.addAction(choice.text).triggered.connect(
                lambda _checked=False, choice=choice: choice.run()
            )
        self._unmute = self._mute.actions()[-1]
        self._latest = menu.addMenu(self.tr("Latest alerts"))
        menu.addSeparator()
        menu.addAction(self.tr("Quit")).triggered.connect(lambda: self._actions.quit())
        menu.aboutToShow.connect(self.refresh_menu)
        return menu

    def refresh_menu(self) -> None:
        """Ask again what is true, just before the menu is seen."""
        quiet = self._actions.quiet()
        self._mute.setTitle(quiet or self.tr("Mute alerts"))
        self._unmute.setVisible(self._actions.muted())
        self._latest.clear()
        newest = self._actions.latest()[: -LATEST - 1 : -1]
        for alert in newest:
            self._latest.addAction(self._line(alert)).triggered.connect(
                lambda _checked=False, alert=alert: self._actions.open_alert(alert)
            )
        self._latest.setEnabled(bool(newest))

    def _line(self, alert: Alert) -> str:
        """When it was true, what it says, and whether it was found out late."""
        when = day_and_time_text(alert.event_time, self._actions.now(), self._actions.local)
        late = self.tr(" (late)") if alert.late else ""
        return f"{when}{late}  {alert_line(alert)}".replace("&", "&&")

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
        if self._quiet:
            tip += f" · {self._quiet}"
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
        if self._quiet:
            self._paint_quiet(painter)
        if self._unseen:
            self._paint_count(painter)
        painter.end()
        return picture

    def _paint_quiet(self, painter: QPainter) -> None:
        """A bell that is struck through, opposite the sign for the feed."""
        area = QRectF(0, 36, 28, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.window))
        painter.drawEllipse(area)
        bell = icon_pixmap("mute", self._theme.text, 20)
        painter.drawPixmap(area.center() - QPointF(10, 10), bell)

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
