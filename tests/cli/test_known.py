"""What commands know of the plug-ins of a profile."""

from __future__ import annotations

import io

from tests.app.plugin_builders import EXAMPLES
from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.adapters.storage.plugin_permissions import PermissionFile
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.app.plugins import Permissions, PluginId
from thebot_desktop.cli.known import known_plugins

MINE = PluginId("indicators", "mine.py")


def _place(tmp_path, content, *, allowed):
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators/mine.py").write_bytes(content)
    digest = PluginFolder(tmp_path).read(MINE).digest
    known = {MINE.text: digest} if allowed else {}
    PermissionFile(Profile.of(tmp_path).permission_file).save(Permissions(allowed=known))


def _known(tmp_path):
    err = io.StringIO()
    return known_plugins(tmp_path, err), err.getvalue()


def _example():
    (path,) = [path for path in EXAMPLES.rglob("*.py") if path.parent.name == "indicators"]
    return path.read_bytes()


def test_files_that_were_agreed_to_are_known(tmp_path):
    """Beside all that the program has by itself; nothing is said where all is well."""
    bare, said = _known(tmp_path)
    assert said == ""
    _place(tmp_path, _example(), allowed=True)
    plugins, said = _known(tmp_path)
    assert said == ""
    assert len(set(plugins.indicators) - set(bare.indicators)) == 1


def test_files_that_nobody_agreed_to_are_left_alone(tmp_path):
    """They are not even executed."""
    trap = tmp_path / "executed"
    _place(tmp_path, f"open({str(trap)!r}, 'w')".encode(), allowed=False)
    bare = len(_known(tmp_path / "none")[0].indicators)
    assert len(_known(tmp_path)[0].indicators) == bare
    assert not trap.exists()


def test_a_broken_file_is_told_of_and_left_out(tmp_path):
    """With its name and line; the rest is there."""
    _place(tmp_path, b"x = 1\n1 / 0\n", allowed=True)
    plugins, said = _known(tmp_path)
    assert "mine.py" in said
    assert "2" in said
    assert "RSI" in plugins.indicators


def test_permissions_that_make_no_sense_allow_nothing(tmp_path):
    """That is said."""
    _place(tmp_path, _example(), allowed=True)
    Profile.of(tmp_path).permission_file.write_text("{", encoding="utf-8")
    plugins, said = _known(tmp_path)
    assert said.startswith("thebot: ")
    assert len(plugins.indicators) == len(_known(tmp_path / "none")[0].indicators)
