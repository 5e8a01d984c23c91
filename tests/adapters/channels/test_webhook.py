"""Webhooks: what arrives is JSON whatever the alert says, once per alert, with its keys."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.channels.places import http_answer, make_message, make_tools
from thebot_desktop.adapters.channels.webhook import Webhook
from thebot_desktop.app.channels import HttpAnswer
from thebot_desktop.domain.errors import DeliveryError, ParameterError

pytestmark = pytest.mark.usefixtures("no_tasks_left")


class Taker:
    """Takes everything, without a network."""

    def __init__(self):
        self.posted = []

    async def post(self, url, body, headers):
        self.posted.append((url, body, headers))
        return HttpAnswer(200, b"")


async def test_the_usual_form_has_text_for_people_and_all_fields_for_programs(site, outside):
    """As JSON, under the alert's own id."""
    message = make_message()
    said = await Webhook(url=f"{site.url}/hook?x=1").send(message, make_tools(outside))
    assert said == "200 OK"
    (asked,) = site.asked
    assert (asked.method, asked.path) == ("POST", "/hook?x=1")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "rule/BTCUSDT%201m/1"
    assert "authorization" not in asked.headers
    assert asked.json == {"text": message.whole, "alert": message.line}
    assert asked.json["alert"]["price"] == 70000.5


async def test_a_place_alone_becomes_its_value_and_within_a_text_its_words(site, outside):
    """Numbers stay numbers; what is no place stays as it is."""
    template = json.dumps(
        {
            "p": "{price}",
            "late": "{late}",
            "words": "{symbol} at {price}: {message} {Nothing} {}",
            "list": ["{kind}", 1, None, {"deep": "{time}"}],
        }
    )
    await Webhook(url=site.url, template=template).send(make_message(), make_tools(outside))
    assert site.asked[0].json == {
        "p": 70000.5,
        "late": False,
        "words": 'BTCUSDT at 70000.5: crosses "70,000" {Nothing} {}',
        "list": ["BUY", 1, None, {"deep": 1_766_400_000_000}],
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(), st.text())
async def test_no_text_breaks_out_of_the_template(message, rule):
    """Quotes, braces, line ends and places in what an alert says are only text."""
    taker = Taker()
    template = '{"a": "{message}", "b": "<{message}|{rule}>", "kind": "fixed"}'
    sent = make_message(message=message, rule=rule)
    await Webhook(url="https://x.test", template=template).send(sent, make_tools(taker))
    assert json.loads(taker.posted[0][1]) == {
        "a": message,
        "b": f"<{message}|{rule}>",
        "kind": "fixed",
    }


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('{"price": {price}}', "not JSON"),
        ("", "not JSON"),
        ("[" * 5000, "not JSON"),
        ('{"a": ["{prise}"]}', "“{prise}” cannot be filled in"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_a_sentence(template, words):
    """Before anything is sent with it."""
    with pytest.raises(ParameterError) as caught:
        Webhook(url="https://x.test", template=template)
    assert words in caught.value.user_message


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.test",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://user:word@x.test",
        "https://x.test:99999",
        "https://[::1",
        "https://x.test/a b",
        "https://x.test/\r\nHost: other",
        "https://{secret}.x.test",
    ],
)
def test_only_addresses_of_web_servers_are_taken(url):
    """And none with a password, which would be kept in a file."""
    with pytest.raises(ParameterError):
        Webhook(url=url)


@pytest.mark.parametrize("name", ["Host", "content-length"])
def test_headers_that_are_made_here_cannot_be_set(name):
    """They would break the request."""
    with pytest.raises(ParameterError):
        Webhook(url="https://x.test", header_name=name)


async def test_keys_go_where_they_belong(site, outside):
    """Into their headers, and into the address where it has a place for one."""
    hook = Webhook(url=f"{site.url}/hooks/{{secret}}/x", header_name="X-Api-Key")
    tools = make_tools(outside, bearer="b34r3r", header="k3y", address="T0/B1?x=#y")
    await hook.send(make_message(), tools)
    (asked,) = site.asked
    assert asked.path == "/hooks/T0/B1%3Fx%3D%23y/x"
    assert asked.headers["authorization"] == "Bearer b34r3r"
    assert asked.headers["x-api-key"] == "k3y"


@pytest.mark.parametrize("secret", ["line\r\nend", "schlüssel"])
async def test_a_key_that_no_header_can_hold_is_said_without_showing_it(site, outside, secret):
    """Nothing is sent."""
    with pytest.raises(DeliveryError) as caught:
        await Webhook(url=site.url).send(make_message(), make_tools(outside, bearer=secret))
    assert not caught.value.again
    assert secret not in str(caught.value) + caught.value.user_message
    assert site.asked == []


async def test_what_the_server_says_about_it_is_told(site, outside):
    """On one line, and no pages for browsers."""
    site.answers = [
        http_answer(b"no\n such\x00 room", "422 No"),
        http_answer(b"<html>x</html>", "502 No"),
    ]
    hook, tools = Webhook(url=site.url), make_tools(outside)
    with pytest.raises(DeliveryError) as caught:
        await hook.send(make_message(), tools)
    assert caught.value.user_message == ("127.0.0.1 refused the message (HTTP 422): no such room")
    with pytest.raises(DeliveryError) as caught:
        await hook.send(make_message(), tools)
    assert caught.value.user_message == "127.0.0.1 has trouble (HTTP 502)."


async def test_nobody_is_followed_to_another_address(site, outside):
    """Only what is configured is contacted."""
    site.answers = [http_answer(status="307 Go", Location=f"{site.url}/other")]
    with pytest.raises(DeliveryError) as caught:
        await Webhook(url=f"{site.url}/here").send(make_message(), make_tools(outside))
    assert not caught.value.again
    assert [asked.path for asked in site.asked] == ["/here"]
