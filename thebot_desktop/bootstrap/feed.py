"""Feed: the way of the market into the program, and to its past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.app.older_candles import Loader as OlderLoader
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.bootstrap.stores import Stores
from thebot_desktop.market.ports import HistorySource, MarketFeed
from thebot_desktop.market.stream_config import FeedStatistics


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


def _alternatives(rest_url: str) -> tuple[str, ...]:
    """The exchange's other hosts fall back on the one for market data alone."""
    host = urlsplit(rest_url).hostname or ""
    return (Binance.rest_url,) if host.endswith(".binance.com") else ()
