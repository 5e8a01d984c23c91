"""The way out of this computer: through a proxy of the settings, or of the environment."""

from __future__ import annotations

import asyncio
import json
import logging
import sys

import msgspec
import pytest

from tests.adapters.transport.test_http import PING, Server
from tests.proxy_server import ProxyServer, SocksServer
from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.news_http import HttpNewsFetcher
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.http_errors import UnreachableError
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.domain.errors import FatalFeedError
from thebot_desktop.market.network_config import NetworkConfig
from thebot_desktop.market.stream_config import WebSocketConfig

NOBODY = "http://127.0.0.1:9"
ELSEWHERE = "http://exchange.test"

pytestmark = pytest.mark.usefixtures("no_tasks_left")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    """Without the proxies of the computer that runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def client(url, proxy=""):
    return HttpClient(url, SystemClock(), lambda: 0.0, config=NetworkConfig(proxy=proxy))


async def asked_through(proxy, where="settings", monkeypatch=None):
    """One request to an exchange elsewhere, by a proxy that leads to a server here."""
    async with Server() as server:
        server.answer(200, b"[1]")
        proxy.route["exchange.test"] = server.port
        if where == "environment":
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
        http = client(ELSEWHERE, proxy.url if where == "settings" else "")
        try:
            return await http.get(PING)
        finally:
            await http.aclose()


@pytest.mark.parametrize("where", ["settings", "environment"])
async def test_requests_go_through_the_proxy(where, monkeypatch):
    """The exchange's own address is not looked up here at all."""
    async with ProxyServer() as proxy:
        assert await asked_through(proxy, where, monkeypatch) == b"[1]"
        assert proxy.asked == [("GET", "http://exchange.test/api/v3/ping")]


async def test_a_name_and_a_password_are_shown_to_the_proxy_and_to_nobody_else(caplog):
    """Not to the exchange, and not to the log, however detailed it is."""
    caplog.set_level(logging.DEBUG)
    async with ProxyServer(login="ann:s3cret") as proxy, Server() as server:
        server.answer(200, b"[1]")
        proxy.route["exchange.test"] = server.port
        http = client(ELSEWHERE, proxy.url.replace("//", "//ann:s3cret@"))
        assert await http.get(PING) == b"[1]"
        await http.aclose()
        wrong = client("https://exchange.test", proxy.url.replace("//", "//ann:s3cre@"))
        with pytest.raises(UnreachableError) as caught:
            await wrong.get(PING)
        await wrong.aclose()
    assert caught.value.user_message == "The proxy does not let us through to exchange.test."
    assert "s3cre" not in caplog.text + repr(caught.value)


@pytest.mark.parametrize("where", ["settings", "environment"])
async def test_streams_go_through_the_same_proxy(where, monkeypatch):
    """In a tunnel, as the exchange's own port wants it."""
    server = await StreamServer().start()
    server.greeting = [json.dumps({"result": None, "id": 99})]
    async with ProxyServer({"stream.exchange.test": server.port}) as proxy:
        if where == "environment":
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
        sockets = WebSocketManager(
            "ws://stream.exchange.test",
            Binance(),
            WebSocketConfig(),
            SystemClock(),
            proxy=proxy.url if where == "settings" else "",
        )
        sockets.subscribe(["btcusdt@trade"])
        running = asyncio.create_task(sockets.run())
        await until(lambda: "btcusdt@trade" in server.subscribed)
        await until(lambda: sockets.received)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert proxy.asked[0] == ("CONNECT", "stream.exchange.test:80")
    await server.stop()


@pytest.mark.parametrize("where", ["settings", "environment"])
async def test_this_computers_own_servers_are_reached_without_a_proxy(where, monkeypatch):
    """The demo market works whatever is set."""
    proxy = NOBODY if where == "settings" else ""
    if where == "environment":
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, NOBODY)
    streams = await StreamServer().start()
    async with Server() as server:
        server.answer(200, b"[1]")
        http = client(server.url, proxy)
        assert await http.get(PING) == b"[1]"
        await http.aclose()
    sockets = WebSocketManager(
        streams.url, Binance(), WebSocketConfig(), SystemClock(), proxy=proxy
    )
    sockets.subscribe(["btcusdt@trade"])
    running = asyncio.create_task(sockets.run())
    await until(lambda: streams.subscribed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await streams.stop()


async def test_a_local_address_among_others_is_reached_without_the_proxy():
    """Also by a client that has addresses elsewhere."""
    async with Server() as server:
        server.answer(200, b"[1]")
        http = HttpClient(
            server.url,
            SystemClock(),
            alternatives=[ELSEWHERE],
            config=NetworkConfig(proxy=NOBODY),
        )
        assert await http.get(PING) == b"[1]"
        await http.aclose()


async def test_news_take_the_same_way():
    """But not those of the demo market."""
    async with Server() as server, ProxyServer({"news.test": server.port}) as proxy:
        server.answer(200, b"<rss/>")
        fetcher = HttpNewsFetcher(proxy=proxy.url)
        assert (await fetcher.fetch("http://news.test/rss")).body == b"<rss/>"
        await fetcher.aclose()
        server.answer(200, b"<rss/>")
        fetcher = HttpNewsFetcher(proxy=NOBODY)
        assert (await fetcher.fetch(f"{server.url}/rss")).body == b"<rss/>"
        await fetcher.aclose()


@pytest.mark.parametrize("login", ["", "ann:s3cret"])
async def test_a_socks_proxy_does_as_well(login):
    """For requests and streams."""
    streams = await StreamServer().start()
    route = {"stream.exchange.test": streams.port}
    async with SocksServer(route, login=login) as proxy, Server() as server:
        server.answer(200, b"[1]")
        proxy.route["exchange.test"] = server.port
        url = f"socks5h://{login}{'@' * bool(login)}127.0.0.1:{proxy.port}"
        http = client(ELSEWHERE, url)
        assert await http.get(PING) == b"[1]"
        await http.aclose()
        sockets = WebSocketManager(
            "ws://stream.exchange.test", Binance(), WebSocketConfig(), SystemClock(), proxy=url
        )
        sockets.subscribe(["btcusdt@trade"])
        running = asyncio.create_task(sockets.run())
        await until(lambda: streams.subscribed)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert [host for _, host in proxy.asked] == [
            "exchange.test:80",
            "stream.exchange.test:80",
        ]
    await streams.stop()


@pytest.mark.parametrize("where", ["settings", "environment"])
async def test_a_socks_proxy_that_cannot_be_used_is_said(where, monkeypatch):
    """With what to do about it, and without its password: a system may lack the library."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    proxy = "socks5://ann:s3cret@127.0.0.1:1080"
    if where == "environment":
        monkeypatch.setenv("ALL_PROXY", proxy)
    http = client(ELSEWHERE, proxy if where == "settings" else "")
    with pytest.raises(FatalFeedError) as caught:
        await http.get(PING)
    assert "SOCKS" in caught.value.user_message
    assert "s3cret" not in repr(caught.value)
    await http.aclose()


@pytest.mark.parametrize(
    "proxy",
    [
        "",
        "http://proxy:8080",
        "https://ann:s3cret@proxy.example.org:443/",
        "http://ann:@10.0.0.1:65535",
        "socks5://[::1]:1080",
        "socks5h://proxy",
    ],
)
def test_addresses_of_proxies_are_accepted(proxy):
    """With or without port, name and password."""
    assert msgspec.convert({"proxy": proxy}, NetworkConfig).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy:8080",
        "ftp://proxy",
        "http://",
        "http://ann@proxy",
        "http://proxy:0",
        "http://proxy:65536",
        "http://proxy/path",
        "http://pro xy",
        "http://proxy?x",
        "http://proxy\n",
    ],
)
def test_what_is_no_address_of_a_proxy_is_refused(proxy):
    """Before any client is made with it, so that no password ends in an error's text."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"proxy": proxy}, NetworkConfig)
