"""Numbers as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.analysis.wording import exact, readable, short
from thebot_desktop.domain.signals import Strength


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_exact_text_reads_back_as_the_same_number(value):
    """No digit is lost and none is added."""
    assert float(exact(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (14, "14"), (0.02, "0.02"), (-3.5, "-3.5"), (Strength.VERY_STRONG, "very strong")],
)
def test_whole_numbers_need_no_point_and_choices_go_by_their_value(value, text):
    """A parameter is shown as one would type it."""
    assert exact(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (70400.0, "70,400"),
        (70400.5, "70,400.5"),
        (1e-07, "0.0000001"),
        (1.5e22, "15,000,000,000,000,000,000,000"),
        (-1234.25, "-1,234.25"),
    ],
)
def test_people_see_thousands_and_no_exponent(value, text):
    """Sentences hold prices as people write them."""
    assert readable(value) == text


def test_a_computed_price_has_as_many_digits_as_one_reads():
    """Six of them, more only before the point."""
    assert short(70_123.456789) == "70,123.5"
    assert short(100.0) == "100"
    assert short(0.0000123456789) == "0.0000123457"
    assert short(1_234_567.8) == "1,234,568"
    assert short(0.0) == "0"
