"""Movers and intervals of the advanced charts, as tables."""

from __future__ import annotations

import math

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.analysis.overview import IntervalView, Mover
from thebot_desktop.ui.formatting import (
    DASH,
    change_text,
    percent_text,
    price_text,
    quantity_text,
)
from thebot_desktop.ui.models.table import Column, RowModel


class MoverRow(Struct, frozen=True):
    """A symbol that moved, and how exactly its prices are told."""

    mover: Mover
    decimals: int


def _known(value: float, text: str) -> str:
    return text if math.isfinite(value) else DASH


def trend_words(view: IntervalView) -> str:
    """An arrow and a word."""
    if not view.trend.slope.known:
        return DASH
    words = {1: _tr("▲ up"), -1: _tr("▼ down"), 0: _tr("● flat")}
    return words[view.trend.sign]


def opinion_words(view: IntervalView) -> str:
    if not view.opinion.parts:
        return DASH
    return opinion_text(view.opinion.value)


def opinion_text(value: float) -> str:
    """A sign and the number; what is nothing when it is rounded has no direction."""
    shown = round(value, 2)
    sign = "▲" if shown > 0 else "▼" if shown < 0 else "●"
    return f"{sign} {change_text(value, 2)}"


MOVERS: tuple[Column[MoverRow], ...] = (
    Column("symbol", "Symbol", lambda r: r.mover.symbol, lambda r: r.mover.symbol),
    Column(
        "price",
        "Price",
        lambda r: price_text(r.mover.price, r.decimals),
        lambda r: r.mover.price,
        right=True,
    ),
    Column(
        "change",
        "24 h",
        lambda r: percent_text(r.mover.change_percent),
        lambda r: r.mover.change_percent,
        right=True,
    ),
    Column(
        "volume",
        "Volume",
        lambda r: quantity_text(r.mover.quote_volume),
        lambda r: r.mover.quote_volume,
        right=True,
    ),
)

INTERVALS: tuple[Column[IntervalView], ...] = (
    Column("interval", "Interval", lambda v: v.interval.value, lambda v: v.interval.milliseconds),
    Column(
        "change",
        "Newest bar",
        lambda v: _known(v.change_percent, percent_text(v.change_percent)),
        lambda v: v.change_percent,
        right=True,
    ),
    Column("trend", "Trend", trend_words, lambda v: v.trend.sign),
    Column("rsi", "RSI", lambda v: _known(v.rsi, f"{v.rsi:.0f}"), lambda v: v.rsi, right=True),
    Column("opinion", "Signals", opinion_words, lambda v: v.opinion.value),
    Column("line", "Closes", lambda _v: "", lambda v: v.bars),
)


class MoversModel(RowModel[MoverRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(MOVERS, parent)


class IntervalsModel(RowModel[IntervalView]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(INTERVALS, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)
