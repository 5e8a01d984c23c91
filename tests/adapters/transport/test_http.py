"""GETs within the exchange's limits, against a server on loopback."""

from __future__ import annotations

import asyncio

import pytest

from tests.stream_server import until
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.http_errors import (
    NotJsonError,
    PausedError,
    RefusedError,
    RestingError,
    TroubleError,
)
from thebot_desktop.adapters.transport.weight_budget import WeightBudget
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.market.ports import HttpRequest

PING = HttpRequest("/api/v3/ping")


class Server:
    """Answers each connection with the next of its prepared answers."""

    def __init__(self):
        self.answers = []
        self.paths = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
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
        await self.gate.wait()
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


@pytest.mark.parametrize("header", ["soon", "²", "-5", "9" * 400, "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_pause_of_unknown_length_lasts_a_minute(server, client, header):
    """A header that is no number of seconds does not make it shorter, nor the client fail."""
    server.answer(429, headers=f"retry-after: {header}\r\nx-mbx-used-weight-1m: {header}\r\n")
    with pytest.raises(PausedError) as caught:
        await client.get(PING)
    assert "60 s" in caught.value.user_message


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html>Welcome</html>", "log in"),
        (b"Bad gateway", "log in"),
        (b"", "empty"),
        (b" \r\n", "empty"),
    ],
)
async def test_a_page_in_place_of_data_is_an_error_of_its_own(server, client, body, word):
    """The network of a hotel answers everything with its login page."""
    for _ in range(3):
        server.answer(200, body)
    with pytest.raises(NotJsonError) as caught:
        await client.get(PING)
    assert word in caught.value.user_message


async def test_an_answer_that_is_cut_short_is_asked_for_again(server, client):
    """Fewer bytes than were announced."""
    server.answer(200, b"[1, 2", "content-length: 500\r\n")
    server.answer(200, b"[1]")
    assert await client.get(PING) == b"[1]"


async def test_an_address_that_fails_is_replaced_by_the_next(server):
    """Nobody listening, or a country that is not served; what works is kept."""
    nobody = "http://127.0.0.1:9"
    client = HttpClient(nobody, SimulatedClock(), lambda: 0.0, alternatives=[server.url])
    for body in (b"[1]", b"[2]"):
        server.answer(200, body)
        assert await client.get(PING) == body
    assert client.address == server.url
    await client.aclose()


async def test_a_country_that_is_not_served_is_said_once_in_plain_words(server):
    """The other address answers; what happened is told, and not again."""
    told = []
    async with Server() as other:
        client = HttpClient(
            server.url, SimulatedClock(), alternatives=[other.url], report=told.append
        )
        server.answer(451, b'{"code":0,"msg":"Service unavailable"}')
        for _ in range(2):
            other.answer(200, b"[3]")
            assert await client.get(PING) == b"[3]"
        await client.aclose()
    assert [error.user_message for error in told] == [
        f"127.0.0.1:{server.port} does not serve this country (HTTP 451). "
        f"Market data are fetched from 127.0.0.1:{other.port} instead."
    ]


async def test_without_any_network_nothing_is_said_of_other_addresses():
    """Going round and round between dead addresses is no news."""
    told = []
    client = HttpClient(
        "http://127.0.0.1:9",
        SimulatedClock(),
        lambda: 0.0,
        alternatives=["http://localhost:9"],
        report=told.append,
    )
    with pytest.raises(TransientFeedError):
        await client.get(PING)
    assert told == []
    await client.aclose()


class Patient:
    """A client whose sense of time the test moves, and the server it asks."""

    def __init__(self, server, **options):
        self.now = 1000.0
        self.server = server
        self.client = HttpClient(
            server.url, SimulatedClock(), jitter=lambda: 0.0, now=lambda: self.now, **options
        )

    async def fail(self, status=503):
        """One request that fails in all its attempts, two seconds later."""
        self.now += 2
        for _ in range(3):
            self.server.answer(status)
        with pytest.raises(TroubleError):
            await self.client.get(PING)
        self.server.answers.clear()


@pytest.fixture
async def patient(server):
    made = Patient(server)
    yield made
    await made.client.aclose()


async def test_an_exchange_that_keeps_failing_is_left_alone(server, patient):
    """After five requests in a row nobody asks; who wants to is told how long."""
    for _ in range(5):
        await patient.fail()
    asked = len(server.paths)
    patient.now += 18
    with pytest.raises(RestingError) as caught:
        await patient.client.get(PING)
    assert (
        caught.value.user_message == "The exchange has failed 5 times in a row; next try in 42 s."
    )
    assert len(server.paths) == asked


async def test_a_request_is_not_repeated_while_the_exchange_is_failing(server, patient):
    """The first failure took three attempts, each later one takes one."""
    await patient.fail()
    await patient.fail()
    assert len(server.paths) == 4


async def test_refusals_are_no_failures(server, patient):
    """Who refuses is well."""
    for status in (400, 404, 403, 400, 404, 400, 400):
        server.answer(status)
        patient.now += 2
        with pytest.raises(RefusedError):
            await patient.client.get(PING)
    server.answer(200, b"[1]")
    assert await patient.client.get(PING) == b"[1]"


async def test_after_the_pause_one_request_at_a_time_is_tried(server, patient):
    """The others wait for how it ends instead of being refused; two successes let all go on."""
    for _ in range(5):
        await patient.fail()
    patient.now += 60
    before = len(server.paths)
    server.gate.clear()
    for _ in range(6):
        server.answer(200, b"[1]")
    asking = [asyncio.ensure_future(patient.client.get(PING)) for _ in range(6)]
    await until(lambda: len(server.paths) > before)
    done, _ = await asyncio.wait(asking, timeout=0.1)
    assert not done
    assert len(server.paths) == before + 1
    server.gate.set()
    assert await asyncio.gather(*asking) == [b"[1]"] * 6


async def test_a_failed_trial_sends_everybody_away_again(server, patient):
    """Those who waited for it are not let through one after the other."""
    for _ in range(5):
        await patient.fail()
    patient.now += 60
    before = len(server.paths)
    server.answer(503)
    asking = [patient.client.get(PING) for _ in range(5)]
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(error) for error in found] == [TroubleError, *[RestingError] * 4]
    assert len(server.paths) == before + 1


async def test_a_pause_ends_at_once_on_request(server, patient):
    """When the sockets are back, or a person has pressed Retry."""
    for _ in range(5):
        await patient.fail()
    patient.client.probe_now()
    for body in (b"[1]", b"[2]", b"[3]"):
        server.answer(200, body)
        assert await patient.client.get(PING) == body


async def test_each_host_is_judged_by_itself(server):
    """While one is left alone the other is asked, without a word."""
    async with Server() as other:
        patient = Patient(server, alternatives=[other.url])
        for _ in range(5):
            await patient.fail()
        other.answer(200, b"[1]")
        assert await patient.client.get(PING) == b"[1]"
        assert patient.client.address == other.url
        await patient.client.aclose()


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


def test_a_request_beyond_the_budget_has_a_minute_of_its_own():
    """It would otherwise wait for ever."""
    clock = SimulatedClock(600_000)
    budget = WeightBudget(clock, limit=100)
    assert budget.wait_ms(250) == 0
    budget.spend(250)
    assert budget.wait_ms(1) == 60_000
