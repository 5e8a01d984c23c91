"""Market: where the prices come from, the exchange, a server, the demo market or a recording."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.app.mode import Mode
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.domain.errors import ConfigError
from thebot_desktop.domain.time import Clock, SimulatedClock
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.server import ExchangeServer

DEMO_SEED = 1
DEMO_SOURCE = "demo-1"
"""Names the file of the demo market's candles; another market model needs another name."""
LOCAL_SOURCE = "local"
BINANCE_SOURCE = "binance-spot"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Market:
    """Where the market comes from. ``source`` names it; prices of two sources never mix."""

    source: str
    clock: Clock
    rest_url: str
    stream_url: str
    news_url: str | None = None
    replay: ReplayFeed | None = None

    @property
    def is_real(self) -> bool:
        """Neither the demo market, which has a world of its own, nor a recording."""
        return self.news_url is None and self.replay is None

    @property
    def title(self) -> str:
        """The source as the status bar names it."""
        if self.replay is not None:
            return "Recording"
        if self.source == BINANCE_SOURCE:
            return "Binance spot"
        if self.news_url is not None:
            return "Demo market"
        return urlsplit(self.rest_url).netloc


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


def _source_of(rest_url: str) -> str:
    """A name for the files of one source."""
    if rest_url == Binance.rest_url:
        return BINANCE_SOURCE
    host = urlsplit(rest_url).hostname or ""
    return LOCAL_SOURCE if host in LOOPBACK else f"server-{host}"
