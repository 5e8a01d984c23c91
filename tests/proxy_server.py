"""Proxies on loopback, which lead every name to servers of the test."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import suppress


class ProxyServer:
    """Forwards requests and opens tunnels; may ask for a name and a password.

    ``route`` gives the port on this computer that stands for a host.
    """

    def __init__(self, route=None, *, login="") -> None:
        self.route = route or {}
        self.asked = []
        self._expected = f"Basic {b64encode(login.encode()).decode()}" if login else None
        self._handlers = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        self._handlers.add(asyncio.current_task())
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asked has gone
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            writer.close()

    async def _answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, target, _ = first.split()
        self.asked.append((method, target))
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        if self._expected is not None and headers.get("proxy-authorization") != self._expected:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            return
        if method == "CONNECT":
            await self._tunnel(target.partition(":")[0], reader, writer)
        else:
            await self._forward(method, target, lines, reader, writer)

    async def _tunnel(self, host, reader, writer):
        await self._join(host, reader, writer, b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def _join(self, host, reader, writer, welcome):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.route[host])
        writer.write(welcome)
        try:
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            far_writer.close()

    async def _forward(self, method, target, lines, reader, writer):
        host, _, path = target.removeprefix("http://").partition("/")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.route[host])
        kept = [line for line in lines if not line.lower().startswith("proxy-")]
        far_writer.write("\r\n".join([f"{method} /{path} HTTP/1.1", *kept, "", ""]).encode())
        try:
            await _copy(far_reader, writer)
        finally:
            far_writer.close()


class SocksServer(ProxyServer):
    """Version 5, with names that the proxy looks up, and a name and a password if one is asked."""

    def __init__(self, route=None, *, login="") -> None:
        super().__init__(route)
        self._login = login

    async def _answer(self, reader, writer):
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x02" if self._login else b"\x05\x00")
        if self._login:
            _, length = await reader.readexactly(2)
            name = await reader.readexactly(length)
            (length,) = await reader.readexactly(1)
            password = await reader.readexactly(length)
            is_right = f"{name.decode()}:{password.decode()}" == self._login
            writer.write(b"\x01\x00" if is_right else b"\x01\x01")
            if not is_right:
                await writer.drain()
                return
        *_, length = await reader.readexactly(5)
        host = (await reader.readexactly(length)).decode()
        port = int.from_bytes(await reader.readexactly(2))
        self.asked.append(("CONNECT", f"{host}:{port}"))
        await self._join(host, reader, writer, b"\x05\x00\x00\x01" + bytes(6))


async def _copy(source, sink):
    while piece := await source.read(65536):
        sink.write(piece)
        await sink.drain()
    with suppress(OSError):
        sink.write_eof()
