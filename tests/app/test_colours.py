"""Colours that a person writes down."""

import pytest

from thebot_desktop.app.colours import own_colour
from thebot_desktop.app.settings import UiConfig
from thebot_desktop.domain.errors import ParameterError


@pytest.mark.parametrize("text", ["", "#22AB94", "#00ff0a"])
def test_six_digits_or_nothing(text):
    """Capital or not; nothing is a choice too."""
    assert own_colour(text) == text
    assert UiConfig(candle_up=own_colour(text)).candle_up == text


@pytest.mark.parametrize(
    "text", ["red", "#FFF", "22AB94", "#22AB94FF", "#22AB9G", " #22AB94", "#22AB94\n", "rgb(1,2,3)"]
)
def test_anything_else_is_refused_in_a_sentence(text):
    """With what was written and how it has to be written."""
    with pytest.raises(ParameterError) as caught:
        own_colour(text)
    assert caught.value.user_message == (
        f"“{text}” is not a colour: write six digits, such as #22AB94."
    )


@pytest.mark.parametrize("name", ["candle_up", "candle_down", "candle_edge"])
def test_settings_with_no_colour_cannot_be_made(name):
    """Whoever makes them."""
    with pytest.raises(ParameterError, match="greenish"):
        UiConfig(**{name: "greenish"})
