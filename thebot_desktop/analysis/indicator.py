"""What every indicator is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import (
    Annotated,
    Any,
    ClassVar,
    Protocol,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.analysis.wording import exact
from thebot_desktop.domain.errors import PluginError
from thebot_desktop.domain.market import (
    Candles,
    FloatArray,
    IntArray,
    Interval,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.plots import Plot
from thebot_desktop.domain.shapes import NOTHING_DRAWN, Shapes
from thebot_desktop.domain.signals import Signal

Values: TypeAlias = Mapping[str, FloatArray]


class IndicatorStream(Protocol):
    """An indicator carried forward: one value per output, equal to what ``compute`` gives there."""

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        """The values at index ``at``, the candle after the last one that closed."""
        ...

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        """What ``close`` would answer now; changes nothing."""
        ...


class Indicator(Struct, frozen=True, dict=True):
    """A pure function of candles; its fields are its parameters.

    Promises, tested for every indicator in ``tests/contracts``: a value never depends on
    later candles, and depends on no more than the ``lookback`` candles before it; outputs are
    as long as the candles and NaN until there are enough of them, ``sparse`` ones also where
    there is nothing.
    """

    name: ClassVar[str]
    """Short and upper case, as one writes it: ``RSI``."""
    title: ClassVar[str]
    group: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]]
    label_fields: ClassVar[int] = 99
    """How many parameters the label shows even when they are the defaults."""
    anchored: ClassVar[bool] = False
    """Whether values count from the first candle given, as a running total does.

    Such a value repeats only from the same start; ``lookback`` then only says when it begins.
    """
    exact: ClassVar[bool] = False
    """Whether ``lookback`` candles give a value to the last bit; never with a running sum."""
    closed_only: ClassVar[bool] = False
    """Whether a candle that still forms has no value, as with candlestick patterns."""

    @property
    def plots(self) -> tuple[Plot, ...]:
        """How the outputs want to be drawn; may depend on the parameters."""
        return ()

    @property
    def sparse(self) -> frozenset[str]:
        """Outputs without a value where there is nothing to show; may depend on the parameters."""
        return frozenset()

    @property
    @abstractmethod
    def lookback(self) -> int:
        """How many candles one value needs, its own included."""
        raise NotImplementedError

    def lookback_for(self, interval: Interval) -> int:
        """How many candles of ``interval`` it takes: fewer where values are about whole days."""
        return self.lookback

    @abstractmethod
    def compute(self, candles: Candles) -> Values:
        """One float64 array per output, as long as ``candles``, NaN until there is enough."""
        raise NotImplementedError

    @property
    def others(self) -> tuple[Symbol, ...]:
        """Symbols whose candles of the same interval it needs beside its own."""
        return ()

    def compute_with(self, candles: Candles, others: Mapping[Symbol, Candles]) -> Values:
        """As ``compute``, with candles of ``others``; NaN where one of them has none.

        Overridden where there are ``others``. A value needs no candles but the newest
        ``lookback`` of each: others are looked for by their open times.
        """
        return self.compute(candles)

    def exact_start(self, open_time: IntArray) -> int | None:
        """From which candle on ``compute`` gives the newest value to the last bit.

        None if it depends on where the candles begin, as a running sum does by its rounding.
        """
        return max(0, len(open_time) - self.lookback) if self.exact else None

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        """Carry on from ``candles``, all of them closed; None where ``compute`` is the only way."""
        if self.exact_start(candles.open_time) is None:
            return None
        return TailStream(self), self.compute(candles)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        """Opinions about the candles from index ``start`` on, all of which are closed."""
        return ()

    def shapes(self, candles: Candles) -> Shapes:
        """Zones, levels and profiles as they are after ``candles``, all of them closed.

        Asked for where ``plots`` has a ``Drawn``.
        """
        return NOTHING_DRAWN

    def shapes_in_view(self, candles: Candles) -> Shapes:
        """What is drawn about no other candles than those a person sees.

        Where many share a column of the screen, they come as one candle for each column.
        """
        return NOTHING_DRAWN

    @property
    def shape_memory(self) -> int | None:
        """Zones that began more candles ago no longer change; None if there is no such number.

        Twice as many candles tell everything about those that do.
        """
        return None

    @cached_property
    def label(self) -> str:
        """Name and parameters as one writes them: ``MACD(12,26,9)``."""
        fields = msgspec.structs.fields(self)
        values = [getattr(self, f.name) for f in fields]
        changed = [i + 1 for i, f in enumerate(fields) if values[i] != f.default]
        shown = values[: max([min(self.label_fields, len(values)), *changed])]
        return f"{self.name}({','.join(exact(v) for v in shown)})" if shown else self.name


class TailStream:
    """An indicator whose newest value the last candles tell: those are computed again."""

    def __init__(self, indicator: Indicator) -> None:
        self._indicator = indicator

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self.peek(candles, at)

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        known = candles.upto(at + 1)
        start = self._indicator.exact_start(known.open_time) or 0
        values = self._indicator.compute(known.last(len(known) - start))
        return tuple(float(values[output][-1]) for output in self._indicator.outputs)


class Parameter(Struct, frozen=True):
    """One parameter of an indicator or a rule, as a form needs it."""

    name: str
    title: str
    kind: type
    default: object
    minimum: float | None = None
    maximum: float | None = None


def parameters_of(kind: type[Struct]) -> tuple[Parameter, ...]:
    """The declared parameters of ``kind``, with title and range from their annotations."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_parameter(f, hints[f.name]) for f in msgspec.structs.fields(kind))


def _parameter(field: msgspec.structs.FieldInfo, hint: Any) -> Parameter:  # noqa: ANN401
    base, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    meta = next((m for m in extras if isinstance(m, Meta)), Meta())
    low = meta.ge if meta.ge is not None else meta.gt
    high = meta.le if meta.le is not None else meta.lt
    return Parameter(field.name, meta.title or field.name, base, field.default, low, high)


class IndicatorResult(Struct, frozen=True):
    """What one indicator said about one series: values, or the error that switched it off."""

    indicator: Indicator
    values: Values
    error: PluginError | None = None
    waiting: tuple[Symbol, ...] = ()
    """Symbols whose candles it needs and that have none yet."""

    def latest(self, output: str) -> float:
        return float(self.values[output][-1])

    def upto(self, count: int) -> IndicatorResult:
        """Its first ``count`` values: what it said back then."""
        values = {name: column[:count] for name, column in self.values.items()}
        return IndicatorResult(self.indicator, values, self.error, self.waiting)

    def kept(self, most: int) -> IndicatorResult:
        """A copy of its newest ``most`` values."""
        values = {
            name: column[max(0, len(column) - most) :].copy()
            for name, column in self.values.items()
        }
        return IndicatorResult(self.indicator, values, self.error, self.waiting)
