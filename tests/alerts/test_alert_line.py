"""The line of an alert that other programs read."""

from __future__ import annotations

import msgspec

from tests.adapters.channels.places import AT, make_alert
from thebot_desktop.alerts.alert_line import line_of, told_line_of
from thebot_desktop.domain.signals import AlertStatus, Delivery, DeliveryState


def test_it_has_what_was_promised_and_is_json():
    """In words and numbers, under names that stay."""
    line = line_of(make_alert(late=True, status=AlertStatus.DISMISSED))
    assert msgspec.json.decode(msgspec.json.encode(line)) == {
        "id": "rule/BTCUSDT 1m/1",
        "rule": "price crosses above 70,000",
        "kind": "BUY",
        "symbol": "BTCUSDT",
        "interval": "1m",
        "bar": AT,
        "price": 70000.5,
        "time": AT,
        "late": True,
        "missed": False,
        "state": "DISMISSED",
        "message": 'crosses "70,000"',
    }


def test_what_became_of_it_on_each_channel_is_part_of_what_is_listed():
    """With the number of attempts and what came back."""
    alert = make_alert()
    failed = Delivery(alert.id, "hook", AT + 5, DeliveryState.FAILED, 3, "404")
    line = told_line_of(alert, [failed])
    assert line.pop("deliveries") == [
        {"channel": "hook", "state": "failed", "due": AT + 5, "attempts": 3, "note": "404"}
    ]
    assert line == line_of(alert)
    assert told_line_of(alert, [])["deliveries"] == []
