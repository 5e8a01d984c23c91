"""StatusWatch: once a second, what the edges of a window say about the program."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.mode import Mode
from thebot_desktop.domain.market import ConnectionChange, ConnectionState
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.banner import Notice
from thebot_desktop.ui.formatting import price_text
from thebot_desktop.ui.freshness import clock_warning, word_text
from thebot_desktop.ui.local_clock import local_clock
from thebot_desktop.ui.mute_commands import END as END_MUTE
from thebot_desktop.ui.notifications.mutes import quiet_text

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow

APPLICATION_NAME = "THEBOT Desktop"
STATUS_INTERVAL_MS = 1000


class StatusWatch:
    """Asks for everything at once; runs only while its window can be seen."""

    def __init__(self, window: MainWindow, context: AppContext) -> None:
        self._window = window
        self._context = context
        self._local = local_clock(context.settings)
        self._processor = Rate()
        self._not_stored = ""
        self._warned_of_clock = False
        self._timer = QTimer(window)
        self._timer.setInterval(STATUS_INTERVAL_MS)
        self._timer.timeout.connect(self.update)

    def start(self) -> None:
        self.update()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def update(self) -> None:
        health = self._context.health.document()
        now = time.monotonic()
        busy = self._processor.at(time.process_time(), now)
        percent = None if busy is None else busy * 100
        explained = self._show_connection(self._context.subscriber.state)
        self._window.status.show_health(health, percent, with_reason=not explained)
        self._warn_of_clock(health.clock_offset_ms)
        self._show_storage(health.not_stored)
        self._window.status.show_time(self._context.clock.now())
        self._show_quiet()
        self._window.setWindowTitle(self.title())
        self._window.arrangement.tell_time()

    def _show_quiet(self) -> None:
        """Whether alerts are told right now."""
        notifier, window = self._context.notifier, self._window
        window.commands.set_checked("alert.mute", notifier.muted)
        window.commands.action(END_MUTE).setEnabled(notifier.muted)
        window.tool_bar.show_quiet(quiet_text(notifier, self._local))

    def _show_storage(self, refusal: str) -> None:
        """Once, when it begins; away when everything is stored again."""
        if refusal == self._not_stored:
            return
        self._not_stored = refusal
        if refusal:
            self._window.banner.show_notice(Notice("storage", refusal, "warning"))
        else:
            self._window.banner.withdraw("storage")

    def title(self) -> str:
        """``BTCUSDT 69,488.00 — THEBOT Desktop [DEMO]``; a stale price is called so."""
        badge = self._context.mode.badge
        program = f"{APPLICATION_NAME} [{badge}]" if badge else APPLICATION_NAME
        series = self._window.current_series
        if series is None:
            return program
        price = self._context.stream.board.row(series.symbol).last
        if math.isnan(price):
            return f"{series.symbol} — {program}"
        decimals = self._context.session.instruments.of(series.symbol).price_decimals
        told = f"{series.symbol} {price_text(price, decimals)}"
        freshness = self._context.stream.freshness.of_symbol(
            series.symbol, self._context.clock.now()
        )
        if freshness is not None and freshness.word is FreshnessWord.STALE:
            told += f" ({word_text(freshness.word)})"
        return f"{told} — {program}"

    def _show_connection(self, change: ConnectionChange | None) -> bool:
        """While the market cannot be reached: why, and what can be done; whether it is said."""
        offline = change is not None and change.state is ConnectionState.OFFLINE
        if change is None or not offline or self._context.mode is Mode.REPLAY:
            self._window.banner.withdraw("connection")
            return False
        program = self._window.program
        buttons = [(_tr("Try again"), program.try_again)]
        if self._context.mode is Mode.LIVE:
            buttons.append((_tr("Open the demo market"), program.open_demo))
        sentence = _tr("{0} Stored data is shown meanwhile.")
        reason = change.reason.rstrip(".") + "."
        self._window.banner.show_notice(
            Notice("connection", sentence.format(reason), "warning", tuple(buttons), closable=False)
        )
        return True

    def _warn_of_clock(self, offset_ms: int | None) -> None:
        """Until it is closed; then again only after the clock was right in between."""
        warning, banner = clock_warning(offset_ms), self._window.banner
        if not warning:
            banner.withdraw("clock")
        elif banner.shows("clock") or not self._warned_of_clock:
            banner.show_notice(Notice("clock", warning, "warning"))
        self._warned_of_clock = bool(warning)


class Rate:
    """How fast a count grows, smoothed over some seconds."""

    _SHARE = 0.4
    """How much of the newest second goes into the figure."""

    def __init__(self) -> None:
        self._count: float | None = None
        self._at = 0.0
        self._rate: float | None = None

    def at(self, count: float, now: float) -> float | None:
        """Per second; None until two counts are known."""
        before, seconds = self._count, now - self._at
        if before is not None and seconds <= 0:
            return self._rate
        self._count, self._at = count, now
        if before is None:
            return None
        newest = max(0.0, count - before) / seconds
        self._rate = (
            newest if self._rate is None else self._rate + self._SHARE * (newest - self._rate)
        )
        return self._rate


def _tr(text: str) -> str:
    return QCoreApplication.translate("StatusWatch", text)
