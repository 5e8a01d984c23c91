"""The index of fear and greed is read as its site writes it: numbers as texts, newest first."""

from __future__ import annotations

import pytest

from thebot_desktop.adapters.world.alternative_me import FearAndGreed
from thebot_desktop.domain.errors import DecodeError

PAGE = b"""{"name": "Fear and Greed Index", "data": [
 {"value": "40", "value_classification": "Fear", "timestamp": "1551157200",
  "time_until_update": "68499"},
 {"value": "47", "value_classification": "Neutral", "timestamp": "1551070800"}],
 "metadata": {"error": null}}"""


def test_the_days_come_oldest_first():
    """With their times in milliseconds."""
    earlier, later = FearAndGreed().parse(PAGE)
    assert (earlier.value, later.value, later.at) == (47, 40, 1_551_157_200_000)


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b'{"data": []}', b'{"data": [{"value": "101", "timestamp": "1"}]}'],
)
def test_anything_else_is_said(body):
    """With a sentence."""
    with pytest.raises(DecodeError) as said:
        FearAndGreed().parse(body)
    assert said.value.user_message == "The index of fear and greed could not be read."
