"""Stops of long series, followed side by side, against the same stops step by step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import wandering
from thebot_desktop.analysis.trailing import SHORTEST_FOR_LANES, follow_stop, next_stop

COUNT = 3 * SHORTEST_FOR_LANES + 17


def _ticks() -> np.ndarray:
    """Prices of a coarse grid: closes lie right at stops all the time."""
    return 1000.0 + np.cumsum(np.random.default_rng(3).integers(-1, 2, COUNT)) / 2


CLOSES = {
    "wandering": wandering(COUNT).close,
    "ticks": _ticks(),
    "flat": np.full(COUNT, 100.0),
    "rising": np.linspace(1.0, 1e6, COUNT),
    "falling": np.linspace(1e6, 1.0, COUNT),
    "rises, then stays": np.minimum(np.linspace(1.0, 500.0, COUNT), 100.0),
    "dust": wandering(COUNT, seed=8, price=1e-8).close,
}


@pytest.mark.parametrize("rising", [True, False])
@pytest.mark.parametrize("reach", [0.0, 0.002, 0.02, 0.5])
@pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES)
def test_a_long_series_is_followed_as_if_step_by_step(close, reach, rising):
    """Bit for bit, wherever stops are broken often, seldom or never."""
    below, above = close * (1 - reach), close * (1 + reach)
    state = (below[0], 1.0) if rising else (above[0], -1.0)
    wanted = [state]
    for row in zip(close[1:].tolist(), below[1:].tolist(), above[1:].tolist(), strict=True):
        state = next_stop(state, *row)
        wanted.append(state)
    stop, trend = np.empty((2, COUNT))
    follow_stop(close, below, above, stop, trend, rising=rising)
    assert np.array_equal(np.stack((stop, trend), axis=1), np.array(wanted))
