"""Theme, text size and fonts in force."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QLabel

from thebot_desktop.app.settings import ThemeChoice, UiConfig
from thebot_desktop.ui.appearance import Appearance, app_font, load_fonts
from thebot_desktop.ui.theme import load_theme


@pytest.fixture
def appearance(qapp):
    made = Appearance(qapp)
    made.install(UiConfig(theme=ThemeChoice.DARK))
    yield made
    made.close()
    made.deleteLater()


def test_our_fonts_are_found_and_used(appearance, qtbot):
    """No machine needs to have them."""
    assert {"Inter", "JetBrains Mono"} <= set(load_fonts())
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    assert QFontInfo(label.font()).family() == "Inter"


def test_figures_stand_in_columns(appearance, qtbot):
    """A one is as wide as an eight, also where the style sheet sets the size."""
    label = QLabel()
    label.setProperty("role", "number")
    qtbot.addWidget(label)
    label.show()
    for font in (app_font(13), label.font()):
        metrics = QFontMetrics(font)
        assert metrics.horizontalAdvance("11111") == metrics.horizontalAdvance("88888")


def test_a_choice_changes_palette_and_style_at_once(appearance, qapp):
    """And tells who paints by itself."""
    told = []
    appearance.changed.add(told.append)
    appearance.choose(UiConfig(theme=ThemeChoice.LIGHT))
    light = load_theme("light")
    assert told == [light]
    assert qapp.palette().color(QPalette.ColorRole.Text).name().upper() == light.text
    assert light.panel in qapp.styleSheet()


def test_the_same_choice_again_does_nothing(appearance):
    """Saving other settings does not restyle the program."""
    told = []
    appearance.changed.add(told.append)
    appearance.choose(UiConfig(theme=ThemeChoice.DARK))
    assert told == []


def test_a_larger_text_is_larger_everywhere(appearance, qapp, qtbot):
    """In the font and in the style sheet."""
    appearance.choose(UiConfig(theme=ThemeChoice.DARK, font_size=18))
    assert qapp.font().pixelSize() == 18
    assert "font-size: 18px" in qapp.styleSheet()


def test_it_follows_the_system_when_wanted(appearance, qapp, qtbot, monkeypatch):
    """On the next turn of the loop; an own choice is not overruled."""
    scheme = [Qt.ColorScheme.Dark]
    monkeypatch.setattr(appearance, "_wants_dark", lambda: scheme[0] is Qt.ColorScheme.Dark)
    appearance.choose(UiConfig(theme=ThemeChoice.SYSTEM))
    scheme[0] = Qt.ColorScheme.Light
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: not appearance.theme.is_dark)
    appearance.choose(UiConfig(theme=ThemeChoice.LIGHT))
    scheme[0] = Qt.ColorScheme.Dark
    told = []
    appearance.changed.add(told.append)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qtbot.wait(1)
    assert told == []


def test_check_marks_are_drawn_in_the_colours_of_the_theme(appearance, qapp):
    """The style sheet names files that exist."""
    sheet = qapp.styleSheet()
    folder = appearance._assets.path()
    assert f"{folder}/dark/check.svg" in sheet
    arrow = Path(folder, "dark", "down.svg").read_text(encoding="utf-8")
    assert load_theme("dark").secondary in arrow
