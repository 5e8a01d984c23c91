"""Deferred: a tuple that is made when somebody looks at it, and never if nobody does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Deferred(Sequence[T]):
    """What ``make`` answers; it is asked once, at the first look."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], tuple[T, ...]]) -> None:
        self._make = make
        self._made: tuple[T, ...] | None = None

    def __len__(self) -> int:
        return len(self._look())

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._look()[index]

    def _look(self) -> tuple[T, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made
