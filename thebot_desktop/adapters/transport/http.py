"""HttpClient: GETs to the exchange, within its limits, with errors in our own words."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import httpx

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import is_local
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.domain.errors import FatalFeedError, FeedError, TransientFeedError
from thebot_desktop.domain.time import MINUTE_MS, Clock, UnixMs
from thebot_desktop.market.ports import HttpRequest

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(15.0, connect=10.0)
ATTEMPTS = 3
WEIGHT_LIMIT = 6000
WEIGHT_RESERVE = 300
"""Left unused each minute: other programs share the address."""
DEFAULT_PAUSE_S = 60.0
"""After 429 or 418 without Retry-After."""
LONGEST_WAIT_MS = 10_000
"""Who asks while a longer pause lasts is told so instead of being kept waiting."""


class WeightBudget:
    """The weight used in the current minute, by our count corrected by the exchange's."""

    def __init__(self, clock: Clock, limit: int = WEIGHT_LIMIT) -> None:
        self._clock = clock
        self.limit = limit
        self._minute = 0
        self._used = 0

    @property
    def used(self) -> int:
        return self._used if self._minute == self._now_minute() else 0

    def wait_ms(self, weight: int) -> int:
        """How long to wait before ``weight`` fits; 0 when it does."""
        if self.used + weight <= self.limit - WEIGHT_RESERVE:
            return 0
        return MINUTE_MS - self._clock.now() % MINUTE_MS

    def spend(self, weight: int) -> None:
        self._used = self.used + weight
        self._minute = self._now_minute()

    def correct(self, used: int) -> None:
        """What the exchange says is the truth, if it is more than we thought."""
        self._used = max(self.used, used)
        self._minute = self._now_minute()

    def _now_minute(self) -> int:
        return self._clock.now() // MINUTE_MS


class HttpClient:
    """One client for all callers: shared connections, one budget, one pause for everybody.

    Only ``base_url`` and ``alternatives`` are ever contacted. When the one in use cannot be
    reached, or does not serve this country, the next takes its place.
    """

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
        *,
        alternatives: Iterable[str] = (),
    ) -> None:
        self._addresses = deque([base_url, *alternatives])
        self._clock = clock
        self._jitter = jitter
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._paused_until = UnixMs(0)
        self.budget = WeightBudget(clock)
        self.requests = 0
        self.failures = 0

    @property
    def address(self) -> str:
        """The one in use."""
        return self._addresses[0]

    async def get(self, request: HttpRequest) -> bytes:
        """The body of a successful answer, which is JSON by its looks.

        Raises TransientFeedError after three tries, FatalFeedError for what will not change.
        """
        delays = backoff(self._jitter, first=0.5, longest=5.0)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._try_addresses(request)
            except TransientFeedError as error:
                self.failures += 1
                if attempt == ATTEMPTS or self._paused_until > self._clock.now():
                    raise
                log.info("%s failed (%s), trying again", request.path, error)
            await asyncio.sleep(next(delays))
        raise AssertionError("unreachable")

    async def aclose(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _try_addresses(self, request: HttpRequest) -> bytes:
        """Once with each address, beginning with the one that worked last."""
        last = len(self._addresses) - 1
        for tried in range(last):
            try:
                return await self._try(request)
            except (UnreachableError, RefusedError) as error:
                if isinstance(error, RefusedError) and not error.is_about_country:
                    raise
                self._addresses.rotate(-1)
                log.warning("%s; going on with %s (%d)", error, self.address, tried)
        return await self._try(request)

    async def _try(self, request: HttpRequest) -> bytes:
        client = await self._open()
        await self._wait_for_turn(request.weight)
        self.requests += 1
        self.budget.spend(request.weight)
        host = urlsplit(self.address).netloc
        try:
            answer = await client.get(self.address + request.path, params=dict(request.query))
        except httpx.TimeoutException as cause:
            raise UnreachableError(
                f"{request.path}: {cause!r}", user_message=f"{host} did not answer in time."
            ) from cause
        except httpx.RequestError as cause:
            raise UnreachableError(
                f"{request.path}: {cause!r}", user_message=f"{host} cannot be reached."
            ) from cause
        self._note_weight(answer)
        return self._body(request, answer)

    async def _wait_for_turn(self, weight: int) -> None:
        """Nobody asks while the exchange has told us to stay away, or the minute is used up."""
        while True:
            told = self._paused_until - self._clock.now()
            if told > LONGEST_WAIT_MS:
                raise _asked_to_wait("still paused", told / 1000)
            pause = max(told, self.budget.wait_ms(weight))
            if pause <= 0:
                return
            await asyncio.sleep(pause / 1000)

    def _body(self, request: HttpRequest, answer: httpx.Response) -> bytes:
        status = answer.status_code
        if status == httpx.codes.OK:
            if answer.content.lstrip()[:1] in (b"{", b"["):
                return answer.content
            host = urlsplit(self.address).netloc
            raise UnreachableError(
                f"{request.path}: no JSON: {answer.text[:200]}",
                user_message=f"Something between this computer and {host} answered in its place: "
                "perhaps a page to log in to the network.",
            )
        self.failures += status < httpx.codes.INTERNAL_SERVER_ERROR
        detail = f"{request.path}: HTTP {status} {answer.text[:200]}"
        if status in (httpx.codes.TOO_MANY_REQUESTS, 418):
            raise self._pause(answer, detail)
        raise _refusal(status, detail, answer.content)

    def _pause(self, answer: httpx.Response, detail: str) -> FeedError:
        asked = answer.headers.get("retry-after", "")
        seconds = float(asked) if asked.isdigit() else DEFAULT_PAUSE_S
        self._paused_until = UnixMs(self._clock.now() + int(seconds * 1000))
        return _asked_to_wait(detail, seconds)

    def _note_weight(self, answer: httpx.Response) -> None:
        used = answer.headers.get("x-mbx-used-weight-1m", "")
        if used.isdigit():
            self.budget.correct(int(used))

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                # In a thread: reading the certificates would hold the window up.
                tls = await asyncio.to_thread(httpx.create_ssl_context)
                self._client = httpx.AsyncClient(
                    timeout=TIMEOUT,
                    verify=tls,
                    # A proxy of the environment has no way to this computer's own servers.
                    trust_env=not all(is_local(address) for address in self._addresses),
                    follow_redirects=False,
                    headers={"User-Agent": f"thebot-desktop/{__version__}"},
                )
            return self._client


class UnreachableError(TransientFeedError):
    """No answer of the exchange itself: another address of it may do better."""


class RefusedError(FatalFeedError):
    """An answer with a status of 4xx; ``body`` may say more in the exchange's own terms."""

    def __init__(
        self, detail: str, body: bytes, status: int, *, user_message: str | None = None
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.body = body
        self.is_about_country = status == httpx.codes.UNAVAILABLE_FOR_LEGAL_REASONS


def _asked_to_wait(detail: str, seconds: float) -> TransientFeedError:
    return TransientFeedError(
        detail,
        user_message=f"The exchange asked us to wait {seconds:.0f} s: too many requests "
        "came from this address.",
    )


def _refusal(status: int, detail: str, body: bytes) -> FeedError:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TransientFeedError(detail, user_message=f"The exchange has trouble (HTTP {status}).")
    if status == httpx.codes.UNAVAILABLE_FOR_LEGAL_REASONS:
        return RefusedError(
            detail,
            body,
            status,
            user_message="The exchange does not serve this country from this address (HTTP 451). "
            "Its market-data-only address may work: leave the REST address in the settings empty.",
        )
    if status == httpx.codes.FORBIDDEN:
        return RefusedError(
            detail,
            body,
            status,
            user_message="The exchange's firewall refused the request (HTTP 403).",
        )
    return RefusedError(detail, body, status)
