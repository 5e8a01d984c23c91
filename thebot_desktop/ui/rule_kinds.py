"""The kinds of alerts that menus offer besides a price and a condition, each with a first rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.rule import Rule
from thebot_desktop.alerts.rules.calendar_near import CalendarNear
from thebot_desktop.alerts.rules.candle_pattern import CandlePattern
from thebot_desktop.alerts.rules.fear_greed import FearGreed
from thebot_desktop.alerts.rules.feed_silent import FeedSilent
from thebot_desktop.alerts.rules.large_trade import LargeTrade
from thebot_desktop.alerts.rules.news_words import NewsWords
from thebot_desktop.alerts.rules.percent_move import PercentMove
from thebot_desktop.alerts.rules.program_fault import ProgramFault
from thebot_desktop.alerts.rules.several_move import SeveralMove
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.alerts.rules.volume_burst import VolumeBurst


@dataclass(frozen=True, slots=True)
class RuleKind:
    """``command`` is the id of the command that begins one; ``title`` is short, for menus."""

    command: str
    title: str
    tip: str
    first: Callable[[], Rule]
    on_symbol: bool = True
    """Whether it begins with the symbol of the current chart."""
    on_interval: bool = True
    """Whether it begins with the interval of the current chart."""
    begins_group: bool = False


def rule_kinds() -> tuple[RuleKind, ...]:
    """In the order and the groups in which menus show them."""
    return (
        RuleKind(
            "alert.signal",
            _tr("Signals…"),
            _tr("When an indicator gives a signal that is strong enough"),
            SignalStrength,
            on_interval=False,
        ),
        RuleKind(
            "alert.pattern",
            _tr("Candlestick pattern…"),
            _tr("When a candle closes that completes a pattern"),
            CandlePattern,
        ),
        RuleKind(
            "alert.percent",
            _tr("Percent move…"),
            _tr("When the price moves so far within some bars"),
            PercentMove,
            begins_group=True,
        ),
        RuleKind(
            "alert.several",
            _tr("Several symbols…"),
            _tr("When several symbols move the same way at once"),
            SeveralMove,
        ),
        RuleKind(
            "alert.volume",
            _tr("Volume burst…"),
            _tr("When much more is traded than usual"),
            VolumeBurst,
        ),
        RuleKind(
            "alert.trade",
            _tr("Large trade…"),
            _tr("When a single trade is large"),
            LargeTrade,
            on_interval=False,
        ),
        RuleKind(
            "alert.spread",
            _tr("Wide spread…"),
            _tr("When buyers and sellers stay far apart"),
            Spread,
            on_interval=False,
        ),
        RuleKind(
            "alert.news",
            _tr("News…"),
            _tr("When news say certain words, or are good or bad"),
            NewsWords,
            on_symbol=False,
            on_interval=False,
            begins_group=True,
        ),
        RuleKind(
            "alert.event",
            _tr("Economic event…"),
            _tr("Some minutes before or after an event of the economic calendar"),
            CalendarNear,
            on_symbol=False,
            on_interval=False,
        ),
        RuleKind(
            "alert.mood",
            _tr("Fear and greed…"),
            _tr("When the index of fear and greed gets to a level"),
            FearGreed,
            on_symbol=False,
            on_interval=False,
        ),
        RuleKind(
            "alert.silence",
            _tr("Silent market data…"),
            _tr("When nothing is heard of the market, or of a symbol"),
            FeedSilent,
            on_symbol=False,
            on_interval=False,
        ),
        RuleKind(
            "alert.fault",
            _tr("Fault of the program…"),
            _tr("When something is wrong with the program itself"),
            ProgramFault,
            on_symbol=False,
            on_interval=False,
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Rules", text)
