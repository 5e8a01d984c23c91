"""The index of fear and greed reaches a level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.happenings import FearGreedTold
from thebot_desktop.alerts.rules.fear_greed import FearGreed, Way

VALUES = st.integers(0, 100)


def speaks(way, before, value, level=20):
    told = FearGreedTold("f", 0, value=value, before=before)
    return FearGreed(level, way).check_happening(told) is not None


@pytest.mark.parametrize(
    ("before", "value", "rises", "falls"),
    [
        (19, 20, True, False),
        (21, 20, False, True),
        (20, 19, False, False),
        (20, 25, False, False),
        (10, 90, True, False),
        (90, 10, False, True),
        (20, 20, False, False),
    ],
)
def test_it_is_told_when_the_index_gets_there(before, value, rises, falls):
    """Not when it leaves, or stays."""
    assert speaks(Way.RISES, before, value) is rises
    assert speaks(Way.FALLS, before, value) is falls


@given(VALUES, VALUES, VALUES)
def test_either_way_is_both(level, before, value):
    """And never both at once."""
    rises, falls = (speaks(w, before, value, level) for w in (Way.RISES, Way.FALLS))
    assert speaks(Way.EITHER, before, value, level) is (rises or falls)
    assert not (rises and falls)


def test_it_says_from_where_to_where():
    """In plain words."""
    told = FearGreedTold("f", 0, value=18, before=24)
    said = FearGreed(20).check_happening(told).message
    assert said == "The index of fear and greed falls from 24 to 18"
    assert FearGreed(20).sentence == "the index of fear and greed falls to 20"
