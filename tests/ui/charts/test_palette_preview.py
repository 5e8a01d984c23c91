"""What chosen colours would look like, on dark and on light."""

from __future__ import annotations

import pytest

from tests.ui.charts.builders import colour_at
from thebot_desktop.app.settings import PaletteChoice, UiConfig
from thebot_desktop.ui.charts.palette_preview import PalettePreview

pytestmark = pytest.mark.ui


def shown(qtbot, config, width=440):
    preview = PalettePreview(config)
    qtbot.addWidget(preview)
    preview.resize(width, preview.height())
    preview.show()
    return preview


def colours(preview):
    """Those of the left half and those of the right half."""
    image = preview.grab().toImage()
    half = image.width() // 2
    rows = range(image.height())
    return [
        {colour_at(image, x, y) for x in part for y in rows}
        for part in (range(half), range(half, image.width()))
    ]


@pytest.mark.parametrize("contrast", [False, True])
@pytest.mark.parametrize("choice", PaletteChoice)
def test_both_themes_are_painted_in_the_chosen_palette(qtbot, choice, contrast):
    """Dark at the left, light at the right: grounds, candles."""
    preview = shown(qtbot, UiConfig(palette=choice, high_contrast=contrast))
    for theme, seen in zip(preview.themes, colours(preview), strict=True):
        assert {theme.panel, theme.up, theme.down} <= seen
        assert theme.palette == choice.value


def test_it_follows_what_is_typed(qtbot):
    """Own candles appear on both."""
    preview = shown(qtbot, UiConfig())
    preview.show_config(UiConfig(candle_down="#AB12CD", candle_edge="#777777"))
    assert all({"#AB12CD", "#777777"} <= seen for seen in colours(preview))


def test_it_says_where_candles_are_hard_to_see(qtbot):
    """On the ground that they have the colour of; also to a screen reader."""
    preview = shown(qtbot, UiConfig(candle_up="#FFFFFF"))
    assert preview.accessibleDescription() == "Hard to see on the Light theme."
    preview.show_config(UiConfig(candle_up="#FFFFFF", candle_edge="#777777"))
    assert preview.accessibleDescription() == ""


@pytest.mark.parametrize("width", [60, 160, 1200])
def test_every_width_can_be_painted(qtbot, width):
    """Fewer candles where there is less room."""
    assert not shown(qtbot, UiConfig(), width).grab().isNull()
