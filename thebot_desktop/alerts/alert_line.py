"""An alert as other programs read it: on the command line, and from channels outside."""

from __future__ import annotations

from thebot_desktop.domain.signals import Alert


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
        "state": alert.status.value,
        "message": alert.message,
    }
