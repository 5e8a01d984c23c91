"""AskedRules: which rules are asked about what, worked out once until a rule changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from thebot_desktop.alerts.happenings import Happening
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.domain.market import SeriesKey, Symbol

_Key = TypeVar("_Key", bound=Hashable)
_Asked = tuple[ArmedRule, ...]


class AskedRules:
    """Prices and forming candles come by the thousand: none of them looks at every rule."""

    def __init__(self, rules: Mapping[str, ArmedRule]) -> None:
        self._rules = rules
        self._aside: frozenset[SeriesKey] = frozenset()
        self._on_price: dict[Symbol, _Asked] = {}
        self._on_close: dict[SeriesKey, _Asked] = {}
        self._while_forming: dict[SeriesKey, _Asked] = {}
        self._on_happening: dict[type[Happening], _Asked] = {}

    def set_aside(self, series: Iterable[SeriesKey]) -> None:
        """These are there only to be looked at: rules about any are not asked of them."""
        aside = frozenset(series)
        if aside != self._aside:
            self._aside = aside
            self.forget()

    def is_about(self, armed: ArmedRule, series: SeriesKey) -> bool:
        """Whether a rule is asked of the candles of a series."""
        named = armed.symbol is not None and armed.interval is not None
        return armed.covers(series.symbol, series.interval) and (named or series not in self._aside)

    def forget(self) -> None:
        """Rules came, went or changed."""
        for known in (self._on_price, self._on_close, self._while_forming):
            known.clear()
        self._on_happening.clear()

    def on_price(self, symbol: Symbol) -> _Asked:
        return _of(
            self._on_price,
            symbol,
            lambda: self._all(lambda a: a.covers(symbol) and a.asks_price),
        )

    def on_close(self, series: SeriesKey) -> _Asked:
        return _of(
            self._on_close,
            series,
            lambda: self._all(lambda a: self.is_about(a, series) and a.asks_close),
        )

    def while_forming(self, series: SeriesKey) -> _Asked:
        return _of(
            self._while_forming,
            series,
            lambda: self._all(lambda a: self.is_about(a, series) and a.asks_forming),
        )

    def on_happening(self, kind: type[Happening]) -> _Asked:
        return _of(
            self._on_happening,
            kind,
            lambda: self._all(lambda a: a.enabled and a.rule.asks is kind),
        )

    def _all(self, wanted: Callable[[ArmedRule], bool]) -> Iterable[ArmedRule]:
        return filter(wanted, self._rules.values())


def _of(known: dict[_Key, _Asked], key: _Key, find: Callable[[], Iterable[ArmedRule]]) -> _Asked:
    found = known.get(key)
    if found is None:
        found = known[key] = tuple(find())
    return found
