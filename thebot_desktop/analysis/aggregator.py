"""SignalAggregator: remembers signals and makes one confidence of several opinions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction, Pattern, Signal, Strength
from thebot_desktop.domain.time import UnixMs

HALF_LIFE_CANDLES = 10
"""A signal counts half after so many candles of its interval."""
PATTERN_CANDLES = 5
"""Signals of different sources within so many candles confirm or contradict each other."""
SIGN = {Direction.BUY: 1.0, Direction.SELL: -1.0, Direction.NEUTRAL: 0.0}


class SignalLog(Protocol):
    """Where signals are kept for good."""

    def save_signals(self, signals: Iterable[Signal]) -> None: ...


class SignalAggregator:
    """The newest signals over all series, each kept once, oldest forgotten first."""

    def __init__(self, log: SignalLog | None = None, history_size: int = 2000) -> None:
        self._log = log
        self._signals: deque[Signal] = deque()
        self._known: set[tuple[SeriesKey, str, int]] = set()
        self._of_series: dict[SeriesKey, deque[Signal]] = {}
        self._newest: dict[SeriesKey, dict[str, Signal]] = {}
        self._history_size = history_size

    def restore(self, signals: Iterable[Signal]) -> None:
        """Take over what was kept by an earlier run; nobody is told."""
        for signal in signals:
            self._remember(signal)

    def add_signal(self, signal: Signal) -> bool:
        """Remember ``signal``; the same opinion on the same candle counts once."""
        if not self._remember(signal):
            return False
        if self._log is not None:
            self._log.save_signals([signal])
        return True

    def add_history(self, signals: Iterable[Signal]) -> None:
        """Remember what would have been signalled over a stretch that was loaded at once."""
        new = [s for s in signals if self._remember(s)]
        if new and self._log is not None:
            self._log.save_signals(new)

    def get_signals(
        self,
        *,
        symbol: Symbol | None = None,
        interval: Interval | None = None,
        source: str | None = None,
        direction: Direction | None = None,
        strength: Strength | None = None,
        since: UnixMs | None = None,
    ) -> tuple[Signal, ...]:
        """Signals that fit all that is given, newest candle first."""
        chosen = (
            s
            for s in self._signals
            if (symbol is None or s.series.symbol == symbol)
            and (interval is None or s.series.interval is interval)
            and (source is None or s.source == source)
            and (direction is None or s.direction is direction)
            and (strength is None or s.strength is strength)
            and (since is None or s.event_time >= since)
        )
        return tuple(sorted(chosen, key=lambda s: s.event_time, reverse=True))

    def calculate_confidence(self, series: SeriesKey, now: UnixMs) -> float:
        """From -1 (all say sell) to 1 (all say buy), 0 without an opinion.

        The newest signal of each source counts with its own confidence, halved every ten
        candles; the mean of the signed weights over the number of sources, so one old or lonely
        opinion never looks like certainty.
        """
        newest = self._newest.get(series)
        if newest is None:
            newest = self._newest[series] = _newest_of_each(self._of_series.get(series, ()))
        if not newest:
            return 0.0
        half_life = HALF_LIFE_CANDLES * series.interval.milliseconds
        total: float = sum(
            SIGN[s.direction] * s.confidence * 0.5 ** (max(0, now - s.event_time) / half_life)
            for s in newest.values()
        )
        return total / len(newest)

    def detect_patterns(self, series: SeriesKey, now: UnixMs) -> tuple[Pattern, ...]:
        """Confirmation (several sources agree) or conflict (they contradict) just now."""
        since = now - PATTERN_CANDLES * series.interval.milliseconds
        recent = [s for s in self._of_series.get(series, ()) if s.event_time >= since]
        buyers = sorted({s.source for s in recent if s.direction is Direction.BUY})
        sellers = sorted({s.source for s in recent if s.direction is Direction.SELL})
        if buyers and sellers:
            sources = (*buyers, *sellers)
            return (Pattern(series, "conflict", Direction.NEUTRAL, sources, now),)
        for direction, sources_of in ((Direction.BUY, buyers), (Direction.SELL, sellers)):
            if len(sources_of) > 1:
                return (Pattern(series, "confirmation", direction, tuple(sources_of), now),)
        return ()

    def _remember(self, signal: Signal) -> bool:
        key = (signal.series, signal.source, signal.open_time)
        if key in self._known:
            return False
        self._known.add(key)
        self._signals.append(signal)
        self._of_series.setdefault(signal.series, deque()).append(signal)
        self._newest.pop(signal.series, None)
        if len(self._signals) > self._history_size:
            self._forget(self._signals.popleft())
        return True

    def _forget(self, oldest: Signal) -> None:
        self._known.discard((oldest.series, oldest.source, oldest.open_time))
        others = self._of_series[oldest.series]
        others.popleft()
        if not others:
            del self._of_series[oldest.series]
        self._newest.pop(oldest.series, None)


def _newest_of_each(signals: Iterable[Signal]) -> dict[str, Signal]:
    """The newest signal of each source; of two on one candle the first."""
    newest: dict[str, Signal] = {}
    for signal in signals:
        held = newest.get(signal.source)
        if held is None or signal.open_time > held.open_time:
            newest[signal.source] = signal
    return newest
