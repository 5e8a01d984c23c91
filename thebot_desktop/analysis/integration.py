"""IndicatorIntegrationFactory: which indicators are in use on which series, and their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.running import RunningIndicator
from thebot_desktop.analysis.running_pair import OthersOf, RunningPair
from thebot_desktop.domain.errors import PluginError, TheBotError
from thebot_desktop.domain.market import Candles, Origin, SeriesKey, Symbol, candles_of
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.once import once
from thebot_desktop.domain.signals import Signal

CandlesOf: TypeAlias = Callable[[SeriesKey, bool], Candles]
"""The candles of any series: all that are known, or only those that have closed."""


def _see_nothing(series: SeriesKey, closed: bool) -> Candles:  # noqa: FBT001
    return candles_of([], Origin.HISTORY)


def _nobody(closed: bool) -> Mapping[Symbol, Candles]:  # noqa: FBT001
    return {}


class _Use:
    """One indicator in use on one series: by how many, its values so far, or what broke it."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator
        self.is_paired = bool(indicator.others)
        self.count = 0
        self.start_anew()

    def start_anew(self) -> None:
        self._running = RunningIndicator(self.indicator)
        self._pair = RunningPair(self.indicator)
        self._result = IndicatorResult(self.indicator, {})

    def fail(self, error: PluginError) -> None:
        self.start_anew()
        self._result = IndicatorResult(self.indicator, {}, error)

    @property
    def broken(self) -> bool:
        return self._result.error is not None

    def result(self, candles: Candles, others_of: OthersOf, *, closed: bool) -> IndicatorResult:
        """The same object as before where only the newest value is another."""
        if self._result.error is not None:
            return self._result
        waiting: tuple[Symbol, ...] = ()
        if self.is_paired:
            values = self._pair.values(candles, others_of, closed=closed)
            waiting = self._pair.waiting
        else:
            values = self._running.values(candles, closed=closed)
        if values is not self._result.values or waiting != self._result.waiting:
            self._result = IndicatorResult(self.indicator, values, waiting=waiting)
        return self._result


def _trusted_from(indicator: Indicator) -> int:
    """From which candle on its signals do not depend on where the candles begin.

    ``lookback`` makes the first candle's share of a value vanish to the twelfth digit, so that a
    third of it leaves the fourth. What has a window has no values as early as that.
    """
    return indicator.lookback // 3


class IndicatorIntegrationFactory:
    """Computes each indicator in use once per series, whoever asked for it.

    Its values are carried forward from candle to candle, so that a price that moves costs the
    same over a hundred candles and over a million.

    An indicator that raises is switched off on that series and reported; its result carries the
    error until ``switch_on``.
    """

    def __init__(
        self, faults: Observers[TheBotError], candles_of: CandlesOf = _see_nothing
    ) -> None:
        self._faults = faults
        self._candles_of = candles_of
        self._uses: dict[SeriesKey, dict[Indicator, _Use]] = {}

    def use(self, series: SeriesKey, indicators: Iterable[Indicator]) -> Callable[[], None]:
        """Compute ``indicators`` on ``series`` until the function returned is called."""
        uses = self._uses.setdefault(series, {})
        wanted = [uses.setdefault(indicator, _Use(indicator)) for indicator in indicators]
        for use in wanted:
            use.count += 1

        def release() -> None:
            for use in wanted:
                use.count -= 1
                if not use.count:
                    del uses[use.indicator]
            if not uses and self._uses.get(series) is uses:
                del self._uses[series]

        return once(release)

    def in_use(self, series: SeriesKey) -> tuple[Indicator, ...]:
        return tuple(self._uses.get(series, ()))

    def switch_on(self, series: SeriesKey, indicator: Indicator) -> None:
        """Give an indicator that failed another chance."""
        use = self._uses.get(series, {}).get(indicator)
        if use is not None:
            use.start_anew()

    def start_anew(self, series: SeriesKey) -> None:
        """Candles before the newest have changed: nothing computed from them holds any more."""
        uses = [*self._uses.get(series, {}).values()]
        for other in self.paired_with(series):
            uses += [u for u in self._uses[other].values() if series.symbol in u.indicator.others]
        for use in uses:
            if not use.broken:
                use.start_anew()

    def paired_with(self, series: SeriesKey) -> tuple[SeriesKey, ...]:
        """Series on which an indicator is in use that needs the candles of ``series``."""
        return tuple(
            other
            for other, uses in self._uses.items()
            if other.interval is series.interval
            and any(series.symbol in indicator.others for indicator in uses)
        )

    def compute(
        self, series: SeriesKey, candles: Candles, *, closed: bool
    ) -> tuple[IndicatorResult, ...]:
        """Results of all indicators in use on ``series``, in the order they were asked for.

        ``closed`` says whether the newest candle is final. Values are views of live memory.
        """
        found: list[IndicatorResult] = []
        for use in self._uses.get(series, {}).values():
            others_of = self._others_of(series, use.indicator) if use.is_paired else _nobody
            try:
                found.append(use.result(candles, others_of, closed=closed))
            except Exception as cause:  # noqa: BLE001 - plug-in boundary
                self._switch_off(series, use.indicator, cause)
                found.append(use.result(candles, others_of, closed=closed))
        return tuple(found)

    def signals(
        self, series: SeriesKey, candles: Candles, results: Iterable[IndicatorResult], start: int
    ) -> tuple[Signal, ...]:
        """What the indicators say about the closed candles from index ``start`` on."""
        found: list[Signal] = []
        for result in results:
            if result.error is None and start < len(candles):
                try:
                    found += result.indicator.signals(series, candles, result.values, start)
                except Exception as cause:  # noqa: BLE001 - plug-in boundary
                    self._switch_off(series, result.indicator, cause)
        return tuple(found)

    def past_signals(
        self, series: SeriesKey, candles: Candles, results: Iterable[IndicatorResult]
    ) -> tuple[Signal, ...]:
        """What they would have said over all of ``candles``, wherever these happen to begin.

        Averages that feed on their own past speak later than they have values: as long as the
        first candle still shows in them, another first candle would make other signals.
        """
        return tuple(
            signal
            for result in results
            for signal in self.signals(series, candles, [result], _trusted_from(result.indicator))
        )

    def _others_of(self, series: SeriesKey, indicator: Indicator) -> OthersOf:
        """Of the same interval; while they form too."""

        def others_of(closed: bool) -> Mapping[Symbol, Candles]:  # noqa: FBT001
            keys = {symbol: SeriesKey(symbol, series.interval) for symbol in indicator.others}
            return {symbol: self._candles_of(key, closed) for symbol, key in keys.items()}

        return others_of

    def _switch_off(self, series: SeriesKey, indicator: Indicator, cause: Exception) -> None:
        sentence = f"{indicator.label} on {series} stopped working and was switched off."
        if isinstance(cause, PluginError):
            sentence = cause.user_message
        error = PluginError(f"{indicator.label} on {series}: {cause!r}", user_message=sentence)
        error.__cause__ = cause
        use = self._uses.get(series, {}).get(indicator)
        if use is not None:
            use.fail(error)
        self._faults.notify(error)
