"""Palettes in force: chosen by a click, live everywhere, charts included."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QColorDialog, QDialogButtonBox

from tests.fakes import BTC_1M
from tests.ui.charts.builders import moment, walk
from thebot_desktop.app.settings import PaletteChoice, Settings, UiConfig
from thebot_desktop.ui.palettes import chosen_theme, paper_theme
from thebot_desktop.ui.theme import load_theme

Button = QDialogButtonBox.StandardButton


@pytest.fixture
def open_window(make_world, qtbot, tmp_path):
    """A window with a chart that shows candles."""

    def opened(**given):
        world = make_world(tmp_path, real_charts=True, **given)
        world.quotes()
        world.windows.open_all()
        window = world.windows.active
        chart = window.arrangement.charts[0]
        chart.view.update_chart(moment(walk(300), series=BTC_1M))
        return world, window, chart.view

    return opened


def pick(qtbot, window, menu, command):
    """Click on an entry of a menu that is open."""
    opened = window.commands.menu(menu)
    opened.popup(window.mapToGlobal(QPoint(10, 10)))
    place = opened.actionGeometry(window.commands.action(command)).center()
    qtbot.mouseClick(opened, Qt.MouseButton.LeftButton, pos=place)
    opened.close()


def colours_on(view):
    """Every colour on the screen's picture of a chart."""
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(image.constBits()).cast("B").cast("I")
    return {f"#{pixel & 0xFFFFFF:06X}" for pixel in set(pixels)}


@pytest.mark.parametrize("choice", [PaletteChoice.RED_UP, PaletteChoice.COLOUR_BLIND])
def test_a_palette_is_chosen_in_the_menu(open_window, qtbot, choice):
    """The chart, the style and the settings have it at once; a tick says so."""
    world, window, view = open_window()
    before = load_theme("dark")
    assert {before.up, before.down} <= colours_on(view)
    pick(qtbot, window, "view.palette", f"view.palette.{choice.value}")
    theme = load_theme("dark", choice.value)
    assert window.theme == view.theme == theme
    assert {theme.up, theme.down} <= colours_on(view)
    if choice is PaletteChoice.COLOUR_BLIND:
        assert not {before.up, before.down} & colours_on(view)
    assert world.store.saved.ui.palette is choice
    assert window.commands.action(f"view.palette.{choice.value}").isChecked()
    assert not window.commands.action("view.palette.green_up").isChecked()


def test_prices_turn_red_but_the_connection_stays_good(open_window, qtbot):
    """Direction and judgement are told in colours of their own."""
    world, window, view = open_window()
    pick(qtbot, window, "view.palette", "view.palette.red_up")
    theme = window.theme
    assert theme.of_change(1.0) == load_theme("dark").down
    assert theme.good == load_theme("dark").good
    assert view.style_now.up.color().name().upper() == theme.up
    window.status.show_health(world.context.health.document(), None)
    shown = window.status._state.palette().windowText().color().name().upper()
    assert window.status._state.property("kind") in ("good", "warning")
    assert shown in (theme.good, theme.warning)


def test_high_contrast_is_switched_in_the_menu_and_back(open_window, qtbot):
    """It goes with any palette and keeps dark or light."""
    world, window, view = open_window(
        settings=Settings(ui=UiConfig(palette=PaletteChoice.COLOUR_BLIND))
    )
    plain = window.theme
    pick(qtbot, window, "view.palette", "view.contrast")
    assert window.theme == load_theme("dark-contrast", "colour_blind")
    assert window.theme.panel == "#000000"
    assert "#000000" in colours_on(view)
    assert world.store.saved.ui.high_contrast
    assert window.commands.action("view.contrast").isChecked()
    window.run_command("view.theme.toggle")
    assert window.theme.name == "light-contrast"
    window.run_command("view.theme.toggle")
    pick(qtbot, window, "view.palette", "view.contrast")
    assert window.theme == plain
    assert not window.commands.action("view.contrast").isChecked()


def test_a_palette_is_found_by_typing(open_window, qtbot):
    """Everything in the menus is in the search as well."""
    _world, window, _view = open_window()
    window.run_command("palette.open")
    qtbot.keyClicks(window.palette_box.field, "colour")
    assert len(window.palette_box.texts) >= 4
    window.palette_box.field.clear()
    qtbot.keyClicks(window.palette_box.field, "red up")
    assert window.palette_box.texts[0] == "Red up, green down (East Asian colours)"
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.theme.palette == "red_up"


def test_own_candles_are_chosen_with_the_colour_dialog(open_window, qtbot):
    """Pointed at, seen in the preview, applied, on the chart; the reset takes them back."""
    world, window, view = open_window()
    pick(qtbot, window, "view.palette", "view.candles")
    dialog = window.dialogs.opened("settings")
    edit = dialog.form.form("ui").field("candle_up").edit
    assert dialog.form.section == "ui"
    qtbot.mouseClick(edit.swatch, Qt.MouseButton.LeftButton)
    chooser = edit.findChild(QColorDialog)
    chooser.setCurrentColor("#123456")
    assert dialog.form.preview.themes[0].candle_up == "#123456"
    assert window.theme.own_up is None
    chooser.accept()
    edge = dialog.form.form("ui").field("candle_edge").edit
    qtbot.keyClicks(edge.line, "#fedcba")
    qtbot.mouseClick(dialog.buttons.button(Button.Apply), Qt.MouseButton.LeftButton)
    assert (view.theme.own_up, view.theme.own_edge) == ("#123456", "#fedcba")
    assert {"#123456", "#FEDCBA"} <= colours_on(view)
    assert world.store.saved.ui.candle_up == "#123456"
    for each in (edit, edge):
        qtbot.mouseClick(each.reset, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.buttons.button(Button.Ok), Qt.MouseButton.LeftButton)
    assert view.theme == load_theme("dark")
    assert not {"#123456", "#FEDCBA"} & colours_on(view)


def test_what_is_no_colour_cannot_be_applied(open_window, qtbot):
    """The sentence stands under the field."""
    _world, window, _view = open_window()
    window.run_command("view.candles")
    dialog = window.dialogs.opened("settings")
    form = dialog.form.form("ui")
    qtbot.keyClicks(form.field("candle_down").edit.line, "greenish")
    assert form.problems == {
        "candle_down": "“greenish” is not a colour: write six digits, such as #22AB94."
    }
    assert not dialog.buttons.button(Button.Apply).isEnabled()
    dialog.reject()


def test_the_open_settings_keep_what_is_typed_when_candles_are_asked_for_again(open_window, qtbot):
    """The command brings the dialog to the front, at its place."""
    _world, window, _view = open_window()
    window.run_command("file.settings")
    dialog = window.dialogs.opened("settings")
    dialog.form.show_section("news")
    dialog.form.form("ui").field("font_size").editor.setValue(15)
    window.run_command("view.candles")
    assert window.dialogs.opened("settings") is dialog
    assert dialog.form.section == "ui"
    assert dialog.form.form("ui").value.font_size == 15
    dialog.reject()


def test_paper_is_white_and_keeps_the_palette():
    """Of a dark theme the light one is printed, with the same directions and candles."""
    config = UiConfig(palette=PaletteChoice.RED_UP, high_contrast=True, candle_edge="#808080")
    paper = paper_theme(chosen_theme(config, dark=True))
    assert paper == chosen_theme(config, dark=False)
    assert paper.panel == "#FFFFFF"
    assert paper.own_edge == "#808080"
