"""Data files are found wherever the program runs from."""

import pytest

from thebot_desktop.ui import resources


@pytest.fixture(autouse=True)
def fresh():
    resources.resources_folder.cache_clear()
    yield
    resources.resources_folder.cache_clear()


def test_a_checkout_has_its_resources_beside_the_package():
    """From the source tree the folder at the top is used."""
    assert resources.resource("themes", "dark.toml").is_file()


def test_a_frozen_build_looks_where_it_was_unpacked(tmp_path, monkeypatch):
    """The unpacked folder goes before everything else."""
    (tmp_path / "resources" / "themes").mkdir(parents=True)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.resources_folder() == tmp_path / "resources"


def test_a_wheel_carries_its_resources_inside(tmp_path, monkeypatch):
    """An installed package finds the files within itself."""
    package = tmp_path / "thebot_desktop"
    (package / "resources" / "themes").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.resources_folder() == package / "resources"


def test_missing_resources_are_said_plainly(tmp_path, monkeypatch):
    """Without the folder the error names where it was looked for."""
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        resources.resources_folder()
