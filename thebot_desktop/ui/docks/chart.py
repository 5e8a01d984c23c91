"""The chart of one series: candles, indicators, signals and price alerts, as they are now."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Self

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.expressions import Catalogue, parse_indicator
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.line_alerts import LineAlerts
from thebot_desktop.app.older_candles import Older, OlderCandles
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings import ChartConfig
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.app.time_zones import known_zone
from thebot_desktop.domain.drawings import Drawing
from thebot_desktop.domain.errors import InputError, TheBotError
from thebot_desktop.domain.indicator_place import IndicatorPlace
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.domain.market import ConnectionState, Interval, SeriesKey, Symbol
from thebot_desktop.domain.news import Impact
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.market.freshness import FreshnessBook
from thebot_desktop.market.quote_board import QuoteBoard
from thebot_desktop.news.economic_calendar import EconomicCalendar
from thebot_desktop.news.news_feed_manager import NewsFeedManager, NewsFilter
from thebot_desktop.ui.charts.chart_alerts import ChartAlerts
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_output import ChartOutput
from thebot_desktop.ui.charts.chart_page import ChartPage
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.comparison_feed import ComparisonFeed
from thebot_desktop.ui.charts.comparison_menu import with_compared, without_compared
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.events import ChartEvent, EventKind
from thebot_desktop.ui.charts.header_controls import HeaderControls
from thebot_desktop.ui.charts.indicator_menu import fill_indicator_menu
from thebot_desktop.ui.charts.interval_entry import IntervalEntry, typed_text
from thebot_desktop.ui.charts.legend import Owner
from thebot_desktop.ui.charts.line_styles import with_styles
from thebot_desktop.ui.charts.link import Link, LinkedPoint, Stretch
from thebot_desktop.ui.charts.link_button import LinkButton
from thebot_desktop.ui.charts.pane_arrangement import (
    brought_back,
    renamed,
    without_indicator,
)
from thebot_desktop.ui.charts.pane_places import has_own, places_for, with_place
from thebot_desktop.ui.dock import DockArea, SeriesDock
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.indicator_dialog import IndicatorDialog
from thebot_desktop.ui.line_style_edit import LineStyleEdit
from thebot_desktop.ui.pane_edit import PaneEdit
from thebot_desktop.ui.theme import Theme

PATIENCE_MS = 10 * SECOND_MS
"""Who waits so long for the answer of a connected exchange is told so."""
FIRST_DEPTH = 1500
"""A chart that opens with fewer candles asks for those before them."""


class ChartDock(SeriesDock):
    """Opens its series for as long as it shows it; observers only mark it dirty."""

    name = "chart"
    title = "Chart"
    area = DockArea.CENTRE
    icon = "chart"
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        key: str,
        series: SeriesKey,
        *,
        session: Session,
        older: OlderCandles,
        subscriber: RealTimeDataSubscriber,
        signals: SignalAggregator,
        alerts: AlertManager,
        clock: Clock,
        freshness: FreshnessBook,
        board: QuoteBoard,
        catalogue: Catalogue,
        drawings: DrawingBook | None = None,
        indicators: Iterable[str] = (),
        badge: str = "",
        source: str = "",
    ) -> None:
        super().__init__(host, key)
        self._session = session
        self._older = older
        self._subscriber = subscriber
        self._signals = signals
        self._clock = clock
        self._freshness = freshness
        self._board = board
        self._catalogue = catalogue
        self._badge = badge
        self._source = source
        self._series = series
        self._indicators: tuple[Indicator, ...] = ()
        self._absent: tuple[str, ...] = ()
        """Labels of indicators that there are none of now; a plug-in may bring them back."""
        self._unknown: Symbol | None = None
        self._near: list[Symbol] = []
        self._has_depth = False
        self._wanted_time: UnixMs | None = None
        self._news: NewsFeedManager | None = None
        self._calendar: EconomicCalendar | None = None
        self._let_go: list[Callable[[], object]] = []
        self._signals_of: tuple[SeriesKey, int] | None = None
        self._waiting_since = clock.now()
        self._way_out: Callable[[], None] = self._open_near
        """What the button below a sentence does."""
        self.view = ChartView(host.theme)
        self.view.set_font_px(host.font_px)
        self.view.set_titled(titled=False)
        self.view.set_clock(freshness.exchange_clock.now)
        self.view.price_alert_requested.connect(self._ask_for_alert)
        self.view.message_clicked.connect(lambda: self._way_out())
        self.view.output.failed.connect(host.notify_person)
        self.view.look_changed.connect(self._note_look)
        self.view.crosshair_moved.connect(self._tell_point)
        self.view.stretch_moved.connect(lambda stretch: host.links.show_stretch(self, stretch))
        self.view.indicator_settings_wanted.connect(self.edit_indicator)
        self.view.indicator_removed.connect(self.remove_indicator)
        self.view.compared_removed.connect(self._remove_compared)
        self.view.zone_menu_wanted.connect(host.show_zone_menu)
        self._link_button = LinkButton(host.theme, host.font_px)
        self._link_button.chosen.connect(lambda link: host.links.choose(self, link))
        self.header.add_tool(self._link_button)
        self.controls = HeaderControls(self.header, self._fill_indicators, host.theme)
        self.controls.used.connect(self.take_focus)
        self.controls.interval_wanted.connect(self._show_interval)
        self.controls.look_wanted.connect(self.set_look)
        self.on_release(host.links.add(self))
        self._comparison = ComparisonFeed(session, subscriber, self.mark_dirty)
        self.view.compare_wanted.connect(lambda: host.run_command("chart.compare"))
        self.on_release(self._comparison.release)
        self.view.older_wanted.connect(self._want_older, Qt.ConnectionType.QueuedConnection)
        self.on_release(older.changed.add(self._note_older))
        self.on_release(self.view.hand.use(drawings or DrawingBook()))
        self.on_release(self.view.hand.told.add(host.notify_person))
        page = ChartPage(self.view)
        self.tools = page.tools
        self.interval_entry = IntervalEntry(self.view, host.theme)
        self.interval_entry.chosen.connect(self._show_interval)
        self.add_page(page)
        self._chart_alerts = ChartAlerts(self.view, alerts, host)
        self.on_release(self._chart_alerts.release)
        self.on_release(alerts.changed.add(lambda _none: self._mark_alerts()))
        self.on_release(subscriber.connection.add(lambda _change: self.mark_dirty()))
        self.on_release(subscriber.quotes.add(self._note_price))
        self.on_release(subscriber.found_nothing.add(lambda _series: self.mark_dirty()))
        self.on_release(subscriber.gaps.add(lambda _gap: self.mark_dirty()))
        self.on_release(session.instruments.changed.add(lambda _none: self._name_prices()))
        self.on_release(self._close_series)
        self._indicators = self._parsed(indicators)
        self.set_series(series)

    @classmethod
    def build_for(cls, context: AppContext, host: WindowHost, series: SeriesKey, key: str) -> Self:
        dock = cls(
            host,
            key,
            series,
            session=context.session,
            older=context.older,
            subscriber=context.subscriber,
            signals=context.signals,
            alerts=context.alerts,
            clock=context.clock,
            freshness=context.stream.freshness,
            board=context.stream.board,
            catalogue=context.indicator_types,
            drawings=context.drawings,
            indicators=context.settings.current.chart.indicators,
            badge=context.mode.badge,
            source=context.source,
        )
        dock.show_news(context.news.manager)
        if context.calendar is not None:
            dock.show_calendar(context.calendar)
        if context.line_alerts is not None:
            dock.offer_line_alerts(context.line_alerts)
        dock.view.drawing_failed.connect(context.faults.notify)
        dock.configure(context.settings.current.chart)
        dock.on_release(context.settings.changed.add(lambda new: dock.configure(new.chart)))
        dock.on_release(context.plugins.changed.add(lambda _none: dock.renew_indicators()))
        return dock

    def show_news(self, news: NewsFeedManager) -> None:
        """Mark what it has about the coin, now and whenever that changes."""
        self._news = news
        self.on_release(news.changed.add(lambda _none: self._mark_events()))
        self._mark_events()

    def show_calendar(self, calendar: EconomicCalendar) -> None:
        """Mark what matters much of what is announced."""
        self._calendar = calendar
        self.on_release(calendar.changed.add(lambda _none: self._mark_events()))
        self._mark_events()

    def offer_line_alerts(self, alerts: LineAlerts) -> None:
        """Drawn lines can be made alerts, which follow them."""

        def add(drawing: Drawing) -> None:
            try:
                added = alerts.add(self._series.symbol, drawing)
            except TheBotError as error:
                self.host.notify_person(error.user_message)
            else:
                one = len(added) == 1
                words = self.tr("Alert added: {0}") if one else self.tr("Alerts added: {0}")
                told = "; ".join(armed.rule.sentence for armed in added)
                self.host.notify_person(words.format(told))

        self.on_release(self.view.hand.alert_wanted.add(add))

    def configure(self, config: ChartConfig) -> None:
        """Take over what the settings say about charts that are open."""
        self.view.set_shows_repaired(shown=config.show_repaired)
        self.view.set_zone(known_zone(config.zone))

    @property
    def series(self) -> SeriesKey:
        return self._series

    @property
    def focus_widget(self) -> QWidget:
        return self.view

    @property
    def indicator_labels(self) -> tuple[str, ...]:
        return tuple(indicator.label for indicator in self._indicators)

    @property
    def kept_labels(self) -> tuple[str, ...]:
        return (*self.indicator_labels, *self._absent)

    def renew_indicators(self) -> None:
        """Plug-ins have changed: make the indicators anew of what there is now."""
        found = self._parsed(self.kept_labels)
        if found != self._indicators:
            self.set_indicators(found)

    def set_indicator_labels(self, labels: tuple[str, ...]) -> None:
        self.set_indicators(self._parsed(labels))

    @property
    def look(self) -> ChartLook:
        return self.view.state.look

    def set_look(self, look: ChartLook) -> None:
        self.view.set_look(look)

    @property
    def output(self) -> ChartOutput:
        return self.view.output

    @property
    def link(self) -> Link:
        """The group of charts this one belongs to, and what it shares with them."""
        return self.look.link

    def set_link(self, link: Link) -> None:
        self.view.set_look(msgspec.structs.replace(self.look, link=link))

    @property
    def link_button(self) -> LinkButton:
        return self._link_button

    @property
    def stretch(self) -> Stretch | None:
        return self.view.stretch

    def show_stretch(self, stretch: Stretch) -> None:
        self.view.show_stretch(stretch)

    def show_time(self, when: UnixMs) -> None:
        """Candles that are missing there are fetched first."""
        self._wanted_time = when
        self.mark_dirty()

    def point_at(self, point: LinkedPoint | None) -> None:
        """Show where the pointer is in another chart of the group."""
        self.view.point_at(point)

    def set_indicators(self, indicators: tuple[Indicator, ...]) -> None:
        """Draw these with the candles; they are computed from now on."""
        self._indicators = indicators
        self._open_series()
        self.mark_dirty()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return self._indicators

    def change_indicators(self, indicators: tuple[Indicator, ...]) -> None:
        """As ``set_indicators``, by a person: kept with the layout."""
        self._absent = ()
        self.set_indicators(tuple(dict.fromkeys(indicators)))
        self.look_chosen.emit()

    def show_series(self, series: SeriesKey) -> None:
        if series != self._series:
            self.set_series(series)
            self.series_shown.emit(series)
            self.host.links.show_series(self)

    def set_series(self, series: SeriesKey) -> None:
        """Open ``series`` and show it; the one before is let go of."""
        self._series = series
        self._waiting_since = self._clock.now()
        self._signals_of = self._unknown = None
        self._has_depth = False
        self._wanted_time = None
        instrument = self._session.instruments.of(series.symbol)
        self.view.set_series(series, instrument, self._badge, self._source)
        self.view.show_loading()
        self.view.set_older(self._older.state(series))
        self.setWindowTitle(str(series))
        self.setAccessibleName(self.tr("Chart of {0}").format(str(series)))
        self.header.set_title(series.symbol)
        self.header.set_info(self._source)
        self.controls.show_interval(series.interval)
        self._open_series()
        self._comparison.follow(series, self.look.compared)
        self._mark_alerts()
        self._mark_events()
        self.mark_dirty()

    def draw(self) -> None:
        moment = self._subscriber.latest(self._series)
        if moment is None:
            self._show_waiting()
        else:
            self.update_chart(moment)
            self._deepen(len(moment.candles))
            self._show_wanted(moment)
        for news in self._comparison.news() if moment is not None else ():
            self.view.update_compared(news)
        self.view.set_gaps(self._subscriber.open_gaps(self._series))
        self._show_freshness()

    def update_chart(self, moment: Moment) -> None:
        """Show what is new, with no other indicators than the chart's own."""
        own = tuple(r for r in moment.results if r.indicator in self._indicators)
        row = self._board.row(moment.series.symbol)
        self.view.update_chart(dataclasses.replace(moment, results=own), row.last)
        self.view.set_quote(row.quote)
        newest = (moment.series, moment.open_time)
        if newest != self._signals_of or moment.signals:
            self._signals_of = newest
            self.view.set_signals(
                self._signals.get_signals(
                    symbol=moment.series.symbol, interval=moment.series.interval
                )
            )

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self.view.set_theme(theme)
        self.view.set_font_px(font_px)
        self.tools.set_theme(theme)
        self.interval_entry.apply_theme(theme)
        self._link_button.apply_theme(theme, font_px)
        self.controls.apply_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing on a chart: letters begin a symbol, digits an interval."""
        typed = typed_text(event)
        if typed.isdecimal():
            self.interval_entry.ask(typed, self._series.interval)
        elif typed.isalpha():
            self.host.find_symbol(typed)
        else:
            super().keyPressEvent(event)

    @property
    def fits_prices(self) -> bool:
        return self.view.automatic

    def fit_prices(self, *, on: bool) -> None:
        self.view.set_automatic(automatic=on)

    def arm_tool(self, tool: Tool) -> None:
        self.view.hand.arm(tool)
        self.take_focus()

    def add_indicator(self, indicator: Indicator) -> None:
        if indicator in self._indicators:
            sentence = self.tr("{0} is drawn in this chart already.")
            self.host.notify_person(sentence.format(indicator.label))
        else:
            self.change_indicators((*self._indicators, indicator))

    def _fill_indicators(self, menu: QMenu) -> None:
        fill_indicator_menu(
            menu,
            self.indicator_labels,
            lambda: self.host.run_command("chart.indicator"),
            self.edit_indicator,
            self.remove_indicator,
        )

    def edit_indicator(self, label: str) -> None:
        indicator = self._indicator(label)
        if indicator is None:
            return

        def save(chosen: Indicator) -> None:
            self.view.set_look(renamed(self.look, label, chosen.label))
            self.change_indicators(tuple(chosen if i == indicator else i for i in self._indicators))

        def try_lines(chosen: list[LineStyle]) -> None:
            styles = with_styles(self.look.line_styles, label, chosen)
            self.view.set_look(msgspec.structs.replace(self.look, line_styles=styles))

        lines = LineStyleEdit(indicator, self.host.theme.lines, self.look.line_styles)
        panes = self._pane_edit(indicator)
        IndicatorDialog(self, indicator, save, lines, try_lines, panes, self._try_place).open()

    def _pane_edit(self, indicator: Indicator) -> PaneEdit:
        places = self.look.pane_places
        choices = places_for(indicator, self._indicators, places)
        return PaneEdit(choices, places, over_price=not has_own(indicator))

    def _try_place(self, place: IndicatorPlace) -> None:
        places = with_place(self.look.pane_places, place)
        self.view.set_look(msgspec.structs.replace(self.look, pane_places=places))

    def toggle_hidden(self, label: str) -> None:
        self.view.legend_hand.toggle(Owner(label))

    def remove_indicator(self, label: str) -> None:
        indicator = self._indicator(label)
        if indicator is None:
            return
        at = self._indicators.index(indicator)

        before = self.look

        def bring_back() -> None:
            self.view.set_look(brought_back(self.look, before, label))
            others = tuple(i for i in self._indicators if i != indicator)
            self.change_indicators((*others[:at], indicator, *others[at:]))

        self.view.set_look(without_indicator(before, label))
        self.change_indicators(tuple(i for i in self._indicators if i != indicator))
        self.host.offer_undo(self.tr("{0} removed").format(label), bring_back)

    def _remove_compared(self, name: str) -> None:
        symbol = Symbol(name)
        self.view.set_look(without_compared(self.look, symbol))
        self.host.offer_undo(
            self.tr("{0} is no longer compared").format(name),
            lambda: self.view.set_look(with_compared(self.look, symbol)),
        )

    def _indicator(self, label: str) -> Indicator | None:
        return next((i for i in self._indicators if i.label == label), None)

    def _open_series(self) -> None:
        """Open anew before letting go, so that what both need goes on."""
        before, self._let_go = self._let_go, []
        series = self._series
        self._let_go = [
            self._session.open(series),
            self._session.use_indicators(series, self._indicators),
            self._subscriber.subscribe(series, lambda _moment: self.mark_dirty()),
        ]
        for let_go in reversed(before):
            let_go()

    def _note_look(self, look: ChartLook) -> None:
        """The look is kept with the layout."""
        self._link_button.show_link(look.link)
        self.controls.show_look(look)
        self._comparison.follow(self._series, look.compared)
        self.look_chosen.emit()

    def _tell_point(self, open_time: UnixMs | None, price: float | None) -> None:
        point = LinkedPoint(open_time, price) if open_time is not None else None
        self.host.links.point(self, point)

    def _show_interval(self, interval: Interval) -> None:
        self.show_series(SeriesKey(self._series.symbol, interval))

    def _close_series(self) -> None:
        let_go, self._let_go = self._let_go, []
        for each in reversed(let_go):
            each()

    def _parsed(self, labels: Iterable[str]) -> tuple[Indicator, ...]:
        """Indicators by their labels; one that no longer exists is named and left out."""
        found: list[Indicator] = []
        absent: list[str] = []
        for label in labels:
            try:
                found.append(parse_indicator(label, self._catalogue))
            except InputError as error:
                absent.append(label)
                if label not in self._absent:
                    self.host.notify_person(error.user_message)
        self._absent = tuple(absent)
        return tuple(found)

    def _show_waiting(self) -> None:
        if self._session.instruments.lacks(self._series.symbol):
            self._show_unknown()
            return
        change = self._subscriber.state
        if change is not None and change.state is ConnectionState.OFFLINE:
            self._way_out = lambda: self.host.run_command("file.connect")
            title = self.tr("No candles of {0} yet.").format(str(self._series))
            self.view.show_message(title, change.reason, self.tr("Connect now"), failed=True)
            self._waiting_since = self._clock.now()
        elif self._subscriber.has_none(self._series):
            self._show_empty()
        elif self._clock.now() - self._waiting_since >= PATIENCE_MS:
            self._show_slow()
        else:
            self.view.show_loading()

    def _show_empty(self) -> None:
        """The exchange answers, but has no candles of this."""
        self._way_out = self._look_again
        title = self.tr("No trades of {0} in this range.").format(str(self._series))
        detail = self.tr("Candles appear with the next trade.")
        self.view.show_message(title, detail, self.tr("Look again"))

    def _show_slow(self) -> None:
        self._way_out = self._look_again
        title = self.tr("Candles of {0} take long.").format(str(self._series))
        detail = self.tr("The exchange has not answered yet. It is asked again by itself.")
        self.view.show_message(title, detail, self.tr("Ask now"))

    def _look_again(self) -> None:
        self._waiting_since = self._clock.now()
        self._close_series()
        self._open_series()
        self.mark_dirty()

    def _show_unknown(self) -> None:
        """No candles will ever come: say so, and offer what may be meant."""
        symbol = self._series.symbol
        if symbol == self._unknown:
            return
        self._unknown = symbol
        self._way_out = self._open_near
        self._near = self._session.instruments.near(symbol)
        title = self.tr("The exchange has no symbol {0}.").format(symbol)
        button = self.tr("Open {0}").format(self._near[0]) if self._near else ""
        others = self.tr(" or ").join(self._near[1:])
        detail = self.tr("You may also mean {0}.").format(others) if others else ""
        self.view.show_message(title, detail, button)

    def _open_near(self) -> None:
        if self._near:
            self.show_series(SeriesKey(self._near[0], self._series.interval))

    def _show_freshness(self) -> None:
        self.view.set_freshness(self._freshness.of_series(self._series, self._clock.now()))

    def _deepen(self, known: int) -> None:
        """A chart begins with more than rules need, so that one can look back at once."""
        if not self._has_depth:
            self._has_depth = True
            if known < FIRST_DEPTH:
                self._older.want(self._series)

    def _show_wanted(self, moment: Moment) -> None:
        """The time in the middle, as wide as it was; older candles until they reach there."""
        when, stretch = self._wanted_time, self.view.stretch
        if when is None or stretch is None:
            return
        begins = int(moment.candles.open_time[0])
        if begins <= when or self._older.state(self._series) in (Older.NOTHING, Older.FAILED):
            self._wanted_time = None
            half = (stretch.end - stretch.begin) / 2
            self.view.show_stretch(Stretch(when - half, when + half))
        else:
            self._older.want(self._series)

    def _want_older(self) -> None:
        self._older.want(self._series)
        for series in self._comparison.series:
            self._older.want(series)

    def _note_older(self, series: SeriesKey) -> None:
        if series == self._series:
            self.view.set_older(self._older.state(series))

    def _note_price(self, symbol: Symbol) -> None:
        if symbol == self._series.symbol:
            self.mark_dirty()

    def _mark_events(self) -> None:
        """Headlines about the coin, when they were published, and events of the calendar."""
        events: list[ChartEvent] = []
        if self._news is not None:
            instrument = self._session.instruments.of(self._series.symbol)
            items = self._news.items(NewsFilter(symbol=instrument.base))
            events += [ChartEvent(i.published_at, EventKind.NEWS, i.title) for i in items]
        if self._calendar is not None:
            events += [
                ChartEvent(e.at, EventKind.CALENDAR, f"{e.country} {e.title}".strip())
                for e in self._calendar.events
                if e.impact is Impact.HIGH
            ]
        self.view.set_events(events)

    def _mark_alerts(self) -> None:
        """Armed prices of this symbol, as lines."""
        self._chart_alerts.show(self._series.symbol)

    def _name_prices(self) -> None:
        self.mark_dirty()
        self._mark_events()
        self.view.set_instrument(self._session.instruments.of(self._series.symbol))

    def _ask_for_alert(self, price: float) -> None:
        self.host.new_alert(self._series.symbol, price)
