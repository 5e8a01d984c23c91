"""Volume profiles of sessions, of a fixed range and of what is visible."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from thebot_desktop.analysis.indicators.volume_profile import Span, VolumeProfile
from thebot_desktop.analysis.periods import Period
from thebot_desktop.analysis.volume_profiles import profile_of
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.shapes import OPEN_ENDED

HOUR_MS = 3_600_000
MONDAY = 1_767_571_200_000
"""2026-01-05 00:00 UTC."""


def hours(count, since=MONDAY):
    candles = wandering(count, swing=3.0)
    return dataclasses.replace(
        candles, open_time=np.arange(count, dtype=np.int64) * HOUR_MS + since
    )


def part(candles, begin, end):
    return candles.upto(end).last(end - begin)


def test_values_are_those_of_the_last_whole_day():
    """From the first candle of the next day to its last."""
    candles = hours(72)
    values = VolumeProfile(bins=40).compute(candles)
    assert np.isnan(values["poc"][:24]).all()
    for day in (1, 2):
        before = profile_of(part(candles, day * 24 - 24, day * 24), 40, 0.7, 0)
        assert (values["poc"][day * 24 : day * 24 + 24] == before.poc).all()
        assert (values["vah"][day * 24 : day * 24 + 24] == before.vah).all()
        assert (values["val"][day * 24 : day * 24 + 24] == before.val).all()


def test_weeks_and_months_are_sessions_too():
    """A Monday begins the one, a first of the month the other; January is not whole."""
    candles = hours(24 * 60)
    weekly = VolumeProfile(period=Period.WEEK).compute(candles)["poc"]
    assert np.flatnonzero(np.isfinite(weekly))[0] == 7 * 24
    monthly = VolumeProfile(period=Period.MONTH).compute(candles)["poc"]
    assert np.flatnonzero(np.isfinite(monthly))[0] == (27 + 28) * 24


def test_every_session_is_drawn_the_open_one_too():
    """From its first candle to its last."""
    candles = hours(60)
    profiles = VolumeProfile().shapes(candles).profiles
    assert [p.begin for p in profiles] == [int(candles.open_time[i]) for i in (0, 24, 48)]
    assert [p.end for p in profiles] == [int(candles.open_time[i]) for i in (23, 47, 59)]


def test_a_fixed_range_is_known_from_the_day_after():
    """Both days are part of it."""
    candles = hours(96)
    fixed = VolumeProfile(span=Span.FIXED, first_day=20260106, last_day=20260107)
    (drawn,) = fixed.shapes(candles).profiles
    assert (drawn.begin, drawn.end) == tuple(candles.open_time[[24, 71]].tolist())
    poc = fixed.compute(candles)["poc"]
    assert np.isnan(poc[:72]).all()
    assert (poc[72:] == drawn.poc).all()


def test_a_fixed_range_that_is_not_whole_has_no_values():
    """Its beginning is not loaded, its end is not over, or it has no bounds."""
    candles = hours(48)
    for first, last in ((20260101, 20260105), (20260105, 20260106), (20260105, 0), (0, 20260105)):
        fixed = VolumeProfile(span=Span.FIXED, first_day=first, last_day=last)
        assert np.isnan(fixed.compute(candles)["poc"]).all(), (first, last)
        assert len(fixed.shapes(candles).profiles) == 1


def test_what_is_visible_is_only_drawn():
    """From the candles that the chart gives, to the right edge."""
    visible = VolumeProfile(span=Span.VISIBLE)
    candles = hours(30)
    assert np.isnan(visible.compute(candles)["poc"]).all()
    assert visible.shapes(candles).profiles == ()
    (drawn,) = visible.shapes_in_view(part(candles, 5, 20)).profiles
    assert (drawn.begin, drawn.end) == (int(candles.open_time[5]), OPEN_ENDED)
    assert VolumeProfile().shapes_in_view(candles).profiles == ()


def test_a_day_must_exist_and_the_range_must_not_end_before_it_begins():
    """A sentence says what is wrong."""
    with pytest.raises(ParameterError) as wrong:
        VolumeProfile(first_day=20260230)
    assert wrong.value.user_message == "20260230 is no day; write it as 20260131."
    with pytest.raises(ParameterError):
        VolumeProfile(first_day=20260105, last_day=20260104)


def test_an_edge_that_holds_is_a_signal_with_its_name():
    """It is about the profile of the day before."""
    candles = hours(24 * 60)
    profile = VolumeProfile()
    values = profile.compute(candles)
    signals = list(profile.signals(BTC_1M, candles, values, 0))
    assert {s.reason.split(" at ")[0] for s in signals} == {"VAL", "VAH", "POC"}
    for signal in signals:
        at = int(np.searchsorted(candles.open_time, signal.open_time))
        line = values[signal.reason.split(" at ")[0].lower()][at]
        assert candles.low[at] <= line <= candles.high[at]
