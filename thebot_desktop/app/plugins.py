"""PluginBook: the files of people that add an indicator or a rule, and how each one is doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.plugin_catalogue import OpenCatalogue
from thebot_desktop.app.plugin_check import Text, indicator_in, rule_in
from thebot_desktop.app.plugin_fence import (
    Fence,
    LocatedError,
    Surroundings,
    fence_indicator,
    fence_rule,
)
from thebot_desktop.domain.errors import InputError, PluginError, StorageError
from thebot_desktop.domain.observers import Observers, tell

PERMISSIONS_VERSION = 1
LOOKS_UNTIL_GONE = 2
"""Editors save by putting another file in place: one that is missing once is not gone."""


class PluginKind(Enum):
    """The value is the name of its folder in the profile."""

    INDICATOR = "indicators"
    RULE = "rules"


class PluginState(Enum):
    NEW = "new"
    """Nobody has said yet whether it may be loaded."""
    REFUSED = "refused"
    IN_USE = "in use"
    BROKEN = "broken"
    """The file as it is cannot be loaded."""
    OFF = "off"
    """It was in use until it failed."""


class PluginId(Struct, frozen=True, order=True):
    kind: str
    file: str

    @property
    def text(self) -> str:
        return f"{self.kind}/{self.file}"


class PluginSource(Struct, frozen=True):
    """A file as it was read."""

    id: PluginId
    path: str
    content: bytes
    digest: str


class PluginEntry(Struct, frozen=True):
    """One file, as a list shows it."""

    source: PluginSource
    state: PluginState
    title: str = ""
    """What it adds; empty as long as that is not known."""
    problem: str = ""
    """A sentence with file and line."""
    name: str = ""
    """Its name in its catalogue, while it is in use."""
    still: bool = False
    """An earlier version of the file is in use."""

    @property
    def kind(self) -> PluginKind:
        return PluginKind(self.source.id.kind)


class Permissions(Struct, frozen=True):
    """What a person has said about files, by their names; the values tell their content then."""

    allowed: Mapping[str, str] = {}
    refused: Mapping[str, str] = {}
    version: Annotated[int, Meta(ge=PERMISSIONS_VERSION, le=PERMISSIONS_VERSION)] = (
        PERMISSIONS_VERSION
    )


def written(permissions: Permissions) -> bytes:
    """As JSON that ``read`` understands."""
    return msgspec.json.format(msgspec.json.encode(permissions), indent=1)


def read(content: bytes) -> Permissions:
    """Raises InputError when it is none."""
    try:
        return msgspec.json.decode(content, type=Permissions)
    except msgspec.DecodeError as error:
        raise InputError(f"no permissions of plug-ins: {error}") from error


class PermissionStore(Protocol):
    """Raises StorageError."""

    def save(self, permissions: Permissions) -> None: ...


class PluginFiles(Protocol):
    """The plug-in folders of a profile."""

    def stamps(self) -> Mapping[PluginId, object]:
        """Each file, with something that changes when the file does."""
        ...

    def read(self, plugin: PluginId) -> PluginSource:
        """Raises StorageError."""
        ...

    def execute(self, source: PluginSource) -> ModuleType:
        """Run the code. Raises whatever it raises."""
        ...

    def unload(self, module: ModuleType) -> None:
        """Forget code that nobody has got to know yet.

        What was in use stays to the end: its types must be understood as long as a chart, an
        alert or a way back holds something of them.
        """
        ...

    def folder(self, kind: PluginKind) -> Path:
        """Made if there is none. Raises StorageError."""
        ...

    def put(self, kind: PluginKind, file: str, content: bytes) -> Path:
        """Write a file unless there is one of this name. Raises StorageError."""
        ...


@dataclass
class _Loaded:
    """What a file has added."""

    name: str
    fence: Fence


@dataclass
class _Held:
    entry: PluginEntry
    stamp: object
    loaded: _Loaded | None = None
    missing: int = field(default=0)


class PluginBook:
    """Looks into the folders again and again; what was allowed once is loaded when it is saved.

    Code of plug-ins runs in the program itself, with all it may do: nothing is executed before
    a person has agreed to that file.
    """

    def __init__(
        self,
        files: PluginFiles | None = None,
        *,
        indicators: OpenCatalogue[Indicator] | None = None,
        rules: OpenCatalogue[Rule] | None = None,
        around: Surroundings | None = None,
        permissions: Permissions | None = None,
        store: PermissionStore | None = None,
    ) -> None:
        self._files = files
        self._indicators = OpenCatalogue[Indicator]({}) if indicators is None else indicators
        self._rules = OpenCatalogue[Rule]({}) if rules is None else rules
        self._around = around or Surroundings()
        self._permissions = permissions or Permissions()
        self._store = store
        self._held: dict[PluginId, _Held] = {}
        self._fallen: list[tuple[PluginId, LocatedError]] = []
        self.changed: Observers[None] = Observers()
        """A file came, went, was loaded or switched off; both catalogues are as they are now."""
        self.replaced: Observers[str] = Observers()
        """An indicator of this name is another version now; told before ``changed``."""

    @property
    def available(self) -> bool:
        """Whether there is a folder at all: not in safe mode."""
        return self._files is not None

    @property
    def entries(self) -> Sequence[PluginEntry]:
        """Indicators first, each kind by its file names."""
        return [self._held[plugin].entry for plugin in sorted(self._held)]

    def look(self) -> None:
        """A chore: load what was saved, forget what is gone, tell what was switched off."""
        if self._files is None:
            return
        changed = self._take_falls()
        stamps = self._files.stamps()
        for plugin in [p for p in self._held if p not in stamps]:
            changed |= self._miss(plugin)
        for plugin, stamp in stamps.items():
            held = self._held.get(plugin)
            if held is None or held.stamp != stamp:
                changed |= self._meet(plugin, stamp)
            else:
                held.missing = 0
        if changed:
            self._tell()

    def allow(self, source: PluginSource) -> None:
        """Load this file now, and from now on whenever it is saved.

        Only the content that the person has seen: another one is asked about anew.
        """
        held = self._held.get(source.id)
        if held is not None and held.entry.source == source:
            self._say(source, allowed=True)
            self._load(held)
            self._tell()

    def refuse(self, source: PluginSource) -> None:
        """Leave the file alone until it is another one; what it had added goes."""
        held = self._held.get(source.id)
        if held is not None and held.entry.source == source:
            self._say(source, allowed=False)
            self._unload(held)
            held.entry = PluginEntry(source, PluginState.REFUSED)
            self._tell()

    def reload(self, source: PluginSource) -> None:
        """Give one that is broken or off another chance."""
        held = self._held.get(source.id)
        if held is not None and source.id.text in self._permissions.allowed:
            self._load(held)
            self._tell()

    def folder(self, kind: PluginKind) -> Path:
        """Where files of ``kind`` belong. Raises StorageError."""
        return self._open_files.folder(kind)

    def put_example(self, kind: PluginKind, file: str, content: bytes) -> Path:
        """Copy an example unless it is there already; where it is. Raises StorageError."""
        path = self._open_files.put(kind, file, content)
        self.look()
        return path

    @property
    def _open_files(self) -> PluginFiles:
        if self._files is None:
            raise StorageError(user_message="There are no plug-ins in safe mode.")
        return self._files

    def _tell(self) -> None:
        tell(self.changed.notify, None, self._around.faults)

    def _take_falls(self) -> bool:
        fallen, self._fallen = self._fallen, []
        for plugin, error in fallen:
            held = self._held.get(plugin)
            if held is not None and held.loaded is not None and held.loaded.fence.error is error:
                held.entry = msgspec.structs.replace(
                    held.entry, state=PluginState.OFF, problem=error.user_message, still=False
                )
        return bool(fallen)

    def _miss(self, plugin: PluginId) -> bool:
        """Once is not gone. Who comes back later is a new file."""
        held = self._held[plugin]
        held.missing += 1
        if held.missing < LOOKS_UNTIL_GONE:
            return False
        self._unload(held)
        del self._held[plugin]
        self._say(held.entry.source, allowed=None)
        return True

    def _meet(self, plugin: PluginId, stamp: object) -> bool:
        """A file that is new or was saved."""
        try:
            source = self._open_files.read(plugin)
        except StorageError as error:
            return self._note_unreadable(plugin, stamp, error)
        held = self._held.get(plugin)
        if held is not None:
            held.stamp, held.missing = stamp, 0
            if held.entry.source == source:
                return False
            held.entry = msgspec.structs.replace(held.entry, source=source)
        else:
            held = self._held[plugin] = _Held(PluginEntry(source, PluginState.NEW), stamp)
        if plugin.text in self._permissions.allowed:
            self._say(source, allowed=True)
            self._load(held)
        elif self._permissions.refused.get(plugin.text) == source.digest:
            held.entry = PluginEntry(source, PluginState.REFUSED)
        else:
            held.entry = PluginEntry(source, PluginState.NEW)
        return True

    def _note_unreadable(self, plugin: PluginId, stamp: object, error: StorageError) -> bool:
        held = self._held.get(plugin)
        source = held.entry.source if held is not None else PluginSource(plugin, "", b"", "")
        loaded = held.loaded if held is not None else None
        entry = PluginEntry(
            source, PluginState.BROKEN, problem=error.user_message, still=loaded is not None
        )
        self._held[plugin] = _Held(entry, stamp, loaded)
        self._around.faults.notify(PluginError(str(error), user_message=error.user_message))
        return True

    def _load(self, held: _Held) -> None:
        """Put what the file adds in place of what it added before; keep that if it fails."""
        source = held.entry.source
        files = self._open_files
        before = held.loaded.name if held.loaded is not None else None
        fence = Fence(
            source.id.file,
            source.path,
            self._around,
            lambda error: self._fallen.append((source.id, error)),
        )
        modules: list[ModuleType] = []

        def make() -> type[Indicator] | type[Rule]:
            modules.append(files.execute(source))
            text = Text(source.id.file, source.content)
            if held.entry.kind is PluginKind.INDICATOR:
                return indicator_in(modules[0], text, {*self._indicators} - {before})
            others = (kind for name, kind in self._rules.items() if name != before)
            return rule_in(modules[0], text, others)

        try:
            kind = fence.call(make, "load")
        except PluginError as error:
            for module in modules:
                files.unload(module)
            self._note_broken(held, error)
            return
        self._unload(held)
        name = self._take_in(kind, fence)
        if before == name and held.entry.kind is PluginKind.INDICATOR:
            tell(self.replaced.notify, name, self._around.faults)
        held.loaded = _Loaded(name, fence)
        title = f"{name} — {kind.title}" if issubclass(kind, Indicator) else kind.title
        held.entry = PluginEntry(source, PluginState.IN_USE, title, name=name)

    def _take_in(self, kind: type[Indicator] | type[Rule], fence: Fence) -> str:
        """Fence it and let everybody see it; the name it has in its catalogue."""
        if issubclass(kind, Indicator):
            fence.title = f"The indicator {kind.name}"
            fence_indicator(kind, fence)
            self._indicators.add(kind.name, kind)
            return kind.name
        fence.title = f"The rule “{kind.title}”"
        fence_rule(kind, fence)
        self._rules.add(kind.__name__, kind)
        return kind.__name__

    def _note_broken(self, held: _Held, error: PluginError) -> None:
        held.entry = PluginEntry(
            held.entry.source,
            PluginState.BROKEN,
            held.entry.title,
            error.user_message,
            still=held.loaded is not None and held.loaded.fence.error is None,
        )
        self._around.faults.notify(error)

    def _unload(self, held: _Held) -> None:
        if held.loaded is None:
            return
        if held.entry.kind is PluginKind.INDICATOR:
            self._indicators.remove(held.loaded.name)
        else:
            self._rules.remove(held.loaded.name)
        held.loaded = None

    def _say(self, source: PluginSource, *, allowed: bool | None) -> None:
        """Remember what the person said; None forgets it. A refusal of the disk is a fault."""
        name = source.id.text
        yes = {n: d for n, d in self._permissions.allowed.items() if n != name}
        no = {n: d for n, d in self._permissions.refused.items() if n != name}
        if allowed is not None:
            (yes if allowed else no)[name] = source.digest
        permissions = Permissions(yes, no)
        if permissions == self._permissions:
            return
        self._permissions = permissions
        if self._store is not None:
            try:
                self._store.save(permissions)
            except StorageError as error:
                self._around.faults.notify(PluginError(str(error), user_message=error.user_message))
