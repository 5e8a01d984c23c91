"""Discord: messages by webhook, whose address is the secret."""

from __future__ import annotations

import pytest

from tests.adapters.channels.places import http_answer, make_message, make_tools
from thebot_desktop.adapters.channels.discord import LONGEST_TEXT, Discord
from thebot_desktop.domain.errors import DeliveryError

pytestmark = pytest.mark.usefixtures("no_tasks_left")


@pytest.fixture
def send(site, outside):
    async def send(path="/api/webhooks/1/t0k3n", url=None, **given):
        tools = make_tools(outside, url=url if url is not None else site.url + path)
        return await Discord().send(make_message(**given), tools)

    return send


async def test_a_message_is_confirmed_and_pings_nobody(site, send):
    """Its number comes back; threads that the address names stay named."""
    site.answers = [http_answer({"id": "99", "content": "x"})]
    assert await send("/api/webhooks/1/t?thread_id=5", message="@everyone " + "x" * 5000) == (
        "message 99"
    )
    (asked,) = site.asked
    assert asked.path == "/api/webhooks/1/t?thread_id=5&wait=true"
    assert asked.json["allowed_mentions"] == {"parse": []}
    assert len(asked.json["content"]) == LONGEST_TEXT


async def test_a_pause_is_kept_to_the_millisecond(site, send):
    """Discord says it in the answer itself."""
    body = {"message": "You are being rate limited.", "retry_after": 1.25}
    site.answers = [http_answer(body, "429 Too Many Requests", Retry_After="2")]
    with pytest.raises(DeliveryError) as caught:
        await send()
    assert (caught.value.again, caught.value.after_ms) == (True, 1250)


async def test_a_webhook_that_is_gone_is_not_tried_again(site, send):
    """In Discord's own words."""
    site.answers = [http_answer({"message": "Unknown Webhook", "code": 10015}, "404 Not Found")]
    with pytest.raises(DeliveryError) as caught:
        await send()
    assert not caught.value.again
    assert "Unknown Webhook" in caught.value.user_message


@pytest.mark.parametrize("url", ["", "t0k3n", "http://x.test/api/webhooks/1/t", "ftp://x.test"])
async def test_what_is_no_address_is_said_without_showing_it(send, url):
    """Nor is it sent to a server that does not encrypt."""
    with pytest.raises(DeliveryError) as caught:
        await send(url=url)
    assert not caught.value.again
    assert not url or url not in str(caught.value) + caught.value.user_message
