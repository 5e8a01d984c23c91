"""Tampering: what scripted faults do to stream messages between the streams and the clients."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.exchange_simulator.fault_kinds import (
    Duplicate,
    Garbage,
    Late,
    Lose,
    MessageFault,
    Reorder,
    Starve,
    StreamFault,
)
from thebot_desktop.exchange_simulator.junk import junk
from thebot_desktop.exchange_simulator.session import Session

CLOSING = b'"x":true'


class Parcel(Struct, frozen=True):
    """Something on its way to a client."""

    payload: bytes
    delay: float = 0.0
    text: bool = True


def matches(patterns: str, name: str) -> bool:
    """Whether one of ``patterns``, separated by commas, fits ``name``."""
    return any(fnmatchcase(name, each.strip()) for each in patterns.split(","))


class Tampering:
    """Delivers stream messages as the faults that are under way let it."""

    def __init__(self) -> None:
        self._active: list[_Active] = []
        self._waiting: set[asyncio.TimerHandle] = set()

    def begin(self, fault: StreamFault, sessions: Iterable[Session]) -> None:
        """From now on; ``sessions`` are those that are there already."""
        self._active.append(_Active(fault, sessions))

    def deliver(self, session: Session, name: str, payload: bytes) -> None:
        """One message of one stream, for one client."""
        if not self._active:
            session.tell(name, payload)
            return
        now = time.monotonic()
        self._active = [one for one in self._active if now < one.until]
        parcels = [Parcel(session.wrapped(name, payload))]
        for one in self._active:
            if matches(one.fault.streams, name):
                parcels = [out for parcel in parcels for out in one.changed(parcel, session, name)]
        for parcel in parcels:
            self._send(session, parcel)

    def stop(self) -> None:
        """Forget what was held back."""
        for timer in self._waiting:
            timer.cancel()
        self._waiting.clear()

    def _send(self, session: Session, parcel: Parcel) -> None:
        if not parcel.delay:
            session.reply(parcel.payload, text=parcel.text)
            return

        def send() -> None:
            self._waiting.discard(timer)
            session.reply(parcel.payload, text=parcel.text)

        timer = asyncio.get_running_loop().call_later(parcel.delay, send)
        self._waiting.add(timer)


class _Active:
    """A fault that has begun."""

    def __init__(self, fault: StreamFault, sessions: Iterable[Session]) -> None:
        self.fault = fault
        lasts = float("inf") if fault.seconds is None else fault.seconds
        self.until = time.monotonic() + lasts
        self._dice = random.Random(repr(fault))
        self._since = {session: session.subscriptions.requests for session in sessions}

    def changed(self, parcel: Parcel, session: Session, name: str) -> list[Parcel]:
        """What becomes of a message."""
        fault = self.fault
        if isinstance(fault, Starve):
            return [] if self._starves(fault, session, name) else [parcel]
        assert isinstance(fault, MessageFault)
        return self._altered(fault, parcel) if self._hits(fault, parcel) else [parcel]

    def _altered(self, fault: MessageFault, parcel: Parcel) -> list[Parcel]:
        match fault:
            case Lose():
                return []
            case Late():
                return [replace(parcel, delay=parcel.delay + fault.delay)]
            case Reorder():
                held = self._dice.uniform(0.0, fault.within)
                return [replace(parcel, delay=parcel.delay + held)]
            case Duplicate():
                return [
                    replace(parcel, delay=parcel.delay + number * fault.delay)
                    for number in range(fault.copies + 1)
                ]
            case Garbage():
                made = junk(fault.what, parcel.payload)
                nonsense = Parcel(made.payload, parcel.delay, made.text)
                return [nonsense] if fault.instead else [nonsense, parcel]
            case _:
                raise AssertionError(f"{fault} is not done to messages")

    def _hits(self, fault: MessageFault, parcel: Parcel) -> bool:
        """Nonsense of another fault is left as it is."""
        if not parcel.text or (fault.only == "closing" and CLOSING not in parcel.payload):
            return False
        return fault.share >= 1.0 or self._dice.random() < fault.share

    def _starves(self, fault: Starve, session: Session, name: str) -> bool:
        if fault.healed_by == "never":
            return True
        since = self._since.get(session)
        if since is None:
            return False
        return fault.healed_by == "connect" or session.subscriptions.names.get(name, 0) <= since
