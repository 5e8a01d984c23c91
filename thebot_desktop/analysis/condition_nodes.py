"""What conditions are made of: comparisons and crossings of values, joined by and, or, not."""

from __future__ import annotations

import math
import operator
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct

from thebot_desktop.analysis.crossing import crosses_above, crosses_below
from thebot_desktop.analysis.facts import FactOf
from thebot_desktop.analysis.sight import OtherValue, Sight, Value, own_text, value_text
from thebot_desktop.analysis.wording import readable


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
    def holds(self, sight: Sight, back: int) -> bool | None:
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

    def holds(self, sight: Sight, back: int) -> bool | None:
        now = self._pair(sight, back)
        before = self._pair(sight, back + 1) if self.momentary else now
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

    def _pair(self, sight: Sight, back: int) -> tuple[float, float]:
        return sight.value(self.left, back), sight.value(self.right, back)


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

    def holds(self, sight: Sight, back: int) -> bool | None:
        value, low, high = (sight.value(v, back) for v in self.values())
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

    def holds(self, sight: Sight, back: int) -> bool | None:
        """Not known while one of the candles is not, unless another one says no."""
        held: bool | None = True
        for earlier in range(self.bars):
            at = self.part.holds(sight, back + earlier)
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

    def holds(self, sight: Sight, back: int) -> bool | None:
        held = self.part.holds(sight, back)
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

    def _held(self, sight: Sight, back: int) -> list[bool | None]:
        return [part.holds(sight, back) for part in self.parts]


class And(Group, frozen=True):
    word: ClassVar[str] = "and"

    @property
    def momentary(self) -> bool:
        return any(part.momentary for part in self.parts)

    @property
    def _kept_apart(self) -> type[Group]:
        return Group

    def holds(self, sight: Sight, back: int) -> bool | None:
        held = self._held(sight, back)
        return False if False in held else None if None in held else True


class Or(Group, frozen=True):
    word: ClassVar[str] = "or"

    @property
    def momentary(self) -> bool:
        return all(part.momentary for part in self.parts)

    @property
    def _kept_apart(self) -> type[Group]:
        return Or

    def holds(self, sight: Sight, back: int) -> bool | None:
        held = self._held(sight, back)
        return True if True in held else None if None in held else False


def _spoken(value: Value) -> str:
    if isinstance(value, float):
        return readable(value)
    return value.sentence if isinstance(value, OtherValue | FactOf) else own_text(value)


def _in_parentheses(text: str, needed: bool) -> str:  # noqa: FBT001
    return f"({text})" if needed else text
