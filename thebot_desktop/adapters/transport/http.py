"""HttpClient: GETs to the exchange, within its limits, with errors in our own words."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from urllib.parse import urlsplit

import httpx

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import DIRECT, is_local
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.adapters.transport.circuit_breaker import BreakerState, CircuitBreaker
from thebot_desktop.adapters.transport.http_errors import (
    EXCERPT,
    TOO_MANY,
    RefusedError,
    TroubleError,
    UnreachableError,
    asked_to_wait,
    no_way_out,
    not_json,
    refusal,
    resting,
    unreachable,
)
from thebot_desktop.adapters.transport.weight_budget import WeightBudget
from thebot_desktop.domain.errors import FeedError, TheBotError, TransientFeedError
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.network_config import NetworkConfig
from thebot_desktop.market.ports import HttpRequest

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(15.0, connect=10.0)
LONGEST_ANSWER_S = 60.0
"""However slowly it drips."""
ATTEMPTS = 3
DEFAULT_PAUSE_S = 60.0
"""After 429 or 418 without Retry-After."""
LONGEST_WAIT_MS = 10_000
"""Who asks while a longer pause lasts is told so instead of being kept waiting."""


class Host:
    """One address of the exchange, and how it has been doing."""

    def __init__(self, url: str, breaker: CircuitBreaker) -> None:
        self.url = url
        self.name = urlsplit(url).netloc
        self.breaker = breaker

    @property
    def is_resting(self) -> bool:
        return self.breaker.state is BreakerState.OPEN


class HttpClient:
    """One client for all callers: shared connections, one budget, one pause for everybody.

    Only ``base_url`` and ``alternatives`` are ever contacted. When the one in use cannot be
    reached, or does not serve this country, the next takes its place, and ``report`` is told so
    in a sentence. A host that keeps failing is left alone for a while.
    """

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
        *,
        alternatives: Iterable[str] = (),
        config: NetworkConfig | None = None,
        report: Callable[[TheBotError], None] | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._config = config or NetworkConfig()
        self._hosts = deque(
            Host(url, CircuitBreaker(self._config, now)) for url in (base_url, *alternatives)
        )
        self._clock = clock
        self._jitter = jitter
        self._report = report
        self._proven = self._hosts[0]
        self._left = ""
        """Why another host came into use."""
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._trial = asyncio.Lock()
        self._paused_until = UnixMs(0)
        self.budget = WeightBudget(clock)
        self.requests = 0
        self.failures = 0

    @property
    def address(self) -> str:
        """The one in use."""
        return self._hosts[0].url

    async def get(self, request: HttpRequest) -> bytes:
        """The body of a successful answer, which is JSON by its looks.

        Raises TransientFeedError after three tries, or at once while the exchange is left alone;
        FatalFeedError for what will not change.
        """
        while True:
            breaker = self._choose().breaker
            if breaker.state is not BreakerState.HALF_OPEN:
                return await self._try_patiently(request, 1 if breaker.failures else ATTEMPTS)
            async with self._trial:  # the others wait to see how it ends
                if breaker.state is BreakerState.HALF_OPEN:
                    return await self._try_patiently(request, 1)

    def probe_now(self) -> None:
        """Ask again at once where a host was left alone: the way to it may be free."""
        for host in self._hosts:
            host.breaker.probe_now()

    async def aclose(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    def _choose(self) -> Host:
        """The first host that may be asked comes into use. Raises RestingError for none."""
        for _ in range(len(self._hosts)):
            if not self._hosts[0].is_resting:
                return self._hosts[0]
            self._hosts.rotate(-1)
        first = min((h.breaker for h in self._hosts), key=lambda b: b.seconds_left)
        raise resting(first.failures, first.seconds_left)

    async def _try_patiently(self, request: HttpRequest, attempts: int) -> bytes:
        """A host that was still failing in the last attempt has failed once."""
        delays = backoff(self._jitter, first=0.5, longest=5.0)
        for attempt in range(1, attempts + 1):
            failing: list[Host] = []
            try:
                return await self._try_hosts(request, failing)
            except TransientFeedError as error:
                self.failures += 1
                if attempt == attempts or self._paused_until > self._clock.now():
                    for host in failing:
                        host.breaker.failed()
                    raise
                log.info("%s failed (%s), trying again", request.path, error)
            await asyncio.sleep(next(delays))
        raise AssertionError("unreachable")

    async def _try_hosts(self, request: HttpRequest, failing: list[Host]) -> bytes:
        """Once with each host that may be asked, beginning with the one in use."""
        hosts = [self._hosts[0], *(h for h in list(self._hosts)[1:] if not h.is_resting)]
        while True:
            host = hosts.pop(0)
            try:
                return await self._try(request, host)
            except TroubleError:
                failing.append(host)
                raise
            except (UnreachableError, RefusedError) as error:
                if isinstance(error, UnreachableError):
                    failing.append(host)
                elif not error.is_about_country:
                    raise
                if not hosts:
                    raise
                log.warning("%s; going on with %s", error, hosts[0].url)
                self._left = _why_left(host, error)
                self._hosts.rotate(-self._hosts.index(hosts[0]))

    def _note_answer(self, host: Host) -> None:
        """It works; if another one did before, a person may want to know."""
        host.breaker.succeeded()
        if host is not self._proven and self._left and self._report is not None:
            sentence = f"{self._left} Market data are fetched from {host.name} instead."
            self._report(TransientFeedError(user_message=sentence))
        self._proven, self._left = host, ""

    async def _try(self, request: HttpRequest, host: Host) -> bytes:
        client = await self._open()
        await self._wait_for_turn(request.weight)
        self.requests += 1
        self.budget.spend(request.weight)
        try:
            async with asyncio.timeout(LONGEST_ANSWER_S):
                answer = await client.get(host.url + request.path, params=dict(request.query))
        except (httpx.RequestError, TimeoutError, httpx.InvalidURL, UnicodeError) as cause:
            raise unreachable(request.path, host.name, cause) from cause
        self._note_weight(answer)
        return self._body(request, host, answer)

    async def _wait_for_turn(self, weight: int) -> None:
        """Nobody asks while the exchange has told us to stay away, or the minute is used up."""
        while True:
            told = self._paused_until - self._clock.now()
            if told > LONGEST_WAIT_MS:
                raise asked_to_wait("still paused", told / 1000)
            pause = max(told, self.budget.wait_ms(weight))
            if pause <= 0:
                return
            await asyncio.sleep(pause / 1000)

    def _body(self, request: HttpRequest, host: Host, answer: httpx.Response) -> bytes:
        status = answer.status_code
        if status == httpx.codes.OK:
            if answer.content.lstrip()[:1] not in (b"{", b"["):
                raise not_json(request.path, host.name, answer.content)
            self._note_answer(host)
            return answer.content
        detail = f"{request.path}: HTTP {status} {answer.text[:EXCERPT]}"
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise refusal(status, detail, answer.content)
        self.failures += 1
        if status in TOO_MANY:
            raise self._pause(answer, detail)
        host.breaker.succeeded()  # it refuses, so it is well
        raise refusal(status, detail, answer.content)

    def _pause(self, answer: httpx.Response, detail: str) -> FeedError:
        asked = _number(answer.headers.get("retry-after", ""))
        seconds = DEFAULT_PAUSE_S if asked is None else float(asked)
        self._paused_until = UnixMs(self._clock.now() + int(seconds * 1000))
        return asked_to_wait(detail, seconds)

    def _note_weight(self, answer: httpx.Response) -> None:
        used = _number(answer.headers.get("x-mbx-used-weight-1m", ""))
        if used is not None:
            self.budget.correct(used)

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                # In a thread: reading the certificates would hold the window up.
                tls = await asyncio.to_thread(httpx.create_ssl_context)
                stays_here = all(is_local(host.url) for host in self._hosts)
                try:
                    self._client = httpx.AsyncClient(
                        timeout=TIMEOUT,
                        verify=tls,
                        proxy=None if stays_here else self._config.proxy or None,
                        mounts=DIRECT,
                        trust_env=not stays_here,
                        follow_redirects=False,
                        headers={"User-Agent": f"thebot-desktop/{__version__}"},
                    )
                except (ImportError, ValueError, httpx.InvalidURL) as cause:
                    raise no_way_out(cause) from None  # it may hold the proxy's password
            return self._client


def _why_left(host: Host, error: UnreachableError | RefusedError) -> str:
    if isinstance(error, RefusedError):
        return f"{host.name} does not serve this country (HTTP 451)."
    return error.user_message


def _number(text: str) -> int | None:
    """A header that should be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
