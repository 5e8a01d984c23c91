"""Hours in writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.hours import Hours
from thebot_desktop.alerts.hours_text import hours_text, read_hours
from thebot_desktop.domain.errors import ParameterError

MINUTES = st.integers(0, 24 * 60 - 1)
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


@given(st.builds(Hours, MINUTES, MINUTES, DAYS))
def test_hours_are_read_as_they_were_written(hours):
    """Whatever they are."""
    assert read_hours(hours_text(hours)) == hours


def test_they_may_be_written_as_people_do():
    """Without a leading zero, with days in any order, or not at all."""
    assert read_hours("22:00 – 7:30") == Hours(22 * 60, 7 * 60 + 30)
    assert read_hours(" 9:00-17:00 Fri mon ") == Hours(540, 1020, (0, 4))
    assert read_hours("  ") is None
    assert hours_text(None) == ""


@pytest.mark.parametrize("text", ["night", "24:00-07:00", "22:60-07:00", "22-7", "22:00-07:00 day"])
def test_what_is_no_time_is_refused_in_a_sentence(text):
    """It says how to write it."""
    with pytest.raises(ParameterError) as refused:
        read_hours(text)
    assert "22:00-07:00" in refused.value.user_message
