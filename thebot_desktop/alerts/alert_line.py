"""An alert as other programs read it: on the command line, and from channels outside."""

from __future__ import annotations

from collections.abc import Iterable

from thebot_desktop.domain.signals import Alert, Delivery


def line_of(alert: Alert) -> dict[str, object]:
    """Its fields as they stand in one line of JSON."""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "kind": alert.type.value,
        "symbol": alert.series.symbol,
        "interval": alert.series.interval.value,
        "bar": alert.open_time,
        "price": alert.price,
        "time": alert.event_time,
        "late": alert.late,
        "missed": alert.missed,
        "state": alert.status.value,
        "message": alert.message,
    }


def told_line_of(alert: Alert, deliveries: Iterable[Delivery]) -> dict[str, object]:
    """The same with what became of it on each channel, the screen's among them."""
    found = [
        {
            "channel": each.channel,
            "state": each.state.value,
            "due": each.due_at,
            "attempts": each.attempts,
            "note": each.note,
        }
        for each in deliveries
    ]
    return {**line_of(alert), "deliveries": found}
