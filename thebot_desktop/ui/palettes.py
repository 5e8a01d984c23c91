"""From what a person chose to the theme in force: palette, contrast, candles of their own."""

from __future__ import annotations

from msgspec.structs import replace

from thebot_desktop.app.settings import UiConfig
from thebot_desktop.ui.theme import Theme, load_theme


def chosen_theme(config: UiConfig, *, dark: bool) -> Theme:
    """The dark or the light theme in the colours of these settings."""
    name = _theme_name(dark=dark, high_contrast=config.high_contrast)
    return replace(
        load_theme(name, config.palette.value),
        own_up=config.candle_up or None,
        own_down=config.candle_down or None,
        own_edge=config.candle_edge or None,
    )


def paper_theme(theme: Theme) -> Theme:
    """The same choice for white paper."""
    name = _theme_name(dark=False, high_contrast=theme.is_high_contrast)
    return replace(
        load_theme(name, theme.palette),
        own_up=theme.own_up,
        own_down=theme.own_down,
        own_edge=theme.own_edge,
    )


def _theme_name(*, dark: bool, high_contrast: bool) -> str:
    return ("dark" if dark else "light") + ("-contrast" if high_contrast else "")
