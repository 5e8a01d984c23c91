"""A pause of REST after failures ends when the sockets get through."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import BTC_1M
from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport.http_errors import RestingError
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.adapters.transport.weight_budget import WeightBudget
from thebot_desktop.domain.market import Origin, candles_of
from thebot_desktop.domain.observers import Observers
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

pytestmark = pytest.mark.usefixtures("no_tasks_left")


class RestingHttp:
    """A client in the middle of a pause, which counts how often it is told to end it."""

    def __init__(self):
        self.budget = WeightBudget(SystemClock())
        self.probes = 0

    async def get(self, _request):
        raise RestingError("still")

    def probe_now(self):
        self.probes += 1


async def test_the_first_connection_and_each_new_one_end_the_pause():
    """A network that comes back is used at once, not after the rest of a minute."""
    server = await StreamServer().start()
    http, clock = RestingHttp(), SystemClock()
    exchange = Binance()
    sockets = WebSocketManager(server.url, exchange, WebSocketConfig(), clock, lambda: 0.0)
    history = RestHistory(exchange, http, clock)

    async def no_candles(_series):
        return candles_of([], Origin.HISTORY)

    feed = LiveFeed(exchange, sockets, history, no_candles, clock, Observers())
    feed.subscribe(Subscriptions(series=frozenset({BTC_1M})))

    async def listen():
        async for _ in feed.events():
            pass

    listening = asyncio.create_task(listen())
    await until(lambda: http.probes == 1)
    server.cut()
    await until(lambda: server.handshakes == 2)
    await until(lambda: http.probes >= 2)
    await feed.aclose()
    await listening
    await server.stop()
