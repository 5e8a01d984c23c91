"""Where channels send to in tests: servers on loopback, and a keyring in memory."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import asynccontextmanager

from tests.fakes import BTC_1M
from thebot_desktop.app.channels import ChannelTools, OutsideMessage
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import UnixMs

AT = UnixMs(1_766_400_000_000)


def make_alert(name="rule/BTCUSDT 1m/1", message='crosses "70,000"', **given):
    fields = {
        "id": name,
        "key": name,
        "rule_id": "rule",
        "rule": "price crosses above 70,000",
        "type": AlertType.BUY,
        "series": BTC_1M,
        "open_time": AT,
        "price": 70000.5,
        "message": message,
        "event_time": AT,
        "raised_at": AT,
        "expires_at": UnixMs(AT + 30_000),
    }
    return Alert(**fields | given)


def make_message(**given):
    return OutsideMessage.of(make_alert(**given))


def make_tools(outside, **secrets):
    """With these secrets, and none besides."""

    async def secret(name):
        return secrets.get(name, "")

    return ChannelTools(outside, secret)


class Asked:
    """One request as a server saw it."""

    def __init__(self, line, headers, body):
        self.method, self.path, _ = line.split(" ")
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class HttpPlace:
    """A web server that gives the answers it is told to, the last one for ever."""

    def __init__(self):
        self.answers = [http_answer()]
        self.asked = []
        self.url = ""
        self._handlers = set()

    @asynccontextmanager
    async def open(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            for task in self._handlers:
                task.cancel()
            if self._handlers:
                await asyncio.wait(self._handlers, timeout=5)

    async def _serve(self, reader, writer):
        self._handlers.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *lines = head.strip().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (one.partition(":") for one in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.asked.append(Asked(line, headers, body))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer is None:
                await reader.read()  # silence, until the other side has had enough
            else:
                writer.write(answer(self.asked[-1]) if callable(answer) else answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # gone, which is what some tests are about
        finally:
            writer.close()


def http_answer(body=b"", status="200 OK", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = {"Content-Length": len(body), "Connection": "close"}
    lines |= {k.replace("_", "-"): v for k, v in headers.items()}
    head = "".join(f"{k}: {v}\r\n" for k, v in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


class SmtpPlace:
    """A mail server. ``says`` replaces its answer to a command; None is silence."""

    def __init__(self, tls=None, *, at_once=False):
        self.tls = tls
        self.at_once = at_once
        self.says = {}
        self.mails = []
        self.users = []
        self.commands = []
        self.port = 0
        self._handlers = set()

    @asynccontextmanager
    async def open(self):
        encrypted = self.tls if self.at_once else None
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=encrypted)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            for task in self._handlers:
                task.cancel()
            if self._handlers:
                await asyncio.wait(self._handlers, timeout=5)

    async def _serve(self, reader, writer):
        self._handlers.add(asyncio.current_task())
        try:
            await self._say(writer, "greeting", "220 here")
            while line := (await reader.readline()).decode().strip():
                word = line.split(" ")[0].upper()
                self.commands.append(word)
                if word == "QUIT":
                    await self._say(writer, word, "221 bye")
                    return
                await self._answer(word, line, reader, writer)
        except (ConnectionError, asyncio.CancelledError, OSError):
            pass  # gone, which is what some tests are about
        finally:
            writer.close()

    async def _answer(self, word, line, reader, writer):
        if word == "EHLO":
            offers = ["250-here", "250-AUTH PLAIN", "250 SMTPUTF8"]
            if self.tls is not None and not self.at_once and "STARTTLS" not in self.commands:
                offers.insert(1, "250-STARTTLS")
            await self._say(writer, word, "\r\n".join(offers))
        elif word == "STARTTLS":
            await self._say(writer, word, "220 go ahead")
            await writer.start_tls(self.tls)
        elif word == "AUTH":
            _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.users.append((user, password))
            await self._say(writer, word, "235 welcome")
        elif word == "DATA":
            await self._say(writer, word, "354 go on")
            if word not in self.says:
                text = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(text.removesuffix(b".\r\n"))
                await self._say(writer, "accepted", "250 2.0.0 queued as 42")
        else:
            await self._say(writer, word, "250 ok")

    async def _say(self, writer, word, usual):
        said = self.says.get(word, usual)
        if isinstance(said, list):
            said = said.pop(0) if said else usual
        if said is None:
            await asyncio.sleep(3600)
        writer.write(said.encode() + b"\r\n")
        await writer.drain()


class MemoryKeyring:
    """What a backend of the library does, in memory. ``fails`` is raised by every call."""

    priority = 5

    def __init__(self):
        self.held = {}
        self.fails = None
        self.gate = None

    def get_password(self, service, username):
        self._pass()
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self._pass()
        self.held[service, username] = password

    def delete_password(self, service, username):
        self._pass()
        del self.held[service, username]

    def _pass(self):
        if self.gate is not None:
            self.gate.wait(10)
        if self.fails is not None:
            raise self.fails
