"""A stream server on loopback that does exactly what a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from thebot_desktop.exchange_simulator.door import stop_listening


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for ``condition``; a test that waits in vain fails."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions are of any kind
            await asyncio.sleep(0.01)


class StreamServer:
    """Speaks the control messages of a combined connection; data is sent by the test."""

    def __init__(self) -> None:
        self.connections: list[ServerConnection] = []
        self.requests: list[dict[str, object]] = []
        self.handshakes = 0
        self.answers = True
        self.greeting: list[str] = []
        self.refusal: tuple[int, dict[str, str]] | None = None
        self._server: Server | None = None

    @property
    def port(self) -> int:
        return next(iter(self._server.sockets)).getsockname()[1]

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def subscribed(self) -> list[str]:
        """The names of all SUBSCRIBE messages so far, in the order they came."""
        return [n for r in self.requests if r["method"] == "SUBSCRIBE" for n in r["params"]]

    async def start(self, port: int = 0) -> StreamServer:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            port,
            process_request=self._answer_handshake,
            compression=None,
            ping_interval=None,
            close_timeout=1,
        )
        return self

    async def stop(self) -> None:
        if self._server is not None:
            await stop_listening(self._server)
            self.cut()
            await self._server.wait_closed()
            self._server = None

    async def send(self, *messages: str) -> None:
        for connection in list(self.connections):
            for message in messages:
                await connection.send(message)

    async def close(self, code: int, reason: str = "") -> None:
        for connection in list(self.connections):
            await connection.close(code, reason)

    def cut(self) -> None:
        """Drop every connection without a word."""
        for connection in self.connections:
            connection.transport.abort()
        self.connections.clear()

    def _answer_handshake(self, connection, request):
        self.handshakes += 1
        if self.refusal is None:
            return None
        status, headers = self.refusal
        response = connection.respond(status, "no")
        response.headers.update(headers)
        return response

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        try:
            for message in self.greeting:
                await connection.send(message)
            async for message in connection:
                await self._handle(connection, json.loads(message))
        except ConnectionClosed:
            pass
        finally:
            if connection in self.connections:
                self.connections.remove(connection)

    async def _handle(self, connection: ServerConnection, request: dict[str, object]) -> None:
        self.requests.append(request)
        if self.answers:
            await connection.send(json.dumps({"result": None, "id": request["id"]}))
