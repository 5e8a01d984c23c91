"""Profile: the folder of one user's settings, data and logs."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

APPLICATION = "thebot-desktop"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_BYTES = 2_000_000
LOG_FILES = 5

log = logging.getLogger(__name__)


class Profile:
    """Paths only; folders are made when something is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings_file = folder / "settings.toml"
        self.layout_file = folder / "layout.json"
        self.data = folder / "data"
        self.logs = folder / "logs"

    @classmethod
    def of(cls, chosen: Path | None, variant: str = "") -> Profile:
        """The chosen folder or the user's own; a ``variant`` such as the demo has one inside."""
        folder = chosen if chosen is not None else Path(platformdirs.user_data_dir(APPLICATION))
        return cls(folder / variant if variant else folder)

    def candle_file(self, source: str) -> Path:
        return self.data / f"candles-{source}.sqlite"

    @property
    def alert_file(self) -> Path:
        return self.data / "alerts.sqlite"

    @property
    def lock_file(self) -> Path:
        """Held by the program that tells of this profile's alerts."""
        return self.data / "running.lock"

    @property
    def shelf_file(self) -> Path:
        """Favourite indicators and templates."""
        return self.folder / "indicators.json"

    @property
    def permission_file(self) -> Path:
        """Which plug-ins may be loaded."""
        return self.folder / "plugins.json"

    @property
    def channel_file(self) -> Path:
        """Where alerts go outside of this machine; secrets are in the keyring."""
        return self.folder / "channels.json"

    @property
    def quiet_file(self) -> Path:
        """Until when alerts are muted or snoozed."""
        return self.data / "quiet.json"

    @property
    def drawings(self) -> Path:
        """What people have drawn, a file per symbol."""
        return self.folder / "drawings"


def start_logging(profile: Profile | None, level: str, notices: list[str]) -> None:
    """Warnings to standard error, everything from ``level`` up to a file that rotates."""
    root = logging.getLogger()
    root.setLevel(level)
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    console.setFormatter(logging.Formatter(LOG_FORMAT))
    root.addHandler(console)
    for noisy in ("httpx", "httpcore", "websockets", "qasync", "asyncio", "desktop_notifier"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    if profile is None:
        return
    try:
        profile.logs.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            profile.logs / "thebot.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError as cause:
        notices.append(
            f"The folder {profile.folder} cannot be written ({cause.strerror}). "
            "The program runs from memory; nothing is kept when it ends."
        )
        return
    file.setFormatter(logging.Formatter(LOG_FORMAT))
    root.addHandler(file)
