"""FaultPlayer: makes go wrong what the script says, when it says so."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeAlias

from thebot_desktop.exchange_simulator.fault_kinds import (
    Close,
    Cut,
    Fault,
    HalfOpen,
    Outage,
    Refuse,
    RestFault,
    Shutdown,
    Silence,
    Skew,
    StreamFault,
)
from thebot_desktop.exchange_simulator.faults import FaultScript

_log = logging.getLogger(__name__)

Spawn: TypeAlias = Callable[[Coroutine[None, None, None]], None]


class Victim(Protocol):
    """What can be done to the exchange."""

    async def cut(self, seconds: float) -> None: ...

    async def refuse(self, fault: Refuse) -> None: ...

    async def be_silent(self, seconds: float) -> None: ...

    async def be_off(self, ms: int, seconds: float | None) -> None: ...

    def close_all(self, code: int, reason: str) -> None: ...

    def unplug_all(self) -> None: ...

    def announce_shutdown(self) -> None: ...

    def halt_trading(self, seconds: float, symbols: str) -> None: ...

    def trouble_streams(self, fault: StreamFault) -> None: ...

    def trouble_rest(self, fault: RestFault) -> None: ...


class FaultPlayer:
    """Plays one script against one exchange."""

    def __init__(self, script: FaultScript, victim: Victim, spawn: Spawn) -> None:
        self._script = script
        self._victim = victim
        self._spawn = spawn

    async def run(self, started: float) -> None:
        """Until nothing more is to come; ``started`` is when the server was, by ``monotonic``."""
        for at, fault in self._script.timetable():
            wait = started + at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            _log.info("fault: %s", fault)
            self._begin(fault)

    def _begin(self, fault: Fault) -> None:
        match fault:
            case StreamFault():
                self._victim.trouble_streams(fault)
            case RestFault():
                self._victim.trouble_rest(fault)
            case Outage():
                self._victim.halt_trading(fault.seconds, fault.symbols)
            case Skew():
                self._spawn(self._victim.be_off(fault.ms, fault.seconds))
            case _:
                self._trouble_connections(fault)

    def _trouble_connections(self, fault: Fault) -> None:
        match fault:
            case Cut():
                self._spawn(self._victim.cut(fault.seconds))
            case Refuse():
                self._spawn(self._victim.refuse(fault))
            case Silence():
                self._spawn(self._victim.be_silent(fault.seconds))
            case Close():
                self._victim.close_all(fault.code, fault.reason)
            case HalfOpen():
                self._victim.unplug_all()
            case Shutdown():
                self._victim.announce_shutdown()
            case _:
                raise AssertionError(f"nobody knows how to play {fault}")
