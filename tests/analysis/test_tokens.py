"""Words, numbers and signs of what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.analysis.tokens import LONGEST, ExpressionError, TokenKind, Tokens
from thebot_desktop.domain.errors import InputError


def _all(text):
    tokens = Tokens(text)
    found = []
    while tokens.next.kind is not TokenKind.END:
        found.append(tokens.take().text)
    return found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("  \t\n ", []),
        (
            "MACD(12, 26,9 ).macdhist",
            ["MACD", "(", "12", ",", "26", ",", "9", ")", ".", "macdhist"],
        ),
        ("close>=1.5e-3", ["close", ">=", "1.5e-3"]),
        ("a<.5", ["a", "<", ".5"]),
    ],
)
def test_space_separates_nothing_but_words(text, parts):
    """It may stand anywhere, or be left out."""
    assert _all(text) == parts


@pytest.mark.parametrize(
    ("text", "value"), [("14", 14), ("-5", -5), ("+.5", 0.5), ("1e3", 1000.0), ("2.0", 2.0)]
)
def test_numbers_may_have_a_sign_a_point_and_an_exponent(text, value):
    """Whole numbers stay whole."""
    number = Tokens(text).number()
    assert number == value
    assert type(number) is type(value)


@pytest.mark.parametrize("text", ["1e999", "x", "", "-", "("])
def test_what_is_no_finite_number_is_refused(text):
    """With a sentence."""
    with pytest.raises(ExpressionError):
        Tokens(text).number()


def test_an_error_names_the_place():
    """For a person counted from 1, for a program from 0."""
    with pytest.raises(InputError) as refused:
        Tokens("RSI  §")
    assert refused.value.position == 5
    assert refused.value.user_message == "“§” has no meaning here (at character 6)."


def test_a_text_nobody_types_is_refused_at_once():
    """Before any of it is read."""
    with pytest.raises(ExpressionError, match="2,000"):
        Tokens("a" * (LONGEST + 1))


@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused_with_a_place_inside_it(text):
    """Nothing else is ever raised."""
    refused = _refusal(text)
    assert refused is None or 0 <= refused.position <= len(text)
    assert refused is None or refused.user_message.endswith(".")


def _refusal(text):
    try:
        _all(text)
    except ExpressionError as refused:
        return refused
    return None
