"""An exchange in a process of its own that sends prepared messages as fast as they are taken.

    python -m tests.benchmarks.blaster

Its commands come as JSON lines on stdin, and each is answered by one line on stdout:
``{"tape": {…}}`` prepares messages, ``{"send": 1000, "rate": 500}`` sends the next of them, at
once without a rate. It answers the requests by REST that the program makes at its start.
It ends with its stdin.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.tape import Tape, frame, length_of, mini_tickers, symbols

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PIECE = 65_536
"""Sent at once when there is no rate."""
PACE_SECONDS = 0.002


class Prepared:
    """Frames end to end, and where each of them ends."""

    def __init__(self, wanted: dict) -> None:
        self.names = symbols(wanted["symbols"])
        messages = wanted["messages"]
        if wanted.get("mini"):
            now = int(time.time() * 1000)
            found = [(mini_tickers(self.names, now + i * 1000, i), False) for i in range(messages)]
            self.begins = now
        else:
            found = self._candles(wanted, messages)
        self.data = bytearray()
        self.ends, self.closes = [0], [0]
        for payload, closes in found:
            self.data += frame(payload)
            self.ends.append(len(self.data))
            self.closes.append(self.closes[-1] + closes)
        self.at = 0

    def _candles(self, wanted: dict, messages: int) -> list[tuple[bytes, bool]]:
        """The tape ends about now, so that no candle lies in the future."""
        intervals, mix = tuple(wanted["intervals"]), wanted["mix"]
        rounds = messages // Tape(self.names, intervals, mix, 0).round_size + 1
        longest = max(length_of(i) for i in intervals)
        now = int(time.time() * 1000)
        self.begins = (now - rounds * 2000) // longest * longest
        return list(islice(Tape(self.names, intervals, mix, self.begins), messages))


class Exchange:
    """One WebSocket, to which everything is sent; subscriptions are answered and not heeded."""

    def __init__(self) -> None:
        self.prepared: Prepared | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._rest = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._rest.daemon_threads = True
        for work in (self._accept, self._rest.serve_forever):
            threading.Thread(target=work, daemon=True).start()

    @property
    def ports(self) -> dict:
        return {"stream": self._listener.getsockname()[1], "rest": self._rest.server_port}

    def send(self, count: int, rate: float) -> dict:
        """The next ``count`` messages; answers what went out."""
        tape, began = self.prepared, time.perf_counter()
        first, last = tape.at, min(tape.at + count, len(tape.ends) - 1)
        tape.at = last
        if rate:
            self._paced(first, last, rate)
        else:
            whole = memoryview(tape.data)[tape.ends[first] : tape.ends[last]]
            for at in range(0, len(whole), PIECE):
                self._out(whole[at : at + PIECE])
        return {
            "sent": last - first,
            "closed": tape.closes[last] - tape.closes[first],
            "bytes": tape.ends[last] - tape.ends[first],
            "seconds": round(time.perf_counter() - began, 3),
        }

    def _paced(self, first: int, last: int, rate: float) -> None:
        tape, began, at = self.prepared, time.perf_counter(), first
        while at < last:
            due = min(last, first + int((time.perf_counter() - began) * rate) + 1)
            if due > at:
                self._out(memoryview(tape.data)[tape.ends[at] : tape.ends[due]])
                at = due
            time.sleep(PACE_SECONDS)

    def _out(self, data: bytes | memoryview) -> None:
        with self._lock:
            self._socket.sendall(data)

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Shake hands, then answer every control message, until the client says goodbye."""
        reader = client.makefile("rb")
        headers = {}
        while line := reader.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip()
        digest = hashlib.sha1(headers[b"sec-websocket-key"] + GUID).digest()
        client.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        self._socket = client
        while head := reader.read(2):
            size = head[1] & 127
            if size >= 126:
                size = int.from_bytes(reader.read(2 if size == 126 else 8), "big")
            mask, masked = reader.read(4), reader.read(size)
            if head[0] & 15 == 8:
                self._out(b"\x88\x02\x03\xe8")
                client.close()
                return
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))
            answer = {"result": None, "id": json.loads(text)["id"]}
            self._out(frame(json.dumps(answer).encode()))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = json.dumps(exchange.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_about: object) -> None:
                pass

        return Handler

    def answer(self, path: str) -> object:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/time"):
            return {"serverTime": int(time.time() * 1000)}
        if parts.path.endswith("/klines"):
            return self._klines(query)
        if parts.path.endswith("/exchangeInfo"):
            return {"symbols": [_instrument(name) for name in self.prepared.names]}
        return []

    def _klines(self, query: dict[str, str]) -> list[list]:
        """Candles up to where the tape begins: nothing of what will be streamed."""
        length = length_of(query["interval"])
        last = int(query.get("endTime", self.prepared.begins)) // length * length
        end = min(last + length, self.prepared.begins)
        start = max(int(query.get("startTime", 0)), end - int(query["limit"]) * length)
        return [_row(at, length) for at in range(start, end, length)]


def _row(at: int, length: int) -> list:
    price = 100 + at // length % 7
    prices = [f"{p:.8f}" for p in (price, price + 2, price - 2, price + 1)]
    return [at, *prices, "5.0", at + length - 1, "500.0", 10, "2.5", "250.0", "0"]


def _instrument(name: str) -> dict:
    return {
        "symbol": name,
        "status": "TRADING",
        "baseAsset": name.removesuffix("USDT"),
        "quoteAsset": "USDT",
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
            {"filterType": "LOT_SIZE", "stepSize": "0.00001000"},
        ],
    }


class Blaster:
    """The other side: starts the process and gives it its commands."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.ports = self._read()

    @property
    def stream_url(self) -> str:
        return f"ws://127.0.0.1:{self.ports['stream']}"

    @property
    def rest_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['rest']}"

    def prepare(self, **tape: object) -> dict:
        return self._ask({"tape": tape})

    async def send(self, count: int, rate: float = 0) -> dict:
        """In a thread: the loop goes on meanwhile."""
        return await asyncio.to_thread(self._ask, {"send": count, "rate": rate})

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _ask(self, command: dict) -> dict:
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict:
        return json.loads(self._process.stdout.readline())


def main() -> None:
    exchange = Exchange()
    _say(exchange.ports)
    for line in sys.stdin:
        command = json.loads(line)
        if "tape" in command:
            exchange.prepared = Prepared(command["tape"])
            tape = exchange.prepared
            _say({"messages": len(tape.ends) - 1, "bytes": len(tape.data)})
        else:
            _say(exchange.send(command["send"], command["rate"]))


def _say(answer: dict) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
