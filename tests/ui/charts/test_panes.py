"""Where panes are, and what a point hits."""

from __future__ import annotations

from itertools import pairwise

import pytest

from thebot_desktop.ui.charts.panes import (
    LEAST_OWN_HEIGHT,
    LEAST_PRICE_HEIGHT,
    Hit,
    Part,
    hit,
    moved_divider,
    stack,
)

KEYS = ("price", "RSI(14)", "MACD(12,26,9)")


@pytest.mark.parametrize("height", [30, 150, 240, 500, 1_200])
@pytest.mark.parametrize("unit", [1.0, 1.25, 2.0])
def test_panes_fill_the_height_without_gaps(height, unit):
    """Pane follows pane, down to the time axis."""
    boxes = stack(KEYS, {}, height, unit)
    assert boxes[0].top == 0
    assert boxes[-1].bottom == height
    assert all(a.bottom == b.top for a, b in pairwise(boxes))


def test_the_price_keeps_most_of_the_room():
    """One indicator below takes about a fifth."""
    price, own = stack(KEYS[:2], {}, 600)
    assert 0.15 < own.height / 600 < 0.25
    assert price.height + own.height == 600


def test_panes_that_find_no_room_are_left_out():
    """In a low chart the lowest panes go first, and the price always stays."""
    assert [b.key for b in stack(KEYS, {}, 200)] == list(KEYS)
    assert [b.key for b in stack(KEYS, {}, 150)] == ["price", "RSI(14)"]
    assert [b.key for b in stack(KEYS, {}, 60)] == ["price"]


def test_dragging_a_divider_moves_height_between_two_neighbours():
    """The other panes keep theirs."""
    boxes = stack(KEYS, {}, 900)
    weights = moved_divider(boxes, 1, boxes[1].top - 60)
    after = stack(KEYS, weights, 900)
    assert after[0].height == pytest.approx(boxes[0].height - 60, abs=1)
    assert after[1].height == pytest.approx(boxes[1].height + 60, abs=1)
    assert after[2].height == pytest.approx(boxes[2].height, abs=1)


@pytest.mark.parametrize("y", [-500, 0, 880, 5_000])
def test_no_pane_can_be_dragged_away(y):
    """A divider stops where a pane would become too low."""
    boxes = stack(KEYS, {}, 900)
    after = stack(KEYS, moved_divider(boxes, 1, y), 900)
    assert after[0].height >= LEAST_PRICE_HEIGHT - 1
    assert after[1].height >= LEAST_OWN_HEIGHT - 1


def test_a_point_hits_one_part():
    """Plot, axes, dividers and the corner between the axes."""
    boxes = stack(KEYS, {}, 900)

    def at(x, y):
        return hit(boxes, 800, 900, x, y, 4)

    assert at(100, 100) == Hit(Part.PLOT, 0)
    assert at(850, 100) == Hit(Part.PRICE_AXIS, 0)
    assert at(100, boxes[1].top + 2) == Hit(Part.DIVIDER, 1)
    assert at(100, boxes[2].top + 30) == Hit(Part.PLOT, 2)
    assert at(100, 910) == Hit(Part.TIME_AXIS)
    assert at(850, 910) == Hit(Part.CORNER)
