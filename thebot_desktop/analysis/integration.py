"""IndicatorIntegrationFactory: which indicators are in use on which series, and their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.domain.errors import PluginError, TheBotError
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.once import once
from thebot_desktop.domain.signals import Signal


class IndicatorIntegrationFactory:
    """Computes each indicator in use once per series, whoever asked for it.

    An indicator that raises is switched off on that series and reported; its result carries the
    error until ``switch_on``.
    """

    def __init__(self, faults: Observers[TheBotError]) -> None:
        self._faults = faults
        self._uses: dict[SeriesKey, Counter[Indicator]] = {}
        self._broken: dict[tuple[SeriesKey, Indicator], PluginError] = {}

    def use(self, series: SeriesKey, indicators: Iterable[Indicator]) -> Callable[[], None]:
        """Compute ``indicators`` on ``series`` until the function returned is called."""
        wanted = tuple(indicators)
        uses = self._uses.setdefault(series, Counter())
        uses.update(wanted)

        def release() -> None:
            uses.subtract(wanted)
            for indicator in [i for i, count in uses.items() if count <= 0]:
                del uses[indicator]
                self._broken.pop((series, indicator), None)

        return once(release)

    def in_use(self, series: SeriesKey) -> tuple[Indicator, ...]:
        return tuple(self._uses.get(series, ()))

    def switch_on(self, series: SeriesKey, indicator: Indicator) -> None:
        """Give an indicator that failed another chance."""
        self._broken.pop((series, indicator), None)

    def compute(self, series: SeriesKey, candles: Candles) -> tuple[IndicatorResult, ...]:
        """Results of all indicators in use on ``series``, in the order they were asked for."""
        return tuple(self._result(series, i, candles) for i in self.in_use(series))

    def signals(
        self, series: SeriesKey, candles: Candles, results: Iterable[IndicatorResult], start: int
    ) -> tuple[Signal, ...]:
        """What the indicators say about the closed candles from index ``start`` on."""
        found: list[Signal] = []
        for result in results:
            if result.error is None:
                try:
                    found += result.indicator.signals(series, candles, result.values, start)
                except Exception as cause:  # noqa: BLE001 - plug-in boundary
                    self._switch_off(series, result.indicator, cause)
        return tuple(found)

    def _result(self, series: SeriesKey, indicator: Indicator, candles: Candles) -> IndicatorResult:
        error = self._broken.get((series, indicator))
        if error is None:
            try:
                return IndicatorResult(indicator, indicator.compute(candles))
            except Exception as cause:  # noqa: BLE001 - plug-in boundary
                error = self._switch_off(series, indicator, cause)
        return IndicatorResult(indicator, {}, error)

    def _switch_off(self, series: SeriesKey, indicator: Indicator, cause: Exception) -> PluginError:
        error = PluginError(
            f"{indicator.label} on {series}: {cause!r}",
            user_message=f"{indicator.label} on {series} stopped working and was switched off.",
        )
        error.__cause__ = cause
        self._broken[series, indicator] = error
        self._faults.notify(error)
        return error
