"""News, the economic calendar and the mood of the market."""

from __future__ import annotations

import logging

from thebot_desktop.adapters.news_http import HttpNewsFetcher
from thebot_desktop.adapters.rss import RssSource
from thebot_desktop.adapters.world.alternative_me import FearAndGreed
from thebot_desktop.adapters.world.forex_factory import ForexFactory
from thebot_desktop.app.news_service import NewsService
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.ports import NewsSource

log = logging.getLogger(__name__)


def build_news(ground: Ground, market: Market) -> NewsService:
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


def build_world(ground: Ground, market: Market) -> WorldService:
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
