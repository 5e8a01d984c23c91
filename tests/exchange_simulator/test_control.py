"""Tests of what clients may say on a stream connection."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.exchange_simulator.control import Subscriptions


def say(subscriptions: Subscriptions, message: object) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.loads(subscriptions.handle(text))


def test_streams_come_and_go() -> None:
    """SUBSCRIBE, LIST_SUBSCRIPTIONS and UNSUBSCRIBE as the exchange documents them."""
    mine = Subscriptions(["a@trade"], combined=False)
    two = {"method": "SUBSCRIBE", "params": ["b@trade", "a@trade"], "id": 1}
    assert say(mine, two) == {"result": None, "id": 1}
    assert say(mine, {"method": "LIST_SUBSCRIPTIONS", "id": 3}) == {
        "result": ["a@trade", "b@trade"],
        "id": 3,
    }
    gone = {"method": "UNSUBSCRIBE", "params": ["a@trade", "never@there"], "id": "x1"}
    assert say(mine, gone) == {"result": None, "id": "x1"}
    assert list(mine.names) == ["b@trade"]


def test_wrapping_is_a_property() -> None:
    """It can be read and changed."""
    mine = Subscriptions([], combined=True)
    assert say(mine, {"method": "GET_PROPERTY", "params": ["combined"], "id": 2})["result"] is True
    off = {"method": "SET_PROPERTY", "params": ["combined", False], "id": 5}
    assert say(mine, off) == {"result": None, "id": 5}
    assert mine.combined is False


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        ("{not json", 3, "Invalid JSON: expected value"),
        ({"params": [], "id": 1}, 2, "Invalid request: missing field `method`"),
        ({"method": "NOT_A_METHOD", "id": 2}, 2, "Invalid request: unknown variant `NOT_A_METHOD`"),
        ({"method": "SUBSCRIBE", "params": [7], "id": 1}, 2, "Invalid request: invalid stream"),
        ({"method": "SUBSCRIBE", "params": [], "id": 1.5}, 2, "Invalid request: request ID"),
        ({"method": "GET_PROPERTY", "params": ["x"], "id": 1}, 0, "Unknown property"),
        ({"method": "GET_PROPERTY", "params": [], "id": 1}, 2, "Invalid request: property name"),
        ({"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}, 1, "Invalid value type"),
        ({"method": "GET_PROPERTY", "params": ["combined", 1], "id": 1}, 2, "Invalid request: too"),
        ([1, 2], 2, "Invalid request"),
    ],
)
def test_nonsense_is_answered_with_a_nested_error(message: object, code: int, text: str) -> None:
    """The code says what kind, the text says what."""
    reply = say(Subscriptions([], combined=True), message)
    assert reply["error"]["code"] == code
    assert reply["error"]["msg"].startswith(text)
    assert "result" not in reply


def test_too_many_streams_are_refused_as_a_whole() -> None:
    """Error 4, and nothing of the request is kept."""
    mine = Subscriptions(["a", "b"], combined=True, most=3)
    reply = say(mine, {"method": "SUBSCRIBE", "params": ["c", "d"], "id": 19})
    assert reply == {"error": {"code": 4, "msg": "Too many subscriptions"}, "id": 19}
    assert list(mine.names) == ["a", "b"]
    assert say(mine, {"method": "SUBSCRIBE", "params": ["a", "c"], "id": 20})["result"] is None


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_message_breaks_the_connection(message: str) -> None:
    """Whatever comes in, a reply goes out."""
    reply = json.loads(Subscriptions([], combined=True).handle(message))
    assert "error" in reply
