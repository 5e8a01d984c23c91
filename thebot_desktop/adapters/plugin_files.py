"""PluginFolder: the files of plug-ins in a profile, and how one of them is executed."""

from __future__ import annotations

import hashlib
import itertools
import linecache
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from thebot_desktop.app.plugins import PluginId, PluginKind, PluginSource
from thebot_desktop.domain.errors import StorageError

LARGEST_BYTES = 1_000_000
PREFIX = "_thebot_plugin"
"""Begins the names of modules that were plug-ins' files; nobody imports them by name."""

_numbers = itertools.count(1)


class PluginFolder:
    def __init__(self, profile: Path) -> None:
        self._profile = profile

    def stamps(self) -> dict[PluginId, object]:
        """Each file, with what tells that it was saved. Names that begin with _ are left alone."""
        return {
            PluginId(kind.value, path.name): stamp
            for kind in PluginKind
            for path in sorted((self._profile / kind.value).glob("*.py"))
            if not path.name.startswith(("_", ".")) and (stamp := _stamp(path)) is not None
        }

    def read(self, plugin: PluginId) -> PluginSource:
        """The file as it is now. Raises StorageError."""
        path = self._profile / plugin.kind / plugin.file
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise StorageError(
                    str(path), user_message=f"{plugin.file}: larger than any plug-in, not read."
                )
            content = path.read_bytes()
        except OSError as cause:
            raise StorageError(
                f"{path}: {cause}", user_message=f"{plugin.file}: it cannot be read."
            ) from cause
        return PluginSource(plugin, str(path), content, hashlib.sha256(content).hexdigest())

    def execute(self, source: PluginSource) -> ModuleType:
        """Exactly the bytes that were read, whatever the file says by now."""
        name = f"{PREFIX}_{source.id.kind}_{Path(source.id.file).stem}_{next(_numbers)}"
        spec = spec_from_file_location(name, source.path, loader=_HeldLoader(name, source))
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        # Types are looked up by the name of the module they were written in.
        sys.modules[name] = module
        linecache.checkcache(source.path)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module

    def unload(self, module: ModuleType) -> None:
        sys.modules.pop(module.__name__, None)

    def folder(self, kind: PluginKind) -> Path:
        """Made if there is none. Raises StorageError."""
        folder = self._profile / kind.value
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise StorageError(
                f"{folder}: {cause}", user_message=f"The folder {folder} cannot be made."
            ) from cause
        return folder

    def put(self, kind: PluginKind, file: str, content: bytes) -> Path:
        """Write a file unless there is one of this name. Raises StorageError."""
        path = self.folder(kind) / file
        try:
            with path.open("xb") as written:
                written.write(content)
        except FileExistsError:
            return path
        except OSError as cause:
            raise StorageError(
                f"{path}: {cause}", user_message=f"{path} cannot be written."
            ) from cause
        return path


class _HeldLoader(SourceFileLoader):
    """Loads what is held in memory; compiled code is neither looked for nor left behind.

    A file that is saved twice within a second would otherwise bring back its first version.
    """

    def __init__(self, name: str, source: PluginSource) -> None:
        super().__init__(name, source.path)
        self._content = source.content

    def get_data(self, path: str) -> bytes:
        if path != self.path:
            raise OSError(path)
        return self._content

    def path_stats(self, path: str) -> dict[str, float]:
        raise OSError(path)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """None for what is no file, or is gone by now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if path.is_file() else None
