"""settings.toml."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from thebot_desktop.adapters.storage.settings_file import SettingsFile, environment_overrides
from thebot_desktop.app.settings import (
    ChartConfig,
    PaletteChoice,
    Settings,
    ThemeChoice,
    UiConfig,
)
from thebot_desktop.domain.errors import StorageError


def test_settings_come_back_equal_and_only_differences_are_written(tmp_path):
    """Defaults are not frozen into the file."""
    file = SettingsFile(tmp_path / "p" / "settings.toml")
    changed = msgspec.structs.replace(
        Settings(), ui=UiConfig(theme=ThemeChoice.LIGHT), chart=ChartConfig(indicators=("RSI(7)",))
    )
    file.save(changed)
    assert file.load([]) == changed
    assert "font_size" not in file.path.read_text()


def test_no_file_means_defaults_without_a_word(tmp_path):
    """The first start is not an error."""
    notices = []
    assert SettingsFile(tmp_path / "settings.toml").load(notices) == Settings()
    assert notices == []


@pytest.mark.parametrize(
    "content", [b"[ui\n", b"[ui]\ntheme = 'pink'\n", b"[nonsense]\nx = 1\n", b"\xff\xfe\x00"]
)
def test_a_file_that_is_not_understood_is_set_aside_whole(tmp_path, content):
    """Defaults are used, the person is told, nothing of theirs is lost."""
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    notices = []
    assert SettingsFile(path).load(notices) == Settings()
    assert path.with_name("settings.toml.bad").read_bytes() == content
    assert "settings.toml.bad" in notices[0]


@run(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=200))
def test_no_content_whatever_stops_the_start(tmp_path, content):
    """Every file is either understood or set aside."""
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    assert isinstance(SettingsFile(path).load([]), Settings)


def test_a_folder_that_cannot_be_written_is_our_own_error(tmp_path):
    """A sentence, and the file as it was."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(StorageError) as caught:
        SettingsFile(blocker / "settings.toml").save(Settings())
    assert "could not be saved" in caught.value.user_message


def test_the_environment_names_section_and_field():
    """Variables of other purposes are left alone."""
    found = environment_overrides(
        {"THEBOT_UI_THEME": "light", "THEBOT_DATA_STREAM_BUFFER_SIZE": "700", "THEBOT_PROFILE": "x"}
    )
    assert found == {"ui": {"theme": "light"}, "data_stream": {"buffer_size": "700"}}


@pytest.mark.parametrize("palette", PaletteChoice)
def test_palette_contrast_and_own_candles_come_back(tmp_path, palette):
    """And are written in words that a person can change by hand."""
    file = SettingsFile(tmp_path / "settings.toml")
    ui = UiConfig(palette=palette, high_contrast=True, candle_up="#12ab34", candle_edge="#000000")
    file.save(Settings(ui=ui))
    notices = []
    assert file.load(notices).ui == ui
    assert notices == []
    assert 'candle_up = "#12ab34"' in file.path.read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "candle_up = 'greenish'",
            "“greenish” is not a colour: write six digits, such as #22AB94.",
        ),
        ("palette = 'pink_up'", "Invalid enum value 'pink_up'"),
        ("high_contrast = 'very'", "Expected `bool`, got `str`"),
    ],
)
def test_colours_that_are_none_are_named_in_the_notice(tmp_path, line, said):
    """The person reads what was wrong and where the file is kept."""
    path = tmp_path / "settings.toml"
    path.write_text(f"[ui]\n{line}\n", encoding="utf-8")
    notices = []
    assert SettingsFile(path).load(notices) == Settings()
    assert said in notices[0]
    assert "`$.ui" in notices[0]
    assert "settings.toml.bad" in notices[0]
