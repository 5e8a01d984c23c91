"""Health: how connection, data and program are doing, and a report of it to copy."""

from __future__ import annotations

from typing import Self

import msgspec
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.health import Fault, HealthDocument, HealthService, SeriesHealth
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import DASH, age_text
from thebot_desktop.ui.freshness import (
    clock_text,
    clock_warning,
    freshness_text,
    freshness_with_reason,
    kind_of,
)
from thebot_desktop.ui.host import WindowHost

FAULTS_SHOWN = 10


class HealthDock(Dock):
    name = "health"
    title = "Health"
    area = DockArea.BOTTOM
    icon = "health"
    shortcut = "Ctrl+6"
    place = 1
    shown_at_first = False
    shows_age = True

    def __init__(self, host: WindowHost, health: HealthService) -> None:
        super().__init__(host)
        self._health = health
        self._facts: dict[str, QLabel] = {}
        self._faults = QLabel()
        self._faults.setWordWrap(True)
        self._faults.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton(self.tr("Copy report"))
        self._copy.clicked.connect(self.copy_report)
        self.add_page(self._lay_out())
        self.on_release(health.changed.add(lambda _none: self.mark_dirty()))

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.health)

    @property
    def copy_button(self) -> QPushButton:
        return self._copy

    def fact(self, name: str) -> str:
        return self._facts[name].text()

    def draw(self) -> None:
        health = self._health.document()
        for name, (text, kind) in self._texts(health).items():
            _say(self._facts[name], text, kind)
        newest = health.faults[: -FAULTS_SHOWN - 1 : -1]
        lines = "\n".join(_fault_line(fault) for fault in newest)
        _say(self._faults, lines or self.tr("No faults since the start."), "")
        self.header.set_info(
            self.tr("{0} faults").format(len(health.faults)) if health.faults else "",
            "warning" if health.faults else "",
        )

    def copy_report(self) -> None:
        """The whole document as text; it holds no keys and no addresses of the person."""
        QGuiApplication.clipboard().setText(report_of(self._health.document()))
        self.host.notify_person(self.tr("The report is in the clipboard."))

    def _texts(self, health: HealthDocument) -> dict[str, tuple[str, str]]:
        feed = health.feed
        last = feed.last_message_at
        skew = clock_warning(health.clock_offset_ms)
        return {
            "connection": (
                freshness_with_reason(health.freshness, health.reason),
                kind_of(health.freshness.word),
            ),
            "source": (f"{health.source} · {health.mode}", ""),
            "lag": (age_text(health.at - last) if last else DASH, ""),
            "latency": (DASH if health.latency_ms is None else f"{health.latency_ms:,} ms", ""),
            "clock": (skew or clock_text(health.clock_offset_ms), "warning" if skew else ""),
            "messages": (f"{feed.messages:,} · {feed.messages_per_second:.0f}/s", ""),
            "errors": (str(feed.decode_errors), "warning" if feed.decode_errors else ""),
            "reconnects": (f"{feed.reconnects} · {feed.rollovers} · {feed.resubscriptions}", ""),
            "crowded": (f"{feed.times_held_back} · {feed.coalesced:,}", ""),
            "holes": (
                f"{health.holes_open} · {feed.gaps_found}",
                "warning" if health.holes_open else "",
            ),
            "repaired": (
                f"{health.candles_repaired} · {feed.trades_repaired} · {feed.books_mended}",
                "",
            ),
            "missed": (str(feed.trades_missed), "warning" if feed.trades_missed else ""),
            "weight": (f"{feed.weight_used} / {feed.weight_limit}", ""),
            "series": ("\n".join(map(_series_line, health.series)) or DASH, ""),
            "memory": (DASH if health.memory_mb is None else f"{health.memory_mb:.0f} MB", ""),
            "version": (health.version, ""),
        }

    def _lay_out(self) -> QWidget:
        titles = {
            "connection": self.tr("Data"),
            "source": self.tr("Market"),
            "lag": self.tr("Last message"),
            "latency": self.tr("Latency"),
            "clock": self.tr("Clock"),
            "messages": self.tr("Messages"),
            "errors": self.tr("Not understood"),
            "reconnects": self.tr("Reconnects · renewals · streams"),
            "crowded": self.tr("Held back · merged"),
            "holes": self.tr("Holes open · found"),
            "repaired": self.tr("Repaired bars · trades · books"),
            "missed": self.tr("Trades missed"),
            "weight": self.tr("Request weight"),
            "series": self.tr("Series · candles"),
            "memory": self.tr("Memory"),
            "version": self.tr("Version"),
        }
        sheet = QWidget()
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        half = (len(titles) + 1) // 2
        for i, (name, title) in enumerate(titles.items()):
            label = QLabel(title)
            label.setProperty("role", "secondary")
            label.setWordWrap(True)
            self._facts[name] = QLabel(DASH)
            self._facts[name].setWordWrap(True)
            at = (i % half, 2 * (i // half))
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(label, at[0], at[1], top)
            grid.addWidget(self._facts[name], at[0], at[1] + 1, top)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        heading = QLabel(self.tr("Faults"))
        heading.setProperty("role", "strong")
        self._faults.setProperty("role", "secondary")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._faults)
        column.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        return area


def report_of(health: HealthDocument) -> str:
    return msgspec.json.format(msgspec.json.encode(health), indent=2).decode()


def _series_line(series: SeriesHealth) -> str:
    parts = [series.series, str(series.candles)]
    if series.freshness is not None:
        parts.append(freshness_text(series.freshness))
    return " · ".join(parts)


def _fault_line(fault: Fault) -> str:
    when = QDateTime.fromMSecsSinceEpoch(fault.at).toString("HH:mm:ss")
    return f"{when}  {fault.message}  ({fault.kind})"


def _say(label: QLabel, text: str, kind: str) -> None:
    if label.text() != text:
        label.setText(text)
    if label.property("kind") != kind:
        label.setProperty("kind", kind)
        label.style().unpolish(label)
        label.style().polish(label)
