"""Numbers and times on screen."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QLocale

from thebot_desktop.ui import formatting as f


@pytest.fixture(autouse=True)
def plain_english():
    """Separators as in English, whatever the machine says."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("tick_size", "decimals"),
    [(0.01, 2), (1.0, 0), (0.1, 1), (0.00000001, 8), (0.0005, 4), (0.25, 2), (10.0, 0), (0.0, 2)],
)
def test_decimals_follow_the_tick_size(tick_size, decimals):
    """A price shows as many decimals as its smallest step has."""
    assert f.decimals_of(tick_size) == decimals


@pytest.mark.parametrize(
    ("price", "decimals", "text"),
    [
        (69488.0, 2, "69,488.00"),
        (1234567.891, 1, "1,234,567.9"),
        (0.00000412, 8, "0.0₅412"),
        (0.0000412, 8, "0.0₄4120"),
        (0.00041, 5, "0.00041"),
        (0.0, 8, "0.00000000"),
        (-3.5, 2, "−3.50"),
        (-0.001, 2, "0.00"),
        (math.nan, 2, "–"),
    ],
)
def test_a_price_is_written_with_thousands_and_counted_zeros(price, decimals, text):
    """Large prices are grouped, tiny ones say how many zeros they begin with."""
    assert f.price_text(price, decimals) == text


def test_separators_are_the_ones_of_the_locale():
    """A German reader finds a point between thousands and a comma before decimals."""
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert f.price_text(69488.5, 2) == "69.488,50"
    assert f.quantity_text(1250.0) == "1,25K"


@pytest.mark.parametrize(
    ("percent", "text"),
    [(1.824, "+1.82%"), (-0.64, "−0.64%"), (0.0, "0.00%"), (-0.001, "0.00%"), (math.nan, "–")],
)
def test_a_change_always_has_its_sign(percent, text):
    """Direction is never told by colour alone, and nothing has no direction."""
    assert f.percent_text(percent) == text


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (0.0, "0"),
        (0.0412, "0.0412"),
        (2.3, "2.3"),
        (2.317, "2.32"),
        (812.44, "812.4"),
        (999.99, "1K"),
        (1250.0, "1.25K"),
        (3_400_000.0, "3.4M"),
        (1.2e9, "1.2B"),
        (-5.0, "−5"),
    ],
)
def test_a_quantity_is_short(quantity, text):
    """A volume fits into a legend."""
    assert f.quantity_text(quantity) == text


@pytest.mark.parametrize(
    ("age_ms", "text"),
    [
        (180, "0.2 s"),
        (9_949, "9.9 s"),
        (12_400, "12 s"),
        (181_000, "3 min"),
        (5 * 3_600_000, "5 h"),
        (60 * 3_600_000, "2 d"),
        (-5, "0.0 s"),
    ],
)
def test_an_age_has_one_unit(age_ms, text):
    """What is fresh is told by its age."""
    assert f.age_text(age_ms) == text


@pytest.mark.parametrize(
    ("left_ms", "text"),
    [
        (37_000, "00:37"),
        (36_001, "00:37"),
        (0, "00:00"),
        (-1, "00:00"),
        (3_725_000, "1:02:05"),
        (187_200_000, "2 d 04 h"),
    ],
)
def test_a_countdown_rounds_up(left_ms, text):
    """The candle closes when the countdown reaches zero, not before."""
    assert f.countdown_text(left_ms) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(44.071, "44.07"), (0.01234, "0.0123"), (69500.123, "69,500.12"), (2.5e9, "2.5B")],
)
def test_a_value_of_unknown_scale_keeps_a_few_digits(value, text):
    """Indicators show what matters of their values."""
    assert f.value_text(value) == text


def test_a_signed_price_difference():
    """A difference of prices shows sign and decimals of the price."""
    assert f.change_text(-12.5, 2) == "−12.50"
    assert f.change_text(3.0, 1) == "+3.0"
