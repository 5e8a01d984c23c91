"""Appearance: puts theme, palette and text size into force, and follows the system."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from thebot_desktop.app.settings import ThemeChoice, UiConfig
from thebot_desktop.domain.observers import Observers
from thebot_desktop.ui.icons import write_assets
from thebot_desktop.ui.palettes import chosen_theme
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.theme import (
    BASE_FONT_PX,
    FONT_FAMILY,
    Theme,
    palette,
    style_sheet,
)


class Appearance(QObject):
    """What everything in the program looks like at the moment."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._config = UiConfig()
        self._assets = QTemporaryDir()
        self.theme: Theme = chosen_theme(self._config, dark=True)
        self.font_px = BASE_FONT_PX
        self.reduced_motion = False
        self.changed: Observers[Theme] = Observers()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, config: UiConfig) -> None:
        """Take the person's choice; nothing happens when it is in force already."""
        self._config = config
        self.reduced_motion = config.reduced_motion
        self._tell_system()
        self._use(self._wanted_theme(), config.font_size)

    def install(self, config: UiConfig) -> None:
        """Once, before the first window: fonts, style, and the person's choice."""
        load_fonts()
        self._app.setStyle("Fusion")
        self._config = config
        self._tell_system()
        self.theme = self._wanted_theme()
        self.font_px = config.font_size
        self.reduced_motion = config.reduced_motion
        self._restyle()

    def close(self) -> None:
        """Stop following the system, and remove the pictures that were drawn."""
        self._app.styleHints().colorSchemeChanged.disconnect(self._follow_system)
        self._app.setStyleSheet("")
        self._assets.remove()

    def _wanted_theme(self) -> Theme:
        return chosen_theme(self._config, dark=self._wants_dark())

    def _wants_dark(self) -> bool:
        if self._config.theme is not ThemeChoice.SYSTEM:
            return self._config.theme is ThemeChoice.DARK
        return self._app.styleHints().colorScheme() is not Qt.ColorScheme.Light

    def _use(self, theme: Theme, font_px: int) -> None:
        if theme == self.theme and font_px == self.font_px:
            return
        self.theme, self.font_px = theme, font_px
        self._restyle()
        self.changed.notify(theme)

    def _restyle(self) -> None:
        self._app.setPalette(palette(self.theme))
        self._app.setFont(app_font(self.font_px))
        self._app.setStyleSheet(style_sheet(self.theme, self.font_px, self._draw_assets()))

    def _draw_assets(self) -> str:
        """Check marks and arrows in the theme's colours.

        No palette has colours of its own for them, so each theme has one folder.
        """
        folder = Path(self._assets.path()) / self.theme.name
        folder.mkdir(exist_ok=True)
        on_accent = self.theme.on(self.theme.accent)
        write_assets(
            folder,
            {
                "check.svg": ("check", on_accent),
                "menu-check.svg": ("check", self.theme.accent),
                "down.svg": ("chevron-down", self.theme.secondary),
                "up.svg": ("chevron-up", self.theme.secondary),
                "right.svg": ("chevron-right", self.theme.secondary),
            },
        )
        return folder.as_posix()

    def _tell_system(self) -> None:
        """Window frames that the system draws go with the theme."""
        hints = self._app.styleHints()
        match self._config.theme:
            case ThemeChoice.DARK:
                hints.setColorScheme(Qt.ColorScheme.Dark)
            case ThemeChoice.LIGHT:
                hints.setColorScheme(Qt.ColorScheme.Light)
            case ThemeChoice.SYSTEM:
                hints.unsetColorScheme()

    def _follow_system(self) -> None:
        """At the signal Qt's own palette is not there yet, so ours comes one turn later."""
        if self._config.theme is ThemeChoice.SYSTEM:
            QTimer.singleShot(0, self, lambda: self._use(self._wanted_theme(), self.font_px))


def load_fonts() -> list[str]:
    """Make the bundled fonts known; the families found."""
    families: list[str] = []
    for path in sorted(resource("fonts").glob("*.[to]tf")):
        known = QFontDatabase.addApplicationFont(str(path))
        if known >= 0:
            families.extend(QFontDatabase.applicationFontFamilies(known))
    return families


def app_font(font_px: int) -> QFont:
    """The program's font, with figures that stand in columns."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(font_px)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
