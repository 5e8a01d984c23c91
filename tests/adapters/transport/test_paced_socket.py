"""Messages leave the socket whole and in order, whatever a server does to their bytes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import struct
from contextlib import asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK

from tests.stream_server import until
from thebot_desktop.adapters.transport import paced_socket
from thebot_desktop.adapters.transport.paced_socket import Address, Beat, open_socket

pytestmark = pytest.mark.usefixtures("no_tasks_left")

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, PART, PING, CLOSE = 0x81, 0x82, 0x01, 0x89, 0x88
MORE, LAST = 0x00, 0x80


def framed(first, payload):
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    return struct.pack("!BBH", first, 126, len(payload)) + payload


class ByteServer:
    """Shakes hands, then sends exactly the bytes a test gives it."""

    def __init__(self, behind_handshake=b""):
        self._behind = behind_handshake
        self.heard = b""

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(x for x in head.split(b"\r\n") if x.lower().startswith(b"sec-websocket-key"))
        digest = hashlib.sha1(key.partition(b":")[2].strip() + GUID).digest()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n" + self._behind
        )
        self.writer = writer
        while data := await reader.read(1024):
            self.heard += data
        writer.close()

    async def send(self, data, piece=0):
        for at in range(0, len(data), piece or len(data)):
            self.writer.write(data[at : at + (piece or len(data))])
            await self.writer.drain()
            await asyncio.sleep(0)

    @property
    def frames(self):
        """What the client said: first byte and payload of each of its frames."""
        found, data = [], self.heard
        while data:
            size, mask = data[1] & 127, data[2:6]
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(data[6 : 6 + size]))
            found.append((data[0], payload))
            data = data[6 + size :]
        return found


@asynccontextmanager
async def listening(behind_handshake=b"", has_room=lambda: True):
    """A server, the messages that come from it, and how the connection ended."""
    server, taken, ends = ByteServer(behind_handshake), [], []
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    socket, beat = await open_socket(Address(url)), Beat(0.001, has_room)

    async def listen():
        try:
            await socket.listen(taken.extend, beat)
        except ConnectionClosed as end:
            ends.append(end)

    task = asyncio.create_task(listen())
    try:
        yield server, taken, ends
    finally:
        beat.stop()
        socket.transport.abort()
        await task
        listener.close()
        await listener.wait_closed()


@pytest.mark.parametrize("piece", [0, 1, 7, 130])
async def test_messages_come_whole_however_the_network_cuts_them(piece):
    """Short, long, empty and binary ones."""
    sent = [b"a", b"", b"b" * 125, b"c" * 126, b"d" * 900]
    data = b"".join(framed(TEXT, m) for m in sent) + framed(BINARY, b"e")
    async with listening() as (server, taken, _):
        await server.send(data, piece)
        await until(lambda: len(taken) == 6)
        assert taken == [*sent, b"e"]


async def test_what_came_with_the_handshake_is_not_lost():
    """The first message and half of the second in one packet with the server's answer."""
    second = framed(TEXT, b"second")
    async with listening(framed(TEXT, b"first") + second[:4]) as (server, taken, _):
        await server.send(second[4:])
        await until(lambda: len(taken) == 2)
        assert taken == [b"first", b"second"]


@pytest.mark.parametrize("piece", [0, 1, 3])
async def test_fragments_become_one_message_in_its_place(piece):
    """Others before and behind it, a ping in its midst."""
    data = (
        framed(TEXT, b"1")
        + framed(PART, b"2a")
        + framed(PING, b"?")
        + framed(MORE, b"2b")
        + framed(LAST, b"2c")
        + framed(TEXT, b"3")
    )
    async with listening() as (server, taken, _):
        await server.send(data, piece)
        await until(lambda: len(taken) == 3 and server.frames)
        assert taken == [b"1", b"2a2b2c", b"3"]
        assert server.frames == [(0x8A, b"?")]


async def test_pings_among_messages_are_answered():
    """Every one, and no message is held up by them."""
    data = b"".join(framed(TEXT, b"%d" % i) + framed(PING, b"p%d" % i) for i in range(50))
    async with listening() as (server, taken, _):
        await server.send(data, 11)
        await until(lambda: len(taken) == 50 and len(server.frames) == 50)
        assert taken == [b"%d" % i for i in range(50)]
        assert server.frames == [(0x8A, b"p%d" % i) for i in range(50)]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b"\x81\x85abcdhello", 1002),
        (b"\xc1\x05hello", 1002),
        (b"\x83\x05hello", 1002),
        (framed(MORE, b"alone"), 1002),
        (framed(PART, b"begun") + framed(TEXT, b"another"), 1002),
        (framed(PING, b"x" * 126), 1002),
        (struct.pack("!BBQ", TEXT, 127, 1001) + b"x", 1009),
        (framed(PART, b"x" * 600) + framed(LAST, b"x" * 600), 1009),
    ],
    ids=[
        *("masked", "reserved bit", "unknown kind", "stray fragment"),
        *("message within a message", "long ping", "too large", "too large in sum"),
    ],
)
async def test_what_is_improper_ends_the_connection(bad, code, monkeypatch):
    """What came before it counts, nothing that comes behind it does."""
    monkeypatch.setattr(paced_socket, "LARGEST_MESSAGE", 1000)
    async with listening() as (server, taken, ends):
        await server.send(framed(TEXT, b"before") + bad + framed(TEXT, b"behind"))
        await until(lambda: server.frames)
        await server.send(framed(TEXT, b"later"))
        server.writer.close()
        await until(lambda: ends)
        assert taken == [b"before"]
        assert isinstance(ends[0], ConnectionClosedError)
        (first, payload) = server.frames[0]
        assert (first, int.from_bytes(payload[:2], "big")) == (CLOSE, code)


async def test_a_goodbye_behind_messages_is_heard():
    """They are all delivered, then the connection has ended in order."""
    async with listening() as (server, taken, ends):
        await server.send(framed(TEXT, b"last") + framed(CLOSE, b"\x03\xe8done"))
        server.writer.write_eof()
        await until(lambda: ends)
        assert taken == [b"last"]
        assert isinstance(ends[0], ConnectionClosedOK)
        assert ends[0].rcvd.reason == "done"


async def test_an_end_in_the_midst_of_a_frame_is_an_error():
    """Half a message is none."""
    async with listening() as (server, taken, ends):
        await server.send(framed(TEXT, b"whole") + framed(TEXT, b"half")[:4])
        server.writer.close()
        await until(lambda: ends)
        assert taken == [b"whole"]
        assert isinstance(ends[0], ConnectionClosedError)


async def test_without_room_the_socket_is_left_unread():
    """One read may exceed the limit; then the network has to hold what comes."""
    room = True
    async with listening(has_room=lambda: room) as (server, taken, _):
        await server.send(framed(TEXT, b"1"))
        await until(lambda: taken)
        room = False
        await server.send(framed(TEXT, b"2"))
        await until(lambda: len(taken) == 2)
        await server.send(framed(TEXT, b"3"))
        await asyncio.sleep(0.05)
        assert taken == [b"1", b"2"]
        room = True
        await until(lambda: len(taken) == 3)
