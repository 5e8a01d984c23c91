"""When conditions are true: worked by hand, candle by candle."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import series
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import parse_condition

CATALOGUE = indicator_catalogue({})
nan = float("nan")


def _history(text, closes, values=()):
    """What the condition is at each candle; ``values`` is the SMA(3) there."""
    condition = parse_condition(text, CATALOGUE)
    candles = series(closes)
    return [
        condition.holds(candles.upto(n), lambda _, n=n: {"real": np.array(values[:n])})
        for n in range(1, len(closes) + 1)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("close > 2", [False, False, True, False]),
        ("close above 2", [False, False, True, False]),
        ("close >= 2", [False, True, True, False]),
        ("close < 2", [True, False, False, True]),
        ("close below 2", [True, False, False, True]),
        ("close <= 2", [True, True, False, True]),
        ("2 < close", [False, False, True, False]),
        ("not close > 2", [True, True, False, True]),
        ("close > 2 or close < 2", [True, False, True, True]),
        ("close > 0 and close < 3", [True, True, False, True]),
        ("open < close", [False, True, True, False]),
        ("high > 3", [False, False, True, True]),
        ("low < 1", [True, True, False, True]),
        ("volume >= 5", [True, True, True, True]),
        ("close between 2 and 3", [False, True, True, False]),
        ("2 is between low and close", [False, True, True, False]),
        ("close between 3 and 2", [False, False, False, False]),  # no value is
        ("close > 1 for 2 bars", [False, False, True, False]),
        ("close > 1 for 1 bars", [False, True, True, False]),
        ("close between 1 and 2 for 2 bars", [None, True, False, False]),
        ("not close > 1 for 2 bars", [True, True, False, True]),
    ],
)
def test_states_at_closes_of_1_2_3_1(text, expected):
    """Comparisons of prices and numbers, and their combinations."""
    assert _history(text, [1, 2, 3, 1]) == expected


@pytest.mark.parametrize(
    ("closes", "above", "below"),
    [
        ([1, 3], [None, True], [None, False]),
        ([1, 2, 3], [None, False, True], [None, False, False]),  # touch, then above
        ([1, 2, 1], [None, False, False], [None, False, True]),  # touch, then back
        ([3, 2, 1], [None, False, False], [None, False, True]),
        ([1, 3, 1, 3], [None, True, False, True], [None, False, True, False]),
        ([3, 4, 5], [None, False, False], [None, False, False]),
    ],
)
def test_crossings_of_the_level_2(closes, above, below):
    """At or below before and above now; the first candle has no past."""
    assert _history("close crosses above 2", closes) == above
    assert _history("close crosses below 2", closes) == below
    either = [None if a is None else a or b for a, b in zip(above, below, strict=True)]
    assert _history("close crosses 2", closes) == either
    assert _history("2 crosses below close", closes) == above


def test_nothing_is_known_while_an_indicator_warms_up():
    """One value is enough for a state, a crossing needs two."""
    values = [nan, nan, 2.0, 2.0]
    assert _history("close > SMA(3)", [1, 2, 3, 4], values) == [None, None, True, True]
    assert _history("close crosses above SMA(3)", [1, 2, 1, 4], values) == [None, None, None, True]


def test_nothing_is_known_of_an_indicator_that_does_not_work():
    """It was switched off, or is not in use."""
    condition = parse_condition("close > SMA(3)", CATALOGUE)
    assert condition.holds(series([1, 2, 3]), lambda _: None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("close > 0 and SMA(3) > 0", None),
        ("close < 0 and SMA(3) > 0", False),
        ("close > 0 or SMA(3) > 0", True),
        ("close < 0 or SMA(3) > 0", None),
        ("not SMA(3) > 0", None),
    ],
)
def test_the_unknown_may_be_either(text, expected):
    """What is certain without it is certain."""
    assert _history(text, [1], [nan]) == [expected]


def test_no_candle_at_all_is_known_to_be_nothing():
    """Before the first candle of a series."""
    condition = parse_condition("close > 1", CATALOGUE)
    assert condition.holds(series([]), lambda _: None) is None
    assert condition.becomes_true(series([]), lambda _: None) is False


def _fired(text, closes):
    condition = parse_condition(text, CATALOGUE)
    candles = series(closes)
    counts = range(1, len(closes) + 1)
    return [n - 1 for n in counts if condition.becomes_true(candles.upto(n), lambda _: None)]


@pytest.mark.parametrize(
    ("text", "closes", "fired"),
    [
        ("close > 2", [1, 3, 3, 3], [1]),
        ("close > 2", [1, 3, 1, 3], [1, 3]),
        ("close > 2", [3, 3, 3], []),  # was true before anybody looked
        ("close crosses above 2", [1, 3, 4, 1, 3], [1, 4]),
        ("close crosses 2", [1, 3, 1, 3], [1, 2, 3]),  # two events in a row are two
        ("close crosses 2 and volume > 1", [1, 3, 1], [1, 2]),
        ("close crosses above 2 or close > 4", [1, 1, 3, 5, 6], [2]),  # lasting, as a whole
        ("not close > 2", [3, 1, 1, 3, 2], [1, 4]),
        ("close > 2 and close < 9", [1, 3, 10, 3], [1, 3]),
    ],
)
def test_a_state_speaks_when_it_begins_and_an_event_each_time(text, closes, fired):
    """Indices of the candles that made the condition true."""
    assert _fired(text, closes) == fired


@pytest.mark.parametrize("most", [2, 4, 100])
def test_how_often_it_would_have_fired(most):
    """The same candles as one after the other, of the newest so many."""
    closes = [1, 3, 1, 3, 3, 2, 3, 1]
    for text in ("close > 2", "close crosses 2", "SMA(2) > 2 for 2 bars", "close between 1 and 2"):
        condition = parse_condition(text, CATALOGUE)
        every = []
        for n in range(1, len(closes) + 1):
            seen = series(closes).upto(n)
            values = {i: i.compute(seen) for i in condition.indicators}
            if condition.becomes_true(seen, values.get):
                every.append(n - 1)
        assert condition.fired(series(closes), most) == [
            at for at in every if at >= len(closes) - most
        ]
    assert parse_condition("close > 2", CATALOGUE).fired(series(closes), 100) == [1, 3, 6]


@pytest.mark.parametrize(
    ("text", "truth"),
    [("close > 2", False), ("SMA(2) >= 2", True), ("SMA(50) > 1", None), ("close crosses 2", True)],
)
def test_whether_it_is_true_now(text, truth):
    """Of the newest closed candle, with what must be computed for it."""
    assert parse_condition(text, CATALOGUE).truth(series([3, 1, 3, 1])) is truth
