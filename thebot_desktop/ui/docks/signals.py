"""Signals: what the indicators say at closed candles, newest first."""

from __future__ import annotations

from typing import Self

from PySide6.QtCore import QDateTime, QModelIndex, QRect
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.models.signals import SignalsFilter, SignalsModel, direction_mark
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.states import State
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

MOST = 500
"""So many signals are shown; the filters look through these."""
ROW_PX = 64
_REASON_PX = 12
_REASON_LINES = 2
_DIRECTIONS = (None, Direction.BUY, Direction.SELL)


class SignalsDock(Dock):
    name = "signals"
    title = "Signals"
    area = DockArea.RIGHT
    icon = "signals"
    shortcut = "Ctrl+3"
    height_share = 5

    def __init__(
        self, host: WindowHost, signals: SignalAggregator, subscriber: RealTimeDataSubscriber
    ) -> None:
        super().__init__(host)
        self._signals = signals
        self._model = SignalsModel(self)
        self._filter = SignalsFilter(self._model, self)
        self._table = TableView(self.tr("Signals"), ROW_PX)
        self._table.setModel(self._filter)
        self._table.activated_row.connect(self._open)
        self._direction = QComboBox()
        self._direction.addItems([self.tr("Buy and sell"), self.tr("Buy"), self.tr("Sell")])
        self._direction.setAccessibleName(self.tr("Direction"))
        self._symbol = QComboBox()
        self._symbol.addItem(self.tr("All symbols"))
        self._symbol.setAccessibleName(self.tr("Symbol"))
        for box in (self._direction, self._symbol):
            box.currentIndexChanged.connect(self._choose)
        self.add_page(self._lay_out())
        self.header.set_info(self.tr("closed bars"))
        self.on_release(subscriber.moments.add(self._on_moment))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.signals, context.subscriber)

    @property
    def table(self) -> TableView:
        return self._table

    def draw(self) -> None:
        self.update_signals(self._signals.get_signals()[:MOST])

    def update_signals(self, signals: tuple[Signal, ...]) -> None:
        """Show these, newest first."""
        if not signals:
            self.show_state(
                State.EMPTY,
                self.tr(
                    "Signals appear here when a candle closes and an indicator has an opinion."
                ),
            )
            return
        self.show_content()
        self._model.set_rows(signals)
        self._offer_symbols(sorted({s.series.symbol for s in signals}))

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        paintings = [_paint_direction, _paint_reason, _paint_confidence]
        self._table.paint_columns(paintings, theme, font_px)
        self._table.set_widths([scaled(72, font_px), None, scaled(66, font_px)])

    def _lay_out(self) -> QWidget:
        page = QWidget()
        strip = QWidget()
        strip.setObjectName("dockStrip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 4, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._direction, 1)
        row.addWidget(self._symbol, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self._table, 1)
        return page

    def _on_moment(self, moment: Moment) -> None:
        if moment.signals or moment.history:
            self.mark_dirty()

    def _offer_symbols(self, symbols: list[Symbol]) -> None:
        offered = [self._symbol.itemText(i) for i in range(1, self._symbol.count())]
        for symbol in symbols:
            if symbol not in offered:
                self._symbol.addItem(symbol)

    def _choose(self) -> None:
        at = self._symbol.currentIndex()
        symbol = Symbol(self._symbol.itemText(at)) if at > 0 else None
        self._filter.choose(_DIRECTIONS[self._direction.currentIndex()], symbol)

    def _open(self, index: QModelIndex) -> None:
        signal: Signal = index.data(Role.ROW)
        self.host.reveal_chart(signal.series)


def _color(pencil: Pencil, signal: Signal) -> str:
    theme = pencil.theme
    colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
    return colors.get(signal.direction, theme.secondary)


def _paint_direction(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    signal: Signal = index.data(Role.ROW)
    pencil.tag(area, direction_mark(signal.direction), _color(pencil, signal))


def _paint_reason(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Symbol and interval above, why below in up to two lines; all of it centred."""
    signal: Signal = index.data(Role.ROW)
    reason = pencil.wrapped(signal.reason, area.width(), size=_REASON_PX, most=_REASON_LINES)
    head, line = (scaled(px, pencil.font_px) for px in (18, 16))
    top = area.top() + (area.height() - head - line * len(reason)) // 2
    upper = QRect(area.left(), top, area.width(), head)
    width = pencil.text(upper, signal.series.symbol, pencil.theme.text, strong=True)
    beside = upper.adjusted(width + 5, 1, 0, 1)
    pencil.text(beside, signal.series.interval.value, pencil.theme.muted, size=11)
    for i, text in enumerate(reason):
        at = QRect(area.left(), top + head + i * line, area.width(), line)
        pencil.text(at, text, pencil.theme.secondary, size=_REASON_PX)


def _paint_confidence(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The number, a bar of it, and when the candle closed."""
    signal: Signal = index.data(Role.ROW)
    third = scaled(17, pencil.font_px)
    top = area.top() + (area.height() - 2 * third - 9) // 2
    upper = QRect(area.left(), top, area.width(), third)
    pencil.text(upper, index.data(), pencil.theme.text, right=True)
    bar = QRect(area.left() + 8, upper.bottom() + 2, area.width() - 8, 6)
    pencil.bar(bar, signal.confidence, _color(pencil, signal))
    lower = QRect(area.left(), bar.bottom() + 1, area.width(), third)
    when = QDateTime.fromMSecsSinceEpoch(signal.event_time).toString("HH:mm")
    pencil.text(lower, when, pencil.theme.muted, size=11, right=True)
