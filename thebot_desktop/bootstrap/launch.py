"""Launch: what the command line asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from thebot_desktop.adapters.storage.settings_file import environment_overrides
from thebot_desktop.app.mode import Mode


@dataclass(frozen=True)
class Launch:
    """What the command line asked for."""

    mode: Mode = Mode.LIVE
    profile: Path | None = None
    rest_url: str | None = None
    stream_url: str | None = None
    replay: Path | None = None
    speed: float = 1.0
    log_level: str | None = None
    safe_mode: bool = False
    keep: bool = True
    """Whether anything is written: not in safe mode, nor by commands that only print."""
    with_news: bool = True
    keep_alerts: bool = False
    """Whether rules and alerts are kept although nothing else is."""

    def overrides(self) -> dict[str, dict[str, object]]:
        """Settings of this run alone: the environment's first, the command line's on top."""
        found = environment_overrides(os.environ)
        addresses = {"rest_url": self.rest_url, "stream_url": self.stream_url}
        given = {name: url for name, url in addresses.items() if url}
        if given:
            found.setdefault("exchange", {}).update(given)
        if self.log_level:
            found.setdefault("logging", {})["level"] = self.log_level
        return found
