"""ChannelFile: the channels of a profile on disk, without their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from thebot_desktop.adapters.storage.kept_file import KeptFile
from thebot_desktop.app.channel_book import read, written
from thebot_desktop.app.channels import Channel, NamedChannel

LARGEST_BYTES = 1_000_000


class ChannelFile:
    def __init__(self, path: Path, kinds: Mapping[str, type[Channel]]) -> None:
        self._path = path
        self._kinds = kinds
        self._file = KeptFile(path, "The list of alert channels", LARGEST_BYTES)
        self._seen: tuple[int, int] | None = None

    def load(self) -> tuple[NamedChannel, ...]:
        """What was saved; raises StorageError when that makes no sense."""
        self._seen = self._stamp()
        return self._file.load(lambda content: read(content, self._kinds), ())

    def save(self, channels: tuple[NamedChannel, ...]) -> None:
        """Raises StorageError."""
        self._file.save(written(channels))
        self._seen = self._stamp()

    def changed_elsewhere(self) -> bool:
        """A file that is gone says nothing new."""
        stamp = self._stamp()
        return stamp is not None and stamp != self._seen

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
