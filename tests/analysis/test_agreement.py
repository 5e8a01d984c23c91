"""How one-sided a confidence is."""

from __future__ import annotations

import math

import pytest

from tests.fakes import BTC_1M, signal
from thebot_desktop.analysis.agreement import agreement_of
from thebot_desktop.analysis.confidence import UNKNOWN, Confidence, Part
from thebot_desktop.domain.market import Interval, SeriesKey

BTC_1H = SeriesKey(BTC_1M.symbol, Interval.H1)


def part(share, series=BTC_1M):
    return Part(signal(series=series), 1.0, 1.0, share)


def test_the_documented_example():
    """Opinions and intervals each have an agreement of their own."""
    parts = (part(0.30), part(-0.10), part(-0.05, BTC_1H))
    found = agreement_of(Confidence(0.15, 0.33, parts))
    assert found.of_opinions == pytest.approx(0.15 / 0.45)
    assert found.of_intervals == pytest.approx(0.6)
    assert [(v.interval, v.opinions) for v in found.voices] == [(Interval.M1, 2), (Interval.H1, 1)]
    assert [v.share for v in found.voices] == pytest.approx([0.20, -0.05])


def test_a_single_interval_agrees_with_itself():
    """However much its opinions contradict each other."""
    found = agreement_of(Confidence(0.2, 0.5, (part(0.3), part(-0.1))))
    assert found.of_intervals == 1.0


def test_without_opinions_there_is_no_agreement():
    """Unknown is not a draw."""
    assert math.isnan(agreement_of(UNKNOWN).of_opinions)
    assert math.isnan(agreement_of(Confidence(0, 0, (part(0.0),))).of_intervals)
