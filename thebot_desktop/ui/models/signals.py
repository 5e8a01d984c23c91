"""Signals as a table, newest first until a person sorts them, and what of them is shown."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QDateTime, QObject

from thebot_desktop.analysis.opinion import GRADES
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.formatting import value_text
from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column

_MARKS = {Direction.BUY: "▲ BUY", Direction.SELL: "▼ SELL", Direction.NEUTRAL: "● NONE"}
_SIGNS = {Direction.BUY: 1, Direction.SELL: -1, Direction.NEUTRAL: 0}


def direction_mark(direction: Direction) -> str:
    """Never by colour alone: an arrow and the word."""
    return _MARKS[direction]


def strength_text(strength: Strength) -> str:
    words = {
        Strength.WEAK: _tr("Weak"),
        Strength.MEDIUM: _tr("Medium"),
        Strength.STRONG: _tr("Strong"),
        Strength.VERY_STRONG: _tr("Very strong"),
    }
    return words[strength]


def time_text(when: UnixMs) -> str:
    return QDateTime.fromMSecsSinceEpoch(when).toString("d MMM HH:mm")


def indicator_name(signal: Signal) -> str:
    """Its source without parameters."""
    return signal.source.partition("(")[0]


class SignalFilter(Struct, frozen=True):
    """None lets everything through; ``strength`` is the least, ``since`` the earliest."""

    text: str = ""
    direction: Direction | None = None
    symbol: Symbol | None = None
    interval: Interval | None = None
    indicator: str | None = None
    strength: Strength | None = None
    since: UnixMs | None = None

    def choose(self, signals: tuple[Signal, ...]) -> list[Signal]:
        """Those that fit all of it, in their order."""
        words = self.text.lower().split()
        chosen = [s for s in signals if self._fits(s)]
        return [s for s in chosen if _has(s, words)] if words else chosen

    def _fits(self, signal: Signal) -> bool:
        return (
            (self.direction is None or signal.direction is self.direction)
            and (self.symbol is None or signal.series.symbol == self.symbol)
            and (self.interval is None or signal.series.interval is self.interval)
            and (self.indicator is None or indicator_name(signal) == self.indicator)
            and (self.strength is None or _grade(signal) >= GRADES.index(self.strength))
            and (self.since is None or signal.event_time >= self.since)
        )


COLUMNS: tuple[Column[Signal], ...] = (
    Column("direction", "Direction", lambda s: _MARKS[s.direction], lambda s: _SIGNS[s.direction]),
    Column("symbol", "Symbol", lambda s: s.series.symbol, lambda s: str(s.series)),
    Column(
        "interval",
        "Interval",
        lambda s: s.series.interval.value,
        lambda s: s.series.interval.milliseconds,
    ),
    Column("source", "Indicator", lambda s: s.source, lambda s: s.source, tip=True),
    Column("reason", "Reason", lambda s: s.reason, lambda s: s.reason, tip=True),
    Column("strength", "Strength", lambda s: strength_text(s.strength), lambda s: _grade(s)),
    Column("price", "Price", lambda s: value_text(s.price), lambda s: s.price, right=True),
    Column("time", "Time", lambda s: time_text(s.event_time), lambda s: s.event_time, right=True),
    Column(
        "confidence",
        "Confidence",
        lambda s: f"{s.confidence:.2f}",
        lambda s: s.confidence,
        right=True,
    ),
)


class SignalsModel(SortedModel[Signal]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, lambda s: (s.series, s.source, s.open_time), parent)


def _has(signal: Signal, words: list[str]) -> bool:
    """Whether every word stands somewhere in what the row says."""
    said = (
        signal.series.symbol,
        signal.series.interval.value,
        signal.source,
        signal.direction.value,
        signal.strength.value,
        signal.reason,
    )
    row = " ".join(said).lower()
    return all(word in row for word in words)


def _grade(signal: Signal) -> int:
    return GRADES.index(signal.strength)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)
