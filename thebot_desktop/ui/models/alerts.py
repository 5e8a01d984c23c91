"""Armed rules and the history of alerts, as tables."""

from __future__ import annotations

import math

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.domain.signals import Alert, AlertStatus
from thebot_desktop.ui.formatting import percent_text
from thebot_desktop.ui.models.table import Column, RowModel


class ArmedRow(Struct, frozen=True):
    """A rule in use and how far the price is from it: NaN where that means nothing."""

    rule_id: str
    where: str
    sentence: str
    detail: str
    enabled: bool
    away_percent: float = math.nan


def armed_row(armed: ArmedRule, price: float) -> ArmedRow:
    where = str(armed.symbol) if armed.symbol is not None else _tr("Any symbol")
    interval = f" {armed.interval.value}" if armed.interval is not None else ""
    how_often = _tr("once") if armed.repeat is Repeat.ONCE else _tr("each time")
    if armed.terms.pause_minutes:
        how_often += _tr(", pause {0} min").format(f"{armed.terms.pause_minutes:,}")
    level = getattr(armed.rule, "price", None)
    known = isinstance(level, float) and price > 0
    return ArmedRow(
        rule_id=armed.id,
        where=f"{where}{interval}",
        sentence=f"{armed.name}: {armed.rule.sentence}" if armed.name else armed.rule.sentence,
        detail=how_often if armed.enabled else f"{how_often} · {_tr('off')}",
        enabled=armed.enabled,
        away_percent=(level / price - 1) * 100 if known and level is not None else math.nan,
    )


ARMED_COLUMNS: tuple[Column[ArmedRow], ...] = (
    Column("enabled", "On", lambda r: _tr("on") if r.enabled else _tr("off"), lambda r: r.enabled),
    Column(
        "rule",
        "Alert",
        lambda r: f"{r.where} {r.sentence}, {r.detail}",
        lambda r: r.where,
        tip=True,
    ),
    Column(
        "away",
        "Distance",
        lambda r: "" if math.isnan(r.away_percent) else percent_text(r.away_percent),
        lambda r: math.inf if math.isnan(r.away_percent) else abs(r.away_percent),
        right=True,
    ),
    Column("delete", "Delete", lambda _r: _tr("Delete"), lambda r: r.rule_id),
)

HISTORY_COLUMNS: tuple[Column[Alert], ...] = (
    Column("type", "Kind", lambda a: a.type.value, lambda a: a.type.value),
    Column(
        "message",
        "Alert",
        lambda a: f"{a.series.symbol} {a.message}",
        lambda a: a.message,
        tip=True,
    ),
    Column("time", "Time", lambda a: _tr(a.status.value.lower()), lambda a: a.event_time),
    Column(
        "dismiss",
        "Dismiss",
        lambda a: _tr("Dismiss") if a.status is AlertStatus.ACTIVE else "",
        lambda a: a.status.value,
    ),
)


class ArmedModel(RowModel[ArmedRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(ARMED_COLUMNS, parent)


class HistoryModel(RowModel[Alert]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(HISTORY_COLUMNS, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Alerts", text)
