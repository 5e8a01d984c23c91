"""Recorded sessions through a loopback server: candle for candle in ``watch`` and on the chart."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from tests.fakes import Core, FakeFeed
from tests.process import environment
from tests.recordings import SESSIONS, bars_of, frames_of, session_path
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.domain.market import CandleUpdate
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.theme import load_theme

CHUNK, PAUSE = 50, 0.05
"""Recorded over half a minute, sent in a few seconds, but not so fast that forming candles are
passed over, as they are when messages pile up."""
PRICES = ("open", "high", "low", "close", "volume")


class RecordedServer:
    """Plays the frames of a session to whoever has subscribed; by REST it has no history."""

    def __init__(self, frames):
        self._frames = frames

    async def __aenter__(self):
        self._server = await serve(self._play, "127.0.0.1", 0, process_request=self._rest)
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    def _rest(self, _connection, request):
        if request.headers.get("Upgrade"):
            return None
        body = b'{"serverTime":1628952395000}' if "time" in request.path else b"[]"
        status = 404 if "exchangeInfo" in request.path else 200
        return Response(status, "x", Headers({"Content-Length": str(len(body))}), body)

    async def _play(self, connection):
        symbols = {json.loads(f)["data"].get("s") for f in self._frames}
        heard = set()
        async for message in connection:
            request = json.loads(message)
            await connection.send(json.dumps({"result": None, "id": request["id"]}))
            heard |= {n for n in request["params"] if "@kline" in n}
            if len(heard) == len(symbols):
                break
        await asyncio.sleep(0.5)  # History, empty as it is, comes before what is live.
        for at in range(0, len(self._frames), CHUNK):
            for frame in self._frames[at : at + CHUNK]:
                await connection.send(frame)
            await asyncio.sleep(PAUSE)
        await connection.wait_closed()


@pytest.mark.process
@pytest.mark.parametrize("name", SESSIONS)
async def test_watch_prints_a_recorded_session_bar_for_bar(recorded, name, profile):
    """Each state of each candle that the recording has, forming and closed, in its order."""
    frames = frames_of(session_path(recorded, name))
    expected = bars_of(frames)
    symbols = sorted({bar[0] for bar in expected})
    subscribed = sorted({json.loads(f)["data"]["s"] for f in frames if b"kline" in f.encode()})
    assert symbols == subscribed
    kept = [f for f in frames if json.loads(f)["data"].get("s") in symbols]
    async with RecordedServer(kept) as server:
        address = f"127.0.0.1:{server.port}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "thebot_desktop", "watch", *symbols, "--forming",
            "--rest-url", f"http://{address}", "--stream-url", f"ws://{address}",
            env=environment(profile), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        seen = []
        async with asyncio.timeout(60):
            while len(seen) < len(expected):
                line = json.loads(await process.stdout.readline())
                if line["type"] == "candle":
                    seen.append(line)
        process.terminate()
        await process.communicate()
    assert process.returncode == 0
    assert [
        (s["symbol"], s["open_time"], *(s[p] for p in PRICES), s["trades"], s["closed"])
        for s in seen
    ] == expected


@pytest.mark.ui
@pytest.mark.parametrize("name", SESSIONS)
async def test_the_chart_holds_a_recorded_session_bar_for_bar(recorded, name, qtbot):
    """After each event the newest candle of the chart is the recording's."""
    path = session_path(recorded, name)
    core, shown = Core(), []
    series = ReplayFeed(Binance(), path).series()
    charts = {}
    for key in series:
        chart = ChartView(load_theme("dark"))
        qtbot.addWidget(chart)
        chart.set_series(key, None)
        charts[key] = chart

    def show(moment):
        chart = charts[moment.series]
        chart.update_chart(moment)
        candle = chart.state.store.candle(chart.state.store.newest)
        prices = (candle.open, candle.high, candle.low, candle.close, candle.volume)
        shown.append((moment.series.symbol, candle.open_time, *prices))

    core.subscriber.moments.add(show)
    events = [e async for e in ReplayFeed(Binance(), path, speed=0).events()]
    await core.pipeline.run(FakeFeed(events))
    assert shown == [bar[:7] for bar in bars_of(frames_of(path))]
    assert sum(isinstance(e, CandleUpdate) for e in events) == len(shown)
    assert core.reported == []
