"""OpenCatalogue: what the program has by itself, and what plug-ins add while it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class OpenCatalogue(Mapping[str, type[T]]):
    """Whoever holds it sees what comes and goes. In alphabetical order."""

    def __init__(self, own: Mapping[str, type[T]]) -> None:
        self._own = dict(own)
        self._added: dict[str, type[T]] = {}
        self._all = self._own

    def __getitem__(self, name: str) -> type[T]:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, name: str, kind: type[T]) -> None:
        """What the program has by itself keeps its name: ``name`` must be another one."""
        if name in self._own:
            raise ValueError(f"{name} is the program's own")
        self._set({**self._added, name: kind})

    def remove(self, name: str) -> None:
        self._set({n: kind for n, kind in self._added.items() if n != name})

    def _set(self, added: dict[str, type[T]]) -> None:
        self._added = added
        self._all = dict(sorted({**self._own, **added}.items()))
