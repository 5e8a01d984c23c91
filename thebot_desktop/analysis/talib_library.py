"""TA-Lib: the one place that imports it, and what its own description of a function says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import cache
from typing import Any, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Let imports inside fail to find ``names``; whoever has them loaded keeps them.

    TA-Lib imports pandas and polars where they are installed, only to accept their series: half
    a second and forty megabytes for what we never give it.
    """
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules.update(before)


with _hidden("pandas", "polars"):
    import talib as _talib
    from talib import _ta_lib, abstract, stream

_library: Any = _talib
_option_info: Any = vars(_ta_lib)["_ta_getOptInputParameterInfo"]

LARGEST_PERIOD = 100_000
"""No TA-Lib function takes a longer one."""
ENDLESS = 1e30
"""A real parameter that may be this large has no limit worth a word."""
REAL_LIMITS = (0.0, 0.01, 0.99, 1.0, 100.0)
"""Where the ranges of real parameters end, if they do. The wrapper does not tell: we ask."""


class AverageType(Enum):
    """The kinds of moving average TA-Lib knows, without its words for "none" and "default"."""

    SMA = "SMA"
    EMA = "EMA"
    WMA = "WMA"
    DEMA = "DEMA"
    TEMA = "TEMA"
    TRIMA = "TRIMA"
    KAMA = "KAMA"
    MAMA = "MAMA"
    T3 = "T3"
    HMA = "HMA"
    ZLEMA = "ZLEMA"
    RMA = "RMA"

    @property
    def code(self) -> int:
        """The library's number for it."""
        return int(getattr(_library.MA_Type, self.name))

    @classmethod
    def _missing_(cls, value: object) -> AverageType | None:
        """Also found by the library's number."""
        return next((kind for kind in cls if kind.code == value), None)


class OptionKind(Enum):
    REAL = 0
    INTEGER = 2
    AVERAGE = 3
    """One of the kinds of moving average."""


class Option(Struct, frozen=True):
    """One optional input of a function, as the library describes it."""

    name: str
    title: str
    help: str
    kind: OptionKind
    default: float
    minimum: float | None = None
    maximum: float | None = None


class Function(Struct, frozen=True):
    """One function, as the library describes it. Inputs are columns of candles, in call order."""

    name: str
    title: str
    group: str
    flags: frozenset[str]
    inputs: tuple[str, ...]
    options: tuple[Option, ...]
    outputs: Mapping[str, frozenset[str]]


def function_names() -> list[str]:
    return sorted(_library.get_functions())


def describe(name: str) -> Function:
    """What the library says about the function; ranges are found by asking what it accepts."""
    info = _described(name).info
    options = [_option_info(name.encode(), i) for i in range(len(info["parameters"]))]
    defaults = {option["name"]: option["default_value"] for option in options}
    return Function(
        name=name,
        title=info["display_name"],
        group=info["group"],
        flags=frozenset(info["function_flags"] or ()),
        inputs=tuple(_columns(info["input_names"].values())),
        options=tuple(_option(name, defaults, option) for option in options),
        outputs={o: frozenset(flags) for o, flags in info["output_flags"].items()},
    )


def call(
    name: str, inputs: tuple[FloatArray, ...], options: Mapping[str, float]
) -> tuple[FloatArray, ...]:
    """The outputs of the function, as long as ``inputs``; options it refuses raise."""
    function: Callable[..., Any] = getattr(_library, name)
    columns = (np.ascontiguousarray(values, dtype=np.float64) for values in inputs)
    return _outputs(name, options, function(*columns, **options))


def running_sum(values: FloatArray) -> FloatArray:
    """Each value added to those before it, one by one; several times as fast as in numpy."""
    sums: FloatArray = _library.CUMSUM(values)
    return sums


class Handle(Protocol):
    """A function of the library carried forward; answers a number, or a tuple of them."""

    value: Any
    """What it found for the last closed candle."""

    def update(self, *inputs: float) -> Any:  # noqa: ANN401 - depends on the function
        """The value of one more closed candle."""
        ...

    def peek(self, *inputs: float) -> Any:  # noqa: ANN401 - depends on the function
        """What ``update`` would answer; changes nothing."""
        ...


def open_handle(
    name: str, inputs: tuple[FloatArray, ...], options: Mapping[str, float]
) -> tuple[Handle, tuple[FloatArray, ...]] | None:
    """A handle after ``inputs``, and the outputs over them; None if they are too few.

    Its values are those of ``call`` bit for bit, at a cost that does not depend on the length.
    """
    columns = (np.ascontiguousarray(values, dtype=np.float64) for values in inputs)
    try:
        handle, found = getattr(stream, name).open_and_fill(*columns, **options)
    except _library.InsufficientHistory:
        return None
    return handle, _outputs(name, options, found)


def first_index(name: str, options: Mapping[str, float]) -> int:
    """Index of the first value with these options; negative if the library refuses them."""
    function = _described(name)
    function.set_parameters(dict(options))
    return int(function.lookback)


def _outputs(name: str, options: Mapping[str, float], found: Any) -> tuple[FloatArray, ...]:  # noqa: ANN401 - an array or some
    """Outputs that are whole numbers come with zeros where there is no value yet."""
    outputs = tuple(found) if isinstance(found, tuple | list) else (found,)
    return tuple(
        values if values.dtype == np.float64 else _as_floats(values, first_index(name, options))
        for values in outputs
    )


def _as_floats(values: NDArray[Any], first: int) -> FloatArray:
    floats = values.astype(np.float64)
    floats[:first] = np.nan
    return floats


@cache
def _described(name: str) -> Any:  # noqa: ANN401 - the wrapper has no types
    return vars(abstract)["Function"](name)


def _columns(inputs: Any) -> Iterator[str]:  # noqa: ANN401
    for columns in inputs:
        yield from [columns] if isinstance(columns, str) else columns


def _option(name: str, defaults: dict[str, float], info: Mapping[str, Any]) -> Option:
    kind = OptionKind(info["type"])
    found = Option(info["name"], info["display_name"], info["help"], kind, defaults[info["name"]])
    if kind is OptionKind.AVERAGE:
        return found
    low, high = _range(name, defaults, found)
    return Option(found.name, found.title, found.help, kind, found.default, low, high)


def _range(
    name: str, defaults: dict[str, float], option: Option
) -> tuple[float | None, float | None]:
    def accepts(value: float) -> bool:
        return first_index(name, {**defaults, option.name: value}) >= 0

    if option.kind is OptionKind.INTEGER:
        return next(n for n in range(LARGEST_PERIOD) if accepts(n)), LARGEST_PERIOD
    low = None if accepts(-ENDLESS) else min(filter(accepts, REAL_LIMITS))
    high = None if accepts(ENDLESS) else max(filter(accepts, REAL_LIMITS))
    return low, high
