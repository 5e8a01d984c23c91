"""When a rule would have spoken, as a table."""

from __future__ import annotations

import math

import pytest

from tests.market_shapes import series
from thebot_desktop.alerts.rule import Verdict
from thebot_desktop.app.rehearsal import Firing
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.models.rehearsal import LATER, FiringsModel, firing_rows


def test_the_newest_is_first_and_the_price_is_compared_later():
    """What nobody has seen yet is not told."""
    candles = series([100.0, *[110.0] * LATER, 50.0])
    verdict = Verdict(AlertType.INFO, "")
    firings = [
        Firing(int(candles.open_time[at]), float(candles.close[at]), verdict) for at in (0, 1, 5)
    ]
    rows = firing_rows(firings, candles, 2)
    assert [row.open_time for row in rows] == [int(candles.open_time[at]) for at in (5, 1, 0)]
    assert math.isnan(rows[0].change)
    assert [row.change for row in rows[1:]] == [
        pytest.approx(50 / 110 * 100 - 100),
        pytest.approx(10),
    ]
    model = FiringsModel()
    model.set_rows(rows)
    assert [model.index(at, 2).data() for at in range(3)] == ["–", "−54.55%", "+10.00%"]
    assert firing_rows([], candles, 2) == ()
