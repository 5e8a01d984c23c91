"""Door: the exchange's port, which can be shut for a while and opened again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.fault_kinds import Refuse
from thebot_desktop.exchange_simulator.session import Gate, connection_type

HOST = "127.0.0.1"

Handle: TypeAlias = Callable[[ServerConnection], Awaitable[None]]
Answer: TypeAlias = Callable[[ServerConnection, Request], Awaitable[Response | None]]


class Door:
    """Lets clients in; what they want is for ``answer`` (HTTP) and ``handle`` (streams)."""

    def __init__(self, config: ExchangeConfig, gate: Gate, handle: Handle, answer: Answer) -> None:
        self._config = config
        self._gate = gate
        self._handle = handle
        self._answer = answer
        self._servers: list[Server] = []
        self._kept: socket.socket | None = None
        self._refusal: Refuse | None = None
        self._refused_until = 0.0
        self._shut_until = 0.0
        self.port = config.port

    async def open(self) -> None:
        """Listen; raises InputError with a sentence for people."""
        try:
            bound = _bound(self.port)
        except (OSError, OverflowError) as error:
            sentence = f"The exchange cannot listen on port {self.port}: {_why(error)}."
            raise InputError(str(error), user_message=sentence) from error
        self.port = bound.getsockname()[1]
        await self._listen(bound)

    @property
    def refusal(self) -> Refuse | None:
        """With what streams are to be answered instead of a handshake."""
        return self._refusal if time.monotonic() < self._refused_until else None

    def refuse(self, fault: Refuse) -> None:
        """Answer every wish for streams with an error for a while."""
        self._refusal = fault
        self._refused_until = time.monotonic() + fault.seconds

    async def shut_for(self, seconds: float) -> None:
        """Nobody listens for so long; who is inside stays."""
        is_shut = time.monotonic() < self._shut_until
        self._shut_until = max(self._shut_until, time.monotonic() + seconds)
        if is_shut:
            return
        server = self._servers[-1]
        await stop_listening(server)
        while server.is_serving():  # noqa: ASYNC110 - it takes one turn of the loop
            await asyncio.sleep(0)
        # Bound but not listening: the system refuses connections, and keeps the port for us.
        self._kept = _bound(self.port)
        while (rest := self._shut_until - time.monotonic()) > 0:  # noqa: ASYNC110 - it may grow
            await asyncio.sleep(rest)
        await self._listen(self._kept)
        self._kept = None

    async def aclose(self) -> None:
        self._gate.close()
        for server in self._servers:
            await stop_listening(server)
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    async def _listen(self, bound: socket.socket) -> None:
        server = await serve(
            self._handle,
            sock=bound,
            process_request=self._answer,
            create_connection=connection_type(self._gate),
            compression=None,
            open_timeout=None,
            ping_interval=self._config.ping_seconds,
            ping_timeout=self._config.pong_seconds,
            close_timeout=1.0,
            logger=_quiet_logger(),
        )
        self._servers.append(server)


async def stop_listening(server: Server) -> None:
    """Let nobody in any more; who is inside stays.

    In two steps: asyncio forgets to close the socket of a client whom the system has let in and
    whose transport is made after the server was closed (Python 3.11, ``Server._attach``).
    """
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        with contextlib.suppress(NotImplementedError):  # Windows has no such step in between
            loop.remove_reader(listening)
    await asyncio.sleep(0)
    server.close(close_connections=False)


def _bound(port: int) -> socket.socket:
    """A socket that has the port, but does not listen yet. Raises OSError, OverflowError."""
    bound = socket.socket()
    try:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
    except (OSError, OverflowError):
        bound.close()
        raise
    return bound


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
