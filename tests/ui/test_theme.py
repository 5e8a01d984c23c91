"""The themes: readable, complete, the only source of colours, and safe for every eye."""

import tomllib

import msgspec
import pytest
from PySide6.QtGui import QPalette

from thebot_desktop.app.settings import PaletteChoice
from thebot_desktop.domain.errors import ConfigError
from thebot_desktop.ui import theme as themes
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.theme import (
    Theme,
    contrast,
    load_theme,
    palette,
    style_sheet,
)

READ = ("text", "secondary", "muted", "accent", "good", "bad", "warning", "up", "down")
GROUNDS = ("window", "panel", "raised", "selected")
FILES = sorted(resource("themes").glob("*.toml"))
NAMES = [path.stem for path in FILES]
FOUND = [
    (path.stem, name)
    for path in FILES
    for name in tomllib.loads(path.read_text(encoding="utf-8"))["palettes"]
]
SAFE = [name for name in FOUND if name[1] == "colour_blind"]

# Machado, Oliveira, Fernandes 2009, severity 1.0; they apply to linear light.
EYES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "trichromacy": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def seen_by(eye, color):
    """A colour as that eye sees it: lightness L*, and a* and b*, of CIE 1976."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(eye, one, other):
    """Difference of two colours for that eye: in all, and in lightness alone."""
    first, second = seen_by(eye, one), seen_by(eye, other)
    whole = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5
    return whole, abs(first[0] - second[0])


def test_every_theme_has_every_palette():
    """Dark and light, each plain and with high contrast; any of them can be combined."""
    assert set(NAMES) == {"dark", "light", "dark-contrast", "light-contrast"}
    assert set(FOUND) == {(name, choice.value) for name in NAMES for choice in PaletteChoice}


@pytest.mark.parametrize("found", FOUND, ids="-".join)
@pytest.mark.parametrize("token", READ)
def test_text_can_be_read_on_every_ground(found, token):
    """4.5 to 1 for every colour that is written in, 7 to 1 with high contrast."""
    theme = load_theme(*found)
    assert theme.least_contrast == (7 if found[0].endswith("contrast") else 4.5)
    for ground in GROUNDS:
        assert contrast(getattr(theme, token), getattr(theme, ground)) >= theme.least_contrast


@pytest.mark.parametrize("found", FOUND, ids="-".join)
def test_plain_text_is_stronger_than_that(found):
    """What one reads most has 7 to 1 everywhere, 18 to 1 on panels with high contrast."""
    theme = load_theme(*found)
    assert all(contrast(theme.text, getattr(theme, ground)) >= 7 for ground in GROUNDS)
    if theme.least_contrast == 7:
        assert contrast(theme.text, theme.panel) >= 18
        assert contrast(theme.border, theme.panel) >= 3


@pytest.mark.parametrize("found", FOUND, ids="-".join)
def test_directions_show_on_the_ground_of_a_chart(found):
    """Candles, volume's outlines and marks: 3 to 1 at least."""
    theme = load_theme(*found)
    for color in (theme.candle_up, theme.candle_down, theme.up, theme.down):
        assert contrast(color, theme.panel) >= 3


@pytest.mark.parametrize("found", FOUND, ids="-".join)
def test_lines_and_their_names_can_be_read(found):
    """Legends are written in the colours of lines."""
    theme = load_theme(*found)
    assert len(set(theme.lines)) == len(theme.lines)
    for color in theme.lines:
        assert contrast(color, theme.panel) >= theme.least_contrast
        assert color not in (theme.up, theme.down)


@pytest.mark.parametrize("found", FOUND, ids="-".join)
@pytest.mark.parametrize("token", ["accent", "good", "bad", "warning", "up", "down"])
def test_tags_can_be_read(found, token):
    """Words on a strong colour, and words in a colour on its own faint tint."""
    theme = load_theme(*found)
    ground = getattr(theme, token)
    assert contrast(theme.on(ground), ground) >= theme.least_contrast
    assert contrast(theme.ink(ground), theme.tint(ground)) >= theme.least_contrast


@pytest.mark.parametrize("name", NAMES)
def test_red_up_is_green_up_turned_round(name):
    """Directions change places; what is judged good or bad stays as it is."""
    green, red = load_theme(name, "green_up"), load_theme(name, "red_up")
    assert (red.up, red.down) == (green.down, green.up)
    assert (red.good, red.bad, red.warning) == (green.good, green.bad, green.warning)


@pytest.mark.parametrize("found", SAFE, ids="-".join)
@pytest.mark.parametrize("eye", EYES)
def test_the_safe_palette_is_safe(found, eye):
    """Up and down differ by 60 in L*a*b*, by 8 in lightness alone, for every kind of eye.

    About 2 is what one just notices; lightness is what is left in a black and white print.
    """
    theme = load_theme(*found)
    whole, lightness = apart(eye, theme.up, theme.down)
    assert whole >= 60
    assert lightness >= 8


@pytest.mark.parametrize("found", SAFE, ids="-".join)
@pytest.mark.parametrize("eye", EYES)
def test_judgements_of_the_safe_palette_can_be_told_apart(found, eye):
    """From each other and warnings from directions; signs and words say the same besides."""
    theme = load_theme(*found)
    pairs = [("good", "bad"), ("good", "warning"), ("bad", "warning")]
    pairs += [("warning", "up"), ("warning", "down")]
    for one, other in pairs:
        assert apart(eye, getattr(theme, one), getattr(theme, other))[0] >= 8, (one, other)


def test_the_simulation_finds_what_is_not_safe():
    """Red and green of the usual palette come close for those who lack a cone."""
    theme = load_theme("dark")
    assert apart("protanopia", theme.up, theme.down)[0] < 30
    assert apart("trichromacy", theme.up, theme.down)[0] > 90


def test_ink_stays_the_colour_where_that_can_be_read():
    """It is drawn towards the text only as far as needed."""
    theme = load_theme("light")
    ink = theme.ink("#C9D000")
    assert 4.5 <= contrast(ink, theme.tint("#C9D000")) < 6
    dark = load_theme("dark")
    assert dark.ink(dark.warning) == dark.warning


def test_contrast_is_measured_as_the_standard_does():
    """Black on white is 21 to 1, a colour on itself 1 to 1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#4C8DFF", "#4C8DFF") == pytest.approx(1)


@pytest.mark.parametrize("found", FOUND, ids="-".join)
def test_the_style_sheet_is_filled_in_completely(found):
    """No token of the template is left, and the theme's own colours are in it."""
    theme = load_theme(*found)
    sheet = style_sheet(theme, 13)
    assert "$" not in sheet
    assert {theme.window, theme.up, theme.bad} <= set(sheet.replace(";", " ").split())
    assert f"{theme.line_px}px solid {theme.border}" in sheet


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


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"text": "greenish"}, "text"),
        ({"palettes": {"green_up": {"up": "green", "down": "#FF0000"}}}, "up"),
        ({"palettes": {"green_up": {"up": "#00FF00"}}}, "down"),
        ({"palettes": {"green_up": 3}}, "Expected `object`, got `int`"),
        ({"lines": ["#FF0000"]}, "lines"),
        ({"least_contrast": 1.0}, "least_contrast"),
        ({"nonsense": "#FF0000"}, "nonsense"),
    ],
)
def test_a_theme_with_something_wrong_is_refused(tmp_path, monkeypatch, change, detail):
    """It is reported in a sentence, not half used."""
    good = tomllib.loads(resource("themes", "dark.toml").read_text(encoding="utf-8"))
    (tmp_path / "odd.toml").write_bytes(msgspec.toml.encode(good | change))
    monkeypatch.setattr(themes, "resource", lambda *parts: tmp_path / parts[-1])
    load_theme.cache_clear()
    with pytest.raises(ConfigError) as caught:
        load_theme("odd")
    assert detail in str(caught.value)
    assert "odd" in caught.value.user_message


def test_a_palette_that_no_theme_has_is_refused():
    """With its name."""
    with pytest.raises(ConfigError, match="pink_up") as caught:
        load_theme("dark", "pink_up")
    assert caught.value.user_message == "The theme “dark” has no palette “pink_up”."


def test_changes_have_a_colour_of_their_own():
    """Rising, falling and unchanged numbers differ."""
    theme: Theme = load_theme("dark")
    assert len({theme.of_change(1.0), theme.of_change(-1.0), theme.of_change(0.0)}) == 3
