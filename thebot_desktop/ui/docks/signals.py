"""Signals: what the indicators say at closed candles, to be filtered, sorted and looked into."""

from __future__ import annotations

from typing import Self

from PySide6.QtCore import QDateTime, QModelIndex, QRect
from PySide6.QtWidgets import QLineEdit, QWidget

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.opinion import GRADES
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.signal_details import SignalExaminer
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import Direction, Signal, Strength
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, Clock, UnixMs
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip
from thebot_desktop.ui.filtered_page import FilteredPage
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.models.signals import (
    SignalFilter,
    SignalsModel,
    direction_mark,
    indicator_name,
    strength_text,
    time_text,
)
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.signal_details import SignalDetailsDialog
from thebot_desktop.ui.sortable_table import (
    SortableTable,
    TableLook,
    paint_plain,
    paint_quiet,
    paint_strong,
)
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.table_view import Painting, Pencil
from thebot_desktop.ui.theme import Theme, scaled

ROW_PX = 64
_REASON_PX = 12
_REASON_LINES = 2
_WIDE_PX = 980


class SignalsDock(Dock):
    name = "signals"
    title = "Signals"
    area = DockArea.RIGHT
    icon = "signals"
    shortcut = "Ctrl+3"
    height_share = 5
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        signals: SignalAggregator,
        subscriber: RealTimeDataSubscriber,
        examiner: SignalExaminer,
        instruments: InstrumentBook,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._signals = signals
        self._examiner = examiner
        self._instruments = instruments
        self._clock = clock
        self._all: tuple[Signal, ...] = ()
        self._is_new = True
        self._model = SignalsModel(self)
        self.details: SignalDetailsDialog | None = None
        """The window about one of them, while it is open."""
        self.table = SortableTable(self.tr("Signals"))
        self.table.setModel(self._model)
        self.table.activated_row.connect(self._explain)
        self._make_fields()
        boxes = (
            self.direction,
            self.symbol,
            self.interval,
            self.indicator,
            self.strength,
            self.age,
        )
        self.strip = FilterStrip(self.search, boxes)
        self.strip.changed.connect(self._show_chosen)
        self.nothing = StateView(host.theme)
        self.add_page(self._lay_out())
        self.on_release(subscriber.moments.add(self._on_moment))
        self.on_release(self._close_details)
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        examiner = SignalExaminer(
            context.signals, context.scoreboard.closed_candles, context.indicator_types
        )
        instruments = context.session.instruments
        return cls(host, context.signals, context.subscriber, examiner, instruments, context.clock)

    def draw(self) -> None:
        signals = self._signals.get_signals()
        if self._is_new or signals != self._all:
            self._is_new = False
            self.update_signals(signals)
        elif self.age.chosen is not None:
            self._show_chosen()

    def update_signals(self, signals: tuple[Signal, ...]) -> None:
        """Show these, newest first."""
        self._all = signals
        if not signals:
            self.show_state(
                State.EMPTY,
                self.tr(
                    "Signals appear here when a candle closes and an indicator has an opinion."
                ),
            )
            return
        self.show_content()
        self._offer_choices(signals)
        self._show_chosen()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._is_new = True
        self.strip.apply_theme(theme, font_px)
        self.nothing.apply_theme(theme)
        self.table.set_looks(_wide_look(), self._narrow_look(), _WIDE_PX, theme, font_px)
        if self.details is not None:
            self.details.apply_theme(theme, font_px)

    def _make_fields(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search in the signals"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show_chosen())
        self.direction = ChoiceBox(self.tr("Direction"), self.tr("Buy and sell"))
        self.direction.offer((direction_mark(d), d) for d in (Direction.BUY, Direction.SELL))
        self.symbol = ChoiceBox(self.tr("Symbol"), self.tr("All symbols"))
        self.interval = ChoiceBox(self.tr("Interval"), self.tr("All intervals"))
        self.indicator = ChoiceBox(self.tr("Indicator"), self.tr("All indicators"))
        self.strength = ChoiceBox(self.tr("Least strength"), self.tr("Any strength"))
        more = self.tr("{0} or more")
        self.strength.offer(
            (strength_text(g) if g is GRADES[-1] else more.format(strength_text(g)), g)
            for g in GRADES[1:]
        )
        self.age = ChoiceBox(self.tr("Age"), self.tr("Any age"))
        ages = (
            (self.tr("Last hour"), HOUR_MS),
            (self.tr("Last 4 hours"), 4 * HOUR_MS),
            (self.tr("Last 24 hours"), DAY_MS),
            (self.tr("Last 7 days"), 7 * DAY_MS),
        )
        self.age.offer(ages)

    def _lay_out(self) -> QWidget:
        self._filtered = FilteredPage(self.strip, self.table, self.nothing)
        return self._filtered

    def _on_moment(self, moment: Moment) -> None:
        if moment.signals or moment.history:
            self.mark_dirty()

    def _offer_choices(self, signals: tuple[Signal, ...]) -> None:
        series = {s.series for s in signals}
        self.symbol.offer((name, name) for name in sorted({s.symbol for s in series}))
        intervals = sorted({s.interval for s in series}, key=lambda i: i.milliseconds)
        self.interval.offer((interval.value, interval) for interval in intervals)
        self.indicator.offer((name, name) for name in sorted({indicator_name(s) for s in signals}))

    @property
    def _filter(self) -> SignalFilter:
        direction, symbol, interval = (
            box.chosen for box in (self.direction, self.symbol, self.interval)
        )
        indicator, strength, age = (box.chosen for box in (self.indicator, self.strength, self.age))
        return SignalFilter(
            text=self.search.text(),
            direction=direction if isinstance(direction, Direction) else None,
            symbol=Symbol(symbol) if isinstance(symbol, str) else None,
            interval=interval if isinstance(interval, Interval) else None,
            indicator=indicator if isinstance(indicator, str) else None,
            strength=strength if isinstance(strength, Strength) else None,
            since=UnixMs(self._clock.now() - age) if isinstance(age, int) else None,
        )

    def _show_chosen(self) -> None:
        chosen = self._filter.choose(self._all)
        self._model.set_rows(chosen)
        count = len(self._all)
        part = self.tr("{0} of {1}").format(len(chosen), count)
        self.header.set_info(str(count) if len(chosen) == count else part)
        if not chosen:
            self.nothing.show_state(
                State.EMPTY,
                self.tr("No signal fits these filters."),
                button=self.tr("Show all"),
                action=self._choose_all,
            )
        self._filtered.show_for(chosen)

    def _choose_all(self) -> None:
        self.search.clear()
        self.strip.choose_all()

    # One of them

    def _explain(self, index: QModelIndex) -> None:
        signal: Signal = index.data(Role.ROW)
        try:
            details = self._examiner.examine(signal)
        except TheBotError as error:
            self.host.notify_person(error.user_message)
            return
        if self.details is None:
            self.details = SignalDetailsDialog(self, self.host.theme, self.host.font_px)
            self.details.chart_wanted.connect(self._show_in_chart)
            self.details.finished.connect(lambda _result: self._close_details())
        self.details.explain(details, self._instruments.of(signal.series.symbol))
        self.details.show()
        self.details.raise_()

    def _show_in_chart(self, signal: Signal) -> None:
        self.host.reveal_chart(signal.series, signal.open_time)

    def _close_details(self) -> None:
        held, self.details = self.details, None
        if held is not None:
            held.close()
            held.deleteLater()

    def _narrow_look(self) -> TableLook:
        paintings: list[Painting] = [paint_plain] * 9
        paintings[0], paintings[1], paintings[8] = _paint_direction, _paint_reason, self._paint_bar
        return TableLook(ROW_PX, paintings, [72, None, 0, 0, 0, 0, 0, 0, 96])

    def _paint_bar(self, pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        """The number, a bar of it, and when the candle closed."""
        signal = _signal(index)
        third = scaled(17, pencil.font_px)
        top = area.top() + (area.height() - 2 * third - 9) // 2
        upper = QRect(area.left(), top, area.width(), third)
        pencil.text(upper, index.data(), pencil.theme.text, right=True)
        bar = QRect(area.left() + 8, upper.bottom() + 2, area.width() - 8, 6)
        pencil.bar(bar, signal.confidence, _color(pencil, signal))
        lower = QRect(area.left(), bar.bottom() + 1, area.width(), third)
        pencil.text(lower, self._short_time(signal), pencil.theme.muted, size=11, right=True)

    def _short_time(self, signal: Signal) -> str:
        """The hour alone within a day, the date alone before."""
        told = QDateTime.fromMSecsSinceEpoch(signal.event_time)
        recent = self._clock.now() - signal.event_time < DAY_MS
        return told.toString("HH:mm" if recent else "d MMM")


def _wide_look() -> TableLook:
    paintings: list[Painting] = [
        _paint_direction,
        paint_strong,
        paint_quiet,
        paint_plain,
        paint_quiet,
        paint_quiet,
        paint_plain,
        _paint_time,
        _paint_confidence,
    ]
    return TableLook(34, paintings, [80, 92, 64, 148, None, 88, 84, 98, 132])


def _signal(index: AnyIndex) -> Signal:
    signal: Signal = index.data(Role.ROW)
    return signal


def _color(pencil: Pencil, signal: Signal) -> str:
    theme = pencil.theme
    colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
    return colors.get(signal.direction, theme.secondary)


def _paint_direction(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    signal = _signal(index)
    pencil.tag(area, direction_mark(signal.direction), _color(pencil, signal))


def _paint_time(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    when = time_text(_signal(index).event_time)
    pencil.text(area, when, pencil.theme.secondary, right=True)


def _paint_confidence(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """A bar and its number."""
    signal = _signal(index)
    words = scaled(36, pencil.font_px)
    bar = area.adjusted(8, 0, -words - 4, 0)
    pencil.bar(bar, signal.confidence, _color(pencil, signal))
    pencil.text(area, index.data(), pencil.theme.text, right=True)


def _paint_reason(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Symbol and interval above, why below in up to two lines; all of it centred."""
    signal = _signal(index)
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
