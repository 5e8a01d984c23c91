"""The settings dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from thebot_desktop.app.settings import Settings, ThemeChoice
from thebot_desktop.domain.errors import ConfigError

Button = QDialogButtonBox.StandardButton


@pytest.fixture
def dialog(window):
    window.run_command("file.settings")
    return window.dialogs.opened("settings")


def press(qtbot, dialog, which):
    qtbot.mouseClick(dialog.buttons.button(which), Qt.MouseButton.LeftButton)


def test_it_has_a_page_for_every_section(dialog):
    """Made from the tree of the settings."""
    assert dialog.form.sections == list(Settings.__struct_fields__)
    assert dialog.form._list.item(0).text() == "Appearance"


def test_apply_puts_a_change_into_force_and_stays_open(dialog, world, window, qtbot):
    """The theme changes behind it."""
    assert not dialog.buttons.button(Button.Apply).isEnabled()
    dialog.form.form("ui").field("theme").editor.setCurrentIndex(2)
    press(qtbot, dialog, Button.Apply)
    assert world.settings.current.ui.theme is ThemeChoice.LIGHT
    assert not window.theme.is_dark
    assert dialog.isVisible()
    assert not dialog.buttons.button(Button.Apply).isEnabled()


def test_ok_applies_and_closes(dialog, world, window, qtbot):
    """And the file is written."""
    dialog.form.form("ui").field("font_size").editor.setValue(16)
    press(qtbot, dialog, Button.Ok)
    assert world.store.saved.ui.font_size == 16
    assert window.font_px == 16
    assert window.dialogs.opened("settings") is None


def test_cancel_changes_nothing(dialog, world, qtbot):
    """Whatever was typed."""
    dialog.form.form("ui").field("font_size").editor.setValue(16)
    press(qtbot, dialog, Button.Cancel)
    assert world.settings.current == Settings()
    assert world.store.saved is None


def test_something_wrong_cannot_be_applied(dialog, qtbot):
    """The section is marked and the sentence stands beside the field."""
    form = dialog.form.form("exchange")
    form.field("rest_url").editor.setText("ftp://nowhere")
    assert not dialog.buttons.button(Button.Ok).isEnabled()
    assert not dialog.buttons.button(Button.Apply).isEnabled()
    row = dialog.form.sections.index("exchange")
    assert dialog.form._list.item(row).text() == "Exchange ●"
    form.field("rest_url").editor.setText("")
    assert dialog.buttons.button(Button.Ok).isEnabled()
    assert dialog.form._list.item(row).text() == "Exchange"


def test_defaults_are_restored_for_the_section_that_is_shown(dialog, qtbot):
    """Others keep what was typed."""
    ui, data = dialog.form.form("ui"), dialog.form.form("data_stream")
    ui.field("font_size").editor.setValue(20)
    data.field("update_interval_ms").editor.setValue(500)
    dialog.form.show_section("data_stream")
    press(qtbot, dialog, Button.RestoreDefaults)
    assert data.value.update_interval_ms == 100
    assert ui.value.font_size == 20


def test_a_refusal_is_shown_and_keeps_it_open(dialog, world, qtbot, monkeypatch):
    """With the reason."""

    def refuse(settings):
        raise ConfigError(user_message="No.")

    monkeypatch.setattr(world.settings, "update", refuse)
    dialog.form.form("ui").field("font_size").editor.setValue(16)
    press(qtbot, dialog, Button.Ok)
    assert dialog.isVisible()
    assert "No." in dialog._problem.text()
