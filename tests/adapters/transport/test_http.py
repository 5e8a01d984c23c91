"""GETs within the exchange's limits, against a server on loopback."""

from __future__ import annotations

import asyncio

import pytest

from thebot_desktop.adapters.transport.http import (
    HttpClient,
    RefusedError,
    UnreachableError,
    WeightBudget,
)
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.market.ports import HttpRequest

PING = HttpRequest("/api/v3/ping")


class Server:
    """Answers each connection with the next of its prepared answers."""

    def __init__(self):
        self.answers = []
        self.paths = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    def answer(self, status, body=b"{}", headers=""):
        self.answers.append((status, body, headers))

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.paths.append(head.split()[1].decode())
        status, body, headers = self.answers.pop(0)
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}"
            "connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def server():
    async with Server() as running:
        yield running


@pytest.fixture
async def client(server):
    made = HttpClient(server.url, SimulatedClock(600_000), jitter=lambda: 0.0)
    yield made
    await made.aclose()


async def test_the_body_of_a_good_answer_comes_back_with_its_weight_counted(server, client):
    """The header corrects our own count."""
    server.answer(200, b'{"ok":1}', "x-mbx-used-weight-1m: 77\r\n")
    assert await client.get(HttpRequest("/x", {"symbol": "BTCUSDT"}, weight=2)) == b'{"ok":1}'
    assert server.paths == ["/x?symbol=BTCUSDT"]
    assert client.budget.used == 77


async def test_trouble_of_the_server_is_tried_again(server, client):
    """Twice 500 and then an answer is an answer."""
    server.answer(500)
    server.answer(503)
    server.answer(200, b"[1]")
    assert await client.get(PING) == b"[1]"
    assert client.failures == 2


async def test_three_failures_in_a_row_are_said(server, client):
    """The sentence names the trouble."""
    for _ in range(3):
        server.answer(502)
    with pytest.raises(TransientFeedError) as caught:
        await client.get(PING)
    assert "502" in caught.value.user_message


@pytest.mark.parametrize("status", [400, 403, 404, 451])
async def test_a_refusal_is_final_and_keeps_its_body(server, client, status):
    """Trying again would give the same answer; 451 is explained."""
    server.answer(status, b'{"code":-1121,"msg":"Invalid symbol."}')
    with pytest.raises(RefusedError) as caught:
        await client.get(PING)
    assert b"-1121" in caught.value.body
    assert len(server.paths) == 1
    assert (status == 451) == ("country" in caught.value.user_message)


async def test_too_many_requests_stop_everybody_until_the_time_is_over(server):
    """Retry-After holds for all callers."""
    clock = SimulatedClock(600_000)
    client = HttpClient(server.url, clock, jitter=lambda: 0.0)
    server.answer(429, headers="retry-after: 7\r\n")
    with pytest.raises(TransientFeedError) as caught:
        await client.get(PING)
    assert "7 s" in caught.value.user_message
    other = asyncio.ensure_future(client.get(PING))
    done, _ = await asyncio.wait([other], timeout=0.1)
    assert not done
    assert len(server.paths) == 1
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    await client.aclose()


async def test_a_long_pause_is_told_instead_of_waited_for(server, client):
    """A ban may last for days: who asks meanwhile is answered at once, without a request."""
    server.answer(418, headers="retry-after: 7200\r\n")
    for _ in range(2):
        with pytest.raises(TransientFeedError) as caught:
            await client.get(PING)
        assert "7200 s" in caught.value.user_message
    assert len(server.paths) == 1


async def test_a_page_in_place_of_data_is_an_error_of_its_own(server, client):
    """The network of a hotel answers everything with its login page."""
    for _ in range(3):
        server.answer(200, b"<html>Welcome</html>")
    with pytest.raises(UnreachableError) as caught:
        await client.get(PING)
    assert "log in" in caught.value.user_message


async def test_an_address_that_fails_is_replaced_by_the_next(server):
    """Nobody listening, or a country that is not served; what works is kept."""
    nobody = "http://127.0.0.1:9"
    client = HttpClient(nobody, SimulatedClock(), lambda: 0.0, alternatives=[server.url])
    for body in (b"[1]", b"[2]"):
        server.answer(200, body)
        assert await client.get(PING) == body
    assert client.address == server.url
    await client.aclose()
    async with Server() as other:
        client = HttpClient(server.url, SimulatedClock(), alternatives=[other.url])
        server.answer(451, b'{"code":0,"msg":"Service unavailable"}')
        other.answer(200, b"[3]")
        assert await client.get(PING) == b"[3]"
        await client.aclose()


async def test_nobody_listening_is_a_sentence_with_the_address():
    """A refused connection is no riddle."""
    client = HttpClient("http://127.0.0.1:9", SimulatedClock(), jitter=lambda: 0.0)
    with pytest.raises(TransientFeedError) as caught:
        await client.get(PING)
    assert "127.0.0.1:9" in caught.value.user_message
    await client.aclose()


async def test_a_redirect_is_not_followed(server, client):
    """Only the configured host is contacted."""
    server.answer(302, headers="location: http://127.0.0.1:9/elsewhere\r\n")
    with pytest.raises(RefusedError):
        await client.get(PING)


def test_the_budget_waits_for_the_next_minute_when_this_one_is_used_up():
    """Some weight is left for others at the same address."""
    clock = SimulatedClock(600_000 + 45_000)
    budget = WeightBudget(clock, limit=6000)
    budget.spend(5000)
    assert budget.wait_ms(700) == 0
    assert budget.wait_ms(701) == 15_000
    clock.advance_to(660_000)
    assert budget.used == 0
    assert budget.wait_ms(701) == 0
