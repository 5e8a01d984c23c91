"""Telegram: messages of a bot, and what its server says."""

from __future__ import annotations

import pytest

from tests.adapters.channels.places import http_answer, make_message, make_tools
from thebot_desktop.adapters.channels.telegram import LONGEST_TEXT, Telegram
from thebot_desktop.domain.errors import DeliveryError, ParameterError

pytestmark = pytest.mark.usefixtures("no_tasks_left")

TOKEN = "123456:ABC-def_9"


@pytest.fixture
def send(site, outside):
    async def send(token=TOKEN, **given):
        channel = Telegram(chat_id="-1001", base_url=site.url)
        return await channel.send(make_message(**given), make_tools(outside, token=token))

    return send


async def refused(send, **given):
    with pytest.raises(DeliveryError) as caught:
        await send(**given)
    return caught.value


async def test_a_message_goes_to_the_chat(site, send):
    """Its number comes back; what it says is plain text without previews of links."""
    site.answers = [http_answer({"ok": True, "result": {"message_id": 42}})]
    assert await send() == "message 42"
    (asked,) = site.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert asked.json == {
        "chat_id": "-1001",
        "text": make_message().whole,
        "link_preview_options": {"is_disabled": True},
    }


async def test_a_long_message_is_cut(site, send):
    """Telegram takes no more."""
    site.answers = [http_answer({"ok": True, "result": {"message_id": 1}})]
    await send(message="x" * 9000)
    assert len(site.asked[0].json["text"]) == LONGEST_TEXT


async def test_a_pause_is_kept_as_it_was_asked_for(site, send):
    """Telegram says it in the answer itself."""
    site.answers = [
        http_answer(
            {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}},
            "429 Too Many Requests",
        )
    ]
    error = await refused(send)
    assert (error.again, error.after_ms) == (True, 7000)
    assert error.user_message == "Telegram asks for a pause (HTTP 429): Too Many Requests"


async def test_a_wrong_token_and_an_unknown_chat_are_told_apart(site, send):
    """In Telegram's own words, and without trying again."""
    site.answers = [
        http_answer({"ok": False, "description": "Unauthorized"}, "401 No"),
        http_answer({"ok": False, "description": "Bad Request: chat not found"}, "400 No"),
    ]
    error = await refused(send)
    assert not error.again
    assert "the password or token is not right" in error.user_message
    error = await refused(send)
    assert not error.again
    assert "chat not found" in error.user_message


async def test_a_group_that_has_moved_says_where_to(site, send):
    """So that the setting can be put right."""
    moved = {"ok": False, "parameters": {"migrate_to_chat_id": -100200}}
    site.answers = [http_answer(moved, "400 Bad Request")]
    error = await refused(send)
    assert not error.again
    assert "-100200" in error.user_message


@pytest.mark.parametrize("body", [b"", b"<html>log in</html>", b'{"ok": 1}', b"\xff"])
async def test_an_answer_that_is_none_of_telegram_is_no_success(site, send, body):
    """A network that wants one to log in answers anything with 200."""
    site.answers = [http_answer(body)]
    error = await refused(send)
    assert error.again
    assert "Something else than Telegram" in error.user_message


@pytest.mark.parametrize("token", ["x", "1:../../other", "1:a?b", "1:a b", ""])
async def test_what_is_no_token_never_becomes_an_address(site, send, token):
    """And is not shown."""
    error = await refused(send, token=token)
    assert not error.again
    assert site.asked == []


def test_the_token_is_not_sent_to_a_server_that_does_not_encrypt():
    """Unless it is on this machine."""
    with pytest.raises(ParameterError):
        Telegram(chat_id="1", base_url="http://x.test")
    assert Telegram(chat_id="1", base_url="http://localhost:81").base_url
