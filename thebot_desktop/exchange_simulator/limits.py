"""The exchange's limits: request weight a minute, messages a second, connections."""

from __future__ import annotations

from collections import deque
from http import HTTPStatus

from msgspec import Struct

from thebot_desktop.domain.time import MINUTE_MS, SECOND_MS

RAW_REQUESTS = 300_000
RAW_MINUTES = 5

_TOO_MUCH = (
    "Too much request weight used; current limit is {limit} request weight per 1 MINUTE. "
    "Please use WebSocket Streams for live updates to avoid polling the API."
)
_TOO_MANY = (
    "Too many requests; current limit is {limit} requests per 5 MINUTE. "
    "Please use WebSocket Streams for live updates to avoid polling the API."
)
_BANNED = (
    "Way too much request weight used; IP banned until {until}. "
    "Please use WebSocket Streams for live updates to avoid bans."
)


class Refusal(Struct, frozen=True):
    """Why a request is not answered."""

    status: HTTPStatus
    message: str
    retry_after: int


class WeightLimit:
    """Counts the weight used in each minute; whoever goes on asking is banned for a while.

    Requests are counted too, whatever their weight, over five minutes.
    """

    def __init__(
        self, limit: int, *, ban_after: int, ban_seconds: int, raw_limit: int = RAW_REQUESTS
    ) -> None:
        self.used = 0
        self._limit = limit
        self._raw_limit = raw_limit
        self._raw_window = 0
        self._requests = 0
        self._ban_after = ban_after
        self._ban_ms = ban_seconds * SECOND_MS
        self._minute = 0
        self._ignored = 0
        self._banned_until = 0

    def spend(self, weight: int, now: int) -> Refusal | None:
        """Count one request; the answer says why it must be refused, if it must."""
        if now < self._banned_until:
            return self._ban(now)
        if now // MINUTE_MS != self._minute:
            self._minute, self.used, self._ignored = now // MINUTE_MS, 0, 0
        window = RAW_MINUTES * MINUTE_MS
        if now // window != self._raw_window:
            self._raw_window, self._requests = now // window, 0
        too_many = self._requests >= self._raw_limit
        if self.used + weight <= self._limit and not too_many:
            self.used += weight
            self._requests += 1
            return None
        self._ignored += 1
        if self._ignored > self._ban_after:
            self._banned_until = now + self._ban_ms
            self._ban_ms = min(2 * self._ban_ms, 3 * 24 * 60 * MINUTE_MS)
            return self._ban(now)
        if too_many:
            wait = (self._raw_window + 1) * window - now
            text = _TOO_MANY.format(limit=self._raw_limit)
        else:
            wait = (self._minute + 1) * MINUTE_MS - now
            text = _TOO_MUCH.format(limit=self._limit)
        return Refusal(HTTPStatus.TOO_MANY_REQUESTS, text, _seconds(wait))

    def _ban(self, now: int) -> Refusal:
        text = _BANNED.format(until=self._banned_until)
        return Refusal(HTTPStatus.IM_A_TEAPOT, text, _seconds(self._banned_until - now))


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // SECOND_MS)


class RateLimit:
    """At most ``count`` events in any ``seconds``."""

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=count)

    def exceeded(self, now: float) -> bool:
        """Count one event; whether it is one too many."""
        full = len(self._times) == self._times.maxlen
        too_many = full and now - self._times[0] < self._seconds
        self._times.append(now)
        return too_many


class RateLimits:
    """The same limit for each address of its own."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count, self._seconds = count, seconds
        self._by_address: dict[str, RateLimit] = {}

    def exceeded(self, address: str, now: float) -> bool:
        """Count one event of an address; whether it is one too many."""
        if address not in self._by_address:
            self._by_address[address] = RateLimit(self._count, self._seconds)
        return self._by_address[address].exceeded(now)
