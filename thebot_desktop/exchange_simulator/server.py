"""The embedded exchange: one loopback port that speaks Binance spot's REST and streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Coroutine
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candle, SeriesKey
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.exchange_simulator import demo_news, faults, kline_files
from thebot_desktop.exchange_simulator.broadcast import Broadcaster
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.control import MOST_URL, Subscriptions
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.kline_files import FileMarket
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.limits import RateLimit, Refusal, WeightLimit
from thebot_desktop.exchange_simulator.listings import MAX_SYMBOLS, listings
from thebot_desktop.exchange_simulator.market import Market
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.query import RestError
from thebot_desktop.exchange_simulator.rest import Answer, RestApi
from thebot_desktop.exchange_simulator.rows import candle_of
from thebot_desktop.exchange_simulator.session import Connection, Gate, Session, connection_type
from thebot_desktop.exchange_simulator.streams import StreamMaker

__all__ = ["ExchangeConfig", "ExchangeServer"]

HOST = "127.0.0.1"
MICRO = ("MICROSECOND", "microsecond")

_log = logging.getLogger(__name__)
_JSON = "application/json;charset=UTF-8"


class ExchangeServer:
    """Serves one market until it is closed. All calls belong to the event loop's thread."""

    def __init__(self, config: ExchangeConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._gate = Gate()
        self._weights = WeightLimit(
            config.weight_limit, ban_after=config.ban_after, ban_seconds=config.ban_seconds
        )
        self._connects = RateLimit(config.connects_per_5_minutes, 300.0)
        self._sessions: set[Session] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._errors: list[_RestTrouble] = []
        self._server: Server | None = None
        self._started = 0.0
        self._start_time = 0
        self._port = 0

    async def start(self) -> None:
        """Load the market and open the port; raises InputError with a sentence for people."""
        market = self._load_market()
        self._ledger = Ledger(market)
        self._rest = RestApi(self._ledger, self._config.weight_limit)
        maker = StreamMaker(self._ledger, empty_candles=self._config.empty_candles)
        self._broadcaster = Broadcaster(maker, self.now, self._config.speed)
        self._server = await self._listen()
        self._port = self._server.sockets[0].getsockname()[1]
        self._started = time.monotonic()
        self._spawn(self._broadcaster.run())
        if self._config.faults.faults:
            self._spawn(self._run_faults())

    @property
    def rest_url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def stream_url(self) -> str:
        return f"ws://{HOST}:{self._port}"

    @property
    def news_url(self) -> str:
        return f"{self.rest_url}/news/rss"

    def now(self) -> UnixMs:
        """Market time."""
        if self._config.speed == 1.0 and not self._config.klines:
            return self._clock.now()
        passed = (time.monotonic() - self._started) * 1000 if self._started else 0.0
        return UnixMs(self._start_time + int(passed * self._config.speed))

    def candles(self, series: SeriesKey, start: int, end: int) -> list[Candle]:
        """The truth: closed candles that open in ``start..end``."""
        symbol, grid = str(series.symbol), Grid(series.interval)
        rows = self._ledger.closed(symbol, grid, start, self.now()).between(start, end + 1)
        listing = self._ledger.market.listings[symbol]
        return [candle_of(row, listing) for row in rows.to_list()]

    async def cut(self, seconds: float) -> None:
        """Drop every connection and refuse new ones for so long."""
        self._gate.refuse_for(seconds)
        self._gate.drop_all()
        await asyncio.sleep(seconds)

    async def aclose(self) -> None:
        """Let go of every task, socket and timer."""
        if self._server is None:
            return
        self._server.close(close_connections=False)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._gate.drop_all()
        await self._server.wait_closed()
        self._server = None

    # -- starting ------------------------------------------------------------------------------

    def _load_market(self) -> Market:
        config = self._config
        if not (config.speed > 0 and math.isfinite(config.speed)):
            raise InputError("speed", user_message="The speed must be greater than zero.")
        if not 1 <= config.symbols <= MAX_SYMBOLS:
            sentence = f"The exchange can have 1 to {MAX_SYMBOLS:,} symbols."
            raise InputError("symbols", user_message=sentence)
        self._start_time = self._clock.now()
        if not config.klines:
            return ModelMarket(listings(config.symbols), config.seed)
        symbols = [file.symbol for file in config.klines]
        if len(set(symbols)) < len(symbols):
            raise InputError("klines", user_message="Each symbol can have one candle file only.")
        series = {file.symbol: kline_files.load(file, config.seed) for file in config.klines}
        market = FileMarket(series)
        self._start_time = market.start_time(config.history_rows)
        return market

    async def _listen(self) -> Server:
        config = self._config
        try:
            return await serve(
                self._handle,
                HOST,
                config.port,
                process_request=self._process_request,
                create_connection=connection_type(self._gate),
                compression=None,
                ping_interval=config.ping_seconds,
                ping_timeout=config.pong_seconds,
                close_timeout=1.0,
                logger=_quiet_logger(),
            )
        except (OSError, OverflowError) as error:
            sentence = f"The exchange cannot listen on port {config.port}: {_why(error)}."
            raise InputError(str(error), user_message=sentence) from error

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- REST ----------------------------------------------------------------------------------

    async def _process_request(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        del connection
        url = urlsplit(request.path)
        if url.path == "/ws" or url.path.startswith(("/ws/", "/stream")):
            return self._check_handshake(request)
        if url.path.startswith("/news/"):
            return self._news(url.path)
        trouble = self._trouble()
        if trouble is not None:
            return trouble
        refusal = self._weights.spend(self._rest.weight(url.path, url.query), self._clock.now())
        if refusal is not None:
            return self._respond(refusal.status, _refused(refusal), refusal.retry_after)
        answer = await self._answer(url.path, url.query, request.headers)
        return self._respond(answer.status, answer.body)

    async def _answer(self, path: str, query: str, headers: Headers) -> Answer:
        now = self.now()
        for _ in self._rest.prepare(path, query, now):
            await asyncio.sleep(0)
        unit = 1000 if headers.get("X-MBX-TIME-UNIT", "").upper() == MICRO[0] else 1
        return self._rest.answer(path, query, now, unit)

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

    def _trouble(self) -> Response | None:
        """The scripted error that is due, if any."""
        now = time.monotonic()
        self._errors = [one for one in self._errors if one.lasts(now)]
        if not self._errors:
            return None
        one = self._errors[0]
        one.left -= 1
        script = one.script
        return self._respond(script.status, script.body.encode(), script.retry_after)

    # -- streams -------------------------------------------------------------------------------

    def _check_handshake(self, request: Request) -> Response | None:
        if self._connects.exceeded(time.monotonic()):
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

    async def _attend(self, connection: Connection, session: Session) -> None:
        """Look after one client until it leaves or its time is up."""
        self._sessions.add(session)
        self._broadcaster.follow(session)
        writer = asyncio.create_task(session.write())
        loop = asyncio.get_running_loop()
        lifetime = loop.call_later(
            self._config.connection_seconds, session.close, CloseCode.GOING_AWAY, "24 hours"
        )
        try:
            async for message in connection:
                before = set(session.subscriptions.names)
                session.reply(session.subscriptions.handle(message))
                self._broadcaster.follow(session, before)
        except ConnectionClosed:
            pass
        finally:
            lifetime.cancel()
            self._sessions.discard(session)
            self._broadcaster.unfollow(session, session.subscriptions.names)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    # -- faults --------------------------------------------------------------------------------

    async def _run_faults(self) -> None:
        for fault in sorted(self._config.faults.faults, key=lambda one: one.at):
            wait = fault.at - (time.monotonic() - self._started)
            if wait > 0:
                await asyncio.sleep(wait)
            self._apply(fault)

    def _apply(self, fault: faults.Fault) -> None:
        _log.info("fault: %s", fault)
        match fault:
            case faults.Cut():
                self._spawn(self.cut(fault.seconds))
            case faults.Close():
                for session in self._sessions:
                    session.close(fault.code, fault.reason)
            case faults.Refuse():
                self._gate.refuse_for(fault.seconds)
            case faults.Silence():
                self._spawn(self._be_silent(fault.seconds))
            case faults.RestErrors():
                self._errors.append(_RestTrouble(fault, time.monotonic()))
            case faults.Shutdown():
                event = {"e": "serverShutdown", "E": self.now()}
                for session in self._sessions:
                    session.tell("!serverShutdown", msgspec.json.encode(event))

    async def _be_silent(self, seconds: float) -> None:
        self._broadcaster.silent = True
        self._gate.set_silent(silent=True)
        await asyncio.sleep(seconds)
        self._gate.set_silent(silent=False)
        self._broadcaster.silent = False


class _RestTrouble:
    """A scripted error while it lasts."""

    def __init__(self, script: faults.RestErrors, now: float) -> None:
        self.script = script
        endless = script.count is None and script.seconds is None
        self.left = 1 if endless else script.count or 10**9
        self._until = now + script.seconds if script.seconds is not None else float("inf")

    def lasts(self, now: float) -> bool:
        return self.left > 0 and now < self._until


def _stream_names(path: str) -> tuple[list[str], int]:
    """The streams that a connection's address asks for, and 1000 if it wants microseconds."""
    url = urlsplit(path)
    query = parse_qs(url.query)
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


def _why(error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return "there is no such port"
    taken = error.errno in (48, 98, 10048)
    return "another program is using it" if taken else str(error.strerror or error)


def _quiet_logger() -> logging.Logger:
    """Connections come and go; only what goes wrong here is worth a line."""
    logger = logging.getLogger(f"{__name__}.connections")
    logger.setLevel(logging.WARNING)
    return logger
