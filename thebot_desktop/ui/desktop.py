"""Desktop: everything on screen, put together over the services of the program."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.notifier import Announcement
from thebot_desktop.app.settings import Settings
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import HOUR_MS
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.crash import CrashDialog
from thebot_desktop.ui.dock import Dock
from thebot_desktop.ui.frame import FrameTicker
from thebot_desktop.ui.layout_state import LayoutFile
from thebot_desktop.ui.local_clock import local_clock
from thebot_desktop.ui.notifications.mutes import mute_choices, quiet_text
from thebot_desktop.ui.notifications.native import (
    DesktopPort,
    NativeActions,
    NativeSink,
    NotificationPort,
)
from thebot_desktop.ui.notifications.player import shared_player
from thebot_desktop.ui.notifications.sinks import SNOOZE_MS, AttentionSink, ToastSink
from thebot_desktop.ui.notifications.sounds import SoundPort, SoundSink
from thebot_desktop.ui.notifications.speech import SpeechSink, VoicePort, make_voice, voice_program
from thebot_desktop.ui.notifications.tray import Tray, TrayActions
from thebot_desktop.ui.parts import FIRST_SYMBOLS, ProgramActions, WindowParts
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.windows import Windows

log = logging.getLogger(__name__)


class Desktop:
    """``open`` shows it, ``close`` saves the layout and lets go of everything."""

    def __init__(
        self,
        app: QApplication,
        context: AppContext,
        dock_types: Mapping[str, type[Dock]],
        program: ProgramActions,
        *,
        layout_file: Path,
        symbols: tuple[Symbol, ...] = FIRST_SYMBOLS,
        interval: Interval | None = None,
        port: NotificationPort | None = None,
        sound: SoundPort | None = None,
        voice: VoicePort | None = None,
    ) -> None:
        self._app = app
        self._context = context
        settings = context.settings
        self.appearance = Appearance(app)
        self.appearance.install(settings.current.ui)
        self.ticker = FrameTicker(
            context.faults.notify, settings.current.data_stream.update_interval_ms
        )
        self._parts = WindowParts(
            context, self.appearance, self.ticker, dock_types, program, symbols, interval
        )
        self.windows = Windows(self._parts, LayoutFile(layout_file))
        self.windows.hides_when_closed = self._hides_when_closed
        self._local = local_clock(context.settings)
        self.tray = Tray(_symbol(), self.appearance.theme, self._tray_actions())
        self.tray.counted.connect(lambda count: app.setBadgeNumber(count))
        self._said_hidden = False
        self._closed = False
        self._toasts = ToastSink(
            lambda: self.windows.active,
            context.notifier,
            self._alert_config,
            self._local,
        )
        self._native = self._make_native(port or DesktopPort(resource("icons", "thebot.svg")))
        self._sound = self._make_sound(sound or shared_player())
        self._speech = self._make_speech(voice)
        self._stops: list[Callable[[], None]] = []

    def open(self, *, minimized: bool = False) -> None:
        """Show the windows as they were; ``minimized`` leaves them in the tray if there is one."""
        context = self._context
        notifier = context.notifier
        attention = AttentionSink(lambda: self.windows.active, self._alert_config)
        for sink in (self._toasts, self._native, attention):
            notifier.add_sink(sink)
        notifier.add_sink(self._sound, noise=True)
        if self._speech is not None:
            notifier.add_sink(self._speech, noise=True)
        self._stops = [
            context.settings.changed.add(self._on_settings),
            context.health.word_changed.add(self.tray.show_word),
            self.appearance.changed.add(self.tray.apply_theme),
            notifier.arrived.add(self.tray.count),
            notifier.changed.add(lambda _none: self.tray.show_quiet()),
        ]
        self.tray.show_quiet()
        self.tray.show_word(context.health.freshness.word)
        self._app.applicationStateChanged.connect(self._on_state)
        self.windows.open_all(minimized=minimized, hidden=minimized and self.tray.available)

    def close(self) -> None:
        """Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for stop in self._stops:
            stop()
        for name in ("toast", "native", "attention", "sound", "speech"):
            self._context.notifier.remove_sink(name)
        self._native.close()
        self._sound.close()
        if self._speech is not None:
            self._speech.close()
        self.windows.close_down()
        self.tray.close()
        self.appearance.close()

    def show_crash(self, report: str) -> None:
        """For the CrashHandler."""
        dialog = CrashDialog(self.windows.active, report, self._parts.program.quit)
        dialog.open()

    def _make_native(self, port: NotificationPort) -> NativeSink:
        notifier = self._context.notifier

        def last_resort(announcement: Announcement) -> None:
            """Flash in the task bar, and show a card where none is shown anyway."""
            window = self.windows.active
            if window is not None:
                self._app.alert(window)
            if not self._alert_config().enable_toast:
                self._toasts.show(announcement)

        actions = NativeActions(
            open_chart=self._open_alert,
            show_alerts=self._show_alerts,
            snooze=lambda alert: notifier.snooze(alert.rule_id, SNOOZE_MS),
            mute=lambda: notifier.mute_for(HOUR_MS),
        )
        return NativeSink(
            port,
            actions,
            config=self._alert_config,
            balloon=self.tray.balloon,
            last_resort=last_resort,
            say_once=self._say_no_service,
            report=self._context.faults.notify,
            local=self._local,
        )

    def _make_sound(self, port: SoundPort) -> SoundSink:
        return SoundSink(
            port,
            config=self._alert_config,
            telling=self._context.notifier.telling_of,
            say_once=self._say,
            report=self._context.faults.notify,
        )

    def _make_speech(self, voice: VoicePort | None) -> SpeechSink | None:
        voice = voice or make_voice(voice_program())
        return None if voice is None else SpeechSink(voice, self._alert_config)

    def _tray_actions(self) -> TrayActions:
        context, notifier = self._context, self._context.notifier
        return TrayActions(
            show=self.windows.show_up,
            mutes=mute_choices(notifier),
            quit=self._parts.program.quit,
            open_alert=self._open_alert,
            quiet=lambda: quiet_text(notifier, self._local),
            muted=lambda: notifier.muted,
            latest=lambda: context.alerts.history,
            now=context.clock.now,
            local=self._local,
        )

    def _alert_config(self) -> AlertConfig:
        return self._context.settings.current.alerts

    def _open_alert(self, alert: Alert) -> None:
        window = self.windows.active
        self._context.notifier.acknowledge(alert)
        if window is None:
            return
        if alert.has_chart:
            window.reveal_chart(alert.series, alert.open_time)
        else:
            self._show_alerts()

    def _show_alerts(self) -> None:
        window = self.windows.active
        if window is not None:
            window.show_up()
            window.show_dock("alerts")

    def _hides_when_closed(self) -> bool:
        """Never without a tray: the window could not be reached again."""
        self.tray.look()
        hides = self._context.settings.current.ui.close_to_tray and self.tray.available
        if hides and not self._said_hidden:
            self._said_hidden = True
            self.tray.balloon(
                "THEBOT Desktop", _tr("Still watching; the tray icon brings it back.")
            )
        return hides

    def _on_settings(self, settings: Settings) -> None:
        self.appearance.choose(settings.ui)
        self.ticker.set_update_interval(settings.data_stream.update_interval_ms)

    def _on_state(self) -> None:
        if self.windows.active is not None and self.windows.active.isActiveWindow():
            self.tray.seen()

    def _say_no_service(self, text: str) -> None:
        self._parts.lacking["enable_native"] = text
        self._say(text)

    def _say(self, text: str) -> None:
        if self.windows.active is not None:
            self.windows.active.notify_person(text)


def _symbol() -> QIcon:
    return QIcon(str(resource("icons", "thebot.svg")))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Desktop", text)
