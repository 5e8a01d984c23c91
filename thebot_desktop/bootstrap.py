"""The composition root: makes everything, once. Importing it loads no Qt."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from thebot_desktop import __version__
from thebot_desktop.adapters import channels as channel_kinds
from thebot_desktop.adapters import exchanges, news
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.interrupter import Interrupter
from thebot_desktop.adapters.news_http import HttpNewsFetcher
from thebot_desktop.adapters.outside import OutsideWorld
from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.adapters.rss import RssSource
from thebot_desktop.adapters.secrets import KeyringSecrets
from thebot_desktop.adapters.storage.alert_store import AlertStore
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.adapters.storage.drawing_store import DrawingFiles
from thebot_desktop.adapters.storage.plugin_permissions import PermissionFile
from thebot_desktop.adapters.storage.profile import Profile, start_logging
from thebot_desktop.adapters.storage.profile_lock import ProfileLock
from thebot_desktop.adapters.storage.settings_file import SettingsFile, environment_overrides
from thebot_desktop.adapters.storage.shelf_file import ShelfFile
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.adapters.world.alternative_me import FearAndGreed
from thebot_desktop.adapters.world.forex_factory import ForexFactory
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.analysis.facts import FactBook
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.app.alert_archive import AlertArchive
from thebot_desktop.app.candle_keeper import CandleKeeper
from thebot_desktop.app.catch_up import CatchUp
from thebot_desktop.app.catch_up import Load as LoadCandles
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import Channel, NamedChannel
from thebot_desktop.app.clock_watch import ClockWatch
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.fact_watch import FactWatch
from thebot_desktop.app.happening_sources import HappeningSources
from thebot_desktop.app.health import HealthDocument, HealthService, SeriesHealth
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.app.indicator_shelf import IndicatorShelf
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.line_alerts import LineAlerts
from thebot_desktop.app.metrics import MetricsService
from thebot_desktop.app.mode import Mode
from thebot_desktop.app.news_service import NewsService
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.older_candles import Loader as OlderLoader
from thebot_desktop.app.older_candles import OlderCandles
from thebot_desktop.app.outbox import Outbox
from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.app.plugin_catalogue import OpenCatalogue
from thebot_desktop.app.plugin_fence import Surroundings
from thebot_desktop.app.plugin_rules import renewed
from thebot_desktop.app.plugins import Permissions, PluginBook
from thebot_desktop.app.recorder import CandleRecorder
from thebot_desktop.app.routing import Routing, ScreenLog
from thebot_desktop.app.scoreboard import ScoreboardService
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings import Settings
from thebot_desktop.app.settings_service import SettingsService, SettingsStore
from thebot_desktop.app.spread_watch import SpreadWatch
from thebot_desktop.app.stored_candles import load_or_make
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.app.supervisor import Supervisor
from thebot_desktop.app.time_zones import known_zone, local_time, trouble_with_zone
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.domain.errors import (
    ConfigError,
    FeedError,
    PluginError,
    StorageError,
    TheBotError,
)
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import Clock, SimulatedClock, UnixMs
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.server import ExchangeServer
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.ports import ExchangeProtocol, HistorySource, MarketFeed
from thebot_desktop.market.stream_config import FeedStatistics
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.ports import NewsSource

if TYPE_CHECKING:
    from thebot_desktop.ui.dock import Dock

log = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS = 1.0
INSTRUMENT_RETRY_SECONDS = 30.0
DEMO_SEED = 1
DEMO_SOURCE = "demo-1"
"""Names the file of the demo market's candles; another market model needs another name."""
LOCAL_SOURCE = "local"
IN_USE = (
    "Another THEBOT is running with this profile, the window or “thebot watch”: "
    "it may be the one that tells of an alert."
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Launch:
    """What the command line asked for."""

    mode: Mode = Mode.LIVE
    profile: Path | None = None
    rest_url: str | None = None
    stream_url: str | None = None
    replay: Path | None = None
    speed: float = 1.0
    log_level: str | None = None
    safe_mode: bool = False
    keep: bool = True
    """Whether anything is written: not in safe mode, nor by commands that only print."""
    with_news: bool = True
    keep_alerts: bool = False
    """Whether rules and alerts are kept although nothing else is."""


@dataclass(frozen=True)
class Plugins:
    """Everything found by looking into the plug-in packages; people's own files can add to it."""

    indicators: OpenCatalogue[Indicator]
    own_indicators: Mapping[str, type[Indicator]]
    rules: OpenCatalogue[Rule]
    exchanges: Mapping[str, type[ExchangeProtocol]]
    news_sources: Mapping[str, type[NewsSource]]
    channels: Mapping[str, type[Channel]]


@dataclass(frozen=True)
class AlertWork:
    """What is done about alerts besides raising them, where no other program does it."""

    outbox: Outbox
    screen: ScreenLog
    catch_up: CatchUp


@dataclass(frozen=True)
class Program:
    """A program that is put together; ``start`` sets it going, ``aclose`` ends it in order."""

    context: AppContext
    plugins: Plugins
    feed: Feed
    pipeline: Pipeline
    market: Market
    chores: tuple[Callable[[], None], ...]
    with_news: bool
    keeps_layout: bool
    alert_work: AlertWork | None = None
    world: WorldService | None = None

    def start(self) -> None:
        context = self.context
        spawn = context.supervisor.spawn
        context.session.open_for_rules()
        spawn("pipeline", self.pipeline.run(self.feed.feed))
        spawn("housekeeping", self._keep_house())
        if self.feed.history is not None:
            spawn("instruments", self._load_instruments())
            freshness = context.stream.freshness
            watch = ClockWatch(self.feed.history, freshness, context.clock, context.subscriber)
            spawn("clock", watch.run())
        if self.with_news:
            spawn("news", context.news.run())
        if self.world is not None:
            spawn("world", self.world.run())
        if self.alert_work is not None:
            spawn("outbox", self.alert_work.outbox.run())
            spawn("alerts of before", self._tell_rest(self.alert_work.screen))

    async def aclose(self) -> None:
        await self.context.supervisor.stop()

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            for chore in self.chores:
                try:
                    chore()
                except TheBotError as error:
                    self.context.faults.notify(error)

    async def _tell_rest(self, screen: ScreenLog) -> None:
        """When there is somebody to tell, what the last run kept and did not get to."""
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
        screen.tell_rest(self.context.alerts.raised.notify)

    async def _load_instruments(self) -> None:
        """Once, however long it takes: until then names and decimals are guessed."""
        while True:
            try:
                await self.context.session.instruments.load()
            except FeedError as error:
                log.info("instruments not loaded: %s", error)
                await asyncio.sleep(INSTRUMENT_RETRY_SECONDS)
            else:
                return


def find_plugins() -> Plugins:
    """Raises PluginError for a package without plug-ins or a file with two."""
    own = discover(indicators, Indicator)
    return Plugins(
        indicators=OpenCatalogue(indicator_catalogue(own)),
        own_indicators=own,
        rules=OpenCatalogue(discover(rules, Rule)),
        exchanges=discover(exchanges, ExchangeProtocol),
        news_sources=discover(news, NewsSource),
        channels=discover(channel_kinds, Channel),
    )


@dataclass(frozen=True)
class Ground:
    """What everything else stands on: profile, settings, faults, tasks, plug-ins."""

    launch: Launch
    profile: Profile
    settings: SettingsService
    faults: Observers[TheBotError]
    supervisor: Supervisor
    plugins: Plugins
    book: PluginBook
    notices: list[str]
    alone: bool = True
    """Whether no other program tells of the alerts of this profile."""

    @property
    def writes(self) -> bool:
        """Whether settings and logs are kept."""
        return self.launch.keep and not self.launch.safe_mode

    @property
    def keeps_alerts(self) -> bool:
        """Whether rules and alerts are those of the profile."""
        return self.keeps_market or (self.launch.keep_alerts and self.alone)

    @property
    def keeps_market(self) -> bool:
        """Whether candles, alerts and rules are kept: never those of a recording."""
        return self.writes and self.launch.mode is not Mode.REPLAY


@dataclass(frozen=True)
class Market:
    """Where the market comes from. ``source`` names it; prices of two sources never mix."""

    source: str
    clock: Clock
    rest_url: str
    stream_url: str
    news_url: str | None = None
    replay: ReplayFeed | None = None


@dataclass(frozen=True)
class Stores:
    candles: CandleKeeper
    alerts: AlertStore


@dataclass(frozen=True)
class Feed:
    """The feed, what it can fetch from the past, and its counts."""

    feed: MarketFeed
    history: HistorySource | None
    statistics: Callable[[], FeedStatistics]
    older: OlderLoader | None
    """Candles from before those that are known; None where nothing can be fetched."""
    retry: Callable[[], None]
    """Connect now instead of waiting for the next attempt."""


async def open_program(launch: Launch) -> Program:
    """Everything but the screen, ready to start.

    Raises ConfigError or InputError with a sentence when the launch makes no sense.
    """
    ground = lay_ground(launch)
    try:
        market = await find_market(ground)
        stores = open_stores(ground, market)
        feed = build_feed(ground, market, stores)
        return build_core(ground, market, stores, feed)
    except BaseException:
        await ground.supervisor.stop()
        raise


def lay_ground(launch: Launch) -> Ground:
    """Profile, settings and log; a broken file costs a notice, never the start."""
    notices: list[str] = []
    faults: Observers[TheBotError] = Observers()
    faults.add(_log_fault)
    profile = Profile.of(launch.profile, "demo" if launch.mode is Mode.DEMO else "")
    file = SettingsFile(profile.settings_file)
    saved = Settings() if launch.safe_mode else file.load(notices)
    writes = launch.keep and not launch.safe_mode
    store: SettingsStore = file if writes else _NoStore()
    settings = SettingsService(saved, store, faults, _overrides(launch))
    notices.extend(filter(None, [trouble_with_zone(settings.current.chart.zone)]))
    level = settings.current.logging.level.value
    start_logging(profile if writes else None, level, notices)
    log.info(
        "thebot %s starts, %s market, profile %s", __version__, launch.mode.value, profile.folder
    )
    plugins = find_plugins()
    interrupter = Interrupter(lambda: settings.current.plugins.stop_seconds)
    supervisor = Supervisor(faults)
    supervisor.at_stop("interrupter", interrupter.aclose)
    around = Surroundings(
        config=lambda: settings.current.plugins, limited=interrupter.limited, faults=faults
    )
    book = _plugin_book(launch, profile, plugins, around, notices)
    alone = _take_lock(launch, profile, supervisor, notices)
    return Ground(launch, profile, settings, faults, supervisor, plugins, book, notices, alone)


def _take_lock(
    launch: Launch, profile: Profile, supervisor: Supervisor, notices: list[str]
) -> bool:
    """Where alerts are kept; whether nobody else tells of them."""
    kept = (launch.keep and not launch.safe_mode) or launch.keep_alerts
    if not kept or launch.mode is Mode.REPLAY:
        return True
    lock = ProfileLock(profile.lock_file)

    async def release() -> None:
        lock.release()

    supervisor.at_stop("profile lock", release)
    alone = lock.take()
    if not alone:
        notices.append(IN_USE)
    return alone


def _plugin_book(
    launch: Launch,
    profile: Profile,
    plugins: Plugins,
    around: Surroundings,
    notices: list[str],
) -> PluginBook:
    """With everything loaded that was allowed earlier; rules and charts may be made of it."""
    if launch.safe_mode:
        return PluginBook()
    store = PermissionFile(profile.permission_file)
    try:
        permissions = store.load()
    except StorageError as error:
        notices.append(error.user_message)
        permissions = Permissions()
    book = PluginBook(
        PluginFolder(profile.folder),
        indicators=plugins.indicators,
        rules=plugins.rules,
        around=around,
        permissions=permissions,
        store=store if launch.keep else None,
    )
    book.look()
    return book


async def find_market(ground: Ground) -> Market:
    """The exchange itself, another address, the embedded exchange, or a recording."""
    launch, addresses = ground.launch, ground.settings.current.exchange
    clock = SystemClock()
    if launch.mode is Mode.REPLAY:
        if launch.replay is None:
            raise ConfigError(user_message="There is no recording to play.")
        replay = ReplayFeed(Binance(), launch.replay, speed=launch.speed, stays=True)
        return Market("recording", SimulatedClock(replay.starts_at), "", "", replay=replay)
    if launch.mode is Mode.DEMO:
        server = ExchangeServer(ExchangeConfig(seed=DEMO_SEED, speed=launch.speed), clock)
        await server.start()
        ground.supervisor.at_stop("embedded exchange", server.aclose)
        urls = server.rest_url, server.stream_url
        # A market that runs faster than the clock would leave candles of the future behind.
        source = DEMO_SOURCE if launch.speed == 1 else LOCAL_SOURCE
        return Market(source, clock, *urls, server.news_url)
    rest = addresses.rest_url or Binance.rest_url
    stream = addresses.stream_url or Binance.stream_url
    return Market(_source_of(rest), clock, rest, stream)


def open_stores(ground: Ground, market: Market) -> Stores:
    """On disk; in memory where nothing is kept or the disk refuses.

    A server on this machine may tell another story tomorrow: its candles are never kept.
    """
    keep_candles = ground.keeps_market and market.source != LOCAL_SOURCE
    candle_file = ground.profile.candle_file(market.source) if keep_candles else None
    alert_file = ground.profile.alert_file if ground.keeps_alerts else None
    hooks = condition_hooks(ground.plugins.indicators)
    stores = Stores(
        CandleKeeper(CandleStore(candle_file, []), ground.faults, market.clock),
        AlertStore(alert_file, ground.plugins.rules, ground.notices, hooks),
    )

    async def close() -> None:
        stores.candles.close()
        stores.alerts.close()

    ground.supervisor.at_stop("stores", close)
    return stores


def build_feed(ground: Ground, market: Market, stores: Stores) -> Feed:
    """Live and demo differ in the address only; a recording has no address."""
    if market.replay is not None:
        replay = market.replay
        ground.supervisor.at_stop("feed", replay.aclose)
        return Feed(replay, None, lambda: replay.statistics, older=None, retry=lambda: None)
    settings, exchange = ground.settings.current, Binance()
    http = HttpClient(
        market.rest_url,
        market.clock,
        alternatives=_alternatives(market.rest_url),
        config=settings.network,
        report=ground.faults.notify,
    )
    ground.supervisor.at_stop("HTTP client", http.aclose)
    history = RestHistory(exchange, http, market.clock)
    depth = settings.data_stream.buffer_size
    loader = HistoryLoader(history, stores.candles, depth, ground.faults)
    sockets = WebSocketManager(
        market.stream_url,
        exchange,
        settings.websocket,
        market.clock,
        proxy=settings.network.proxy,
    )
    live = LiveFeed(exchange, sockets, history, loader.load, market.clock, ground.faults)
    ground.supervisor.at_stop("feed", live.aclose)

    def retry() -> None:
        http.probe_now()
        sockets.reconnect("As asked.")

    return Feed(live, history, lambda: live.statistics, loader.older, retry)


def build_core(ground: Ground, market: Market, stores: Stores, feed: Feed) -> Program:
    """The inner objects, in the order of the path of an event."""
    faults, clock, settings = ground.faults, market.clock, ground.settings.current
    stream = DataStream(settings.data_stream, clock)
    indicators_in_use = IndicatorIntegrationFactory(faults, stream.candles_of)
    signals = SignalAggregator(stores.alerts, settings.signals)
    channels = _channels(ground, market)
    alerts = AlertManager(
        settings.alerts,
        stores.alerts,
        clock,
        faults,
        route=Routing(channels).route,
        local=partial(_local_time, ground),
    )
    subscriber = RealTimeDataSubscriber(faults)
    ground.supervisor.at_stop("async observers", subscriber.async_observers.aclose)
    facts = FactBook()
    pipeline = Pipeline(
        clock=clock,
        stream=stream,
        indicators=indicators_in_use,
        signals=signals,
        alerts=alerts,
        subscriber=subscriber,
        faults=faults,
        facts=facts.as_of,
    )
    _restore(stores, alerts, signals, settings, ground)
    ground.book.replaced.add(signals.forget)
    ground.book.changed.add(lambda _none: _renew_rules(stores, alerts, ground))
    session = Session(
        feed=feed.feed,
        pipeline=pipeline,
        stream=stream,
        subscriber=subscriber,
        indicators=indicators_in_use,
        alerts=alerts,
        instruments=InstrumentBook(feed.history),
        archive=stores.candles,
        clock=clock,
        depth=settings.data_stream.buffer_size,
    )
    if market.replay is not None:
        book = session.instruments
        book.name_all(market.replay.symbols(), "The recording")
        subscriber.moments.add(lambda moment: book.learn(moment.series.symbol, moment.price))
    notifier = Notifier(
        clock,
        faults,
        alerts,
        config=lambda: ground.settings.current.alerts,
        local=partial(_local_time, ground),
    )
    alerts.raised.add(notifier.deliver)
    work = None
    if ground.keeps_alerts and ground.alone:
        outbox = Outbox(stores.alerts, channels.send, clock, faults)
        screen = ScreenLog(stores.alerts)
        catch_up = CatchUp(
            stores.alerts,
            _loader(feed, stores, faults),
            stream=stream,
            subscriber=subscriber,
            alerts=alerts,
            signals=signals,
            clock=clock,
            spawn=ground.supervisor.spawn,
            faults=faults,
        )
        work = AlertWork(outbox, screen, catch_up)
        _set_to_work(work, alerts, ground)
    recorder = CandleRecorder(stores.candles)
    subscriber.closed_candles.add(recorder.add)
    older = OlderCandles(
        feed.older,
        stream=stream,
        pipeline=pipeline,
        clock=clock,
        spawn=ground.supervisor.spawn,
    )
    session.closed.add(older.forget)
    news_service = _news(ground, market)
    world = _world(ground, market)
    fact_watch = FactWatch(
        facts,
        stream,
        news_service.manager,
        session.instruments,
        lambda: (series.symbol for series in session.series),
        clock,
        world,
    )
    drawings = _drawings(ground)
    scoreboard = ScoreboardService(signals, stream, partial(load_or_make, stores.candles), clock)
    health = HealthService(
        faults=faults,
        subscriber=subscriber,
        clock=clock,
        heard_at=lambda: feed.statistics().last_message_at,
        compose=lambda service: _health(service, context, feed, stores),
    )
    context = AppContext(
        mode=ground.launch.mode,
        source=_title_of(market),
        profile=ground.profile.folder,
        clock=clock,
        faults=faults,
        settings=ground.settings,
        stream=stream,
        subscriber=subscriber,
        session=session,
        older=older,
        signals=signals,
        scoreboard=scoreboard,
        calendar=world.calendar,
        archive=AlertArchive(stores.alerts, alerts.rule_of, scoreboard.closed_candles),
        alerts=alerts,
        drawings=drawings,
        line_alerts=LineAlerts(drawings, alerts, clock),
        shelf=_shelf(ground),
        notifier=notifier,
        news=news_service,
        metrics=MetricsService(stream, subscriber, signals, clock),
        health=health,
        supervisor=ground.supervisor,
        indicator_types=ground.plugins.indicators,
        rule_types=ground.plugins.rules,
        notices=tuple(ground.notices),
        plugins=ground.book,
        facts=facts,
        channels=channels,
    )
    happenings = HappeningSources(
        alerts=alerts,
        news=news_service.manager,
        stream=stream,
        instruments=session.instruments,
        world=world,
        feed_age=lambda: health.freshness.age_ms,
        clock=clock,
        faults=faults,
    )
    spreads = SpreadWatch(
        alerts=alerts,
        subscriber=subscriber,
        stream=stream,
        watchlist=lambda: session.watchlist,
        clock=clock,
        faults=faults,
    )
    ground.settings.changed.add(lambda new: alerts.configure(new.alerts))
    ground.settings.changed.add(lambda new: signals.configure(new.signals))

    async def flush() -> None:
        recorder.flush()

    ground.supervisor.at_stop("recorder", flush)
    chores: tuple[Callable[[], None], ...] = (
        recorder.flush,
        fact_watch.note,
        stores.candles.retry,
        stores.alerts.check,
        channels.look,
        partial(_follow_rules, stores, alerts),
        notifier.flush,
        happenings.look,
        spreads.look,
        ground.book.look,
        *([work.catch_up.note] if work is not None else []),
    )
    with_news = ground.launch.with_news and ground.launch.mode is not Mode.REPLAY
    return Program(
        context,
        ground.plugins,
        feed,
        pipeline,
        market,
        chores,
        with_news,
        ground.keeps_market,
        work,
        # The demo market has a world of its own, in which nothing is announced.
        world if with_news and market.news_url is None else None,
    )


def find_docks() -> Mapping[str, type[Dock]]:
    """The panels of the window. Loads Qt."""
    from thebot_desktop.ui import docks
    from thebot_desktop.ui.dock import Dock

    return discover(docks, Dock)


def find_resources(name: str) -> bool:
    """Whether the resources have something called ``name``. Loads no Qt."""
    from thebot_desktop.ui.resources import resource

    return any(resource(name).iterdir())


def _restore(
    stores: Stores,
    alerts: AlertManager,
    signals: SignalAggregator,
    settings: Settings,
    ground: Ground,
) -> None:
    """What earlier runs left. What cannot be read is said, and left in the file."""
    try:
        kept = stores.alerts
        alerts.restore(kept.rules(), kept.alerts(settings.alerts.history_size), kept.spoke())
        signals.restore(stores.alerts.signals(settings.signals.history_size))
    except StorageError as error:
        ground.notices.append(error.user_message)


def _set_to_work(work: AlertWork, alerts: AlertManager, ground: Ground) -> None:
    """From now on each alert is seen to; what was missed is known from the last run's notes."""

    def see_to(alert: Alert) -> None:
        work.outbox.wake()
        # Whoever else listens is told first: what is noted as told is not told again.
        asyncio.get_running_loop().call_soon(work.screen.note, alert)

    alerts.raised.add(see_to)
    try:
        work.catch_up.restore()
    except StorageError as error:
        ground.notices.append(error.user_message)


def _loader(feed: Feed, stores: Stores, faults: Observers[TheBotError]) -> LoadCandles | None:
    """More candles than memory holds, from disk and the exchange; None where there is none."""
    source = feed.history
    if source is None:
        return None

    async def load(series: SeriesKey, count: int) -> Candles:
        return await HistoryLoader(source, stores.candles, count, faults).load(series)

    return load


def _local_time(ground: Ground, at: UnixMs) -> tuple[int, int]:
    return local_time(known_zone(ground.settings.current.chart.zone), at)


def _renew_rules(stores: Stores, alerts: AlertManager, ground: Ground) -> None:
    """Rules may be made of a plug-in that is another one now. Raises StorageError."""
    plugins = ground.plugins
    stores.alerts.learn(plugins.rules)
    armed = renewed(alerts.armed, stores.alerts.rules(), plugins.rules, plugins.indicators)
    if armed == alerts.armed:
        return
    lost = {a.id for a in alerts.armed} - {a.id for a in armed}
    alerts.exchange(armed)
    if lost:
        sentence = "An alert is" if len(lost) == 1 else f"{len(lost)} alerts are"
        raise PluginError(
            user_message=f"{sentence} set aside until the plug-in is back that it is made of."
        )


def _follow_rules(stores: Stores, alerts: AlertManager) -> None:
    """A chore: ``thebot rules`` may have changed what is armed. Raises StorageError."""
    if not stores.alerts.changed_elsewhere():
        return
    stored = stores.alerts.rules()
    if tuple(stored) != alerts.armed:
        alerts.exchange(stored)


def _drawings(ground: Ground) -> DrawingBook:
    """In the profile; in memory where nothing of this market is kept."""
    store = DrawingFiles(ground.profile.drawings) if ground.keeps_market else None
    return DrawingBook(store, ground.faults.notify)


def _shelf(ground: Ground) -> IndicatorShelf:
    """As drawings are kept. One that cannot be read is said, and left aside."""
    if not ground.keeps_market:
        return IndicatorShelf()
    store = ShelfFile(ground.profile.shelf_file)
    try:
        return IndicatorShelf(store, store.load())
    except StorageError as error:
        ground.notices.append(error.user_message)
        return IndicatorShelf(store)


def _channels(ground: Ground, market: Market) -> ChannelBook:
    """Those of the profile. Nothing leaves the machine where its alerts are not kept."""
    if not ground.keeps_alerts:
        return ChannelBook()
    kinds = ground.plugins.channels
    outside = OutsideWorld(proxy=ground.settings.current.network.proxy)
    ground.supervisor.at_stop("channels outside", outside.aclose)
    store = ChannelFile(ground.profile.channel_file, kinds)
    kept: tuple[NamedChannel, ...] = ()
    try:
        kept = store.load()
    except StorageError as error:
        ground.notices.append(error.user_message)
    return ChannelBook(
        kinds,
        outside=outside,
        secrets=KeyringSecrets(ground.profile.folder),
        store=store,
        channels=kept,
        clock=market.clock,
    )


def _news(ground: Ground, market: Market) -> NewsService:
    """Polls the sources that are switched on, and follows the settings."""
    fetcher = HttpNewsFetcher(proxy=ground.settings.current.network.proxy)
    ground.supervisor.at_stop("news client", fetcher.aclose)
    config = ground.settings.current.news
    service = NewsService(
        config, _sources(ground, market, config), fetcher, market.clock, ground.faults
    )
    ground.settings.changed.add(
        lambda new: service.configure(new.news, _sources(ground, market, new.news))
    )
    return service


def _world(ground: Ground, market: Market) -> WorldService:
    """Calendar and mood, with a client of their own."""
    settings = ground.settings
    fetcher = HttpNewsFetcher(proxy=settings.current.network.proxy)
    ground.supervisor.at_stop("world client", fetcher.aclose)
    return WorldService(
        ForexFactory(),
        FearAndGreed(),
        fetcher,
        lambda: settings.current.news,
        market.clock,
        ground.faults,
    )


def _sources(ground: Ground, market: Market, config: NewsConfig) -> list[NewsSource]:
    """Those of the settings that exist; the demo market has one of its own, and only that."""
    if market.news_url is not None:
        return [RssSource("demo", "Demo news", market.news_url)]
    known = ground.plugins.news_sources
    for name in config.sources:
        if name not in known:
            log.warning("there is no news source %r; there are %s", name, ", ".join(known))
    return [known[name]() for name in config.sources if name in known]


def _health(
    service: HealthService, context: AppContext, feed: Feed, stores: Stores
) -> HealthDocument:
    now = context.clock.now()
    state = service.state
    series = tuple(
        SeriesHealth(
            str(s), len(context.stream.candles(s)), context.stream.freshness.of_series(s, now)
        )
        for s in context.session.series
    )
    return HealthDocument(
        version=__version__,
        mode=context.mode.value,
        source=context.source,
        state=state.state.value if state is not None else "connecting",
        reason=state.reason if state is not None else "",
        freshness=service.freshness,
        at=now,
        feed=feed.statistics(),
        series=series,
        holes_open=service.holes_open,
        candles_repaired=service.repaired,
        alerts=len(context.alerts.history),
        signals=len(context.signals.get_signals()),
        faults=service.faults,
        memory_mb=resident_mb(),
        not_stored=stores.candles.refusal or stores.alerts.refusal,
        latency_ms=context.stream.freshness.latency_ms(now),
        clock_offset_ms=context.stream.freshness.exchange_clock.offset_ms,
    )


def resident_mb() -> float | None:
    """Resident memory of this process, None where the system does not tell cheaply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576


def _overrides(launch: Launch) -> dict[str, dict[str, object]]:
    """Environment first, command line on top."""
    found = environment_overrides(os.environ)
    addresses = {"rest_url": launch.rest_url, "stream_url": launch.stream_url}
    given = {name: url for name, url in addresses.items() if url}
    if given:
        found.setdefault("exchange", {}).update(given)
    if launch.log_level:
        found.setdefault("logging", {})["level"] = launch.log_level
    return found


def _alternatives(rest_url: str) -> tuple[str, ...]:
    """The exchange's other hosts fall back on the one for market data alone."""
    host = urlsplit(rest_url).hostname or ""
    return (Binance.rest_url,) if host.endswith(".binance.com") else ()


def _source_of(rest_url: str) -> str:
    """A name for the files of one source."""
    if rest_url == Binance.rest_url:
        return "binance-spot"
    host = urlsplit(rest_url).hostname or ""
    return LOCAL_SOURCE if host in LOOPBACK else f"server-{host}"


def _title_of(market: Market) -> str:
    """The source as the status bar names it."""
    if market.replay is not None:
        return "Recording"
    if market.source == "binance-spot":
        return "Binance spot"
    if market.news_url is not None:
        return "Demo market"
    return urlsplit(market.rest_url).netloc


def _log_fault(error: TheBotError) -> None:
    log.warning("%s: %s", type(error).__name__, error)
    log.debug("caused by", exc_info=error)


class _NoStore:
    """Settings of a run that keeps nothing."""

    def save(self, settings: Settings) -> None:
        log.debug("settings are not kept in this run")
