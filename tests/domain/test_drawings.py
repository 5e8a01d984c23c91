"""Drawings as values."""

import math

import msgspec
import pytest

from thebot_desktop.domain.drawings import (
    Anchor,
    AnyDrawing,
    Dash,
    LongPosition,
    Style,
    TrendLine,
)
from thebot_desktop.domain.errors import ParameterError

AT = Anchor(1_000, 10.0)


def test_a_drawing_has_exactly_its_points():
    """A trend line without a second point is refused, also when it comes from a file."""
    with pytest.raises(ParameterError):
        TrendLine(id="a", anchors=(AT,))
    text = b'{"kind": "trend-line", "id": "a", "anchors": [[1, 2.0]]}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=AnyDrawing)


@pytest.mark.parametrize("price", [math.nan, math.inf, -math.inf])
def test_prices_are_numbers(price):
    """Nothing can be anchored at infinity."""
    with pytest.raises(ParameterError):
        Anchor(1, price)


def test_a_style_is_checked_when_it_is_read():
    """Colours are written as #rrggbb, widths go from one to three."""
    for bad in (b'{"colour": "red"}', b'{"width": 9}', b'{"dash": "wavy"}', b'{"glow": 1}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(bad, type=Style)
    assert msgspec.json.decode(b'{"dash": "dotted"}', type=Style).dash is Dash.DOTTED


def test_reward_is_counted_against_risk():
    """Ten up and five down is two to one; without a risk there is no ratio."""
    anchors = (Anchor(1, 100.0), Anchor(2, 110.0), Anchor(2, 95.0))
    assert LongPosition(id="a", anchors=anchors).reward_to_risk == 2.0
    flat = (anchors[0], anchors[1], anchors[0])
    assert LongPosition(id="a", anchors=flat).reward_to_risk is None
