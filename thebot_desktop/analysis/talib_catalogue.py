"""The whole TA-Lib catalogue as Indicator types, made from the library's own description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from thebot_desktop.analysis import talib_library, talib_memory
from thebot_desktop.analysis.functions import Call, FunctionIndicator
from thebot_desktop.analysis.indicator import IndicatorStream, Values
from thebot_desktop.analysis.talib_library import AverageType, Function, Option, OptionKind
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.plots import Fill, Histogram, Line, Marks, Pane, Plot

PATTERNS = "Pattern Recognition"
POSITIONS = frozenset({"MAXINDEX", "MININDEX", "MINMAXINDEX"})
"""Their values are positions in the array they are given: they count from its start."""
UPPER_LIMIT, LOWER_LIMIT = "Values represent an upper limit", "Values represent a lower limit"
FAST_AND_SLOW = ("fastperiod", "slowperiod")
"""Where a function has both, the slow one is not shorter: the library itself would take it."""
NOT_PRICES = frozenset({("SUPERTREND", "trend"), ("AVGDEV", "real"), ("SAREXT", "real")})
"""Outputs not on the scale of the price, although the library says so of their function.

SAREXT gives its stop as a negative number while it is short.
"""


class TalibIndicator(FunctionIndicator, frozen=True):
    """A TA-Lib function. The types themselves are made by ``talib_types``.

    MAVP wants a period for each candle; it gets the dominant cycle (HT_DCPERIOD).
    """

    columns: ClassVar[tuple[str, ...]]
    """Inputs in call order: columns of candles, or ``periods``."""
    drawn: ClassVar[tuple[Plot, ...]]

    def __post_init__(self) -> None:
        fast, slow = (getattr(self, name, None) for name in FAST_AND_SLOW)
        if fast is not None and slow is not None and slow < fast:
            sentence = (
                f"The slow period of {self.name} must not be shorter than the fast one: "
                f"{slow} is below {fast}."
            )
            raise ParameterError(self.label, user_message=sentence)
        if self.first_index < 0:
            raise ParameterError(user_message=f"TA-Lib does not accept {self.label}.")

    @property
    def plots(self) -> tuple[Plot, ...]:
        return self.drawn

    @property
    def first_index(self) -> int:
        """Index of the first value."""
        return talib_library.first_index(self.name, self._options())

    @property
    def lookback(self) -> int:
        return 1 + self.first_index + talib_memory.settled(self.name, msgspec.structs.asdict(self))

    @property
    def calls(self) -> tuple[Call, ...]:
        return (Call(self.name, self.columns, self._options()),)

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        """Positions count from the start of the array, and periods are made of another function."""
        cannot = self.name in POSITIONS or "periods" in self.columns
        return None if cannot else super().open(candles)

    def _options(self) -> dict[str, float]:
        options = msgspec.structs.asdict(self)
        return {k: v.code if isinstance(v, AverageType) else v for k, v in options.items()}


@cache
def talib_types() -> Mapping[str, type[TalibIndicator]]:
    """Every function of the library by name, in alphabetical order."""
    names = talib_library.function_names()
    return MappingProxyType({name: _indicator_type(talib_library.describe(name)) for name in names})


def _indicator_type(function: Function) -> type[TalibIndicator]:
    # Kinds of average go last, so that STOCH(14,3,3) means what everybody writes it for.
    options = sorted(function.options, key=lambda o: o.kind is OptionKind.AVERAGE)
    made: Any = msgspec.defstruct(
        function.name,
        [_field(option) for option in options],
        bases=(TalibIndicator,),
        module=__name__,
        frozen=True,
        namespace={
            "name": function.name,
            "title": function.title,
            "group": function.group,
            "outputs": tuple(function.outputs),
            "label_fields": sum(o.kind is not OptionKind.AVERAGE for o in options),
            "anchored": _is_anchored(function),
            "closed_only": function.group == PATTERNS,
            "columns": function.inputs,
            "drawn": tuple(_plots(function)),
        },
    )
    return made  # type: ignore[no-any-return]


def _field(option: Option) -> tuple[str, Any, object]:
    meta = Meta(title=option.title, description=option.help)
    if option.kind is OptionKind.AVERAGE:
        return option.name, Annotated[AverageType, meta], AverageType(int(option.default))
    meta = Meta(title=option.title, description=option.help, ge=option.minimum, le=option.maximum)
    kind = int if option.kind is OptionKind.INTEGER else float
    return option.name, Annotated[kind, meta], kind(option.default)


def _is_anchored(function: Function) -> bool:
    counts_from_start = "Output is path-dependent" in function.flags or function.name in POSITIONS
    return counts_from_start and function.name not in talib_memory.SMOOTHED


def _plots(function: Function) -> Iterator[Plot]:
    for output, flags in function.outputs.items():
        if function.group == PATTERNS:
            yield Marks(output)
        elif "Histogram" in flags:
            yield Histogram(output)
        else:
            yield Line(output, _pane(function, output), dashed="Dashed Line" in flags)
    yield from _band(function)


def _band(function: Function) -> Iterator[Fill]:
    """The ground between outputs that are nothing but an upper and a lower limit."""
    limits = {next(iter(f)): o for o, f in function.outputs.items() if len(f) == 1}
    upper, lower = limits.get(UPPER_LIMIT), limits.get(LOWER_LIMIT)
    if upper is not None and lower is not None:
        yield Fill(upper, lower, _pane(function, upper))


def _pane(function: Function, output: str) -> Pane:
    like_input = "Output scale same as input" in function.flags
    on_price = like_input and (function.name, output) not in NOT_PRICES
    return Pane.PRICE if on_price else Pane.OWN
