"""SettingsService: validates, keeps and tells of changed settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from thebot_desktop.app.settings import Settings
from thebot_desktop.domain.errors import ConfigError, TheBotError
from thebot_desktop.domain.observers import Observers, tell


class SettingsStore(Protocol):
    def save(self, settings: Settings) -> None:
        """Raises StorageError."""
        ...


class SettingsService:
    """``current`` is what is in force; what came from the command line is never saved."""

    def __init__(
        self,
        saved: Settings,
        store: SettingsStore,
        faults: Observers[TheBotError],
        overrides: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        self._saved = saved
        self._store = store
        self._faults = faults
        self._overrides = dict(overrides or {})
        self.current = overridden(saved, self._overrides)
        self.changed: Observers[Settings] = Observers()

    @property
    def saved(self) -> Settings:
        return self._saved

    def update(self, settings: Settings) -> None:
        """Take ``settings`` into force and keep them. Raises ConfigError, changes nothing then."""
        try:
            checked = msgspec.convert(msgspec.to_builtins(settings), Settings)
        except msgspec.ValidationError as cause:
            raise ConfigError(str(cause)) from cause
        self._saved = checked
        self.current = overridden(checked, self._overrides)
        tell(self.changed.notify, self.current, self._faults)
        try:
            self._store.save(checked)
        except TheBotError as error:
            self._faults.notify(error)


def overridden(settings: Settings, overrides: Mapping[str, Mapping[str, object]]) -> Settings:
    """``settings`` with ``{section: {field: value}}`` on top. Raises ConfigError."""
    if not overrides:
        return settings
    tree = msgspec.to_builtins(settings)
    for section, fields in overrides.items():
        if section not in tree:
            raise ConfigError(user_message=f"There is no settings section “{section}”.")
        tree[section].update(fields)
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as cause:
        raise ConfigError(str(cause), user_message=f"A setting is not valid: {cause}.") from cause
