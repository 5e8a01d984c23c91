"""Conditions: the language of rules, such as ``close crosses above EMA(20) and RSI(14) < 60``.

    condition  = all { "or" all }
    all        = single { "and" single }
    single     = "not" single | "(" condition ")" | state [ "for" number "bars" ]
    state      = value relation value | value [ "is" ] "between" value "and" value
    relation   = [ "is" ] ( "above" | "below" ) | ">" | "<" | ">=" | "<="
               | "crosses" [ "above" | "below" ]
    value      = number | [ symbol ":" ] own [ "@" interval ] | [ symbol ":" ] fact
    own        = "open" | "high" | "low" | "close" | "volume" | indicator [ "." output ]
    fact       = "spread" | "news_sentiment" | "market_sentiment" | "minutes_to_event"
               | "fear_greed"

``ETHUSDT:RSI(14)@4h`` is of another series; without a symbol or an interval it is of the
condition's own. What it is worth at a candle says ``analysis/sight.py``, what facts are
``analysis/facts.py``.

Conditions are true, false, or None where a value is not known yet; ``and``, ``or`` and ``not``
treat None as "may be either". They are about closed candles. The change in percent over n candles
is the indicator ROC(n).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

from thebot_desktop.analysis.condition_nodes import (
    And,
    Between,
    Comparison,
    Lasting,
    Node,
    Not,
    Or,
    Relation,
)
from thebot_desktop.analysis.expressions import Catalogue, IndicatorOutput, read_output
from thebot_desktop.analysis.facts import FactName, FactOf
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.sight import Around, Column, OtherValue, Sight, Value, ValuesOf
from thebot_desktop.analysis.tokens import (
    LONGEST,
    ExpressionError,
    Token,
    TokenKind,
    Tokens,
    fail,
    unknown,
)
from thebot_desktop.domain.market import Candles, Interval, Symbol

DEEPEST = 50
"""How many parentheses and negations may be inside each other."""

MOST_BARS = 1000
"""So long a state may be asked to have lasted."""
_WORDS = ("and", "or", "not", "is", "above", "below", "crosses", "between", "for", "bars")
_COLUMNS = tuple(column.value for column in Column)
_FACTS = tuple(fact.value for fact in FactName)
LONGEST_SYMBOL = 32
_INTERVALS = MappingProxyType(
    {i.value.lower(): i.value for i in Interval if i is not Interval.MO1}
    | {i.value: i.value for i in Interval}
)
"""In either case, but for the month and the minute."""
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

    __slots__ = ("_others", "root")

    def __init__(self, root: Node) -> None:
        self.root = root
        found = (other for value in root.values() for other in _others_of(value))
        self._others = tuple(dict.fromkeys(found))

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

    @property
    def facts(self) -> tuple[FactOf, ...]:
        """What it asks for that is of no candles, each once."""
        return tuple(dict.fromkeys(v for v in self.root.values() if isinstance(v, FactOf)))

    @property
    def others(self) -> tuple[tuple[Symbol | None, Interval | None], ...]:
        """Symbol and interval of other series it looks at; None as in its own."""
        return self._others

    def fired(self, candles: Candles, most: int, around: Around | None = None) -> list[int]:
        """Which of the newest ``most`` closed candles made it true, as indexes, oldest first."""
        values = {i: i.compute(candles) for i in self.indicators}
        sight = Sight(candles, values.get, around)
        start = max(0, len(candles) - most)
        return [
            at for at in range(start, len(candles)) if self._turned(sight, len(candles) - 1 - at)
        ]

    def truth(self, candles: Candles, around: Around | None = None) -> bool | None:
        """Whether it is true at the newest of closed candles; computes what it needs."""
        values = {i: i.compute(candles) for i in self.indicators}
        return self.holds(candles, values.get, around)

    def holds(
        self, candles: Candles, values_of: ValuesOf, around: Around | None = None
    ) -> bool | None:
        """Whether it is true at the newest candle, None while that is not known.

        Without ``around`` nothing is known but the candles.
        """
        return self.root.holds(Sight(candles, values_of, around), 0)

    def becomes_true(
        self, candles: Candles, values_of: ValuesOf, around: Around | None = None
    ) -> bool:
        """Whether the newest candle made it true: it holds, and did not one candle before.

        An event needs no look back: two in a row are two. A state of which nothing is known
        one candle before has not been seen to change.
        """
        return self._turned(Sight(candles, values_of, around), 0)

    def seen(self, candles: Candles, around: Around) -> tuple[tuple[str, float], ...]:
        """What was looked at beside its own candles and their indicators, as it is written."""
        sight = Sight(candles, _no_values, around)
        looked = dict.fromkeys(v for v in self.root.values() if isinstance(v, OtherValue | FactOf))
        return tuple((value.text, sight.value(value, 0)) for value in looked)

    def _turned(self, sight: Sight, back: int) -> bool:
        if not self.root.holds(sight, back):
            return False
        return self.root.momentary or self.root.holds(sight, back + 1) is False


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
    symbol = _read_symbol(tokens) if tokens.prefixed else None
    if symbol is None and token.kind is not TokenKind.NAME:
        return float(tokens.number())
    if tokens.next.word in _FACTS:
        return _read_fact(tokens, symbol)
    value = _read_own(tokens, catalogue)
    interval = _read_interval(tokens) if tokens.accept("@") else None
    if symbol is None and interval is None:
        return value
    return OtherValue(value, symbol, interval)


def _read_symbol(tokens: Tokens) -> Symbol:
    word = tokens.word("a symbol")
    tokens.expect(":")
    name = word.text.upper()
    if len(name) > LONGEST_SYMBOL or not name.isalnum():
        fail(f"{word.shown} is not a symbol such as BTCUSDT", word)
    return Symbol(name)


def _read_own(tokens: Tokens, catalogue: Catalogue) -> Column | IndicatorOutput:
    token = tokens.name("a price or an indicator", take=False)
    if token.word in _COLUMNS:
        return Column(tokens.take().word)
    if token.text.upper() not in catalogue:
        unknown("value", token, [*_COLUMNS, *_FACTS, *catalogue])
    return read_output(tokens, catalogue)


def _read_fact(tokens: Tokens, symbol: Symbol | None) -> FactOf:
    token = tokens.take()
    fact = FactName(token.word)
    if symbol is not None and not fact.of_symbol:
        fail(f"{token.shown} is about no symbol: leave out “{symbol}:”", token)
    if tokens.next.text == "@":
        fail(f"{token.shown} has no interval", tokens.next)
    return FactOf(fact, symbol)


def _read_interval(tokens: Tokens) -> Interval:
    word: Token = tokens.word("an interval such as 4h")
    found = _INTERVALS.get(word.text) or _INTERVALS.get(word.word)
    if found is None:
        names = ", ".join(interval.value for interval in Interval)
        fail(f"{word.shown} is no interval. There are {names}", word)
    return Interval(found)


def _others_of(value: Value) -> Iterator[tuple[Symbol | None, Interval | None]]:
    """What series are looked at for ``value``; facts about a symbol come with its candles."""
    if isinstance(value, OtherValue):
        yield value.symbol, value.interval
        if isinstance(value.value, IndicatorOutput):
            yield from ((other, value.interval) for other in value.value.indicator.others)
    elif isinstance(value, IndicatorOutput):
        yield from ((other, None) for other in value.indicator.others)
    elif isinstance(value, FactOf) and value.symbol is not None:
        yield value.symbol, None


def _no_values(_indicator: Indicator) -> Values | None:
    return None
