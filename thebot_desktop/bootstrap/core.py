"""The core: engine, session, alerts and services, put together as one program."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from thebot_desktop.app.alert_archive import AlertArchive
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.fact_watch import FactWatch
from thebot_desktop.app.happening_sources import HappeningSources
from thebot_desktop.app.health import HealthService
from thebot_desktop.app.line_alerts import LineAlerts
from thebot_desktop.app.metrics import MetricsService
from thebot_desktop.app.news_service import NewsService
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.older_candles import OlderCandles
from thebot_desktop.app.recorder import CandleRecorder
from thebot_desktop.app.scoreboard import ScoreboardService
from thebot_desktop.app.session import Session
from thebot_desktop.app.spread_watch import SpreadWatch
from thebot_desktop.app.stored_candles import load_or_make
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.bootstrap.alert_work import alert_work, follow_rules
from thebot_desktop.bootstrap.engine import Engine, build_engine, build_session
from thebot_desktop.bootstrap.feed import Feed
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.health import health_of
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.bootstrap.program import Program
from thebot_desktop.bootstrap.quiet import open_quiet, restore_quiet
from thebot_desktop.bootstrap.stores import Stores, open_drawings, open_shelf
from thebot_desktop.bootstrap.world import build_news, build_world


def build_core(ground: Ground, market: Market, stores: Stores, feed: Feed) -> Program:
    """Everything between the feed and the screen."""
    engine = build_engine(ground, market, stores)
    session = build_session(ground, market, stores, feed, engine)
    quiet = open_quiet(ground)
    notifier = Notifier(
        market.clock,
        ground.faults,
        engine.alerts,
        config=lambda: ground.settings.current.alerts,
        local=ground.local_time,
        store=quiet,
    )
    restore_quiet(ground, quiet, notifier)
    engine.alerts.raised.add(notifier.deliver)
    work = alert_work(ground, market, stores, feed, engine)
    recorder = CandleRecorder(stores.candles)
    engine.subscriber.closed_candles.add(recorder.add)

    async def flush() -> None:
        recorder.flush()

    ground.supervisor.at_stop("recorder", flush)
    news, world = build_news(ground, market), build_world(ground, market)
    context = _context(ground, market, stores, feed, engine, session, notifier, news, world)
    chores: tuple[Callable[[], None], ...] = (
        recorder.flush,
        stores.candles.retry,
        stores.alerts.check,
        partial(follow_rules, stores, engine.alerts),
        *_watches(context, world),
        engine.channels.look,
        notifier.flush,
        ground.book.look,
        *([work.catch_up.note] if work is not None else []),
    )
    with_news = ground.launch.with_news and market.replay is None
    return Program(
        context,
        ground.plugins,
        feed,
        engine.pipeline,
        market,
        chores,
        with_news,
        ground.keeps_market,
        work,
        world if with_news and market.is_real else None,
    )


def _context(
    ground: Ground,
    market: Market,
    stores: Stores,
    feed: Feed,
    engine: Engine,
    session: Session,
    notifier: Notifier,
    news: NewsService,
    world: WorldService,
) -> AppContext:
    """What the screen and the commands may ask for."""
    stream, signals, alerts, clock = engine.stream, engine.signals, engine.alerts, market.clock
    older = OlderCandles(
        feed.older,
        stream=stream,
        pipeline=engine.pipeline,
        clock=clock,
        spawn=ground.supervisor.spawn,
    )
    session.closed.add(older.forget)
    drawings = open_drawings(ground)
    scoreboard = ScoreboardService(signals, stream, partial(load_or_make, stores.candles), clock)
    health = HealthService(
        faults=ground.faults,
        subscriber=engine.subscriber,
        clock=clock,
        heard_at=lambda: feed.statistics().last_message_at,
        compose=lambda service: health_of(service, context, feed, stores),
    )
    context = AppContext(
        mode=ground.launch.mode,
        source=market.title,
        profile=ground.profile.folder,
        clock=clock,
        faults=ground.faults,
        settings=ground.settings,
        stream=stream,
        subscriber=engine.subscriber,
        session=session,
        older=older,
        signals=signals,
        scoreboard=scoreboard,
        calendar=world.calendar,
        archive=AlertArchive(stores.alerts, alerts.rule_of, scoreboard.closed_candles),
        alerts=alerts,
        drawings=drawings,
        line_alerts=LineAlerts(drawings, alerts, clock),
        shelf=open_shelf(ground),
        notifier=notifier,
        news=news,
        metrics=MetricsService(stream, engine.subscriber, signals, clock),
        health=health,
        supervisor=ground.supervisor,
        indicator_types=ground.plugins.indicators,
        rule_types=ground.plugins.rules,
        notices=tuple(ground.notices),
        plugins=ground.book,
        facts=engine.facts,
        channels=engine.channels,
    )
    return context


def _watches(context: AppContext, world: WorldService) -> tuple[Callable[[], None], ...]:
    """Chores that look after what is no candle and no price, for conditions and rules."""
    session, stream = context.session, context.stream
    facts = FactWatch(
        context.facts,
        stream,
        context.news.manager,
        session.instruments,
        lambda: (series.symbol for series in session.series),
        context.clock,
        world,
    )
    happenings = HappeningSources(
        alerts=context.alerts,
        news=context.news.manager,
        stream=stream,
        instruments=session.instruments,
        world=world,
        feed_age=lambda: context.health.freshness.age_ms,
        clock=context.clock,
        faults=context.faults,
    )
    spreads = SpreadWatch(
        alerts=context.alerts,
        subscriber=context.subscriber,
        stream=stream,
        watchlist=lambda: session.watchlist,
        clock=context.clock,
        faults=context.faults,
    )
    return facts.note, happenings.look, spreads.look
