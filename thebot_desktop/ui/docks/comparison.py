"""Comparison: several symbols, or the indicators of one chart, side by side in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.comparison import (
    BAR_SPANS,
    TIME_SPANS,
    Compared,
    Question,
    Span,
    compare_prices,
    compare_values,
)
from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.comparison import MOST_FETCHED, ComparedSeries, write_csv
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings_service import SettingsService
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import Candles, Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock
from thebot_desktop.ui.comparison_table import WIDE_PX, narrow_look, wide_look
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.file_dialogs import ask_where_to_save
from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.models.comparison import ComparedRow, ComparisonModel, span_text
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.row_files import write_rows
from thebot_desktop.ui.sortable_table import SortableTable
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme

PAUSE_MS = 500
"""Computed anew at most so often, however fast prices move."""
MOST_SYMBOLS = 50
"""So many series are opened for a comparison at most."""
SYMBOLS, INDICATORS = "symbols", "indicators"
DEFAULT_INTERVAL = Interval.H1
INTERVALS = (
    Interval.M1,
    Interval.M5,
    Interval.M15,
    Interval.M30,
    Interval.H4,
    Interval.D1,
    Interval.W1,
)
DEFAULT_WINDOW = 100
WINDOWS = (50, 200, 500)
_PRICE = "price"
_SUGGESTED = 12
_CASE = Qt.CaseSensitivity.CaseInsensitive


class ComparisonDock(Dock):
    """Has its series open while somebody sees it, and computes nothing while nobody does."""

    name = "comparison"
    title = "Comparison"
    area = DockArea.BOTTOM
    icon = "comparison"
    place = 3
    shown_at_first = False
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        session: Session,
        subscriber: RealTimeDataSubscriber,
        settings: SettingsService,
        clock: Clock,
        open_feed: Callable[[Callable[[SeriesKey], None]], ComparedSeries],
    ) -> None:
        super().__init__(host)
        self._session = session
        self._subscriber = subscriber
        self._settings = settings
        self._clock = clock
        self._feed = open_feed(self._note)
        self._news: set[SeriesKey] = set()
        self._rows: dict[str, ComparedRow] = {}
        self._asked: tuple[Question, SeriesKey, SeriesKey | None] | None = None
        self._is_new = True
        self._drawn_at = 0
        self._model = ComparisonModel(self)
        self.table = SortableTable(self.tr("Comparison"))
        self.table.setModel(self._model)
        self.table.activated_row.connect(self._open)
        self.table.removal_wanted.connect(self._remove)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.nothing = StateView(host.theme)
        self._make_fields()
        self.add_page(self._lay_out())
        self.on_release(self._feed.release)
        self.on_release(session.watchlist_changed.add(lambda _none: self._renew()))
        self.on_release(settings.changed.add(lambda _new: self._renew()))
        self.on_release(host.series_changed.add(lambda _series: self._renew()))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        def open_feed(changed: Callable[[SeriesKey], None]) -> ComparedSeries:
            return ComparedSeries(
                context.session, context.stream, context.subscriber, context.older, changed
            )

        return cls(
            host, context.session, context.subscriber, context.settings, context.clock, open_feed
        )

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Those a person chose, else those of the watchlist."""
        chosen = self._settings.current.watchlist.compared
        return tuple(Symbol(s) for s in chosen) or self._session.watchlist

    @property
    def choices(self) -> Mapping[str, str]:
        chosen = {name: b.currentText() for name, b in self._boxes.items() if b.chosen is not None}
        return {"kind": str(self.kind.currentData()), **chosen}

    def choose(self, choices: Mapping[str, str]) -> None:
        kinds = [str(self.kind.itemData(at)) for at in range(self.kind.count())]
        kind = choices.get("kind", "")
        self.kind.setCurrentIndex(kinds.index(kind) if kind in kinds else 0)
        for name, box in self._boxes.items():
            box.setCurrentIndex(max(0, box.findText(choices.get(name, ""))))

    @property
    def _boxes(self) -> dict[str, ChoiceBox]:
        return {"interval": self.interval, "window": self.window_box, "span": self.span}

    def draw(self) -> None:
        now = self._clock.now()
        if not self._is_new and 0 <= now - self._drawn_at < PAUSE_MS:
            return
        self._drawn_at, self._is_new = now, False
        if self.kind.currentData() == INDICATORS:
            self._draw_indicators()
        else:
            self._draw_symbols()

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
        self.add.setIcon(icon("plus", theme.secondary))
        self.table.set_looks(wide_look(), narrow_look(), WIDE_PX, theme, font_px)

    def add_symbol(self, typed: str) -> bool:
        """Compare one more; False with a word to the person where there is no such symbol."""
        book = self._session.instruments
        symbol = Symbol(typed.strip().upper().replace("/", ""))
        if not symbol:
            return False
        if book.lacks(symbol):
            near = ", ".join(book.near(symbol)[:3])
            said = self.tr("The exchange has no symbol “{0}”.").format(symbol)
            hint = " " + self.tr("Did you mean {0}?").format(near) if near else ""
            self.host.notify_person(said + hint)
            return False
        self._choose((*self.symbols, symbol))
        return True

    def write_file(self, path: str) -> None:
        """What is shown, in its order; says how it went."""
        rows = [(row.name, row.compared) for row in self._model.rows if not row.waiting]
        base = self._asked[1].symbol if self._asked is not None else ""
        spans = self._span_texts
        said = write_rows(path, rows, lambda rows, out: write_csv(rows, spans, base, out))
        self.host.notify_person(said)

    # What is asked

    def _make_fields(self) -> None:
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("What is compared"))
        self.kind.addItem(self.tr("Symbols"), SYMBOLS)
        self.kind.addItem(self.tr("Indicators of the chart"), INDICATORS)
        self.kind.currentIndexChanged.connect(lambda _at: self._renew())
        bars, back = self.tr("Bars of {0}"), self.tr("{0} bars")
        self.interval = ChoiceBox(self.tr("Interval"), bars.format(DEFAULT_INTERVAL.value))
        self.interval.offer((bars.format(i.value), i) for i in INTERVALS)
        self.window_box = ChoiceBox(
            self.tr("Bars for percentile, z-score, trend and correlation"),
            back.format(DEFAULT_WINDOW),
        )
        self.window_box.offer((back.format(count), count) for count in WINDOWS)
        self.span = ChoiceBox(self.tr("How far back changes reach"), self.tr("1 h to 30 d"))
        self.span.offer([(self.tr("1 to 200 bars"), True)])
        self.base = ChoiceBox(self.tr("Correlation to"), self.tr("vs. chart"))
        self.export = QPushButton(self.tr("Export CSV…"))
        self.export.clicked.connect(self._ask_for_file)
        boxes = (self.interval, self.window_box, self.span, self.base)
        self.strip = FilterStrip(self.kind, boxes, self.export)
        self.strip.changed.connect(self._renew)
        self.add = QToolButton()
        self.add.setProperty("role", "flat")
        self.add.setCheckable(True)
        self.add.setToolTip(self.tr("Add a symbol"))
        self.add.setAccessibleName(self.tr("Add a symbol"))
        self.add.toggled.connect(self._show_field)
        self.header.add_tool(self.add)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Symbol to compare, such as BTCUSDT"))
        self.field.setAccessibleName(self.tr("Symbol to compare"))
        self.field.setClearButtonEnabled(True)
        self.field.returnPressed.connect(self._add_typed)
        self.field.textEdited.connect(self._suggest)
        self._suggestions = QStringListModel(self)
        completer = QCompleter(self._suggestions, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(_CASE)
        self.field.setCompleter(completer)
        self.field.hide()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.field)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._stop_adding)

    def _lay_out(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(self.field)
        column.addLayout(line)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nothing)
        column.addLayout(self._stack, 1)
        return page

    @property
    def _spans(self) -> tuple[Span, ...]:
        return BAR_SPANS if self.span.chosen else TIME_SPANS

    @property
    def _span_texts(self) -> tuple[str, ...]:
        return tuple(span_text(span) for span in self._spans)

    def _question(self, interval: Interval) -> Question:
        window = self.window_box.chosen
        count = window if isinstance(window, int) else DEFAULT_WINDOW
        return Question(interval.milliseconds, count, self._spans)

    def _base_of(self, otherwise: Symbol, interval: Interval) -> SeriesKey:
        chosen = self.base.chosen
        symbol = Symbol(chosen) if isinstance(chosen, str) else otherwise
        return SeriesKey(symbol, interval)

    def _note(self, series: SeriesKey) -> None:
        self._news.add(series)
        self.mark_dirty()

    def _renew(self) -> None:
        """Something else is asked: what was computed no longer answers it."""
        self._is_new = True
        self.mark_dirty()

    def _take_news(self, asked: tuple[Question, SeriesKey, SeriesKey | None]) -> set[SeriesKey]:
        """The series with news; nothing is kept of the answers to another question."""
        news, self._news = self._news, set()
        if asked != self._asked:
            self._asked = asked
            self._rows = {}
        return news

    # Symbols

    def _draw_symbols(self) -> None:
        symbols = self.symbols[:MOST_SYMBOLS]
        self.add.show()
        self.interval.show()
        if not symbols:
            self._feed.release()
            self.header.set_info("")
            self._show_nothing(
                self.tr("Symbols of the watchlist are compared here."),
                self.tr("Add a symbol"),
                lambda: self.host.run_command("symbol.add"),
            )
            return
        chosen = self.interval.chosen
        interval = chosen if isinstance(chosen, Interval) else DEFAULT_INTERVAL
        current = self.host.current_series
        base = self._base_of(current.symbol if current is not None else symbols[0], interval)
        self.base.offer((self.tr("vs. {0}").format(s), s) for s in symbols)
        wanted = [SeriesKey(symbol, interval) for symbol in symbols]
        self._feed.follow([*wanted, base])
        question = self._question(interval)
        news = self._take_news((question, base, None))
        self._fetch([*wanted, base], question)
        self._show([self._symbol_row(s, base, question, news) for s in wanted], base)
        whole = len(self.symbols)
        part = self.tr("{0} of {1}").format(len(symbols), whole)
        self.header.set_info(str(whole) if whole == len(symbols) else part)

    def _symbol_row(
        self, series: SeriesKey, base: SeriesKey, question: Question, news: set[SeriesKey]
    ) -> ComparedRow:
        kept = self._rows.get(series.symbol)
        if kept is not None and series not in news:
            lacks = base in news and not kept.compared.correlation.known
            if not lacks:
                return kept
        instrument = self._session.instruments.of(series.symbol)
        candles, held = self._feed.candles(series), self._feed.candles(base)
        compared = compare_prices(candles, held, question) if len(candles) else Compared()
        return ComparedRow(
            series.symbol,
            instrument.base,
            instrument.quote,
            instrument.price_decimals,
            compared,
            "" if len(candles) else self._waiting(series),
            self._span_texts,
        )

    def _waiting(self, series: SeriesKey) -> str:
        return self.tr("no candles") if self._feed.has_none(series) else self.tr("loading…")

    def _fetch(self, wanted: Iterable[SeriesKey], question: Question) -> None:
        """What the longest span within reach needs."""
        needs = [span.bars(question.interval_ms) + 1 for span in question.spans]
        within = [need for need in (*needs, question.window + 1) if need <= MOST_FETCHED]
        for series in wanted:
            self._feed.want(series, max(within))

    # Indicators

    def _draw_indicators(self) -> None:
        self.add.setChecked(False)
        self.add.hide()
        self.interval.hide()
        series = self.host.current_series
        if series is None:
            self._feed.release()
            self.header.set_info("")
            self._show_nothing(
                self.tr("The indicators of the current chart are compared here."),
                self.tr("Open a chart"),
                lambda: self.host.run_command("chart.new"),
            )
            return
        base = self._base_of(series.symbol, series.interval)
        self.base.offer((self.tr("vs. {0}").format(s), s) for s in self.symbols[:MOST_SYMBOLS])
        self._feed.follow(dict.fromkeys([series, base]))
        question = self._question(series.interval)
        news = self._take_news((question, base, series))
        moment = self._subscriber.latest(series)
        self.header.set_info(f"{series.symbol} · {series.interval.value}")
        if moment is None:
            self.nothing.show_state(State.LOADING)
            self._stack.setCurrentWidget(self.nothing)
        elif not moment.results:
            self._show_nothing(
                self.tr("No indicator is in use on this chart."),
                self.tr("Add an indicator"),
                lambda: self.host.show_dock("indicator_selector"),
            )
        elif series in news or not self._rows or base in news:
            self._show(self._indicator_rows(moment, self._feed.candles(base), question), base)

    def _indicator_rows(
        self, moment: Moment, base: Candles, question: Question
    ) -> list[ComparedRow]:
        decimals = self._session.instruments.of(moment.series.symbol).price_decimals
        price = compare_prices(moment.candles, base, question)
        spans = self._span_texts
        rows = [ComparedRow(_PRICE, self.tr("Price"), "", decimals, price, spans=spans)]
        for result in moment.results:
            rows += self._result_rows(result, moment.candles, base, question)
        return rows

    def _result_rows(
        self, result: IndicatorResult, candles: Candles, base: Candles, question: Question
    ) -> list[ComparedRow]:
        """One for each output that has a value at every bar."""
        label = result.indicator.label
        if result.error is not None:
            return [ComparedRow(label, label, "", None, Compared(), self.tr("✕ error"))]
        outputs = [o for o in result.indicator.outputs if o not in result.indicator.sparse]
        several = len(outputs) > 1
        return [
            ComparedRow(
                f"{label} {output}",
                label,
                output if several else "",
                None,
                compare_values(candles.open_time, result.values[output], base, question),
                spans=self._span_texts,
            )
            for output in outputs
            if len(result.values.get(output, ())) == len(candles)
        ]

    # What is shown

    def _show(self, rows: Sequence[ComparedRow], base: SeriesKey) -> None:
        self._rows = {row.key: row for row in rows}
        self._stack.setCurrentWidget(self.table)
        names = {f"change{i}": text for i, text in enumerate(self._span_texts)}
        asset = self._session.instruments.of(base.symbol).base
        self._model.set_headings({**names, "correlation": self.tr("Corr. {0}").format(asset)})
        self._model.set_rows(rows)
        self.export.setEnabled(any(not row.waiting for row in rows))

    def _show_nothing(self, sentence: str, button: str, action: Callable[[], None]) -> None:
        """The fields stay: they may be what is to be changed."""
        self._rows = {}
        self.export.setEnabled(False)
        self.nothing.show_state(State.EMPTY, sentence, button=button, action=action)
        self._stack.setCurrentWidget(self.nothing)

    # What a person does

    def _show_field(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self.field.setVisible(shown)
        if shown:
            self.field.setFocus()
        else:
            self.field.clear()

    def _stop_adding(self) -> None:
        self.add.setChecked(False)
        self.table.setFocus()

    def _suggest(self, typed: str) -> None:
        found = self._session.instruments.search(typed, _SUGGESTED)
        self._suggestions.setStringList([i.symbol for i in found])

    def _add_typed(self) -> None:
        if self.add_symbol(self.field.text()):
            self.field.clear()

    def _choose(self, symbols: Iterable[Symbol]) -> None:
        """Compare these from now on; none stands for those of the watchlist."""
        saved = self._settings.saved
        compared = tuple(dict.fromkeys(symbols))
        watchlist = replace(saved.watchlist, compared=compared)
        self._settings.update(replace(saved, watchlist=watchlist))

    def _remove(self, index: AnyIndex) -> None:
        row: ComparedRow = index.data(Role.ROW)
        before, shown = self._settings.saved.watchlist.compared, self.symbols
        left = [s for s in shown if s != row.key]
        if not row.is_price or row.key == _PRICE or not left:
            return
        self._choose(left)
        said = self.tr("{0} is not compared any more").format(row.key)
        self.host.offer_undo(said, lambda: self._choose(Symbol(s) for s in before))

    def _open(self, index: AnyIndex) -> None:
        row: ComparedRow = index.data(Role.ROW)
        if self._asked is None:
            return
        _, base, series = self._asked
        self.host.reveal_chart(series or SeriesKey(Symbol(row.key), base.interval))

    def _show_menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid():
            menu.addAction(self.tr("Open chart")).triggered.connect(lambda: self._open(index))
        if self.kind.currentData() == SYMBOLS:
            self._offer_changes(menu, index)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _offer_changes(self, menu: QMenu, index: AnyIndex) -> None:
        if index.isValid():
            remove = menu.addAction(self.tr("Remove from the comparison"))
            remove.triggered.connect(lambda: self._remove(index))
        menu.addSeparator()
        add = menu.addAction(self.tr("Add a symbol…"))
        add.triggered.connect(lambda: self.add.setChecked(True))
        back = menu.addAction(self.tr("Compare the watchlist"))
        back.setEnabled(bool(self._settings.current.watchlist.compared))
        back.triggered.connect(lambda: self._choose(()))

    def _ask_for_file(self) -> None:
        title, kind = self.tr("Export comparison"), self.tr("CSV (*.csv)")
        ask_where_to_save(self, title, "comparison.csv", kind, self.write_file)
