"""The embedded exchange: one loopback port that speaks Binance spot's REST and streams."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Coroutine
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candle, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.exchange_simulator import demo_news, kline_files
from thebot_desktop.exchange_simulator.broadcast import Broadcaster, give_way
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.control import MOST_URL, Subscriptions
from thebot_desktop.exchange_simulator.door import HOST, Door
from thebot_desktop.exchange_simulator.exchange_clock import ExchangeClock
from thebot_desktop.exchange_simulator.fault_kinds import Refuse, RestFault, StreamFault
from thebot_desktop.exchange_simulator.fault_player import FaultPlayer
from thebot_desktop.exchange_simulator.faults import FaultScript
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.halts import HaltedLedger, halt_of
from thebot_desktop.exchange_simulator.kline_files import FileMarket
from thebot_desktop.exchange_simulator.limits import RateLimit, RateLimits, Refusal, WeightLimit
from thebot_desktop.exchange_simulator.listings import (
    MAX_SYMBOLS,
    listings,
    named_listings,
    with_lives,
)
from thebot_desktop.exchange_simulator.market import Market
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.query import RestError
from thebot_desktop.exchange_simulator.rest import Answer, RestApi
from thebot_desktop.exchange_simulator.rest_faults import RestFaults, body_of
from thebot_desktop.exchange_simulator.rows import candle_of
from thebot_desktop.exchange_simulator.session import Connection, Gate, Session
from thebot_desktop.exchange_simulator.streams import StreamMaker
from thebot_desktop.exchange_simulator.tampering import Tampering

__all__ = ["ExchangeConfig", "ExchangeServer"]

MICRO = ("MICROSECOND", "microsecond")

_JSON = "application/json;charset=UTF-8"


class ExchangeServer:
    """Serves one market until it is closed. All calls belong to the event loop's thread."""

    def __init__(self, config: ExchangeConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._time = ExchangeClock(clock, config.speed)
        self._gate = Gate()
        self._door = Door(config, self._gate, self._handle, self._process_request)
        self._weights = WeightLimit(
            config.weight_limit,
            ban_after=config.ban_after,
            ban_seconds=config.ban_seconds,
            raw_limit=config.raw_limit,
        )
        self._connects = RateLimits(config.connects_per_5_minutes, 300.0)
        self._sessions: set[Session] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._tampering = Tampering()
        self._rest_faults = RestFaults()

    async def start(self) -> None:
        """Load the market and open the port; raises InputError with a sentence for people."""
        self._ledger = HaltedLedger(self._load_market())
        config = self._config
        self._rest = RestApi(
            self._ledger, config.weight_limit, config.raw_limit, config.trade_window_hours
        )
        maker = StreamMaker(self._ledger, empty_candles=self._config.empty_candles)
        deliver = self._tampering.deliver
        self._broadcaster = Broadcaster(maker, self.now, self._config.speed, deliver)
        await self._door.open()
        self._time.start()
        self._spawn(self._broadcaster.run())
        if self._config.faults.faults:
            self.play(self._config.faults)

    @property
    def rest_url(self) -> str:
        return f"http://{HOST}:{self._door.port}"

    @property
    def stream_url(self) -> str:
        return f"ws://{HOST}:{self._door.port}"

    @property
    def news_url(self) -> str:
        return f"{self.rest_url}/news/rss"

    def now(self) -> UnixMs:
        """Market time."""
        return self._time.now()

    def candles(self, series: SeriesKey, start: int, end: int) -> list[Candle]:
        """The truth: closed candles that open in ``start..end``."""
        symbol, grid = str(series.symbol), Grid(series.interval)
        rows = self._ledger.closed(symbol, grid, start, self.now()).between(start, end + 1)
        listing = self._ledger.market.listings[symbol]
        return [candle_of(row, listing) for row in rows.to_list()]

    def trade_ids(self, symbol: Symbol, start: int, end: int) -> list[int]:
        """The truth: ids of the aggregate trades that were made in ``start..end``."""
        until = min(end, self.now())
        return [order.order_id for order in self._ledger.orders(str(symbol), start - 1, until)]

    async def aclose(self) -> None:
        """Let go of every task, socket and timer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tampering.stop()
        self._rest_faults.stop()
        await self._door.aclose()

    # -- faults --------------------------------------------------------------------------------

    def play(self, script: FaultScript) -> None:
        """Let go wrong what ``script`` says, its seconds counted from now on."""
        player = FaultPlayer(script, self, self._spawn)
        self._spawn(player.run(time.monotonic()))

    async def cut(self, seconds: float) -> None:
        """Drop every connection and refuse new ones for so long."""
        self._gate.refuse_for(seconds)
        self._gate.drop_all()
        await asyncio.sleep(seconds)

    async def refuse(self, fault: Refuse) -> None:
        """Let nobody new in, in one of three ways."""
        if fault.tcp:
            await self._door.shut_for(fault.seconds)
        elif fault.status is not None:
            self._door.refuse(fault)
        else:
            self._gate.refuse_for(fault.seconds)

    async def be_silent(self, seconds: float) -> None:
        """Say nothing and read nothing for so long."""
        self._broadcaster.silent = True
        self._gate.set_silent(silent=True)
        await asyncio.sleep(seconds)
        self._gate.set_silent(silent=False)
        self._broadcaster.silent = False

    async def be_off(self, ms: int, seconds: float | None) -> None:
        """Have a clock that is fast or slow, for some seconds or for good."""
        self._time.shift(ms)
        if seconds is not None:
            await asyncio.sleep(seconds)
            self._time.shift(-ms)

    def close_all(self, code: int, reason: str) -> None:
        """Say goodbye to every stream connection."""
        for session in self._sessions:
            session.close(code, reason)

    def unplug_all(self) -> None:
        """Make every stream connection a dead line."""
        for session in self._sessions:
            session.die()

    def announce_shutdown(self) -> None:
        """Tell every stream connection that the server is about to go away."""
        for session in self._sessions:
            self._announce(session)

    def halt_trading(self, seconds: float, symbols: str) -> None:
        """A stretch without trades, from the next second on."""
        self._ledger.halt(halt_of(self.now(), seconds * 1000 * self._config.speed, symbols))

    def trouble_streams(self, fault: StreamFault) -> None:
        """Let something happen to messages of streams."""
        self._tampering.begin(fault, self._sessions)

    def trouble_rest(self, fault: RestFault) -> None:
        """Let something happen to REST requests."""
        self._rest_faults.begin(fault)

    # -- starting ------------------------------------------------------------------------------

    def _load_market(self) -> Market:
        config = self._config
        if not (config.speed > 0 and math.isfinite(config.speed)):
            raise InputError("speed", user_message="The speed must be greater than zero.")
        if not 1 <= config.symbols <= MAX_SYMBOLS:
            sentence = f"The exchange can have 1 to {MAX_SYMBOLS:,} symbols."
            raise InputError("symbols", user_message=sentence)
        if not config.klines:
            shown = named_listings(config.names) if config.names else listings(config.symbols)
            return ModelMarket(with_lives(shown, config.lives, self.now()), config.seed)
        if config.lives:
            sentence = "Played candle files tell themselves when a symbol is traded."
            raise InputError("lives", user_message=sentence)
        symbols = [file.symbol for file in config.klines]
        if len(set(symbols)) < len(symbols):
            raise InputError("klines", user_message="Each symbol can have one candle file only.")
        series = {file.symbol: kline_files.load(file, config.seed) for file in config.klines}
        market = FileMarket(series)
        self._time.begin_at(market.start_time(config.history_rows))
        return market

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- REST ----------------------------------------------------------------------------------

    async def _process_request(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        url = urlsplit(request.path)
        if url.path == "/ws" or url.path.startswith(("/ws/", "/stream")):
            return self._check_handshake(connection, request)
        if url.path.startswith("/news/"):
            return self._news(url.path)
        await self._rest_faults.hold(url.path)
        errors = self._rest_faults.errors(url.path)
        if errors is not None:
            return self._respond(errors.status, body_of(errors), errors.retry_after)
        refusal = self._weights.spend(self._rest.weight(url.path, url.query), self._clock.now())
        if refusal is not None:
            return self._respond(refusal.status, _refused(refusal), refusal.retry_after)
        answer = await self._answer(url.path, url.query, request.headers)
        return self._respond(answer.status, self._rest_faults.body(url.path, answer.body))

    async def _answer(self, path: str, query: str, headers: Headers) -> Answer:
        now = self._rest_faults.moment(path, query, self.now())
        unit = 1000 if headers.get("X-MBX-TIME-UNIT", "").upper() == MICRO[0] else 1
        steps = self._rest.steps(path, query, now, unit)
        since = time.perf_counter()
        while True:
            try:
                next(steps)
            except StopIteration as done:
                answer: Answer = done.value
                return answer
            since = await give_way(since)

    def _respond(
        self, status: int, body: bytes, retry_after: int | None = None, kind: str = _JSON
    ) -> Response:
        headers = Headers(
            {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "Connection": "close",
                "x-mbx-used-weight": str(self._weights.used),
                "x-mbx-used-weight-1m": str(self._weights.used),
            }
        )
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        return Response(status, _phrase(status), headers, body)

    def _news(self, path: str) -> Response:
        if path != "/news/rss":
            page = demo_news.article(self._config.seed, path.removeprefix("/news/"))
            return self._respond(HTTPStatus.OK, page, kind="text/html;charset=UTF-8")
        shown = tuple(self._ledger.market.listings.values())
        document = demo_news.rss(shown, self._config.seed, self.now(), self.rest_url)
        return self._respond(HTTPStatus.OK, document, kind="application/rss+xml;charset=UTF-8")

    # -- streams -------------------------------------------------------------------------------

    def _check_handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        refused = self._door.refusal
        if refused is not None and refused.status is not None:
            body = RestError(-1000, _phrase(refused.status)).body
            return self._respond(refused.status, body, refused.retry_after)
        if self._connects.exceeded(connection.remote_address[0], time.monotonic()):
            body = RestError(-1003, "Too many connection attempts.").body
            return self._respond(HTTPStatus.TOO_MANY_REQUESTS, body, 300)
        names, _ = _stream_names(request.path)
        if len(request.path) > MOST_URL or len(names) > self._config.streams_per_connection:
            body = RestError(-1101, "Too many parameters.").body
            return self._respond(HTTPStatus.BAD_REQUEST, body)
        return None

    async def _handle(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Connection)
        assert connection.request is not None
        names, unit = _stream_names(connection.request.path)
        combined = connection.request.path.startswith("/stream")
        session = Session(
            connection,
            Subscriptions(names, combined=combined, most=self._config.streams_per_connection),
            unit,
            RateLimit(self._config.messages_per_second, 1.0),
        )
        await self._attend(connection, session)

    def _announce(self, session: Session) -> None:
        """Tell a client that it had better connect anew."""
        event = {"e": "serverShutdown", "E": self.now() * session.unit}
        session.tell("!serverShutdown", msgspec.json.encode(event))

    async def _attend(self, connection: Connection, session: Session) -> None:
        """Look after one client until it leaves or its time is up."""
        self._sessions.add(session)
        self._broadcaster.follow(session)
        writer = asyncio.create_task(session.write())
        loop = asyncio.get_running_loop()
        seconds, notice = self._config.connection_seconds, self._config.notice_seconds
        timers = [loop.call_later(seconds, session.close, CloseCode.GOING_AWAY, "24 hours")]
        if notice:
            timers.append(loop.call_later(max(0.0, seconds - notice), self._announce, session))
        try:
            async for message in connection:
                before = set(session.subscriptions.names)
                session.reply(session.subscriptions.handle(message))
                self._broadcaster.follow(session, before)
        except ConnectionClosed:
            pass
        finally:
            for timer in timers:
                timer.cancel()
            self._sessions.discard(session)
            self._broadcaster.unfollow(session, session.subscriptions.names)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer


def _stream_names(path: str) -> tuple[list[str], int]:
    """The streams that a connection's address asks for, and 1000 if it wants microseconds."""
    url = urlsplit(path)
    # A plus sign is part of a stream's name here: candles of another time zone have one.
    query = parse_qs(url.query.replace("+", "%2B"))
    unit = 1000 if query.get("timeUnit", [""])[0] in MICRO else 1
    if url.path.startswith("/stream"):
        listed = query.get("streams", [""])[0]
    else:
        listed = unquote(url.path.removeprefix("/ws"))
    return [name for name in listed.split("/") if name], unit


def _refused(refusal: Refusal) -> bytes:
    return RestError(-1003, refusal.message).body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
