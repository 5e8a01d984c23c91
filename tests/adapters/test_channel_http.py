"""HttpPost against a real server: answers as they are, failures by the host's name only."""

from __future__ import annotations

import gzip

import pytest

from tests.adapters.channels.places import HttpPlace, http_answer
from thebot_desktop import __version__
from thebot_desktop.adapters.channel_http import BODY_LIMIT, LONGEST_PAUSE_MS, HttpPost
from thebot_desktop.domain.errors import DeliveryError

pytestmark = pytest.mark.usefixtures("no_tasks_left")


@pytest.fixture
async def site():
    async with HttpPlace().open() as opened:
        yield opened


@pytest.fixture
async def http():
    made = HttpPost(timeout_s=0.5)
    yield made
    await made.aclose()


async def refused(http, url, headers=None):
    with pytest.raises(DeliveryError) as caught:
        await http.post(url, b"{}", headers or {})
    return caught.value


async def test_any_answer_is_returned(site, http):
    """With the pause that the server asks for; the program says who it is."""
    site.answers = [http_answer(b"later", "429 Too Many", Retry_After="7")]
    answer = await http.post(site.url, b"{}", {"X-Own": "1"})
    assert (answer.status, answer.body, answer.after_ms) == (429, b"later", 7000)
    headers = site.asked[0].headers
    assert headers["user-agent"] == f"thebot-desktop/{__version__}"
    assert headers["x-own"] == "1"
    assert headers["content-type"] == "application/json"


async def test_a_pause_without_end_is_shortened(site, http):
    """Nobody is told of an alert of last week."""
    site.answers = [http_answer(status="503 No", Retry_After="999999")]
    assert (await http.post(site.url, b"", {})).after_ms == LONGEST_PAUSE_MS


async def test_cookies_are_not_kept(site, http):
    """No server can recognise the program by one."""
    site.answers = [http_answer(Set_Cookie="who=me; Path=/")]
    await http.post(site.url, b"{}", {})
    await http.post(site.url, b"{}", {})
    assert all("cookie" not in asked.headers for asked in site.asked)


async def test_only_the_beginning_of_an_answer_is_read(site, http):
    """Nor is anything unpacked."""
    packed = gzip.compress(b"x" * 50_000_000)
    site.answers = [
        http_answer(b"x" * (BODY_LIMIT * 3)),
        http_answer(packed, Content_Encoding="gzip"),
    ]
    assert len((await http.post(site.url, b"", {})).body) == BODY_LIMIT
    assert (await http.post(site.url, b"", {})).body == packed[:BODY_LIMIT]


async def test_silence_ends_in_time(site, http):
    """It is worth another attempt."""
    site.answers = [None]
    error = await refused(http, site.url)
    assert error.again
    assert error.user_message == "127.0.0.1 did not answer in time."


async def test_a_server_that_is_gone_or_hangs_up_is_worth_another_attempt(site, http):
    """It may be back later."""
    site.answers = [b""]
    gone = await refused(http, "http://127.0.0.1:1/s3cr3t")
    hung_up = await refused(http, f"{site.url}/s3cr3t")
    for error in (gone, hung_up):
        assert error.again
        assert error.user_message == "127.0.0.1 cannot be reached."
        assert "s3cr3t" not in str(error)


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://127.0.0.1:1/\x00s3cr3t", {}),
        ("s3cr3t://127.0.0.1/", {}),
        ("http://127.0.0.1:1", {"Authorization": "s3cr3t\r\nX: y"}),
        ("http://127.0.0.1:1", {"Authorization": "s3cr3t\u2026"}),
        ("http://127.0.0.1:1", {"X y": "s3cr3t"}),
    ],
)
async def test_what_no_request_can_be_made_of_is_refused_without_showing_it(http, url, headers):
    """It would never work."""
    error = await refused(http, url, headers)
    assert "s3cr3t" not in str(error) + error.user_message
    assert error.__suppress_context__


async def test_a_proxy_that_makes_no_sense_is_said_without_its_password():
    """It comes from the settings."""
    http = HttpPost(proxy="nonsense://user:s3cr3t@x")
    error = await refused(http, "http://example.test")
    assert not error.again
    assert "s3cr3t" not in str(error) + error.user_message
