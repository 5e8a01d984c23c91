"""One typed theme, from which the style sheet, the Qt palette and the chart colours come."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Template
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from PySide6.QtGui import QColor, QPalette

from thebot_desktop.domain.errors import ConfigError
from thebot_desktop.ui.resources import resource

Hex = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$")]

BASE_FONT_PX = 13
"""The size that all other sizes of the style sheet are measured against."""

FONT_FAMILY = "Inter"
CODE_FAMILY = "JetBrains Mono"

GREEN_UP = "green_up"
"""The palette of those who chose none."""

_HIGH_CONTRAST = 7.0
_FAINT = 1.6
"""What has less contrast to the ground of a chart is hard to see there."""

_TAG_SHARE = 0.16
"""How much of a colour shows in the ground of a tag."""


LINES = 8
"""So many colours of lines has every theme."""


class Theme(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Colours by what they mean. All are ``#rrggbb``.

    ``up`` and ``down`` are directions: prices, candles, BUY and SELL, bids and asks, gains and
    losses. ``good``, ``bad`` and ``warning`` are judgements: connection, errors, what needs a
    look. A palette may make rising prices red; an error is never green.
    """

    name: str
    palette: str
    least_contrast: Annotated[float, Meta(ge=4.5, le=21)]
    """What text has on every ground, as WCAG 2 measures it."""
    line_px: Annotated[int, Meta(ge=1, le=2)]
    """How thick the lines around things are."""
    window: Hex
    panel: Hex
    raised: Hex
    border: Hex
    grid: Hex
    text: Hex
    secondary: Hex
    muted: Hex
    accent: Hex
    selected: Hex
    good: Hex
    bad: Hex
    warning: Hex
    up: Hex
    down: Hex
    lines: Annotated[tuple[Hex, ...], Meta(min_length=LINES, max_length=LINES)]
    own_up: Hex | None = None
    """What a person chose for candles that rise; else they have the palette's colour."""
    own_down: Hex | None = None
    own_edge: Hex | None = None
    """For wicks and around bodies; else they have the body's colour."""

    @property
    def is_dark(self) -> bool:
        return luminance(self.panel) < 0.5

    @property
    def is_high_contrast(self) -> bool:
        return self.least_contrast >= _HIGH_CONTRAST

    @property
    def candle_up(self) -> str:
        return self.own_up or self.up

    @property
    def candle_down(self) -> str:
        return self.own_down or self.down

    @property
    def price_up(self) -> str:
        """For volume and the last price, which have no border to be seen by."""
        return self._seen(self.candle_up, self.up)

    @property
    def price_down(self) -> str:
        return self._seen(self.candle_down, self.down)

    @property
    def has_faint_candles(self) -> bool:
        """Whether candles of a person's own colours hardly show on the ground of a chart."""
        edges = (self.own_edge,) if self.own_edge else (self.candle_up, self.candle_down)
        return not all(self._shows(color) for color in edges)

    def of_change(self, change: float) -> str:
        """The colour of a number that is a change: rising, falling or neither."""
        if change > 0:
            return self.up
        return self.down if change < 0 else self.secondary

    def tint(self, color: str, share: float = _TAG_SHARE) -> str:
        """``color`` laid thinly over the panel, for the ground of tags and banners."""
        return blend(color, self.panel, share)

    def _seen(self, color: str, otherwise: str) -> str:
        """The first that shows of ``color``, the colour of borders, and ``otherwise``."""
        wanted = (color, self.own_edge or otherwise)
        return next((each for each in wanted if self._shows(each)), otherwise)

    def _shows(self, color: str) -> bool:
        return contrast(color, self.panel) >= _FAINT

    def ink(self, color: str) -> str:
        """``color`` for words on its own tint: drawn towards the text until it can be read."""
        return _readable(color, self.tint(color), self.text, self.least_contrast)

    def on(self, color: str) -> str:
        """Whichever of black-ish and white reads best on a ground of ``color``."""
        dark, light = "#0E1116", "#FFFFFF"
        return dark if contrast(dark, color) >= contrast(light, color) else light

    def qcolor(self, color: str, opacity: float = 1.0) -> QColor:
        """One of our colours for a painter, see-through by ``opacity``."""
        made = QColor(color)
        made.setAlphaF(opacity)
        return made


@cache
def load_theme(name: str, palette: str = GREEN_UP) -> Theme:
    """``resources/themes/<name>.toml`` with one of its palettes. Raises ConfigError."""
    path = resource("themes", f"{name}.toml")
    try:
        tree = msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
        palettes = msgspec.convert(tree.pop("palettes", {}), dict[str, dict[str, Any]])
        if palette not in palettes:
            raise ConfigError(
                user_message=f"The theme “{name}” has no palette “{palette}”.",
            )
        return msgspec.convert(tree | palettes[palette] | {"palette": palette}, Theme)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"theme {path}: {error}", user_message=f"The theme “{name}” could not be read."
        ) from error


def style_sheet(theme: Theme, font_px: int = BASE_FONT_PX, assets: str = "") -> str:
    """The program's style sheet in the colours of ``theme``.

    ``assets`` is the folder of the small pictures (check marks, arrows) in these colours.
    """
    template = Template(resource("style.qss.in").read_text(encoding="utf-8"))
    # What a thicker border takes, the air within it gives.
    borders = {"line": f"{theme.line_px}px", "pad": f"{5 - theme.line_px}px"}
    # The field within a spin box has room of its own; all fields are equally high.
    borders["spin_pad"] = f"{4 - theme.line_px}px 8px {3 - theme.line_px}px"
    return template.substitute(_colours(theme), **_sizes(font_px), **borders, assets=assets)


def palette(theme: Theme) -> QPalette:
    """The same colours for what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    roles: Mapping[QPalette.ColorRole, str] = {
        role.Window: theme.panel,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.ToolTipBase: theme.raised,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.ToolTipText: theme.text,
        role.BrightText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.selected,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.border,
        role.Midlight: theme.border,
        role.Mid: theme.border,
        role.Dark: theme.window,
        role.Shadow: theme.window,
    }
    for which, color in roles.items():
        made.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return made


def blend(front: str, back: str, share: float) -> str:
    """``share`` of ``front`` over the rest of ``back``."""
    mixed = (
        round(f * share + b * (1 - share))
        for f, b in zip(_channels(front), _channels(back), strict=True)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def luminance(color: str) -> float:
    """Relative luminance from 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def scaled(size: int, font_px: int) -> int:
    """A size given for the base font, at the font size that is set."""
    return round(size * font_px / BASE_FONT_PX)


@cache
def _readable(color: str, ground: str, toward: str, least: float) -> str:
    """``color`` mixed with as little of ``toward`` as its contrast on ``ground`` asks for."""
    mixed = (blend(toward, color, step / 20) for step in range(21))
    return next((each for each in mixed if contrast(each, ground) >= least), toward)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _colours(theme: Theme) -> dict[str, str]:
    """Every token, and the grounds that are made from them."""
    tokens: dict[str, str] = msgspec.to_builtins(theme)
    grounds = {f"{token}_tint": theme.tint(tokens[token]) for token in ("accent", "bad", "warning")}
    return (
        tokens
        | grounds
        | {
            "hover": blend(theme.text, theme.panel, 0.06),
            "pressed": blend(theme.text, theme.panel, 0.10),
            "accent_ink": theme.ink(theme.accent),
            "on_accent": theme.on(theme.accent),
            "on_warning": theme.on(theme.warning),
        }
    )


def _sizes(font_px: int) -> dict[str, str]:
    return {
        "family": FONT_FAMILY,
        "code_family": CODE_FAMILY,
        "base": f"{font_px}px",
        "small": f"{scaled(11, font_px)}px",
        "large": f"{scaled(15, font_px)}px",
        "number": f"{scaled(16, font_px)}px",
        "tool_height": f"{scaled(28, font_px)}px",
        "row_height": f"{scaled(34, font_px)}px",
    }
