"""Which prices and times an axis names."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.builders import MINUTE, START
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS
from thebot_desktop.ui.charts.ticks import (
    Mark,
    TimeLine,
    local,
    log_ticks,
    nice_step,
    percent_ticks,
    time_marks,
    value_ticks,
    without_collisions,
    zone_name,
)

BERLIN = ZoneInfo("Europe/Berlin")


def line(count=2_000, interval=Interval.M1, start=START):
    times = start + np.arange(count, dtype=np.int64) * interval.milliseconds
    return TimeLine(times, interval)


@pytest.mark.parametrize(
    ("least", "step"),
    [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (2.5, 5.0), (7.0, 10.0), (0.03, 0.05), (0.0, 1.0)],
)
def test_steps_are_round(least, step):
    """Steps are 1, 2 or 5 times a power of ten."""
    assert nice_step(least) == pytest.approx(step)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(20, 2_000))
def test_values_are_round_inside_and_far_enough_apart(low, span, pixels):
    """Named values lie in the range, on multiples of the step, with the gap asked for."""
    ticks, step = value_ticks(low, low + span, pixels, 40)
    high = low + span
    slack = max(step * 1e-6, abs(low) * 2**-50)
    assert all(low - slack <= t <= high + slack for t in ticks)
    if len(ticks) > 1:
        assert step / (high - low) * pixels >= 40 * 0.999
        assert np.allclose(ticks / step, np.round(ticks / step), atol=1e-6)


def test_prices_are_not_named_between_price_steps():
    """No label shows a price the market cannot have."""
    _, step = value_ticks(1.0, 1.0004, 500, 40, smallest=0.0001)
    assert step == pytest.approx(0.0001)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(list(Interval)),
    st.floats(0.0005, 60.0),
    st.floats(-200, 2_500),
    st.sampled_from([dt.UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")]),
)
def test_labels_never_overlap_and_are_never_cut(interval, spacing, left, zone):
    """At every zoom, interval and zone: labels stand apart and inside the axis."""
    width = 900
    marks = time_marks(line(interval=interval), left, left + width / spacing, 84 / spacing, zone)

    def place(mark):
        middle = (mark.position - left) * spacing
        return middle - 4 * len(mark.text), middle + 4 * len(mark.text)

    kept = without_collisions(marks, place, 0, width)
    extents = [place(m) for m in sorted(kept)]
    assert all(begin >= 0 and end <= width for begin, end in extents)
    assert all(one[1] <= other[0] for one, other in pairwise(extents))
    assert len(marks) < 100
    assert all(one.text != other.text for one, other in pairwise(kept))


def test_minutes_are_named_on_the_clock():
    """Quarter hours of the local clock, the day's beginning by its date."""
    begin = int(dt.datetime(2026, 9, 22, 21, 0, tzinfo=dt.UTC).timestamp() * 1000)
    marks = time_marks(line(240, start=begin), 0, 239, 14, BERLIN)
    texts = [m.text for m in marks]
    assert texts[:5] == ["23:00", "23:15", "23:30", "23:45", "23 Sep"]
    assert [m.text for m in marks if m.major] == ["23 Sep"]
    assert marks[4].position == 60


def test_marks_do_not_move_while_panning():
    """What was named stays named as long as it is in view."""
    at = line()
    one = {m.position for m in time_marks(at, 100, 300, 12, dt.UTC)}
    other = {m.position for m in time_marks(at, 107, 307, 12, dt.UTC)}
    both = {p for p in one | other if 107 <= p <= 300}
    assert both <= one
    assert both <= other


def test_days_are_named_by_date_and_months_by_name():
    """Daily candles: days of the month; zoomed out: months, with the year at its beginning."""
    days = line(800, Interval.D1, start=START // DAY_MS * DAY_MS)
    near = [m.text for m in time_marks(days, 0, 30, 6, dt.UTC)]
    assert near[:4] == ["22 Dec", "1 Jan", "8 Jan", "15 Jan"]
    far = [m.text for m in time_marks(days, 0, 400, 40, dt.UTC)]
    assert far[:3] == ["2026", "Mar", "May"]


def test_a_change_of_clocks_keeps_labels_on_whole_hours():
    """In the night clocks go back, labels stay on the hour and candles on their places."""
    begin = int(dt.datetime(2026, 10, 24, 22, 0, tzinfo=dt.UTC).timestamp() * 1000)
    at = line(8 * 60, start=begin)
    marks = time_marks(at, 0, 479, 40, BERLIN)
    for mark in marks:
        assert local(at.time_at(int(mark.position)), BERLIN).minute == 0
    assert [m.position for m in marks] == sorted({m.position for m in marks})


def test_the_future_has_times_too():
    """Right of the newest candle the axis goes on."""
    at = line(100)
    marks = time_marks(at, 50, 200, 14, dt.UTC)
    assert max(m.position for m in marks) > 150
    assert at.time_at(150) == START + 150 * MINUTE


def test_a_hole_is_stepped_over():
    """Times that have no candle are named at the first candle after them, once."""
    times = START + np.concatenate((np.arange(50), np.arange(500, 550))) * MINUTE
    marks = time_marks(TimeLine(times, Interval.M1), 0, 99, 12, dt.UTC)
    positions = [m.position for m in marks]
    assert len(positions) == len(set(positions))
    assert max(positions) < 100


def test_beginnings_of_days_win_over_minutes():
    """Where two labels collide, the date stays."""
    marks = [Mark(1, "23:59", major=False), Mark(2, "24 Sep", major=True)]
    kept = without_collisions(marks, lambda m: (m.position * 10, m.position * 10 + 15), 0, 100)
    assert [m.text for m in kept] == ["24 Sep"]


@pytest.mark.parametrize(
    ("hours", "name"), [(0, "UTC"), (1, "UTC+1"), (5.5, "UTC+5:30"), (-3.5, "UTC−3:30")]
)
def test_zones_are_named_by_their_offset(hours, name):
    """The zone is printed once, the way people write it."""
    assert zone_name(dt.timedelta(hours=hours)) == name


def test_nothing_to_name_without_candles():
    """An empty chart has no times."""
    empty = TimeLine(np.empty(0, np.int64), Interval.M1)
    assert time_marks(empty, 0, 100, 10, dt.UTC) == []
    assert HOUR_MS == 60 * MINUTE


@given(st.floats(1e-8, 1e6), st.floats(1.0005, 1e6), st.integers(60, 2_000))
def test_logarithmic_values_are_inside_and_far_enough_apart(low, ratio, pixels):
    """Whatever the range: between its ends, in order, with the gap asked for."""
    ticks = log_ticks(low, low * ratio, pixels, 30)
    assert all(low * 0.999 <= t <= low * ratio * 1.001 for t in ticks)
    places = np.log(ticks) / np.log(ratio) * pixels
    assert (np.diff(places) > 29).all()


def test_round_values_come_first_on_a_logarithmic_scale():
    """Powers of ten, then five and two, then the rest."""
    assert log_ticks(1.0, 1000.0, 300, 60).tolist() == [1.0, 10.0, 100.0, 1000.0]
    assert log_ticks(1.0, 100.0, 300, 40).tolist() == [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]


def test_percent_ticks_are_round_changes_against_a_price():
    """Values of the axis at whole percents."""
    ticks, step = percent_ticks(90.0, 112.0, 100.0, 400, 60)
    assert step == 5.0
    assert ticks.tolist() == pytest.approx([90.0, 95.0, 100.0, 105.0, 110.0])
