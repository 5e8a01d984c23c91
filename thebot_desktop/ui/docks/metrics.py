"""Metrics: the few numbers about the current series that one wants at a glance."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self

from PySide6.QtCore import QCoreApplication, QDateTime, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.agreement import Agreement, agreement_of
from thebot_desktop.analysis.confidence import Confidence
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.metrics import IndicatorMetrics, IndicatorState, Metrics, MetricsService
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import DASH, change_text, percent_text, price_text
from thebot_desktop.ui.freshness import freshness_text, kind_of
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.metric_tables import (
    INDICATORS_WIDE_PX,
    PARTS_WIDE_PX,
    narrow_indicators,
    narrow_parts,
    wide_indicators,
    wide_parts,
)
from thebot_desktop.ui.models.metrics import IndicatorRow, IndicatorsModel, PartRow, PartsModel
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import SortableTable
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme

NUMBERS, INDICATORS, CONFIDENCE = range(3)
"""The pages."""
PAUSE_MS = 300
"""The tables are filled anew at most so often, whatever the price does."""
_NO_LEAN = 0.05
"""A confidence nearer to zero is no decision."""


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
        session: Session,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._metrics = metrics
        self._session = session
        self._clock = clock
        self._filled: tuple[int, SeriesKey, UnixMs] | None = None
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
        self._make_tables()
        self.on_release(subscriber.quotes.add(self._on_quote))
        self.on_release(subscriber.moments.add(lambda m: self._on_quote(m.series.symbol)))
        self.on_release(host.series_changed.add(lambda _series: self.mark_dirty()))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.metrics, context.subscriber, context.session, context.clock)

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
        if self.page == NUMBERS:
            self.update_metrics(self._metrics.of(series))
        elif not self._rests(series):
            self._fill(series)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self.nothing.apply_theme(theme)
        self.silence.apply_theme(theme)
        looks = wide_indicators(), narrow_indicators()
        self.indicators.set_looks(*looks, INDICATORS_WIDE_PX, theme, font_px)
        self.parts.set_looks(wide_parts(), narrow_parts(), PARTS_WIDE_PX, theme, font_px)

    def update_indicators(self, series: SeriesKey, found: tuple[IndicatorMetrics, ...]) -> None:
        """One row for each indicator in use, or a sentence that there are none."""
        self.show_content()
        self.header.set_info(_name(series))
        now = self._clock.now()
        self._indicators.set_rows(
            [
                IndicatorRow(m, None if m.updated_at is None else _whole_seconds(now, m.updated_at))
                for m in found
            ]
        )
        if not found:
            self.nothing.show_state(
                State.EMPTY,
                self.tr("No indicator is in use on this series."),
                button=self.tr("Add an indicator"),
                action=lambda: self.host.show_dock("indicator_selector"),
            )
        self._indicator_stack.setCurrentWidget(self.indicators if found else self.nothing)

    def update_confidence(self, series: SeriesKey, confidence: Confidence) -> None:
        """The number and what it is made of."""
        self.show_content()
        self.header.set_info(_name(series))
        parts, now = confidence.parts, self._clock.now()
        total = sum(part.weight for part in parts)
        largest = max((abs(part.share) for part in parts), default=0.0)
        self._parts.set_rows(
            [
                PartRow(
                    p, _age_in_candles(p.signal.event_time, p.signal.series, now), total, largest
                )
                for p in parts
            ]
        )
        self._show_agreement(confidence, agreement_of(confidence))
        if not parts:
            self.silence.show_state(
                State.EMPTY,
                self.tr("No indicator has said anything about this series yet."),
                detail=self.tr("Opinions are born when a candle closes."),
            )
        self._confidence_stack.setCurrentWidget(self._account if parts else self.silence)

    def update_metrics(self, metrics: Metrics) -> None:
        """Show the numbers of one series; what is not known yet is a dash."""
        self.show_content()
        self.header.set_info(_name(metrics.series))
        decimals = self._session.instruments.of(metrics.series.symbol).price_decimals
        show = {name: badge.show_value for name, badge in self._badges.items()}
        freshness, of_price = metrics.freshness, metrics.price_freshness
        stale = of_price is not None and of_price.word is FreshnessWord.STALE
        price = _or_dash(metrics.price, lambda p: price_text(p, decimals))
        show["price"](price, "muted" if stale else "")
        show["change"](
            _or_dash(metrics.change_percent, percent_text),
            "muted" if stale else _kind(_rounded(metrics.change_percent)),
        )
        count = metrics.buy_signals + metrics.sell_signals
        show["signals"](str(count), detail=_directions_text(metrics))
        show["confidence"](
            _or_dash(metrics.confidence, lambda c: change_text(c, 2)),
            _lean_kind(metrics.confidence),
        )
        show["volatility"](_or_dash(metrics.volatility_percent, lambda v: price_text(v, 2) + "%"))
        show["spread"](_or_dash(metrics.spread, lambda s: price_text(s, decimals)))
        when = "" if metrics.updated_at is None else _time_text(metrics.updated_at)
        if freshness is None:
            show["data"](DASH, detail=when)
        else:
            show["data"](freshness_text(freshness), kind_of(freshness.word), when)

    def _make_tables(self) -> None:
        self._indicators, self._parts = IndicatorsModel(self), PartsModel(self)
        self.indicators = SortableTable(self.tr("Indicators in use"))
        self.indicators.setModel(self._indicators)
        self.indicators.activated_row.connect(self._edit)
        self.parts = SortableTable(self.tr("Opinions in the confidence"))
        self.parts.setModel(self._parts)
        self.parts.activated_row.connect(self._show_opinion)
        self.nothing, self.silence = StateView(self.host.theme), StateView(self.host.theme)
        self._sums = {
            "sum": Badge(self.tr("Confidence")),
            "opinions": Badge(self.tr("Opinions agree")),
            "intervals": Badge(self.tr("Intervals agree")),
        }
        self._account = QWidget()
        column = QVBoxLayout(self._account)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.addWidget(self._sums["sum"], 0, 0)
        grid.addWidget(self._sums["opinions"], 0, 1)
        grid.addWidget(self._sums["intervals"], 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self.parts, 1)
        page, self._indicator_stack = _stacked(self.indicators, self.nothing)
        # Short, since the panel is narrow where it stands at first.
        self.add_page(page, self.tr("In use"))
        page, self._confidence_stack = _stacked(self._account, self.silence)
        self.add_page(page, self.tr("Why"))
        names = {
            INDICATORS: self.tr("Indicators in use"),
            CONFIDENCE: self.tr("What the confidence is made of"),
        }
        for at, name in names.items():
            self.header.tab(at).setToolTip(name)
            self.header.tab(at).setAccessibleName(name)

    def sum_badge(self, name: str) -> Badge:
        """Of the page that explains the confidence."""
        return self._sums[name]

    def _rests(self, series: SeriesKey) -> bool:
        """The same was shown just now; the next second brings the rest."""
        if self._filled is None or self._filled[:2] != (self.page, series):
            return False
        return 0 <= self._clock.now() - self._filled[2] < PAUSE_MS

    def _fill(self, series: SeriesKey) -> None:
        self._filled = self.page, series, self._clock.now()
        if self.page == CONFIDENCE:
            self.update_confidence(series, self._metrics.confidence(series))
            return
        used = self._metrics.indicators(series, self._session.indicators(series))
        self.update_indicators(series, (*used, *self._lost(series, {m.label for m in used})))

    def _lost(self, series: SeriesKey, used: set[str]) -> list[IndicatorMetrics]:
        """What the chart keeps and cannot compute: its plug-in is not there."""
        chart = self.host.current_chart
        if chart is None or chart.series != series:
            return []
        known = {*used, *chart.indicator_labels}
        lost = [label for label in chart.kept_labels if label not in known]
        return [IndicatorMetrics(label, label, IndicatorState.OFF) for label in lost]

    def _show_agreement(self, confidence: Confidence, agreement: Agreement) -> None:
        value = confidence.value if confidence.parts else None
        word = _lean_word(value)
        self._sums["sum"].show_value(
            _or_dash(value, lambda c: change_text(c, 2)), _lean_kind(value), word
        )
        self._sums["opinions"].show_value(
            _share_or_dash(agreement.of_opinions), detail=_sides_text(confidence)
        )
        told = "  ".join(f"{v.interval.value} {change_text(v.share, 2)}" for v in agreement.voices)
        # One alone has nobody to agree with.
        share = agreement.of_intervals if len(agreement.voices) > 1 else math.nan
        self._sums["intervals"].show_value(_share_or_dash(share), detail=told)

    def _edit(self, index: AnyIndex) -> None:
        """The parameters of the one that was chosen, where it is the chart's own."""
        row: IndicatorRow = index.data(Role.ROW)
        chart = self.host.current_chart
        if chart is not None and row.metrics.label in chart.indicator_labels:
            chart.edit_indicator(row.metrics.label)

    def _show_opinion(self, index: AnyIndex) -> None:
        """The candle it was said about."""
        row: PartRow = index.data(Role.ROW)
        signal = row.part.signal
        self.host.reveal_chart(signal.series, signal.open_time)

    def _on_quote(self, symbol: Symbol) -> None:
        if self.dirty:
            return
        series = self.host.current_series
        if series is not None and series.symbol == symbol:
            self.mark_dirty()


def _or_dash(value: float | None, text: Callable[[float], str]) -> str:
    return DASH if value is None else text(value)


def _rounded(percent: float | None) -> float | None:
    """As it is told: what is nothing then has no direction."""
    return None if percent is None else round(percent, 2)


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


def _stacked(table: QWidget, otherwise: QWidget) -> tuple[QWidget, QStackedLayout]:
    page = QWidget()
    stack = QStackedLayout(page)
    stack.addWidget(table)
    stack.addWidget(otherwise)
    return page, stack


def _whole_seconds(now: int, then: int) -> int:
    """So that a row is not another one for a few milliseconds."""
    return max(0, now - then) // SECOND_MS * SECOND_MS


def _age_in_candles(then: int, series: SeriesKey, now: int) -> float:
    return round(max(0, now - then) / series.interval.milliseconds, 1)


def _share_or_dash(share: float) -> str:
    return DASH if math.isnan(share) else f"{share * 100:.0f}%"


def _lean_word(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) < _NO_LEAN:
        return _tr("undecided")
    return _tr("buy") if value > 0 else _tr("sell")


def _lean_kind(value: float | None) -> str:
    return "" if value is None or abs(value) < _NO_LEAN else _kind(value)


def _sides_text(confidence: Confidence) -> str:
    """How many on each side: ``▲ 5  ▼ 2``."""
    said = [part.signal.direction for part in confidence.parts]
    return f"▲ {said.count(Direction.BUY)}  ▼ {said.count(Direction.SELL)}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("MetricsDock", text)
