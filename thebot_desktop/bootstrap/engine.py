"""Engine and session: the inner objects in the order of the path of an event."""

from __future__ import annotations

from dataclasses import dataclass

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.facts import FactBook
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.app.routing import Routing
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.bootstrap.alert_work import open_channels, renew_rules, restore
from thebot_desktop.bootstrap.feed import Feed
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.bootstrap.stores import Stores
from thebot_desktop.market.data_stream import DataStream


@dataclass(frozen=True)
class Engine:
    """What an event passes through, as ``pipeline`` hands it on."""

    stream: DataStream
    indicators: IndicatorIntegrationFactory
    signals: SignalAggregator
    channels: ChannelBook
    alerts: AlertManager
    subscriber: RealTimeDataSubscriber
    facts: FactBook
    pipeline: Pipeline


def build_engine(ground: Ground, market: Market, stores: Stores) -> Engine:
    """With the rules, alerts and signals that earlier runs left."""
    faults, clock, settings = ground.faults, market.clock, ground.settings.current
    stream = DataStream(settings.data_stream, clock)
    indicators = IndicatorIntegrationFactory(faults, stream.candles_of)
    signals = SignalAggregator(stores.alerts, settings.signals)
    channels = open_channels(ground, clock)
    alerts = AlertManager(
        settings.alerts,
        stores.alerts,
        clock,
        faults,
        route=Routing(channels).route,
        local=ground.local_time,
    )
    subscriber = RealTimeDataSubscriber(faults)
    ground.supervisor.at_stop("async observers", subscriber.async_observers.aclose)
    facts = FactBook()
    pipeline = Pipeline(
        clock=clock,
        stream=stream,
        indicators=indicators,
        signals=signals,
        alerts=alerts,
        subscriber=subscriber,
        faults=faults,
        facts=facts.as_of,
    )
    restore(ground, stores, alerts, signals)
    ground.book.replaced.add(signals.forget)
    ground.book.changed.add(lambda _none: renew_rules(ground, stores, alerts))
    ground.settings.changed.add(lambda new: alerts.configure(new.alerts))
    ground.settings.changed.add(lambda new: signals.configure(new.signals))
    return Engine(stream, indicators, signals, channels, alerts, subscriber, facts, pipeline)


def build_session(
    ground: Ground, market: Market, stores: Stores, feed: Feed, engine: Engine
) -> Session:
    """What is watched. A recording brings its own symbols."""
    session = Session(
        feed=feed.feed,
        pipeline=engine.pipeline,
        stream=engine.stream,
        subscriber=engine.subscriber,
        indicators=engine.indicators,
        alerts=engine.alerts,
        instruments=InstrumentBook(feed.history),
        archive=stores.candles,
        clock=market.clock,
        depth=ground.settings.current.data_stream.buffer_size,
    )
    if market.replay is not None:
        book = session.instruments
        book.name_all(market.replay.symbols(), "The recording")
        engine.subscriber.moments.add(lambda moment: book.learn(moment.series.symbol, moment.price))
    return session
