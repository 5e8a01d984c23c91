"""Conditions: the language of rules, such as ``close crosses above EMA(20) and RSI(14) < 60``.

    condition  = all { "or" all }
    all        = single { "and" single }
    single     = "not" single | "(" condition ")" | state [ "for" number "bars" ]
    state      = value relation value | value [ "is" ] "between" value "and" value
    relation   = [ "is" ] ( "above" | "below" ) | ">" | "<" | ">=" | "<="
               | "crosses" [ "above" | "below" ]
    value      = number | "open" | "high" | "low" | "close" | "volume" | indicator [ "." output ]

Conditions are true, false, or None where a value is not known yet; ``and``, ``or`` and ``not``
treat None as "may be either". They are about closed candles. The change in percent over n candles
is the indicator ROC(n).
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from thebot_desktop.analysis.condition_nodes import (
    And,
    Between,
    Column,
    Comparison,
    Lasting,
    Node,
    Not,
    Or,
    Relation,
    Value,
    ValuesOf,
)
from thebot_desktop.analysis.expressions import Catalogue, IndicatorOutput, read_output
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.tokens import (
    LONGEST,
    ExpressionError,
    TokenKind,
    Tokens,
    fail,
    unknown,
)
from thebot_desktop.domain.market import Candles

DEEPEST = 50
"""How many parentheses and negations may be inside each other."""

MOST_BARS = 1000
"""So long a state may be asked to have lasted."""
_WORDS = ("and", "or", "not", "is", "above", "below", "crosses", "between", "for", "bars")
_COLUMNS = tuple(column.value for column in Column)
_RELATIONS = MappingProxyType(
    {
        ">": Relation.ABOVE,
        "<": Relation.BELOW,
        ">=": Relation.AT_LEAST,
        "<=": Relation.AT_MOST,
        "above": Relation.ABOVE,
        "below": Relation.BELOW,
    }
)


class Condition:
    """A condition that has been read, or built, and found good.

    Not a Struct: in files it is its text, which ``condition_hooks`` read and write.
    """

    __slots__ = ("root",)

    def __init__(self, root: Node) -> None:
        self.root = root

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.root == other.root

    def __hash__(self) -> int:
        return hash(self.root)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    @property
    def text(self) -> str:
        """As one writes it; ``parse_condition`` makes an equal condition of it."""
        return self.root.text

    @property
    def sentence(self) -> str:
        """In plain words."""
        return self.root.sentence

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """What must be computed for it, each once, in the order it is written."""
        used = (v.indicator for v in self.root.values() if isinstance(v, IndicatorOutput))
        return tuple(dict.fromkeys(used))

    def fired(self, candles: Candles, most: int) -> list[int]:
        """Which of the newest ``most`` closed candles made it true, as indexes, oldest first."""
        values = {i: i.compute(candles) for i in self.indicators}
        fired = []
        for at in range(max(0, len(candles) - most), len(candles)):
            back = len(candles) - 1 - at
            if self._turned(candles, values.get, back):
                fired.append(at)
        return fired

    def truth(self, candles: Candles) -> bool | None:
        """Whether it is true at the newest of closed candles; computes what it needs."""
        values = {i: i.compute(candles) for i in self.indicators}
        return self.holds(candles, values.get)

    def holds(self, candles: Candles, values_of: ValuesOf) -> bool | None:
        """Whether it is true at the newest candle, None while that is not known."""
        return self.root.holds(candles, values_of, 0)

    def becomes_true(self, candles: Candles, values_of: ValuesOf) -> bool:
        """Whether the newest candle made it true: it holds, and did not one candle before.

        An event needs no look back: two in a row are two. A state of which nothing is known
        one candle before has not been seen to change.
        """
        return self._turned(candles, values_of, 0)

    def _turned(self, candles: Candles, values_of: ValuesOf, back: int) -> bool:
        if not self.root.holds(candles, values_of, back):
            return False
        return self.root.momentary or self.root.holds(candles, values_of, back + 1) is False


def parse_condition(text: str, catalogue: Catalogue) -> Condition:
    """The condition that ``text`` says. Raises InputError with a sentence and the place."""
    tokens = Tokens(text)
    condition = Condition(_read_any(tokens, catalogue, 0))
    tokens.end()
    if len(condition.text) > LONGEST:
        raise ExpressionError(f"The condition is longer than {LONGEST:,} characters.", LONGEST)
    return condition


def condition_hooks(
    catalogue: Catalogue,
) -> tuple[Callable[[object], object], Callable[[type, object], object]]:
    """msgspec's ``enc_hook`` and ``dec_hook`` for documents that hold conditions."""

    def encode(value: object) -> object:
        if isinstance(value, Condition):
            return value.text
        raise NotImplementedError(f"no text form of {type(value)}")

    def decode(kind: type, value: object) -> object:
        if kind is Condition and isinstance(value, str):
            return parse_condition(value, catalogue)
        raise NotImplementedError(f"no text form of {kind}")

    return encode, decode


def _read_any(tokens: Tokens, catalogue: Catalogue, depth: int) -> Node:
    parts = [_read_all(tokens, catalogue, depth)]
    while tokens.accept("or"):
        parts.append(_read_all(tokens, catalogue, depth))
    return Or(tuple(parts)) if len(parts) > 1 else parts[0]


def _read_all(tokens: Tokens, catalogue: Catalogue, depth: int) -> Node:
    parts = [_read_single(tokens, catalogue, depth)]
    while tokens.accept("and"):
        parts.append(_read_single(tokens, catalogue, depth))
    return And(tuple(parts)) if len(parts) > 1 else parts[0]


def _read_single(tokens: Tokens, catalogue: Catalogue, depth: int) -> Node:
    if depth > DEEPEST:
        fail(f"more than {DEEPEST} parentheses are open", tokens.next)
    if tokens.accept("not"):
        return Not(_read_single(tokens, catalogue, depth + 1))
    if tokens.accept("("):
        inside = _read_any(tokens, catalogue, depth + 1)
        tokens.expect(")")
        return inside
    state = _read_state(tokens, catalogue)
    return _lasting(state, tokens) if tokens.next.word == "for" else state


def _lasting(state: Comparison | Between, tokens: Tokens) -> Lasting:
    start = tokens.take()
    if state.momentary:
        fail("a crossing lasts no longer than a bar", start)
    token = tokens.next
    bars = tokens.number()
    if not isinstance(bars, int) or not 1 <= bars <= MOST_BARS:
        fail(f"expected a whole number from 1 to {MOST_BARS:,}", token)
    if not tokens.accept("bars", "bar"):
        fail(f"expected “bars” instead of {tokens.next.shown}", tokens.next)
    return Lasting(state, bars)


def parse_value(text: str, catalogue: Catalogue) -> Value:
    """A number, a price or an indicator's output. Raises InputError with a sentence."""
    tokens = Tokens(text)
    value = _read_value(tokens, catalogue)
    tokens.end()
    return value


def _read_state(tokens: Tokens, catalogue: Catalogue) -> Comparison | Between:
    start = tokens.next
    left = _read_value(tokens, catalogue)
    if tokens.next.word == "between" or (
        tokens.next.word == "is" and tokens.after_next.word == "between"
    ):
        return _read_between(left, tokens, catalogue)
    relation = _read_relation(tokens)
    right = _read_value(tokens, catalogue)
    if isinstance(left, float) and isinstance(right, float):
        fail("two numbers always compare the same", start)
    return Comparison(left, relation, right)


def _read_between(value: Value, tokens: Tokens, catalogue: Catalogue) -> Between:
    tokens.accept("is")
    start = tokens.take()
    low = _read_value(tokens, catalogue)
    tokens.expect("and")
    found = Between(value, low, _read_value(tokens, catalogue))
    if all(isinstance(each, float) for each in found.values()):
        fail("three numbers always compare the same", start)
    return found


def _read_relation(tokens: Tokens) -> Relation:
    tokens.accept("is")
    token = tokens.take()
    if token.word == "crosses":
        direction = tokens.accept("above", "below")
        return Relation(f"crosses {direction.word}" if direction else "crosses")
    return _RELATIONS.get(token.word) or fail(
        f"expected above, below, crosses, between, >, <, >= or <= instead of {token.shown}", token
    )


def _read_value(tokens: Tokens, catalogue: Catalogue) -> Value:
    token = tokens.next
    if token.kind is TokenKind.END or token.word in _WORDS:
        after = f" after “{tokens.behind}”" if tokens.behind else ""
        fail(f"expected a price, an indicator or a number{after}", token)
    if token.kind is not TokenKind.NAME:
        return float(tokens.number())
    if token.word in _COLUMNS:
        return Column(tokens.take().word)
    if token.text.upper() not in catalogue:
        unknown("value", token, [*_COLUMNS, *catalogue])
    return read_output(tokens, catalogue)
