"""RestFaults: what scripted faults do to REST requests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec

from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.fault_kinds import (
    RestBody,
    RestErrors,
    RestFault,
    RestLag,
    RestSlow,
)
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.junk import LOGIN_PAGE, truncated, wrong_types
from thebot_desktop.exchange_simulator.tampering import matches

Kind = TypeVar("Kind", bound=RestFault)

_CANDLES = ("/api/v3/klines", "/api/v3/uiKlines")
_FORBIDDEN = "<html><head><title>403 Forbidden</title></head><body>Forbidden</body></html>"
_ELSEWHERE = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in "
    "https://www.binance.com/en/terms. Please contact customer service if you believe you "
    "received this message in error."
)
_SAYINGS = {
    418: (-1003, "Way too much request weight used; IP banned."),
    429: (-1003, "Too much request weight used. Please use WebSocket Streams for live updates."),
    451: (0, _ELSEWHERE),
    408: (-1007, "Timeout waiting for response from backend server."),
    504: (-1007, "Timeout waiting for response from backend server."),
}
_USUAL = (-1000, "An unknown error occurred while processing the request.")


def body_of(errors: RestErrors) -> bytes:
    """What the script says, or else what the exchange says with that status."""
    if errors.body is not None:
        return errors.body.encode()
    if errors.status == 403:
        return _FORBIDDEN.encode()
    code, text = _SAYINGS.get(errors.status, _USUAL)
    return msgspec.json.encode({"code": code, "msg": text})


class RestFaults:
    """The faults that are under way, asked before and after each answer."""

    def __init__(self) -> None:
        self._active: list[_Active] = []
        self._stopped = asyncio.Event()

    def begin(self, fault: RestFault) -> None:
        self._active.append(_Active(fault))

    def stop(self) -> None:
        """Let those go who are kept waiting."""
        self._stopped.set()

    async def hold(self, path: str) -> None:
        """Keep a request waiting."""
        seconds = sum(fault.delay for fault in self._due(RestSlow, path))
        if seconds:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stopped.wait()

    def errors(self, path: str) -> RestErrors | None:
        """The error that a request is to be answered with, if any."""
        return next(iter(self._due(RestErrors, path)), None)

    def moment(self, path: str, query: str, now: int) -> int:
        """How late it is for a request, which may know of the past only."""
        lags = self._due(RestLag, path) if path in _CANDLES else ()
        return next((_behind(lag, query, now) for lag in lags), now)

    def body(self, path: str, body: bytes) -> bytes:
        """What is sent in place of an answer."""
        for fault in self._due(RestBody, path):
            return _spoilt(fault, body)
        return body

    def _due(self, kind: type[Kind], path: str) -> Iterable[Kind]:
        """Faults of a kind for this path; those with a count lose one when they are taken."""
        now = time.monotonic()
        self._active = [one for one in self._active if one.lasts(now)]
        for one in self._active:
            if isinstance(one.fault, kind) and matches(one.fault.paths, path):
                one.left -= 1
                yield one.fault


class _Active:
    """A fault while it lasts."""

    def __init__(self, fault: RestFault) -> None:
        self.fault = fault
        lasts = float("inf") if fault.seconds is None else fault.seconds
        self._until = time.monotonic() + lasts
        self.left = _count(fault)

    def lasts(self, now: float) -> bool:
        return self.left > 0 and now < self._until


def _count(fault: RestFault) -> float:
    if not isinstance(fault, RestErrors | RestBody):
        return float("inf")
    otherwise = 1 if fault.seconds is None else float("inf")
    return fault.count or otherwise


def _spoilt(fault: RestBody, body: bytes) -> bytes:
    match fault.what:
        case "html":
            return LOGIN_PAGE
        case "empty":
            return b""
        case "truncated":
            return truncated(body)
        case "wrong_types":
            return wrong_types(body)


def _behind(lag: RestLag, query: str, now: int) -> int:
    """A moment at which the last candles had not ended yet; nonsense has no interval."""
    try:
        grid = Grid(Interval(parse_qs(query).get("interval", [""])[0]))
    except ValueError:
        return now
    newest = grid.shift(grid.open_of(now), -lag.candles)
    if not lag.unfinished:
        return newest - 1
    return newest + (grid.next_open(newest) - newest) // 2
