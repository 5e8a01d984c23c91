"""What alerts are called where a person is told of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.hours import LocalTime
from thebot_desktop.alerts.hours_text import clock_text
from thebot_desktop.app.notifier import Announcement, Occasion
from thebot_desktop.app.quiet import Silence
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import DAY_MS, UnixMs

LISTED = 3
"""So many of several alerts are named in one card."""


def alert_title(alert: Alert) -> str:
    """``BTCUSDT · BUY``; what was found out late says so."""
    parts: list[str] = [alert.series.symbol] if alert.series.symbol else []
    parts.append(alert.type.value)
    if alert.late:
        parts.append(_tr("late"))
    return " · ".join(parts)


def announcement_title(announcement: Announcement) -> str:
    """How many there are, and why one is told now."""
    alerts, occasion = announcement.alerts, announcement.occasion
    if occasion is Occasion.AWAY:
        return _tr("While you were away: {0}").format(count_text(len(alerts)))
    if occasion is Occasion.HELD_BACK:
        muted = announcement.silence is Silence.MUTED
        sentence = _tr("{0} while muted") if muted else _tr("{0} in quiet hours")
        return sentence.format(count_text(len(alerts)))
    title = alert_title(alerts[0]) if len(alerts) == 1 else count_text(len(alerts))
    return _tr("{0} · again").format(title) if occasion is Occasion.AGAIN else title


def announcement_body(announcement: Announcement, local: LocalTime) -> str:
    """What one alert says; the newest few of several, the rest as a number."""
    alerts, live = announcement.alerts, announcement.occasion is Occasion.LIVE
    if len(alerts) == 1 and live:
        return alerts[0].message
    past = announcement.occasion in (Occasion.AWAY, Occasion.HELD_BACK)
    lines = [
        f"{time_text(alert.event_time, local)}  {alert_line(alert)}" if past else alert_line(alert)
        for alert in alerts[: -LISTED - 1 : -1]
    ]
    if len(alerts) > LISTED:
        lines.append(_tr("and {0} more").format(len(alerts) - LISTED))
    return "\n".join(lines)


def announcement_kind(announcement: Announcement) -> AlertType:
    """The colour of the card: that of all of them, if it is one."""
    kinds = {alert.type for alert in announcement.alerts}
    return kinds.pop() if len(kinds) == 1 else AlertType.WARNING


def alert_line(alert: Alert) -> str:
    """``BTCUSDT: RSI leaves oversold``."""
    symbol = alert.series.symbol
    return f"{symbol}: {alert.message}" if symbol else alert.message


def count_text(count: int) -> str:
    return _tr("1 alert") if count == 1 else _tr("{0} alerts").format(count)


def time_text(at: UnixMs, local: LocalTime) -> str:
    """The time of day where the person is."""
    _, minute = local(at)
    return clock_text(minute)


def day_and_time_text(at: UnixMs, now: UnixMs, local: LocalTime) -> str:
    """With the day of the week where it is not today."""
    if now - at < DAY_MS and local(at)[0] == local(now)[0]:
        return time_text(at, local)
    return f"{day_names()[local(at)[0]]} {time_text(at, local)}"


def day_names() -> tuple[str, ...]:
    """Short, from Monday on."""
    return (_tr("Mon"), _tr("Tue"), _tr("Wed"), _tr("Thu"), _tr("Fri"), _tr("Sat"), _tr("Sun"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notifications", text)
