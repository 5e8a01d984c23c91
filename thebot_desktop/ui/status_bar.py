"""The status bar: how fresh the data is, what has been repaired, the time, the program's cost."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from thebot_desktop.app.health import HealthDocument
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.elided_label import ElidedLabel
from thebot_desktop.ui.freshness import (
    FreshnessSign,
    freshness_with_age,
    kind_of,
)
from thebot_desktop.ui.theme import scaled

STATUS_PX = 26


class StatusBar(QStatusBar):
    """Updated once a second; never more, whatever happens in the market."""

    def __init__(self, badge: str, font_px: int) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._badge = QLabel(badge)
        self._badge.setProperty("role", "badge")
        self._badge.setAccessibleName(self.tr("These are not the market's present prices"))
        self._sign = FreshnessSign()
        self._state = QLabel()
        self._state.setProperty("role", "state")
        self._reason = ElidedLabel()
        self._source = ElidedLabel()
        self._repairs = ElidedLabel()
        self._weight = ElidedLabel()
        self._clock = QLabel()
        self._cost = QLabel()
        for widget in (self._freshness_row(), self._source, self._repairs, self._weight):
            self.addWidget(widget)
        if badge:
            self.insertWidget(0, self._badge)
        for label in (self._clock, self._cost):
            self.addPermanentWidget(label)
        self.apply_font(font_px)

    @property
    def text(self) -> str:
        """All that it says, for tests and for screen readers."""
        labels = self.findChildren(QLabel)
        return " · ".join(label.text() for label in labels if label.text())

    def minimumSizeHint(self) -> QSize:
        """A narrow window cuts the end off rather than growing."""
        return QSize(100, self.minimumHeight())

    def apply_font(self, font_px: int) -> None:
        self.setFixedHeight(scaled(STATUS_PX, font_px))

    def show_health(
        self, health: HealthDocument, cpu_percent: float | None, *, with_reason: bool = True
    ) -> None:
        """``with_reason`` False where something else on screen says why data is not live."""
        self._show_freshness(health, with_reason=with_reason)
        self._say(self._source, _source_text(health))
        self._say(self._repairs, repairs_text(health.holes_open, health.candles_repaired))
        _set_kind(self._repairs, "warning" if health.holes_open else "")
        self._say(self._weight, _weight_text(health))
        self._say(self._cost, _cost_text(cpu_percent, health.memory_mb))

    def _freshness_row(self) -> QWidget:
        """The sign close to its word, and the reason, which gives way in a narrow window."""
        together = QWidget()
        row = QHBoxLayout(together)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(0)
        for label in (self._sign, self._state, self._reason):
            row.addWidget(label)
        return together

    def _show_freshness(self, health: HealthDocument, *, with_reason: bool) -> None:
        freshness = health.freshness
        with_reason = with_reason and freshness.word is not FreshnessWord.LIVE
        kind = kind_of(freshness.word)
        self._sign.show_word(freshness.word)
        _set_kind(self._sign, kind)
        self._say(self._state, freshness_with_age(freshness), kind)
        self._say(self._reason, health.reason if with_reason else "")
        for label in (self._state, self._reason):
            if label.toolTip() != health.reason:
                label.setToolTip(health.reason)

    def show_time(self, now: UnixMs) -> None:
        self._say(self._clock, clock_text(now))

    def _say(self, label: QLabel, text: str, kind: str | None = None) -> None:
        if label.text() != text:
            label.setText(text)
            label.setAccessibleName(text)
            label.setVisible(bool(text))
        if kind is not None:
            _set_kind(label, kind)


def _set_kind(widget: QWidget, kind: str) -> None:
    """Style rules that look at properties are applied again when one changes."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def repairs_text(holes: int, repaired: int) -> str:
    return QCoreApplication.translate("StatusBar", "{0} holes · {1} bars repaired").format(
        holes, repaired
    )


def clock_text(now: UnixMs) -> str:
    """The time of day with the zone it is in."""
    moment = QDateTime.fromMSecsSinceEpoch(now)
    offset = moment.offsetFromUtc() // 60
    sign = "+" if offset >= 0 else "−"
    hours, minutes = divmod(abs(offset), 60)
    zone = f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "") if offset else "UTC"
    return f"{moment.toString('HH:mm:ss')} {zone}"


def _source_text(health: HealthDocument) -> str:
    parts = [health.source, f"{health.feed.messages_per_second:.0f} msg/s"]
    if health.latency_ms is not None:
        latency = QCoreApplication.translate("StatusBar", "latency {0} ms")
        parts.append(latency.format(f"{health.latency_ms:,}"))
    return " · ".join(parts)


def _weight_text(health: HealthDocument) -> str:
    if not health.feed.weight_used:
        return ""
    text = QCoreApplication.translate("StatusBar", "weight {0} / {1}")
    return text.format(health.feed.weight_used, health.feed.weight_limit)


def _cost_text(cpu_percent: float | None, memory_mb: float | None) -> str:
    parts = []
    if cpu_percent is not None:
        parts.append(f"CPU {cpu_percent:.0f}%")
    if memory_mb is not None:
        parts.append(f"{memory_mb:.0f} MB")
    return " · ".join(parts)
