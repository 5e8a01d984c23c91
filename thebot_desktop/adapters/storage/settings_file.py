"""settings.toml: read with care, written whole or not at all."""

from __future__ import annotations

import logging
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from thebot_desktop.app.settings import Settings
from thebot_desktop.domain.errors import StorageError

log = logging.getLogger(__name__)

PREFIX = "THEBOT_"
NOT_SETTINGS = ("THEBOT_PROFILE", "THEBOT_REST_URL", "THEBOT_STREAM_URL")
"""Variables of the same prefix that the command line reads."""


class SettingsFile:
    """Only what differs from the defaults is written, so that better defaults reach everyone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, notices: list[str]) -> Settings:
        """What is saved. A file that cannot be understood is set aside, never overwritten."""
        try:
            text = self.path.read_bytes().decode()
        except FileNotFoundError:
            return Settings()
        except (OSError, UnicodeDecodeError) as cause:
            return self._set_aside(notices, cause)
        try:
            return msgspec.convert(tomllib.loads(text), Settings)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as cause:
            return self._set_aside(notices, cause)

    def save(self, settings: Settings) -> None:
        """Raises StorageError; the file is then as it was."""
        text = tomli_w.dumps(_differences(settings))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, text.encode())
        except OSError as cause:
            raise StorageError(
                f"{self.path}: {cause}",
                user_message=f"The settings could not be saved to {self.path}: {cause.strerror}. "
                "They hold until the program ends.",
            ) from cause

    def _set_aside(self, notices: list[str], cause: Exception) -> Settings:
        bad = self.path.with_name(self.path.name + ".bad")
        log.warning("settings file %s is set aside: %s", self.path, cause)
        try:
            self.path.replace(bad)
            kept = f"The file was kept as {bad}."
        except OSError:
            kept = f"The file {self.path} was left as it is."
        notices.append(f"The settings could not be read ({cause}). Defaults are used. {kept}")
        return Settings()


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` in one step. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def environment_overrides(environment: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """``THEBOT_UI_THEME=light`` as ``{"ui": {"theme": "light"}}``, for sections that exist."""
    sections = {f.name: f for f in msgspec.structs.fields(Settings)}
    found: dict[str, dict[str, object]] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        rest = name.removeprefix(PREFIX).lower()
        section = next((s for s in sections if rest.startswith(f"{s}_")), None)
        if section is not None:
            found.setdefault(section, {})[rest.removeprefix(f"{section}_")] = value
    return found


def _differences(settings: Settings) -> dict[str, Any]:
    tree: dict[str, dict[str, Any]] = msgspec.to_builtins(settings)
    default: dict[str, dict[str, Any]] = msgspec.to_builtins(Settings())
    changed = {
        section: {k: v for k, v in fields.items() if v != default[section][k]}
        for section, fields in tree.items()
    }
    return {section: fields for section, fields in changed.items() if fields}
