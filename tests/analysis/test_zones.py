"""What becomes of price zones, against a plain account candle by candle."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import wandering
from thebot_desktop.analysis.zones import FEW, Found, follow, nearest, zone_rows
from thebot_desktop.domain.shapes import OPEN_ENDED, Side, ZoneState

CANDLES = wandering(900, swing=4)


def found(side, count=120, seed=3):
    """Zones around some lows or highs of the candles."""
    random = np.random.default_rng(seed)
    born = np.sort(random.choice(len(CANDLES) - 5, count, replace=False)) + 2
    middle = CANDLES.low[born] if side is Side.SUPPORT else CANDLES.high[born]
    height = middle * random.uniform(0.0005, 0.006, count)
    return Found(side, born - 1, born, middle - height, middle + height * 0.2)


def fate(zones, place, *, age, broken, by_close, tests):
    """One zone, candle by candle: how it ended, where, and how often it was tested."""
    support = zones.side is Side.SUPPORT
    born, near = int(zones.born[place]), zones.near[place]

    def inside(at):
        return CANDLES.low[at] < near if support else CANDLES.high[at] > near

    was_outside, count = False, 0
    for at in range(born, len(CANDLES)):
        if at > born:
            if at == born + 1 + age:
                return at, False, count
            price = CANDLES.close[at]
            if not by_close:
                price = CANDLES.low[at] if support else CANDLES.high[at]
            if price < broken[place] if support else price > broken[place]:
                return at, True, count
            if inside(at) and was_outside:
                if count == tests:
                    return at, False, count
                count += 1
        was_outside = not inside(at)
    return len(CANDLES), False, count


@pytest.mark.parametrize("side", [Side.SUPPORT, Side.RESISTANCE])
@pytest.mark.parametrize("by_close", [True, False])
@pytest.mark.parametrize(("age", "tests"), [(200, 3), (30, 1), (500, 1000)])
def test_each_zone_ends_as_a_plain_account_says(side, by_close, age, tests):
    """Broken, too old or tested too often: where, and after how many tests."""
    zones = found(side)
    rules = {"age": age, "broken": zones.upto(1.0), "by_close": by_close, "tests": tests}
    fates = follow(CANDLES, zones, **rules)
    expected = [fate(zones, place, **rules) for place in range(len(zones.born))]
    assert fates.ended.tolist() == [e for e, _, _ in expected]
    assert fates.is_broken.tolist() == [b for _, b, _ in expected]
    assert fates.tests.tolist() == [c for _, _, c in expected]
    uncounted = follow(CANDLES, zones, **rules, counted=False)
    assert uncounted.ended.tolist() == fates.ended.tolist()


@pytest.mark.parametrize("side", [Side.SUPPORT, Side.RESISTANCE])
@pytest.mark.parametrize("count", [320, 280, 60 * FEW + 1])
def test_the_nearest_edge_is_the_one_prices_come_to_first(side, count):
    """The highest of the supports that count, the lowest of the resistances; few or many."""
    random = np.random.default_rng(5)
    begins = np.sort(random.integers(0, 300, 60))
    ends = begins + random.integers(0, 90, 60)
    edges = random.normal(100, 5, 60)
    values = nearest(edges, begins, ends, count, side)
    assert len(values) == count
    for at in range(count):
        open_ones = edges[(begins <= at) & (at < ends)]
        if not len(open_ones):
            assert np.isnan(values[at])
        else:
            assert values[at] == (open_ones.max() if side is Side.SUPPORT else open_ones.min())


def test_rows_tell_state_end_and_how_far_prices_came():
    """In the order in which the zones begin; what still counts has no end."""
    zones = found(Side.SUPPORT)
    rules = {"age": 400, "broken": zones.upto(1.0), "by_close": True, "tests": 2}
    fates = follow(CANDLES, zones, **rules)
    rows = zone_rows(CANDLES, [(zones, fates)])
    assert (np.diff(rows["begin"]) >= 0).all()
    for row, began, born, ended, broken in zip(
        rows, zones.began, zones.born, fates.ended, fates.is_broken, strict=True
    ):
        assert row["begin"] == CANDLES.open_time[began]
        lowest = CANDLES.low[born + 1 : ended + 1].min(initial=np.inf)
        share = (row["high"] - lowest) / (row["high"] - row["low"])
        assert row["filled"] == pytest.approx(min(max(share, 0), 1), abs=1e-6)
        if ended < len(CANDLES):
            assert row["end"] == CANDLES.open_time[ended]
            assert (row["state"] == ZoneState.BROKEN) == broken
        else:
            assert row["end"] == OPEN_ENDED
            assert row["state"] in (ZoneState.ACTIVE, ZoneState.TESTED)
    assert {ZoneState.BROKEN, ZoneState.EXPIRED} <= {int(s) for s in rows["state"]}
