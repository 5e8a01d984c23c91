"""Advanced charts: the whole market in one picture, in six ways."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QStackedLayout, QVBoxLayout, QWidget

from thebot_desktop.analysis.confidence import Confidence
from thebot_desktop.analysis.overview import Mover, movers
from thebot_desktop.analysis.statistics import Figure
from thebot_desktop.app.comparison import ComparedSeries
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.market_overview import INTERVALS, MOST_SYMBOLS, MarketOverview
from thebot_desktop.app.session import Session
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip
from thebot_desktop.ui.formatting import change_text, quantity_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.interval_words import interval_name
from thebot_desktop.ui.models.overview import MoverRow, opinion_text
from thebot_desktop.ui.overview.breadth_view import BreadthView
from thebot_desktop.ui.overview.intervals_view import IntervalsView
from thebot_desktop.ui.overview.matrix_view import MatrixCell, MatrixView
from thebot_desktop.ui.overview.movers_view import MoversView
from thebot_desktop.ui.overview.profile_view import ProfileView
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme

HEAT, CORRELATION, BREADTH, MOVERS, CLOCKS, PROFILE = (
    *("heat", "correlation", "breadth", "movers", "intervals", "profile"),
)
"""The pages, as the layout calls them."""
PAUSE_MS = 1000
"""The pictures are made anew at most so often, whatever the market does."""
SPANS = (50, 100, 200, 500)
DEFAULT_SPAN = 100
DEFAULT_INTERVAL = Interval.H1
VOLUMES = (1e5, 1e6, 1e7, 1e8)
MOST_MOVERS = 20


class AdvancedChartsDock(Dock):
    name = "advanced_charts"
    title = "Advanced charts"
    area = DockArea.BOTTOM
    icon = "advanced_charts"
    place = 2
    shown_at_first = False
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        session: Session,
        overview: MarketOverview,
        clock: Clock,
        open_feed: Callable[[Callable[[SeriesKey], None]], ComparedSeries],
    ) -> None:
        super().__init__(host)
        self._session = session
        self._overview = overview
        self._clock = clock
        self._feed = open_feed(lambda _series: self.mark_dirty())
        self._drawn_at = 0
        self._is_new = True
        self._shown_symbols: tuple[Symbol, ...] = ()
        self._make_fields()
        self._make_views(host.theme)
        self.add_page(self._lay_out())
        self.on_release(self._feed.release)
        self.on_release(session.watchlist_changed.add(lambda _none: self._renew()))
        self.on_release(host.series_changed.add(lambda _series: self._renew()))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        settings = context.settings
        overview = MarketOverview(
            context.stream,
            context.indicator_types,
            lambda: settings.current.chart.indicators,
            lambda: settings.current.signals,
            context.clock,
        )

        def open_feed(changed: Callable[[SeriesKey], None]) -> ComparedSeries:
            return ComparedSeries(
                context.session, context.stream, context.subscriber, context.older, changed
            )

        return cls(host, context.session, overview, context.clock, open_feed)

    @property
    def choices(self) -> Mapping[str, str]:
        kept = {"page": str(self.kind.currentData())}
        boxes = {"interval": self.interval, "span": self.span, "volume": self.volume}
        chosen = {name: box.currentText() for name, box in boxes.items() if box.chosen is not None}
        return kept | chosen

    def choose(self, choices: Mapping[str, str]) -> None:
        at = self.kind.findData(choices.get("page", HEAT))
        self.kind.setCurrentIndex(max(0, at))
        boxes = {"interval": self.interval, "span": self.span, "volume": self.volume}
        for name, box in boxes.items():
            box.setCurrentIndex(max(0, box.findText(choices.get(name, ""))))

    def draw(self) -> None:
        now = self._clock.now()
        if not self._is_new and 0 <= now - self._drawn_at < PAUSE_MS:
            return
        self._drawn_at, self._is_new = now, False
        draw = {
            HEAT: self._draw_heat,
            CORRELATION: self._draw_correlation,
            BREADTH: self._draw_breadth,
            MOVERS: self._draw_movers,
            CLOCKS: self._draw_intervals,
            PROFILE: self._draw_profile,
        }
        draw[self.kind.currentData()]()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the series are let go of, and asked for again when somebody does."""
        super().hideEvent(event)
        self._feed.release()
        self._renew()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._is_new = True
        self.strip.apply_theme(theme, font_px)
        self.nothing.apply_theme(theme)
        for view in (
            *(self.heat, self.matrix, self.breadth, self.movers, self.intervals, self.profile),
        ):
            view.apply_theme(theme, font_px)

    def _make_fields(self) -> None:
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("What is shown"))
        for title, page in (
            (self.tr("Heat map of signals"), HEAT),
            (self.tr("Correlation"), CORRELATION),
            (self.tr("Market breadth"), BREADTH),
            (self.tr("Gainers and losers"), MOVERS),
            (self.tr("All intervals"), CLOCKS),
            (self.tr("Volume profile"), PROFILE),
        ):
            self.kind.addItem(title, page)
        self.kind.currentIndexChanged.connect(lambda _at: self._renew())
        back = self.tr("{0} bars")
        self.interval = ChoiceBox(self.tr("Interval"), interval_name(DEFAULT_INTERVAL))
        self.interval.offer((interval_name(i), i) for i in INTERVALS)
        self.span = ChoiceBox(self.tr("Bars back"), back.format(DEFAULT_SPAN))
        self.span.offer((back.format(count), count) for count in SPANS)
        self.volume = ChoiceBox(self.tr("Volume in 24 h"), self.tr("Any volume"))
        least = self.tr("{0} or more")
        self.volume.offer((least.format(quantity_text(v)), v) for v in VOLUMES)
        self.strip = FilterStrip(self.kind, (self.interval, self.span, self.volume))
        self.strip.changed.connect(self._renew)

    def _make_views(self, theme: Theme) -> None:
        self.heat = MatrixView(self.tr("Signals by symbol and interval"))
        self.heat.chosen.connect(self._open_heat)
        self.matrix = MatrixView(self.tr("Correlation of symbols"))
        self.matrix.chosen.connect(self._open_matrix)
        self.breadth = BreadthView()
        self.movers = MoversView()
        self.movers.chosen.connect(lambda symbol: self._open(Symbol(symbol), self._interval))
        self.intervals = IntervalsView()
        self.intervals.chosen.connect(self._open_interval)
        self.profile = ProfileView()
        self.nothing = StateView(theme)

    def _lay_out(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        self._stack = QStackedLayout()
        for view in (
            *(self.heat, self.matrix, self.breadth, self.movers, self.intervals, self.profile),
            self.nothing,
        ):
            self._stack.addWidget(view)
        column.addLayout(self._stack, 1)
        return page

    @property
    def _interval(self) -> Interval:
        chosen = self.interval.chosen
        return chosen if isinstance(chosen, Interval) else DEFAULT_INTERVAL

    @property
    def _span(self) -> int:
        chosen = self.span.chosen
        return chosen if isinstance(chosen, int) else DEFAULT_SPAN

    @property
    def _current(self) -> SeriesKey | None:
        """What the current chart shows, else the first of the watchlist."""
        series = self.host.current_series
        if series is not None or not self._session.watchlist:
            return series
        return SeriesKey(self._session.watchlist[0], self._interval)

    def _renew(self) -> None:
        """Something else is asked."""
        self._is_new = True
        self.mark_dirty()

    # What is shown

    def _draw_heat(self) -> None:
        symbols = self._symbols(self.tr("Symbols of the watchlist are shown here."))
        if not symbols:
            return
        wanted = [SeriesKey(symbol, interval) for symbol in symbols for interval in INTERVALS]
        self._feed.follow(wanted)
        self._overview.forget(wanted)
        cells = tuple(
            tuple(self._heat_cell(SeriesKey(symbol, interval)) for interval in INTERVALS)
            for symbol in symbols
        )
        names = tuple(self._name(symbol) for symbol in symbols)
        self.heat.show_cells(names, tuple(i.value for i in INTERVALS), cells)
        self._show(self.heat, str(len(symbols)))

    def _heat_cell(self, series: SeriesKey) -> MatrixCell:
        opinion = self._overview.opinion(series)
        if opinion is None:
            waiting = not self._feed.has_none(series)
            return MatrixCell("…" if waiting else "–", tip=self._waiting_words(series))
        if not opinion.parts:
            return MatrixCell("–", tip=self.tr("{0}: no signal lately").format(str(series)))
        text = opinion_text(opinion.value)
        return MatrixCell(text, _strengthened(opinion.value), self._opinion_tip(series, opinion))

    def _opinion_tip(self, series: SeriesKey, opinion: Confidence) -> str:
        lines = [str(series)]
        for part in opinion.parts:
            age = (self._clock.now() - part.signal.event_time) / series.interval.milliseconds
            bars = self.tr("{0} bars ago").format(max(0, int(age)))
            said = f"{part.signal.direction.value} · {part.signal.source}: {part.signal.reason}"
            lines.append(f"{said} ({bars})")
        return "\n".join(lines)

    def _waiting_words(self, series: SeriesKey) -> str:
        if self._feed.has_none(series):
            return self.tr("The exchange has no candles of {0}.").format(str(series))
        return self.tr("Candles of {0} are on their way.").format(str(series))

    def _draw_correlation(self) -> None:
        symbols = self._symbols(self.tr("Symbols of the watchlist are compared here."))
        if not symbols:
            return
        wanted = [SeriesKey(symbol, self._interval) for symbol in symbols]
        self._feed.follow(wanted)
        for series in wanted:
            self._feed.want(series, self._span + 1)
        found = self._overview.correlations(wanted, self._span)
        names = tuple(self._name(symbol) for symbol in symbols)
        cells = tuple(
            tuple(
                self._correlation_cell(names[i], names[j], figure, same=i == j)
                for j, figure in enumerate(row)
            )
            for i, row in enumerate(found)
        )
        self.matrix.show_cells(names, names, cells)
        self._show(self.matrix, str(len(symbols)))

    def _correlation_cell(self, one: str, other: str, figure: Figure, *, same: bool) -> MatrixCell:
        if same:
            return MatrixCell(one)
        if not figure.known:
            too_few = self.tr("{0} and {1}: {2} of {3} bars").format(
                one, other, figure.have, figure.needed
            )
            return MatrixCell("–", tip=too_few)
        tip = self.tr("{0} and {1}: {2} over {3} bars").format(
            one, other, change_text(figure.value, 2), figure.have
        )
        return MatrixCell(change_text(figure.value, 2), figure.value, tip)

    def _draw_breadth(self) -> None:
        symbols = self._symbols(self.tr("How many of the watchlist rise is shown here."))
        if not symbols:
            return
        self._feed.follow(SeriesKey(symbol, self._interval) for symbol in symbols)
        self.breadth.show_breadth(self._overview.breadth(symbols, self._interval))
        self._show(self.breadth, str(len(symbols)))

    def _draw_movers(self) -> None:
        self._feed.follow(())
        least = self.volume.chosen
        found = self._overview.movers()
        volume = least if isinstance(least, float) else 0.0
        gainers, losers = movers(found, volume, MOST_MOVERS)
        if not gainers and not losers:
            self._say(self.tr("Prices of the last 24 hours are not known yet."))
            return
        self.movers.show_movers(self._told(gainers), self._told(losers))
        self._show(self.movers, str(len(found)))

    def _draw_intervals(self) -> None:
        current = self._current
        if current is None:
            self._say(self.tr("The symbol of the current chart is shown here."))
            return
        wanted = [SeriesKey(current.symbol, interval) for interval in INTERVALS]
        self._feed.follow(wanted)
        self._overview.forget(wanted)
        self.intervals.show_views([self._overview.interval(series) for series in wanted])
        self._show(self.intervals, str(current.symbol))

    def _draw_profile(self) -> None:
        current = self._current
        if current is None:
            self._say(self.tr("The symbol of the current chart is shown here."))
            return
        series = SeriesKey(current.symbol, self._interval)
        self._feed.follow([series])
        self._feed.want(series, self._span)
        profile, bars, price = self._overview.profile(series, self._span)
        if profile is None:
            self._say(self._waiting_words(series))
            return
        decimals = self._session.instruments.of(series.symbol).price_decimals
        self.profile.show_profile(profile, price, decimals)
        said = self.tr("{0} · {1} bars").format(str(series), bars)
        self._show(self.profile, said)

    def _told(self, found: Iterable[Mover]) -> list[MoverRow]:
        """With as many decimals as the exchange gives their prices."""
        book = self._session.instruments
        return [MoverRow(mover, book.of(mover.symbol).price_decimals) for mover in found]

    def _symbols(self, sentence: str) -> tuple[Symbol, ...]:
        """Those of the watchlist, as many as fit; with none, how to add one is said."""
        symbols = self._session.watchlist[:MOST_SYMBOLS]
        self._shown_symbols = symbols
        if not symbols:
            self._feed.follow(())
            self._say(sentence, self.tr("Add a symbol"))
        return symbols

    def _name(self, symbol: Symbol) -> str:
        return self._session.instruments.of(symbol).base or str(symbol)

    def _show(self, view: QWidget, info: str) -> None:
        page = self.kind.currentData()
        self.interval.setVisible(page in (CORRELATION, BREADTH, PROFILE))
        self.span.setVisible(page in (CORRELATION, PROFILE))
        self.volume.setVisible(page == MOVERS)
        self.header.set_info(info)
        self._stack.setCurrentWidget(view)

    def _say(self, sentence: str, button: str = "") -> None:
        self.header.set_info("")
        self.nothing.show_state(
            State.EMPTY,
            sentence,
            button=button,
            action=(lambda: self.host.run_command("symbol.add")) if button else None,
        )
        self._stack.setCurrentWidget(self.nothing)

    # Where it leads

    def _open(self, symbol: Symbol, interval: Interval) -> None:
        self.host.reveal_chart(SeriesKey(symbol, interval))

    def _open_heat(self, row: int, column: int) -> None:
        self._open(self._shown_symbols[row], INTERVALS[column])

    def _open_matrix(self, row: int, _column: int) -> None:
        self._open(self._shown_symbols[row], self._interval)

    def _open_interval(self, interval: Interval) -> None:
        current = self._current
        if current is not None:
            self._open(current.symbol, interval)


def _strengthened(value: float) -> float:
    """Small opinions are the rule: the root makes them seen, and leaves their order."""
    return math.copysign(math.sqrt(min(1.0, abs(value))), value)
