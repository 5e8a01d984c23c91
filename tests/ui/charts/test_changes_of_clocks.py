"""The time axis across a change of clocks: candles keep their places, labels tell local time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.charts.ticks import TimeLine, local, time_marks

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HALF_HOUR = 30 * 60_000
CHANGES = [
    ("Europe/Berlin", dt.datetime(2025, 10, 26, 1, tzinfo=dt.UTC)),
    ("Europe/Berlin", dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)),
    ("Australia/Lord_Howe", dt.datetime(2026, 4, 4, 15, tzinfo=dt.UTC)),
    ("Australia/Lord_Howe", dt.datetime(2025, 10, 4, 15, 30, tzinfo=dt.UTC)),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_labels_tell_the_local_time_of_their_candle_and_candles_stay_evenly_spaced(name, change):
    """Each label stands at the candle that opens then, half an hour of candles per step."""
    zone = ZoneInfo(name)
    middle = round(change.timestamp() * 1000)
    assert local(middle - 1, zone).utcoffset() != local(middle, zone).utcoffset()
    times = np.arange(-24, 25, dtype=np.int64) * HALF_HOUR + middle
    line = TimeLine(times, Interval.M30)
    marks = time_marks(line, 0.0, 48.0, 4.0, zone, MONTHS)
    assert len(marks) >= 8
    assert any(m.position < 24 for m in marks)
    assert any(m.position > 24 for m in marks)
    for mark in marks:
        when = local(int(times[round(mark.position)]), zone)
        if ":" in mark.text:
            assert mark.text == when.strftime("%H:%M")
        else:
            assert (when.hour, when.minute) == (0, 0)
    assert len({m.position for m in marks}) == len(marks)
