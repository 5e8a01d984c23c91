"""WaitingRules: rules that are asked a moment later, when other series have closed as well."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.sight import newest_closed
from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.domain.time import SECOND_MS, UnixMs

PATIENCE_MS = 10 * SECOND_MS
"""Candles of one time close within a second; what is not there then is not known."""


class WaitingRules:
    """Candles that end together arrive one after the other, in any order.

    A rule that looks at other series is asked about a close when theirs of the same time have
    come, after the series it is asked of has closed again, or when patience ends.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, SeriesKey], tuple[ArmedRule, Moment]] = {}
        self._first_end: float = inf

    def admit(self, asked: Iterable[ArmedRule], moment: Moment) -> list[ArmedRule]:
        """Those of ``asked`` that have all they need to be asked about this close."""
        return [armed for armed in asked if not armed.rule.others or self._admit(armed, moment)]

    def ready(self, moment: Moment) -> list[tuple[ArmedRule, Moment]]:
        """What can be asked now that ``moment`` has come, about earlier ones; each once."""
        if not self._held:
            return []
        if not (moment.closed or moment.history) and moment.event_time < self._first_end:
            return []
        ready = [key for key, held in self._held.items() if _is_over(*held, moment)]
        found = [self._held.pop(key) for key in ready]
        ends = (_end_of(held) + PATIENCE_MS for _, held in self._held.values())
        self._first_end = min(ends, default=inf)
        return found

    def _admit(self, armed: ArmedRule, moment: Moment) -> bool:
        if not _is_behind(armed, moment):
            return True
        self._held[armed.id, moment.series] = armed, moment
        self._first_end = min(self._first_end, _end_of(moment) + PATIENCE_MS)
        return False


def _is_over(armed: ArmedRule, held: Moment, moment: Moment) -> bool:
    if moment.event_time >= _end_of(held) + PATIENCE_MS:
        return True
    closed_again = moment.closed and moment.series == held.series
    return closed_again or not _is_behind(armed, held)


def _is_behind(armed: ArmedRule, moment: Moment) -> bool:
    """Whether a candle is not there that must have closed by the end of this one."""
    at = _end_of(moment)
    return any(
        newest_closed(moment.look(s.symbol, s.interval, at), s.interval, at) is None
        for s in armed.needs_for(moment.series)
    )


def _end_of(moment: Moment) -> UnixMs:
    return moment.series.interval.next_open(moment.open_time)
