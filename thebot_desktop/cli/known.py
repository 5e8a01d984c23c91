"""What the commands know of indicators and rules: the program's own and those of the profile."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.adapters.storage.plugin_permissions import PermissionFile
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.app.plugins import PluginBook
from thebot_desktop.bootstrap import Plugins, find_plugins
from thebot_desktop.domain.errors import StorageError


def known_plugins(profile: Path | None, err: TextIO) -> Plugins:
    """With the files that a person has agreed to in the window.

    One that cannot be used is told of on ``err`` and left out.
    """
    plugins, place = find_plugins(), Profile.of(profile)
    try:
        permissions = PermissionFile(place.permission_file).load()
    except StorageError as error:
        err.write(f"thebot: {error.user_message}\n")
        return plugins
    book = PluginBook(
        PluginFolder(place.folder),
        indicators=plugins.indicators,
        rules=plugins.rules,
        permissions=permissions,
    )
    book.look()
    for problem in (entry.problem for entry in book.entries if entry.problem):
        err.write(f"thebot: {problem}\n")
    return plugins
