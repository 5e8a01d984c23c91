"""Indicators that are made of TA-Lib functions, each candle from the same candle's values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.analysis.talib_library import Handle
from thebot_desktop.domain.market import Candles, FloatArray

Found: TypeAlias = Any
"""What functions find: arrays over a history, or one number each for one candle."""

_Ask: TypeAlias = tuple[Callable[..., Any], tuple[FloatArray, ...]]
"""A method of a handle, and the columns it reads."""


class Call(Struct, frozen=True):
    """One function of the library on columns of the candles, or ``periods``: the dominant cycle."""

    function: str
    columns: tuple[str, ...]
    options: Mapping[str, float]

    def inputs(self, candles: Candles) -> tuple[FloatArray, ...]:
        return tuple(_column(candles, column) for column in self.columns)


class FunctionIndicator(Indicator, frozen=True):
    """Tells its formula once, for a whole history and for one candle after the other."""

    @property
    @abstractmethod
    def calls(self) -> tuple[Call, ...]:
        """The functions it is made of."""
        raise NotImplementedError

    def combine(self, *found: Found) -> tuple[Found, ...]:
        """The outputs in order, from what the calls found in order: arrays, or all numbers."""
        return found

    def compute(self, candles: Candles) -> Values:
        found: list[FloatArray] = []
        for call in self.calls:
            found += talib_library.call(call.function, call.inputs(candles), call.options)
        return dict(zip(self.outputs, self.combine(*found), strict=True))

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        handles: list[tuple[Handle, tuple[str, ...]]] = []
        found: list[FloatArray] = []
        for call in self.calls:
            opened = talib_library.open_handle(call.function, call.inputs(candles), call.options)
            if opened is None:
                return None
            handles.append((opened[0], call.columns))
            found += opened[1]
        values = dict(zip(self.outputs, self.combine(*found), strict=True))
        return FunctionStream(self, tuple(handles)), values


class FunctionStream:
    """The handles of one FunctionIndicator, each with the columns it reads."""

    def __init__(
        self, indicator: FunctionIndicator, handles: tuple[tuple[Handle, tuple[str, ...]], ...]
    ) -> None:
        self._combine = indicator.combine
        self._handles = handles
        self._candles: Candles | None = None
        self._peeks: tuple[_Ask, ...] = ()

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self._combine(*_answers(self._asks("update", candles), at))

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        # Looked up once per view: a price moves many times in one.
        if candles is not self._candles:
            self._candles, self._peeks = candles, self._asks("peek", candles)
        return self._combine(*_answers(self._peeks, at))

    def _asks(self, method: str, candles: Candles) -> tuple[_Ask, ...]:
        return tuple(
            (getattr(handle, method), tuple(_column(candles, name) for name in columns))
            for handle, columns in self._handles
        )


def _answers(asks: tuple[_Ask, ...], at: int) -> list[float]:
    found: list[float] = []
    for ask, columns in asks:
        value = ask(*[column[at] for column in columns])
        if isinstance(value, tuple):
            found += value
        else:
            found.append(value)
    return found


def _column(candles: Candles, column: str) -> FloatArray:
    if column == "periods":
        return talib_library.call("HT_DCPERIOD", (candles.close,), {})[0]
    values: FloatArray = getattr(candles, column)
    return values
