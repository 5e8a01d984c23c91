"""Conditions: the language of rules, such as ``close crosses above EMA(20) and RSI(14) < 60``.

    condition  = all { "or" all }
    all        = single { "and" single }
    single     = "not" single | "(" condition ")" | comparison
    comparison = value relation value
    relation   = [ "is" ] ( "above" | "below" ) | ">" | "<" | ">=" | "<="
               | "crosses" [ "above" | "below" ]
    value      = number | "open" | "high" | "low" | "close" | "volume" | indicator [ "." output ]

Conditions are true, false, or None where a value is not known yet; ``and``, ``or`` and ``not``
treat None as "may be either". They are about closed candles.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from thebot_desktop.analysis.condition_nodes import (
    And,
    Column,
    Comparison,
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

_WORDS = ("and", "or", "not", "is", "above", "below", "crosses")
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
        values = (v for c in self.root.comparisons() for v in (c.left, c.right))
        used = (v.indicator for v in values if isinstance(v, IndicatorOutput))
        return tuple(dict.fromkeys(used))

    def holds(self, candles: Candles, values_of: ValuesOf) -> bool | None:
        """Whether it is true at the newest candle, None while that is not known."""
        return self.root.holds(candles, values_of, 0)

    def becomes_true(self, candles: Candles, values_of: ValuesOf) -> bool:
        """Whether the newest candle made it true: it holds, and did not one candle before.

        An event needs no look back: two in a row are two. A state of which nothing is known
        one candle before has not been seen to change.
        """
        if not self.holds(candles, values_of):
            return False
        return self.root.momentary or self.root.holds(candles, values_of, 1) is False


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
    return _read_comparison(tokens, catalogue)


def _read_comparison(tokens: Tokens, catalogue: Catalogue) -> Comparison:
    start = tokens.next
    left = _read_value(tokens, catalogue)
    relation = _read_relation(tokens)
    right = _read_value(tokens, catalogue)
    if isinstance(left, float) and isinstance(right, float):
        fail("two numbers always compare the same", start)
    return Comparison(left, relation, right)


def _read_relation(tokens: Tokens) -> Relation:
    tokens.accept("is")
    token = tokens.take()
    if token.word == "crosses":
        direction = tokens.accept("above", "below")
        return Relation(f"crosses {direction.word}" if direction else "crosses")
    return _RELATIONS.get(token.word) or fail(
        f"expected above, below, crosses, >, <, >= or <= instead of {token.shown}", token
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
