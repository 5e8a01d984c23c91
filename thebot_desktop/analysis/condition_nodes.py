"""What conditions are made of: comparisons and crossings of values, joined by and, or, not."""

from __future__ import annotations

import math
import operator
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from msgspec import Struct

from thebot_desktop.analysis.crossing import crosses_above, crosses_below
from thebot_desktop.analysis.expressions import IndicatorOutput
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.wording import exact, readable
from thebot_desktop.domain.market import Candles, FloatArray

ValuesOf: TypeAlias = Callable[[Indicator], Values | None]
"""What an indicator computed on the same candles, None if it does not work."""


class Relation(Enum):
    """How two values may stand to each other; the value is how it is written."""

    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    CROSSES_ABOVE = "crosses above"
    CROSSES_BELOW = "crosses below"
    CROSSES = "crosses"

    @property
    def spoken(self) -> str:
        """In plain words."""
        return _SPOKEN[self]


_SPOKEN = MappingProxyType(
    {
        Relation.ABOVE: "is above",
        Relation.BELOW: "is below",
        Relation.AT_LEAST: "is at or above",
        Relation.AT_MOST: "is at or below",
        Relation.CROSSES_ABOVE: "crosses above",
        Relation.CROSSES_BELOW: "crosses below",
        Relation.CROSSES: "crosses",
    }
)
_COMPARED: Mapping[Relation, Callable[[float, float], bool]] = MappingProxyType(
    {
        Relation.ABOVE: operator.gt,
        Relation.BELOW: operator.lt,
        Relation.AT_LEAST: operator.ge,
        Relation.AT_MOST: operator.le,
    }
)


class Column(Enum):
    """A column of the candles themselves."""

    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    VOLUME = "volume"


Value: TypeAlias = float | Column | IndicatorOutput


class Node(Struct, frozen=True):
    """A condition or a part of one."""

    @property
    @abstractmethod
    def text(self) -> str:
        """As one writes it; reading it gives an equal node."""
        raise NotImplementedError

    @property
    @abstractmethod
    def sentence(self) -> str:
        """In plain words."""
        raise NotImplementedError

    @property
    @abstractmethod
    def momentary(self) -> bool:
        """Whether it is an event at one candle, as a crossing is, and not a state that lasts."""
        raise NotImplementedError

    @abstractmethod
    def values(self) -> Iterator[Value]:
        """What is looked at in it, from left to right."""
        raise NotImplementedError

    @abstractmethod
    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        """Whether it is true at the candle ``back`` before the newest, None if not known."""
        raise NotImplementedError


class Comparison(Node, frozen=True):
    """Two values and how they must stand to each other."""

    left: Value
    relation: Relation
    right: Value

    @property
    def text(self) -> str:
        return f"{value_text(self.left)} {self.relation.value} {value_text(self.right)}"

    @property
    def sentence(self) -> str:
        return f"{_spoken(self.left)} {self.relation.spoken} {_spoken(self.right)}"

    @property
    def momentary(self) -> bool:
        return self.relation not in _COMPARED

    def values(self) -> Iterator[Value]:
        yield from (self.left, self.right)

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        now = self._pair(candles, values_of, back)
        before = self._pair(candles, values_of, back + 1) if self.momentary else now
        if any(math.isnan(value) for value in (*now, *before)):
            return None
        match self.relation:
            case Relation.CROSSES_ABOVE:
                return crosses_above(*before, *now)
            case Relation.CROSSES_BELOW:
                return crosses_below(*before, *now)
            case Relation.CROSSES:
                return crosses_above(*before, *now) or crosses_below(*before, *now)
            case relation:
                return _COMPARED[relation](*now)

    def _pair(self, candles: Candles, values_of: ValuesOf, back: int) -> tuple[float, float]:
        left = _value_at(self.left, candles, values_of, back)
        return left, _value_at(self.right, candles, values_of, back)


class Between(Node, frozen=True):
    """A value within a range, its ends included."""

    value: Value
    low: Value
    high: Value

    @property
    def text(self) -> str:
        return (
            f"{value_text(self.value)} between {value_text(self.low)} and {value_text(self.high)}"
        )

    @property
    def sentence(self) -> str:
        low, high = _spoken(self.low), _spoken(self.high)
        return f"{_spoken(self.value)} is between {low} and {high}"

    @property
    def momentary(self) -> bool:
        return False

    def values(self) -> Iterator[Value]:
        yield from (self.value, self.low, self.high)

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        value, low, high = (_value_at(v, candles, values_of, back) for v in self.values())
        if any(math.isnan(each) for each in (value, low, high)):
            return None
        return low <= value <= high


class Lasting(Node, frozen=True):
    """A state that has held at so many candles in a row."""

    part: Comparison | Between
    bars: int

    @property
    def text(self) -> str:
        return f"{self.part.text} for {self.bars} bars"

    @property
    def sentence(self) -> str:
        return f"{self.part.sentence} for {self.bars} {'bar' if self.bars == 1 else 'bars'}"

    @property
    def momentary(self) -> bool:
        return False

    def values(self) -> Iterator[Value]:
        yield from self.part.values()

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        """Not known while one of the candles is not, unless another one says no."""
        held: bool | None = True
        for earlier in range(self.bars):
            at = self.part.holds(candles, values_of, back + earlier)
            if at is False:
                return False
            held = None if at is None else held
        return held


class Not(Node, frozen=True):
    part: Node

    @property
    def text(self) -> str:
        return f"not {_in_parentheses(self.part.text, isinstance(self.part, Group))}"

    @property
    def sentence(self) -> str:
        inner = _in_parentheses(self.part.sentence, isinstance(self.part, Group))
        return f"it is not true that {inner}"

    @property
    def momentary(self) -> bool:
        return False

    def values(self) -> Iterator[Value]:
        yield from self.part.values()

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        held = self.part.holds(candles, values_of, back)
        return None if held is None else not held


class Group(Node, frozen=True):
    """Two or more parts joined by one word."""

    word: ClassVar[str]

    parts: tuple[Node, ...]

    @property
    def text(self) -> str:
        return f" {self.word} ".join(
            _in_parentheses(part.text, isinstance(part, self._kept_apart)) for part in self.parts
        )

    @property
    def sentence(self) -> str:
        return f" {self.word} ".join(
            _in_parentheses(part.sentence, isinstance(part, Group)) for part in self.parts
        )

    @property
    @abstractmethod
    def _kept_apart(self) -> type[Group]:
        """Parts that need parentheses because the word would otherwise bind differently."""
        raise NotImplementedError

    def values(self) -> Iterator[Value]:
        for part in self.parts:
            yield from part.values()

    def _held(self, candles: Candles, values_of: ValuesOf, back: int) -> list[bool | None]:
        return [part.holds(candles, values_of, back) for part in self.parts]


class And(Group, frozen=True):
    word: ClassVar[str] = "and"

    @property
    def momentary(self) -> bool:
        return any(part.momentary for part in self.parts)

    @property
    def _kept_apart(self) -> type[Group]:
        return Group

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        held = self._held(candles, values_of, back)
        return False if False in held else None if None in held else True


class Or(Group, frozen=True):
    word: ClassVar[str] = "or"

    @property
    def momentary(self) -> bool:
        return all(part.momentary for part in self.parts)

    @property
    def _kept_apart(self) -> type[Group]:
        return Or

    def holds(self, candles: Candles, values_of: ValuesOf, back: int) -> bool | None:
        held = self._held(candles, values_of, back)
        return True if True in held else None if None in held else False


def _value_at(value: Value, candles: Candles, values_of: ValuesOf, back: int) -> float:
    """``value`` at the candle ``back`` before the newest; NaN where there is none."""
    if isinstance(value, float):
        return value
    if isinstance(value, Column):
        column: FloatArray = getattr(candles, value.value)
    else:
        values = values_of(value.indicator)
        if values is None:
            return math.nan
        column = values[value.output]
    return float(column[-1 - back]) if len(column) > back else math.nan


def value_text(value: Value) -> str:
    """As one writes it; reading it gives an equal value."""
    return value.text if isinstance(value, IndicatorOutput) else exact(value)


def _spoken(value: Value) -> str:
    return readable(value) if isinstance(value, float) else value_text(value)


def _in_parentheses(text: str, needed: bool) -> str:  # noqa: FBT001
    return f"({text})" if needed else text
