"""HttpClient: GETs to the exchange, within its limits, with errors in our own words."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

import httpx

from thebot_desktop import __version__
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
    """One client for all callers: shared connections, one budget, one pause for everybody."""

    def __init__(
        self, base_url: str, clock: Clock, jitter: Callable[[], float] = random.random
    ) -> None:
        self._base_url = base_url
        self._clock = clock
        self._jitter = jitter
        self._client: httpx.AsyncClient | None = None
        self._paused_until = UnixMs(0)
        self.budget = WeightBudget(clock)
        self.requests = 0
        self.failures = 0

    async def get(self, request: HttpRequest) -> bytes:
        """The body of a successful answer.

        Raises TransientFeedError after three tries, FatalFeedError for what will not change.
        """
        delays = backoff(self._jitter, first=0.5, longest=5.0)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._try(request)
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

    async def _try(self, request: HttpRequest) -> bytes:
        await self._wait_for_turn(request.weight)
        self.requests += 1
        self.budget.spend(request.weight)
        try:
            answer = await self._open().get(request.path, params=dict(request.query))
        except httpx.TimeoutException as cause:
            raise TransientFeedError(
                f"{request.path}: {cause!r}", user_message="The exchange did not answer in time."
            ) from cause
        except httpx.TransportError as cause:
            raise TransientFeedError(
                f"{request.path}: {cause!r}",
                user_message=f"The exchange at {self._base_url} cannot be reached.",
            ) from cause
        self._note_weight(answer)
        return self._body(request, answer)

    async def _wait_for_turn(self, weight: int) -> None:
        """Nobody asks while the exchange has told us to stay away, or the minute is used up."""
        pause = max(self._paused_until - self._clock.now(), self.budget.wait_ms(weight))
        if pause > 0:
            await asyncio.sleep(pause / 1000)

    def _body(self, request: HttpRequest, answer: httpx.Response) -> bytes:
        status = answer.status_code
        if status == httpx.codes.OK:
            return answer.content
        self.failures += status < httpx.codes.INTERNAL_SERVER_ERROR
        detail = f"{request.path}: HTTP {status} {answer.text[:200]}"
        if status in (httpx.codes.TOO_MANY_REQUESTS, 418):
            raise self._pause(answer, detail)
        raise _refusal(status, detail, answer.content)

    def _pause(self, answer: httpx.Response, detail: str) -> FeedError:
        try:
            seconds = float(answer.headers.get("retry-after", DEFAULT_PAUSE_S))
        except ValueError:
            seconds = DEFAULT_PAUSE_S
        self._paused_until = UnixMs(self._clock.now() + int(seconds * 1000))
        return TransientFeedError(
            detail,
            user_message=f"The exchange asked us to wait {seconds:.0f} s: too many requests "
            "came from this address.",
        )

    def _note_weight(self, answer: httpx.Response) -> None:
        used = answer.headers.get("x-mbx-used-weight-1m", "")
        if used.isdigit():
            self.budget.correct(int(used))

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._base_url,
                timeout=TIMEOUT,
                follow_redirects=False,
                headers={"User-Agent": f"thebot-desktop/{__version__}"},
            )
        return self._client


class RefusedError(FatalFeedError):
    """An answer with a status of 4xx; ``body`` may say more in the exchange's own terms."""

    def __init__(self, detail: str, body: bytes, *, user_message: str | None = None) -> None:
        super().__init__(detail, user_message=user_message)
        self.body = body


def _refusal(status: int, detail: str, body: bytes) -> FeedError:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TransientFeedError(detail, user_message=f"The exchange has trouble (HTTP {status}).")
    if status == httpx.codes.UNAVAILABLE_FOR_LEGAL_REASONS:
        return RefusedError(
            detail,
            body,
            user_message="The exchange does not serve this country from this address (HTTP 451). "
            "Its market-data-only address may work: leave the REST address in the settings empty.",
        )
    if status == httpx.codes.FORBIDDEN:
        return RefusedError(
            detail, body, user_message="The exchange's firewall refused the request (HTTP 403)."
        )
    return RefusedError(detail, body)
