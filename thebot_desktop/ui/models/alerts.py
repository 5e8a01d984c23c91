"""Armed rules and the history of alerts, as tables."""

from __future__ import annotations

import math

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QDateTime, QObject

from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import MINUTE_MS, UnixMs
from thebot_desktop.market.freshness import Freshness
from thebot_desktop.ui.formatting import DASH, countdown_text, percent_text, value_text
from thebot_desktop.ui.freshness import freshness_with_age
from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column, RowModel

KINDS = {
    AlertType.BUY: "up",
    AlertType.SELL: "down",
    AlertType.WARNING: "warning",
    AlertType.INFO: "muted",
}
"""How style sheets call the colours of types."""


class ArmedRow(Struct, frozen=True):
    """A rule in use and how far the price is from it: NaN where that means nothing."""

    rule_id: str
    where: str
    sentence: str
    detail: str
    enabled: bool
    away_percent: float = math.nan
    freshness: Freshness | None = None
    """Of the price that the distance is to."""
    spoken: str = ""
    """How often it spoke, and when last."""


class RuleNews(Struct, frozen=True):
    """What is known of one rule now."""

    price: float = math.nan
    freshness: Freshness | None = None
    spoke_at: UnixMs | None = None
    spoken: int = 0


def armed_row(armed: ArmedRule, news: RuleNews, now: UnixMs) -> ArmedRow:
    where = str(armed.symbol) if armed.symbol is not None else _tr("Any symbol")
    interval = f" {armed.interval.value}" if armed.interval is not None else ""
    return ArmedRow(
        rule_id=armed.id,
        where=f"{where}{interval}",
        sentence=f"{armed.name}: {armed.rule.sentence}" if armed.name else armed.rule.sentence,
        detail=_detail(armed, news, now),
        enabled=armed.enabled,
        away_percent=_away(armed, news.price),
        freshness=news.freshness if armed.enabled else None,
        spoken=_spoken(news),
    )


def _away(armed: ArmedRule, price: float) -> float:
    """From the price to the level, or to the nearer end of a range, in percent of the price."""
    ends = (getattr(armed.rule, name, None) for name in ("price", "one_end", "other_end"))
    levels = [level for level in ends if isinstance(level, float)]
    if not levels or not price > 0:
        return math.nan
    return min(((level / price - 1) * 100 for level in levels), key=abs)


def _detail(armed: ArmedRule, news: RuleNews, now: UnixMs) -> str:
    said = _tr("once") if armed.repeat is Repeat.ONCE else _tr("each time")
    pause = armed.terms.pause_minutes
    left = 0 if news.spoke_at is None else news.spoke_at + pause * MINUTE_MS - now
    if pause and left > 0 and armed.enabled:
        said = _tr("silent for {0}").format(countdown_text(left))
    elif pause:
        said += _tr(", pause {0} min").format(f"{pause:,}")
    if armed.terms.until is not None:
        ends = QDateTime.fromMSecsSinceEpoch(armed.terms.until).toString("d MMM HH:mm")
        said += _tr(", until {0}").format(ends)
    return said if armed.enabled else f"{said} · {_tr('off')}"


def _spoken(news: RuleNews) -> str:
    if news.spoke_at is None:
        return _tr("It has not spoken yet.")
    last = time_text(news.spoke_at)
    if not news.spoken:
        return _tr("It spoke last at {0}.").format(last)
    return _tr("It spoke {0} times lately, last at {1}.").format(f"{news.spoken:,}", last)


def _tip(row: ArmedRow) -> str:
    """All of it, for where there is no room."""
    lines = [f"{row.where}: {row.sentence}", row.detail, row.spoken]
    if row.freshness is not None:
        lines.append(_tr("Price: {0}").format(freshness_with_age(row.freshness)))
    return "\n".join(filter(None, lines))


ARMED_COLUMNS: tuple[Column[ArmedRow], ...] = (
    Column("enabled", "On", lambda r: _tr("on") if r.enabled else _tr("off"), lambda r: r.enabled),
    Column(
        "rule",
        "Alert",
        lambda r: f"{r.where} {r.sentence}, {r.detail}",
        lambda r: r.where,
        explain=_tip,
    ),
    Column(
        "away",
        "Distance",
        lambda r: "" if math.isnan(r.away_percent) else percent_text(r.away_percent),
        lambda r: math.inf if math.isnan(r.away_percent) else abs(r.away_percent),
        right=True,
        explain=_tip,
    ),
    Column("delete", "Delete", lambda _r: _tr("Delete"), lambda r: r.rule_id),
)


def type_mark(kind: AlertType) -> str:
    """Never by colour alone: a sign and the word."""
    signs = {
        AlertType.BUY: "▲",
        AlertType.SELL: "▼",
        AlertType.WARNING: "!",
        AlertType.INFO: "i",
    }
    return f"{signs[kind]} {kind.value}"


def state_words(alert: Alert) -> str:
    """What became of it, and whether it came late."""
    words = {
        AlertStatus.ACTIVE: _tr("active"),
        AlertStatus.DISMISSED: _tr("seen"),
        AlertStatus.EXPIRED: _tr("expired"),
    }
    late = _tr("while you were away") if alert.missed else _tr("late") if alert.late else ""
    return f"{words[alert.status]}, {late}" if late else words[alert.status]


def time_text(when: UnixMs) -> str:
    return QDateTime.fromMSecsSinceEpoch(when).toString("d MMM HH:mm:ss")


def _symbol(alert: Alert) -> str:
    return alert.series.symbol or DASH


def _interval(alert: Alert) -> str:
    return alert.series.interval.value if alert.has_chart else DASH


def _price(alert: Alert) -> str:
    return value_text(alert.price) if alert.price else DASH


HISTORY_COLUMNS: tuple[Column[Alert], ...] = (
    Column("type", "Kind", lambda a: type_mark(a.type), lambda a: a.type.value),
    Column("symbol", "Symbol", _symbol, lambda a: str(a.series)),
    Column("interval", "Interval", _interval, lambda a: a.series.interval.milliseconds),
    Column("message", "Alert", lambda a: a.message, lambda a: a.message, tip=True),
    Column("price", "Price", _price, lambda a: a.price, right=True),
    Column("time", "Time", lambda a: time_text(a.event_time), lambda a: a.event_time, right=True),
    Column("state", "State", state_words, lambda a: a.status.value, tip=True),
    Column(
        "dismiss",
        "",
        lambda a: "" if a.status is AlertStatus.DISMISSED else _tr("Acknowledge"),
        lambda a: a.status.value,
        tip=True,
    ),
)


class AlertFilter(Struct, frozen=True):
    """None lets everything through; ``since`` is the earliest."""

    text: str = ""
    type: AlertType | None = None
    symbol: Symbol | None = None
    status: AlertStatus | None = None
    late: bool | None = None
    since: UnixMs | None = None

    def choose(self, alerts: tuple[Alert, ...]) -> list[Alert]:
        """Those that fit all of it, in their order."""
        words = self.text.lower().split()
        return [a for a in alerts if self._fits(a) and _has(a, words)]

    def _fits(self, alert: Alert) -> bool:
        return (
            (self.type is None or alert.type is self.type)
            and (self.symbol is None or alert.series.symbol == self.symbol)
            and (self.status is None or alert.status is self.status)
            and (self.late is None or alert.late is self.late)
            and (self.since is None or alert.event_time >= self.since)
        )


def _has(alert: Alert, words: list[str]) -> bool:
    if not words:
        return True
    row = f"{alert.series.symbol} {alert.type.value} {alert.message} {alert.rule}".lower()
    return all(word in row for word in words)


class ArmedModel(RowModel[ArmedRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(ARMED_COLUMNS, parent)


class HistoryModel(SortedModel[Alert]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(HISTORY_COLUMNS, lambda a: a.id, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Alerts", text)
