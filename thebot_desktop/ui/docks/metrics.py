"""Metrics: the few numbers about the current series that one wants at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.metrics import Metrics, MetricsService
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import DASH, change_text, percent_text, price_text
from thebot_desktop.ui.freshness import freshness_text, kind_of
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.states import State


class Badge(QWidget):
    """One number and what it is."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("metric")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel(title)
        self._title.setProperty("role", "small")
        self._value = QLabel(DASH)
        self._value.setProperty("role", "number")
        self._detail = QLabel()
        self._detail.setProperty("role", "small")
        self._detail.setContentsMargins(0, 0, 0, 2)  # On the base line of the number.
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._value)
        line.addWidget(self._detail, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(3)
        column.addWidget(self._title)
        column.addLayout(line)

    @property
    def text(self) -> str:
        return f"{self._value.text()} {self._detail.text()}".rstrip()

    def show_value(self, text: str, kind: str = "", detail: str = "") -> None:
        """``kind`` up, down, good, warning or muted gives the number that colour.

        ``detail`` stands small beside it.
        """
        if (text, detail) != (self._value.text(), self._detail.text()):
            self._value.setText(text)
            self._detail.setText(detail)
            self.setAccessibleName(f"{self._title.text()} {self.text}")
        if kind != self._value.property("kind"):
            self._value.setProperty("kind", kind)
            self._value.style().unpolish(self._value)
            self._value.style().polish(self._value)


class MetricsDock(Dock):
    name = "metrics"
    title = "Metrics"
    area = DockArea.LEFT
    icon = "metrics"
    shortcut = "Ctrl+2"
    place = 1
    height_share = 2
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        metrics: MetricsService,
        subscriber: RealTimeDataSubscriber,
        instruments: InstrumentBook,
    ) -> None:
        super().__init__(host)
        self._metrics = metrics
        self._instruments = instruments
        self._badges = {
            "price": Badge(self.tr("Price")),
            "change": Badge(self.tr("24 h")),
            "signals": Badge(self.tr("Signals 24 h")),
            "confidence": Badge(self.tr("Confidence")),
            "volatility": Badge(self.tr("Volatility (ATR 14)")),
            "spread": Badge(self.tr("Spread")),
            "data": Badge(self.tr("Data")),
        }
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setSpacing(0)
        for i, badge in enumerate(self._badges.values()):
            alone = i == len(self._badges) - 1 and i % 2 == 0
            grid.addWidget(badge, i // 2, i % 2, 1, 2 if alone else 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        self.add_page(area)
        self.on_release(subscriber.quotes.add(self._on_quote))
        self.on_release(subscriber.moments.add(lambda m: self._on_quote(m.series.symbol)))
        self.on_release(host.series_changed.add(lambda _series: self.mark_dirty()))

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.metrics, context.subscriber, context.session.instruments)

    def badge(self, name: str) -> Badge:
        return self._badges[name]

    def draw(self) -> None:
        series = self.host.current_series
        if series is None:
            self.header.set_info("")
            self.show_state(
                State.EMPTY,
                self.tr("Numbers about the current chart appear here."),
                button=self.tr("Open a chart"),
                action=lambda: self.host.run_command("chart.new"),
            )
            return
        self.update_metrics(self._metrics.of(series))

    def update_metrics(self, metrics: Metrics) -> None:
        """Show the numbers of one series; what is not known yet is a dash."""
        self.show_content()
        self.header.set_info(_name(metrics.series))
        decimals = self._instruments.of(metrics.series.symbol).price_decimals
        show = {name: badge.show_value for name, badge in self._badges.items()}
        freshness, of_price = metrics.freshness, metrics.price_freshness
        stale = of_price is not None and of_price.word is FreshnessWord.STALE
        price = _or_dash(metrics.price, lambda p: price_text(p, decimals))
        show["price"](price, "muted" if stale else "")
        show["change"](
            _or_dash(metrics.change_percent, percent_text),
            "muted" if stale else _kind(metrics.change_percent),
        )
        count = metrics.buy_signals + metrics.sell_signals
        show["signals"](str(count), detail=_directions_text(metrics))
        show["confidence"](
            _or_dash(metrics.confidence, lambda c: change_text(c, 2)), _kind(metrics.confidence)
        )
        show["volatility"](_or_dash(metrics.volatility_percent, lambda v: price_text(v, 2) + "%"))
        show["spread"](_or_dash(metrics.spread, lambda s: price_text(s, decimals)))
        when = "" if metrics.updated_at is None else _time_text(metrics.updated_at)
        if freshness is None:
            show["data"](DASH, detail=when)
        else:
            show["data"](freshness_text(freshness), kind_of(freshness.word), when)

    def _on_quote(self, symbol: Symbol) -> None:
        if self.dirty:
            return
        series = self.host.current_series
        if series is not None and series.symbol == symbol:
            self.mark_dirty()


def _or_dash(value: float | None, text: Callable[[float], str]) -> str:
    return DASH if value is None else text(value)


def _kind(change: float | None) -> str:
    if not change:
        return ""
    return "up" if change > 0 else "down"


def _directions_text(metrics: Metrics) -> str:
    """Which way they go: ``▲ 5  ▼ 2``."""
    buy, sell = metrics.buy_signals, metrics.sell_signals
    return f"▲ {buy}  ▼ {sell}" if buy or sell else ""


def _time_text(when: float) -> str:
    return QDateTime.fromMSecsSinceEpoch(int(when)).toString("HH:mm:ss")


def _name(series: SeriesKey) -> str:
    return f"{series.symbol} · {series.interval.value}"
