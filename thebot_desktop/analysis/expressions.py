"""Indicators as one writes them: ``RSI(14)``, ``MACD(12,26,9).macdhist``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec
from msgspec import Struct

from thebot_desktop.analysis.indicator import Indicator, Parameter, parameters_of
from thebot_desktop.analysis.tokens import Token, TokenKind, Tokens, fail, unknown
from thebot_desktop.analysis.wording import exact, readable
from thebot_desktop.domain.errors import InputError

Catalogue = Mapping[str, type[Indicator]]


class IndicatorOutput(Struct, frozen=True):
    """One output of one indicator."""

    indicator: Indicator
    output: str

    @property
    def text(self) -> str:
        """As one writes it; the only output of an indicator need not be named."""
        label = self.indicator.label
        return label if len(self.indicator.outputs) == 1 else f"{label}.{self.output}"


def parse_indicator(text: str, catalogue: Catalogue) -> Indicator:
    """The indicator that ``text`` names; the opposite of ``Indicator.label``.

    Raises InputError with a sentence that says what is wrong and where.
    """
    tokens = Tokens(text)
    indicator = read_indicator(tokens, catalogue)
    tokens.end()
    return indicator


def parse_outputs(text: str, catalogue: Catalogue) -> tuple[Indicator, tuple[str, ...]]:
    """The indicator that ``text`` names, and its outputs or the one that is asked for."""
    tokens = Tokens(text)
    indicator = read_indicator(tokens, catalogue)
    outputs = (_read_output(tokens, indicator),) if tokens.next.text == "." else indicator.outputs
    tokens.end()
    return indicator, outputs


def read_output(tokens: Tokens, catalogue: Catalogue) -> IndicatorOutput:
    """Read an indicator and the output meant; one with several needs it named."""
    start = tokens.next
    indicator = read_indicator(tokens, catalogue)
    if tokens.next.text == ".":
        return IndicatorOutput(indicator, _read_output(tokens, indicator))
    if len(indicator.outputs) > 1:
        choices = " or ".join(f"{indicator.label}.{o}" for o in indicator.outputs)
        fail(f"{indicator.name} has several outputs: write {choices}", start)
    return IndicatorOutput(indicator, indicator.outputs[0])


def read_indicator(tokens: Tokens, catalogue: Catalogue) -> Indicator:
    """Read name and parameters, and leave what follows to the caller."""
    name = tokens.name("the name of an indicator")
    kind = catalogue.get(name.text.upper())
    if kind is None:
        unknown("indicator", name, catalogue)
    values = _read_arguments(tokens, kind) if tokens.accept("(") else {}
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as refused:
        cause = refused.__cause__
        fail(cause.user_message if isinstance(cause, InputError) else str(refused), name)


def _read_output(tokens: Tokens, indicator: Indicator) -> str:
    tokens.expect(".")
    word = tokens.name(f"an output of {indicator.name}")
    found = next((o for o in indicator.outputs if o.lower() == word.word), None)
    return found or unknown(f"output of {indicator.name} named", word, indicator.outputs)


def _read_arguments(tokens: Tokens, kind: type[Indicator]) -> dict[str, object]:
    values: dict[str, object] = {}
    parameters = parameters_of(kind)
    if tokens.accept(")"):
        return values
    while True:
        parameter = _next_parameter(tokens, kind, parameters, values)
        values[parameter.name] = _read_value(tokens, kind, parameter)
        if not tokens.accept(","):
            tokens.expect(")")
            return values


def _next_parameter(
    tokens: Tokens,
    kind: type[Indicator],
    parameters: tuple[Parameter, ...],
    read: dict[str, object],
) -> Parameter:
    """The parameter named before the coming ``=``, or else the one whose turn it is."""
    token = tokens.next
    if token.kind is TokenKind.NAME and tokens.after_next.text == "=":
        by_name = {p.name.lower(): p for p in parameters}
        parameter = by_name.get(token.word) or unknown(
            f"parameter of {kind.name} named", token, [p.name for p in parameters]
        )
        if parameter.name in read:
            fail(f"“{parameter.name}” is given twice", token)
        tokens.take()
        tokens.expect("=")
        return parameter
    in_order = [p.name for p in parameters[: len(read)]]
    if in_order != list(read):
        fail("a parameter without a name cannot follow one with a name", token)
    if len(read) == len(parameters):
        fail(f"{kind.name} takes {_count(len(parameters))}", token)
    return parameters[len(read)]


def _count(parameters: int) -> str:
    return f"{parameters or 'no'} parameter{'' if parameters == 1 else 's'}"


def _read_value(tokens: Tokens, kind: type[Indicator], parameter: Parameter) -> object:
    at = tokens.next
    if issubclass(parameter.kind, Enum):
        return _read_choice(tokens.take(), parameter.kind)
    if parameter.kind is str:
        return tokens.word(parameter.title.lower()).text
    value = tokens.number()
    if parameter.kind is int and value != int(value):
        fail(f"{parameter.title} of {kind.name} must be a whole number, not {exact(value)}", at)
    _check_range(kind, parameter, value, at)
    return int(value) if parameter.kind is int else float(value)


def _read_choice(at: Token, choices: type[Enum]) -> object:
    """A choice by its name, or by its number where it has one."""
    for choice in choices:
        if str(choice.value).lower() == at.word:
            return choice.value
    try:
        return choices(int(at.text)).value
    except ValueError:
        fail(f"{at.shown} is none of {', '.join(str(c.value) for c in choices)}", at)


def _check_range(kind: type[Indicator], parameter: Parameter, value: float, at: Token) -> None:
    low, high = parameter.minimum, parameter.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return
    if low is not None and high is not None:
        limits = f"between {readable(low)} and {readable(high)}"
    else:
        limits = (
            f"at least {readable(low)}" if low is not None else f"at most {readable(high or 0)}"
        )
    fail(f"{parameter.title} of {kind.name} must be {limits}, not {exact(value)}", at)
