"""Settings are validated, kept and told."""

from __future__ import annotations

import msgspec
import pytest

from thebot_desktop.app.settings import Settings, ThemeChoice, UiConfig
from thebot_desktop.app.settings_service import SettingsService, overridden
from thebot_desktop.domain.errors import ConfigError, StorageError
from thebot_desktop.domain.observers import Observers


class Store:
    def __init__(self, error=None):
        self.saved, self.error = [], error

    def save(self, settings):
        if self.error:
            raise self.error
        self.saved.append(settings)


def test_a_change_is_told_and_saved():
    """Those who listen get the whole tree and take their section."""
    store = Store()
    service = SettingsService(Settings(), store, Observers())
    told = []
    service.changed.add(told.append)
    service.update(msgspec.structs.replace(Settings(), ui=UiConfig(theme=ThemeChoice.LIGHT)))
    assert service.current.ui.theme is ThemeChoice.LIGHT
    assert told == store.saved == [service.current]


def test_a_value_out_of_range_changes_nothing():
    """The refusal is an error with words."""
    service = SettingsService(Settings(), Store(), Observers())
    with pytest.raises(ConfigError):
        service.update(msgspec.structs.replace(Settings(), ui=UiConfig(font_size=99)))
    assert service.current == Settings()


def test_a_disk_that_refuses_is_a_fault_and_the_choice_holds():
    """The setting is in force until the program ends."""
    faults, reported = Observers(), []
    faults.add(reported.append)
    service = SettingsService(Settings(), Store(StorageError("full")), faults)
    service.update(msgspec.structs.replace(Settings(), ui=UiConfig(font_size=15)))
    assert service.current.ui.font_size == 15
    assert len(reported) == 1


def test_what_the_command_line_says_is_in_force_but_never_saved():
    """An override disappears with the run."""
    store = Store()
    service = SettingsService(Settings(), store, Observers(), {"ui": {"theme": "light"}})
    assert service.current.ui.theme is ThemeChoice.LIGHT
    service.update(msgspec.structs.replace(service.saved, ui=UiConfig(font_size=15)))
    assert store.saved[0].ui.theme is ThemeChoice.DARK
    assert service.current.ui.theme is ThemeChoice.LIGHT


@pytest.mark.parametrize(
    "wrong", [{"nonsense": {}}, {"ui": {"colour": "red"}}, {"ui": {"theme": "red"}}]
)
def test_an_override_that_makes_no_sense_is_refused_with_a_sentence(wrong):
    """Unknown sections, fields and values alike."""
    with pytest.raises(ConfigError) as caught:
        overridden(Settings(), wrong)
    assert caught.value.user_message
