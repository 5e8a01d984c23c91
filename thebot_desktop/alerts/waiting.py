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
        behind = _Behind(moment)
        return [a for a in asked if not a.rule.others or self._admit(a, moment, behind)]

    def ready(self, moment: Moment) -> list[tuple[ArmedRule, Moment]]:
        """What can be asked now that ``moment`` has come, about earlier ones; each once."""
        if not self._held:
            return []
        if not (moment.closed or moment.history) and moment.event_time < self._first_end:
            return []
        behind = {id(held): _Behind(held) for _, held in self._held.values()}
        ready = [k for k, (a, h) in self._held.items() if _is_over(a, h, moment, behind[id(h)])]
        found = [self._held.pop(key) for key in ready]
        ends = (_end_of(held) + PATIENCE_MS for _, held in self._held.values())
        self._first_end = min(ends, default=inf)
        return found

    def _admit(self, armed: ArmedRule, moment: Moment, behind: _Behind) -> bool:
        if not behind.any_of(armed):
            return True
        self._held[armed.id, moment.series] = armed, moment
        self._first_end = min(self._first_end, _end_of(moment) + PATIENCE_MS)
        return False


def _is_over(armed: ArmedRule, held: Moment, moment: Moment, behind: _Behind) -> bool:
    if moment.event_time >= _end_of(held) + PATIENCE_MS:
        return True
    closed_again = moment.closed and moment.series == held.series
    return closed_again or not behind.any_of(armed)


class _Behind:
    """Which series lack a candle that must have closed by the end of this one's newest."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._at = _end_of(moment)
        self._known: dict[SeriesKey, bool] = {}

    def any_of(self, armed: ArmedRule) -> bool:
        """Whether one of those is, that ``armed`` looks at."""
        return any(self._is_behind(s) for s in armed.needs_for(self._moment.series))

    def _is_behind(self, series: SeriesKey) -> bool:
        """Looked up once, however many rules look at it."""
        behind = self._known.get(series)
        if behind is None:
            candles = self._moment.look(series.symbol, series.interval, self._at)
            behind = newest_closed(candles, series.interval, self._at) is None
            self._known[series] = behind
        return behind


def _end_of(moment: Moment) -> UnixMs:
    return moment.series.interval.next_open(moment.open_time)
