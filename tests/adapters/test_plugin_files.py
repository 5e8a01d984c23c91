"""Files of plug-ins on disk, and how one of them is executed."""

from __future__ import annotations

import sys

import pytest

from tests.app.plugin_builders import EXAMPLES
from thebot_desktop.adapters import plugin_files
from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.adapters.storage.plugin_permissions import PermissionFile
from thebot_desktop.app.plugins import Permissions, PluginId, PluginKind
from thebot_desktop.domain.errors import StorageError

MINE = PluginId("indicators", "mine.py")


def test_python_files_of_both_folders_are_found(tmp_path):
    """Others, hidden ones and folders are left alone; no folder is no file."""
    folder = PluginFolder(tmp_path)
    assert folder.stamps() == {}
    for name in ("indicators/mine.py", "indicators/_help.py", "indicators/a.txt", "rules/r.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x = 1")
    (tmp_path / "rules" / "folder.py").mkdir()
    assert set(folder.stamps()) == {MINE, PluginId("rules", "r.py")}
    first = folder.stamps()[MINE]
    (tmp_path / "indicators/mine.py").write_text("x = 22")
    assert folder.stamps()[MINE] != first


def test_what_was_read_is_executed_whatever_the_file_says_by_now(tmp_path):
    """Under a name of its own, from which types are found; gone when it is unloaded."""
    folder = PluginFolder(tmp_path)
    path = folder.put(PluginKind.INDICATOR, "mine.py", b"x = 1\nclass Kind: pass\n")
    source = folder.read(MINE)
    path.write_bytes(b"x = 2\n")
    module = folder.execute(source)
    assert module.x == 1
    assert module.__file__ == str(path)
    assert sys.modules[module.Kind.__module__] is module
    folder.unload(module)
    assert module.__name__ not in sys.modules


def test_a_file_is_never_written_over(tmp_path):
    """An example that was changed stays as it was changed."""
    folder = PluginFolder(tmp_path)
    path = folder.put(PluginKind.RULE, "mine.py", b"mine")
    assert folder.put(PluginKind.RULE, "mine.py", b"yours") == path
    assert path.read_bytes() == b"mine"
    assert folder.folder(PluginKind.RULE) == path.parent


def test_what_the_disk_refuses_is_a_sentence(tmp_path, monkeypatch):
    """A file in the place of a folder, one that is missing, one that is far too large."""
    (tmp_path / "rules").write_text("")
    folder = PluginFolder(tmp_path)
    with pytest.raises(StorageError, match="File exists"):
        folder.folder(PluginKind.RULE)
    with pytest.raises(StorageError) as raised:
        folder.read(MINE)
    assert raised.value.user_message == "mine.py: it cannot be read."
    monkeypatch.setattr(plugin_files, "LARGEST_BYTES", 3)
    folder.put(PluginKind.INDICATOR, "mine.py", b"long")
    with pytest.raises(StorageError) as raised:
        folder.read(MINE)
    assert "larger than any plug-in" in raised.value.user_message


def test_what_was_agreed_to_is_kept(tmp_path):
    """A file that makes no sense is set aside, and nothing counts as agreed to."""
    file = PermissionFile(tmp_path / "plugins.json")
    assert file.load() == Permissions()
    agreed = Permissions({"indicators/mine.py": "abc"}, {"rules/r.py": "def"})
    file.save(agreed)
    assert file.load() == agreed
    (tmp_path / "plugins.json").write_text('{"allowed": ["indicators/mine.py"]}')
    with pytest.raises(StorageError, match="no permissions of plug-ins"):
        file.load()
    assert (tmp_path / "plugins.json.bad").exists()


def test_there_is_an_example_of_each_kind():
    """One file in a folder of the same name as in the profile."""
    for kind in PluginKind:
        assert len(list((EXAMPLES / kind.value).glob("*.py"))) == 1
