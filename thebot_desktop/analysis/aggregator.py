"""SignalAggregator: remembers signals and makes one confidence of several opinions."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from msgspec import Struct, field

from thebot_desktop.analysis.confidence import Confidence, weigh
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction, Pattern, Signal, Strength
from thebot_desktop.domain.time import UnixMs

DEFAULTS = SignalConfig()
DIVERGENCE = "DIVERGENCE"
"""Name of the indicator whose signals are divergences."""


class Statistics(Struct, frozen=True):
    """How many signals there are, and of what kind."""

    count: int = 0
    by_direction: Mapping[Direction, int] = field(default_factory=dict)
    by_strength: Mapping[Strength, int] = field(default_factory=dict)
    by_source: Mapping[str, int] = field(default_factory=dict)
    by_symbol: Mapping[Symbol, int] = field(default_factory=dict)
    mean_confidence: float = 0.0


class SignalLog(Protocol):
    """Where signals are kept for good."""

    def save_signals(self, signals: Iterable[Signal]) -> None: ...

    def delete_signals(self, indicator: str) -> None:
        """Of all sources that are an indicator of this name."""
        ...


class SignalAggregator:
    """The newest signals over all series, each kept once, oldest forgotten first."""

    def __init__(self, log: SignalLog | None = None, config: SignalConfig = DEFAULTS) -> None:
        self._log = log
        self._signals: deque[Signal] = deque()
        self._known: set[tuple[SeriesKey, str, int]] = set()
        self._of_series: dict[SeriesKey, deque[Signal]] = {}
        self._newest: dict[SeriesKey, tuple[Signal, ...]] = {}
        self._series_of: dict[Symbol, set[SeriesKey]] = {}
        self.configure(config)

    def configure(self, config: SignalConfig) -> None:
        """Follow the settings from now on."""
        self._config = config
        self._weights = config.weight_of()
        self._cap()

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

    def forget(self, indicator: str) -> None:
        """Let go of what an indicator of this name has said: it is another one now."""
        kept = [s for s in self._signals if s.source.partition("(")[0] != indicator]
        if len(kept) == len(self._signals):
            return
        for held in (self._signals, self._known, self._of_series, self._newest, self._series_of):
            held.clear()
        self.restore(kept)
        if self._log is not None:
            self._log.delete_signals(indicator)

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

    def statistics(self, signals: Iterable[Signal] | None = None) -> Statistics:
        """Of ``signals``, as ``get_signals`` chose them; of all of them where none are given."""
        chosen = tuple(self._signals if signals is None else signals)
        if not chosen:
            return Statistics()
        return Statistics(
            len(chosen),
            Counter(s.direction for s in chosen),
            Counter(s.strength for s in chosen),
            Counter(s.source for s in chosen),
            Counter(s.series.symbol for s in chosen),
            sum(s.confidence for s in chosen) / len(chosen),
        )

    def calculate_confidence(self, series: SeriesKey, now: UnixMs) -> Confidence:
        """What all opinions on ``series`` come to, and why: see ``analysis.confidence``.

        ``now`` may be long ago: what was said later is not heard.
        """
        opinions = chain.from_iterable(
            self._newest_of(heard, now) for heard in self._series_of.get(series.symbol, ())
        )
        return weigh(opinions, series, now, self._config, self._weights)

    def detect_patterns(self, series: SeriesKey, now: UnixMs) -> tuple[Pattern, ...]:
        """What the last few candles' signals say together.

        *Confirmation*: several sources agree and none contradicts. *Conflict*: some buy, some
        sell. *Divergence*: the price and an oscillator part, as one of the sources says.
        """
        since = now - self._config.confirm_candles * series.interval.milliseconds
        recent = [s for s in self._of_series.get(series, ()) if since < s.event_time <= now]
        return tuple(
            Pattern(series, name, direction, sources, now)
            for name, direction, sources in _patterns(recent, self._config.confirm_sources)
        )

    def _newest_of(self, series: SeriesKey, now: UnixMs) -> tuple[Signal, ...]:
        newest = self._newest.get(series)
        if newest is None:
            newest = self._newest[series] = _newest_of_each(self._of_series.get(series, ()))
        if any(s.event_time > now for s in newest):
            newest = _newest_of_each(s for s in self._of_series[series] if s.event_time <= now)
        return newest

    def _remember(self, signal: Signal) -> bool:
        key = (signal.series, signal.source, signal.open_time)
        if key in self._known:
            return False
        self._known.add(key)
        self._signals.append(signal)
        self._of_series.setdefault(signal.series, deque()).append(signal)
        self._series_of.setdefault(signal.series.symbol, set()).add(signal.series)
        self._newest.pop(signal.series, None)
        self._cap()
        return True

    def _cap(self) -> None:
        while len(self._signals) > self._config.history_size:
            self._forget(self._signals.popleft())

    def _forget(self, oldest: Signal) -> None:
        series = oldest.series
        self._known.discard((series, oldest.source, oldest.open_time))
        self._newest.pop(series, None)
        others = self._of_series[series]
        others.popleft()
        if not others:
            del self._of_series[series]
            self._series_of[series.symbol].discard(series)


def _patterns(
    recent: list[Signal], confirm: int
) -> Iterator[tuple[str, Direction, tuple[str, ...]]]:
    """Name, direction and sources of each."""
    of = {
        direction: tuple(sorted({s.source for s in recent if s.direction is direction}))
        for direction in (Direction.BUY, Direction.SELL)
    }
    if all(of.values()):
        yield "conflict", Direction.NEUTRAL, (*of[Direction.BUY], *of[Direction.SELL])
    for direction, sources in of.items():
        if len(sources) >= confirm and not all(of.values()):
            yield "confirmation", direction, sources
        diverging = tuple(source for source in sources if source.startswith(DIVERGENCE))
        if diverging:
            yield "divergence", direction, diverging


def _newest_of_each(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """The newest signal of each source; of two on one candle the first."""
    newest: dict[str, Signal] = {}
    for signal in signals:
        held = newest.get(signal.source)
        if held is None or signal.open_time > held.open_time:
            newest[signal.source] = signal
    return tuple(newest.values())
