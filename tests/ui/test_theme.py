"""The palette: readable, complete, and the only source of colours."""

import msgspec
import pytest
from PySide6.QtGui import QPalette

from thebot_desktop.domain.errors import ConfigError
from thebot_desktop.ui import theme as themes
from thebot_desktop.ui.theme import Theme, contrast, load_theme, palette, style_sheet

READ = ("text", "secondary", "muted", "accent", "up", "down", "warning")


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("token", READ)
def test_text_colours_can_be_read_on_a_panel(name, token):
    """Every colour that text is written in has a contrast of at least 4.5 against the panel."""
    theme = load_theme(name)
    assert contrast(getattr(theme, token), theme.panel) >= 4.5


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "selected"])
def test_plain_text_can_be_read_everywhere(name, ground):
    """What one reads is readable on every ground that the program has."""
    theme = load_theme(name)
    assert contrast(theme.text, getattr(theme, ground)) >= 7
    assert contrast(theme.secondary, getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("token", ["accent", "warning", "up", "down"])
def test_filled_tags_can_be_read(name, token):
    """Text on a ground of a strong colour is chosen so that it can be read."""
    theme = load_theme(name)
    ground = getattr(theme, token)
    assert contrast(theme.on(ground), ground) >= 4.5


def test_contrast_is_measured_as_the_standard_does():
    """Black on white is 21 to 1, a colour on itself 1 to 1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#4C8DFF", "#4C8DFF") == pytest.approx(1)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_style_sheet_is_filled_in_completely(name):
    """No token of the template is left, and the theme's own colours are in it."""
    sheet = style_sheet(load_theme(name), 13)
    assert "$" not in sheet.replace("$tokens", "")
    assert load_theme(name).window in sheet


def test_sizes_follow_the_font():
    """A larger font makes the small print larger too."""
    assert "11px" in style_sheet(load_theme("dark"), 13)
    assert "14px" in style_sheet(load_theme("dark"), 16)


def test_the_qt_palette_has_the_same_colours(qapp):
    """Widgets that no style rule reaches still look like the rest."""
    theme = load_theme("light")
    made = palette(theme)
    assert made.color(QPalette.ColorRole.Text).name().upper() == theme.text
    assert made.color(QPalette.ColorRole.Base).name().upper() == theme.panel


def test_a_theme_with_a_wrong_colour_is_refused(tmp_path, monkeypatch):
    """A file with a colour that is none is reported in a sentence, not half used."""
    good = msgspec.to_builtins(load_theme("dark"))
    (tmp_path / "odd.toml").write_bytes(msgspec.toml.encode(good | {"up": "greenish"}))
    monkeypatch.setattr(themes, "resource", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(ConfigError, match="up") as caught:
        load_theme("odd")
    assert "odd" in caught.value.user_message


def test_changes_have_a_colour_of_their_own():
    """Rising, falling and unchanged numbers differ."""
    theme: Theme = load_theme("dark")
    assert len({theme.of_change(1.0), theme.of_change(-1.0), theme.of_change(0.0)}) == 3
