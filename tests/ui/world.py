"""A program without a feed for window tests: real services, simulated time, stand-in charts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from tests.fakes import BTC_1M, Core, FakeArchive, FakeFeed
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.health import HealthDocument, HealthService, SeriesHealth
from thebot_desktop.app.indicator_shelf import IndicatorShelf
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.metrics import MetricsService
from thebot_desktop.app.mode import Mode
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.older_candles import OlderCandles
from thebot_desktop.app.scoreboard import ScoreboardService
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings import Settings
from thebot_desktop.app.settings_service import SettingsService
from thebot_desktop.domain.market import (
    BookSnapshot,
    ConnectionChange,
    ConnectionState,
    Instrument,
    Symbol,
    Ticker,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.market.stream_config import FeedStatistics
from thebot_desktop.news.news_feed_manager import NewsFeedManager
from thebot_desktop.ui import docks
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.charts.chart_links import ChartLinks
from thebot_desktop.ui.dock import Dock, DockArea, SeriesDock
from thebot_desktop.ui.docks.chart import ChartDock
from thebot_desktop.ui.frame import FrameTicker
from thebot_desktop.ui.layout_state import LayoutFile
from thebot_desktop.ui.parts import ProgramActions, WindowParts
from thebot_desktop.ui.theme import load_theme
from thebot_desktop.ui.windows import Windows

NOW = UnixMs(1_766_400_000_000)
LISTED = (
    ("BTC", 2, 69488.00, 68246.0),
    ("ETH", 2, 2144.50, 2158.3),
    ("SOL", 2, 79.12, 76.7),
    ("BNB", 2, 612.40, 609.8),
    ("XRP", 4, 1.4123, 1.4305),
    ("DOGE", 5, 0.10871, 0.1077),
    ("PEPE", 8, 0.00000412, 0.00000436),
)


class MemoryStore:
    """Settings kept in memory."""

    def __init__(self):
        self.saved = None

    def save(self, settings):
        self.saved = settings


class FakeNews:
    """A news service that asks nobody."""

    def __init__(self):
        self.manager = NewsFeedManager()
        self.changed = Observers()
        self.health = ()
        self.busy = False
        self.refreshed = 0

    def title_of(self, name):
        return {"coindesk": "CoinDesk", "decrypt": "Decrypt"}.get(name, name)

    def refresh_now(self):
        self.refreshed += 1


class FakeChart(SeriesDock):
    """A chart that only says what it would show."""

    name = "chart"
    title = "Chart"
    area = DockArea.CENTRE
    icon = "chart"

    def __init__(self, host, series, key):
        super().__init__(host, key)
        self._series = series
        self.labels = ()
        self.drawn = 0
        self._label = QLabel()
        self._label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add_page(self._label)
        self.show_series(series)

    @classmethod
    def build_for(cls, context, host, series, key):
        return cls(host, series, key)

    @property
    def series(self):
        return self._series

    def show_series(self, series):
        self._series = series
        self._label.setText(str(series))
        self.header.set_title(series.symbol)
        self.setWindowTitle(str(series))
        self.header.set_info(series.interval.value)
        self.series_shown.emit(series)

    @property
    def focus_widget(self):
        return self._label

    @property
    def indicator_labels(self):
        return self.labels

    def set_indicator_labels(self, labels):
        self.labels = labels

    def draw(self):
        self.drawn += 1


class FakeHost:
    """What a dock asks of its window, written down."""

    def __init__(self, series=BTC_1M):
        self.theme = load_theme("dark")
        self.font_px = 13
        self.reduced_motion = True
        self.current_series = series
        self.current_chart = None
        self.series_changed = Observers()
        self.links = ChartLinks()
        self.calls = []

    def open_chart(self, series, *, new=False):
        self.calls.append(("open_chart", series, new))
        self.current_series = series
        self.series_changed.notify(series)

    def reveal_chart(self, series, at=None):
        self.calls.append(("reveal_chart", series))
        if at is not None:
            self.calls.append(("at", at))
            if self.current_chart is not None:
                self.current_chart.show_time(at)

    def show_dock(self, name):
        self.calls.append(("show_dock", name))

    def new_alert(self, symbol, price=None):
        self.calls.append(("new_alert", symbol, price))

    def edit_alert(self, rule_id):
        self.calls.append(("edit_alert", rule_id))

    def find_symbol(self, typed):
        self.calls.append(("find_symbol", typed))

    def show_zone_menu(self, at):
        self.calls.append(("show_zone_menu", at))

    def run_command(self, command_id):
        self.calls.append(("run_command", command_id))

    def notify_person(self, text):
        self.calls.append(("notify_person", text))

    def offer_undo(self, text, undo):
        self.calls.append(("offer_undo", text, undo))


class World:
    """Everything a window needs; ``core`` is what the pipeline would fill."""

    def __init__(self, folder: Path, mode: Mode = Mode.DEMO, *, real_charts: bool = False, **given):
        self.core = core = Core()
        core.clock.advance_to(NOW)
        self.store = MemoryStore()
        self.settings = SettingsService(given.pop("settings", Settings()), self.store, core.faults)
        self.book = InstrumentBook()
        self.session = Session(
            feed=FakeFeed(),
            pipeline=core.pipeline,
            stream=core.stream,
            subscriber=core.subscriber,
            indicators=core.indicators,
            alerts=core.alerts,
            instruments=self.book,
            archive=FakeArchive(),
            clock=core.clock,
            depth=500,
        )
        self.book.add(
            Instrument(Symbol(base + "USDT"), base, "USDT", 10.0**-d, 0.0001, d, 4)
            for base, d, _, _ in LISTED
        )
        self.book.complete = True
        self.session.set_watchlist(Symbol(base + "USDT") for base, *_ in LISTED)
        self.news = FakeNews()
        self.feed = FeedStatistics(
            messages=1000, messages_per_second=214, weight_used=38, last_message_at=NOW
        )
        self.notifier = Notifier(
            core.clock, core.faults, core.alerts, config=lambda: self.settings.current.alerts
        )
        self.health = HealthService(
            faults=core.faults,
            subscriber=core.subscriber,
            clock=core.clock,
            heard_at=lambda: self.feed.last_message_at,
            compose=self._health,
        )
        core.stream.apply(ConnectionChange(ConnectionState.LIVE, "", NOW))
        self.asked = []
        self.not_stored = ""
        self.closed = False
        self.context = AppContext(
            mode=mode,
            source="Demo market",
            profile=folder,
            clock=core.clock,
            faults=core.faults,
            settings=self.settings,
            stream=core.stream,
            subscriber=core.subscriber,
            session=self.session,
            older=OlderCandles(
                None,
                stream=core.stream,
                pipeline=core.pipeline,
                clock=core.clock,
                spawn=lambda _name, _work: None,
            ),
            signals=core.signals,
            scoreboard=ScoreboardService(core.signals, core.stream, FakeArchive().load, core.clock),
            alerts=core.alerts,
            drawings=DrawingBook(),
            shelf=IndicatorShelf(),
            notifier=self.notifier,
            news=self.news,
            metrics=MetricsService(core.stream, core.subscriber, core.signals, core.clock),
            health=self.health,
            supervisor=SimpleNamespace(),
            indicator_types=given.pop("indicator_types", {}),
            rule_types=given.pop("rule_types", None) or discover(rules, Rule),
            **given,
        )
        self.appearance = Appearance(QApplication.instance())
        self.appearance.install(self.settings.current.ui)
        self.settings.changed.add(lambda new: self.appearance.choose(new.ui))
        self.ticker = FrameTicker(core.faults.notify)
        self.layout_file = LayoutFile(folder / "layout.json")
        self.dock_types = {**panel_types(), "chart": ChartDock if real_charts else FakeChart}
        self.parts = WindowParts(
            self.context, self.appearance, self.ticker, self.dock_types, self._program(folder)
        )
        self.windows = Windows(self.parts, self.layout_file)

    def quote(self, base: str, price: float, open_price: float, at: int = NOW) -> None:
        """A price and its 24 h statistics arrive."""
        symbol = Symbol(base + "USDT")
        low, high = min(price, open_price) * 0.99, max(price, open_price) * 1.01
        self.core.stream.apply(Ticker(symbol, price, open_price, high, low, 1e3, 1e6, UnixMs(at)))
        self.core.subscriber.quotes.notify(symbol)

    def connection(self, state: ConnectionState, reason: str = "") -> None:
        """The feed says how it is doing."""
        self.core.pipeline.apply(ConnectionChange(state, reason, self.core.clock.now()))

    def quotes(self) -> None:
        for base, _, price, open_price in LISTED:
            self.quote(base, price, open_price)
        self.order_book("BTC", 69488.00)

    def order_book(self, base: str, price: float, levels: int = 100, tick: float = 0.01) -> None:
        """An order book around a price arrives, a level a tick."""
        bids = tuple((round(price - (i + 1) * tick, 8), 0.5 + i % 7) for i in range(levels))
        asks = tuple((round(price + i * tick, 8), 0.3 + i % 5) for i in range(levels))
        self.core.pipeline.apply(
            BookSnapshot(Symbol(base + "USDT"), 100, bids, asks, UnixMs(0), levels)
        )

    def close(self) -> None:
        """Safe to call twice."""
        if self.closed:
            return
        self.closed = True
        self.windows.close_down()
        self.appearance.close()
        self.windows.deleteLater()
        self.ticker.deleteLater()
        self.appearance.deleteLater()

    def _program(self, folder: Path) -> ProgramActions:
        return ProgramActions(
            quit=lambda: self.asked.append("quit"),
            try_again=lambda: self.asked.append("try again"),
            open_demo=lambda: self.asked.append("demo"),
            open_recording=lambda path: self.asked.append(path),
            log_folder=folder,
        )

    def _health(self, service: HealthService) -> HealthDocument:
        state = service.state
        return HealthDocument(
            version="0.1.0",
            mode=self.context.mode.value,
            source="Demo market",
            state=state.state.value if state else "connecting",
            reason=state.reason if state else "",
            freshness=service.freshness,
            at=self.core.clock.now(),
            feed=self.feed,
            series=tuple(
                SeriesHealth(str(s), 500, Freshness(FreshnessWord.LIVE, 200))
                for s in self.session.series
            ),
            holes_open=service.holes_open,
            candles_repaired=service.repaired,
            alerts=0,
            signals=0,
            faults=service.faults,
            memory_mb=138.0,
            not_stored=self.not_stored,
            latency_ms=45,
            clock_offset_ms=self.core.stream.freshness.exchange_clock.offset_ms,
        )


def panel_types() -> dict[str, type[Dock]]:
    found = discover(docks, Dock).items()
    return {name: kind for name, kind in found if not issubclass(kind, SeriesDock)}
