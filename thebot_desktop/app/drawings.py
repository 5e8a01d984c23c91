"""DrawingBook: the drawings of each symbol, shared by all charts that show it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.domain.drawings import MOST_DRAWINGS, AnyDrawing, Drawing
from thebot_desktop.domain.errors import InputError, StorageError, TheBotError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.observers import Observers

DRAWINGS_VERSION = 1
MOST_STEPS = 200
"""So many steps can be undone."""


class DrawingDocument(Struct, frozen=True):
    """A file of drawings: what is kept, exported and imported."""

    symbol: Annotated[Symbol, Meta(min_length=1, max_length=40)]
    drawings: Annotated[tuple[AnyDrawing, ...], Meta(max_length=MOST_DRAWINGS)] = ()
    version: Annotated[int, Meta(ge=DRAWINGS_VERSION, le=DRAWINGS_VERSION)] = DRAWINGS_VERSION


class DrawingStore(Protocol):
    """Where drawings are kept from one start to the next."""

    def load(self, symbol: Symbol) -> tuple[AnyDrawing, ...]:
        """Raises StorageError with a sentence when what is there cannot be used."""
        ...

    def save(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """Raises StorageError."""
        ...


class NoDrawingStore:
    """Keeps nothing: for a recording, or when nothing may be written."""

    def load(self, symbol: Symbol) -> tuple[AnyDrawing, ...]:
        return ()

    def save(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """Nothing to do."""


def written(symbol: Symbol, drawings: Iterable[Drawing]) -> bytes:
    """Drawings as JSON that ``read`` understands."""
    document = {"version": DRAWINGS_VERSION, "symbol": symbol, "drawings": list(drawings)}
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def read(content: bytes) -> DrawingDocument:
    """Raises InputError when it is no file of drawings."""
    try:
        document = msgspec.json.decode(content, type=DrawingDocument)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError(
            f"no drawings: {error}", user_message="This is not a file of drawings."
        ) from error
    if len({d.id for d in document.drawings}) != len(document.drawings):
        raise InputError("an id twice", user_message="This file has the same drawing twice.")
    return document


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass
class _Sheet:
    """All drawings of one symbol, and how they were before."""

    drawings: tuple[Drawing, ...]
    undone: list[tuple[Drawing, ...]] = field(default_factory=list)
    before: list[tuple[Drawing, ...]] = field(default_factory=list)
    last: object = None
    """What the newest step was about: steps of one kind in a row are undone together."""


class DrawingBook:
    """Every change is one step that can be undone, is stored at once, and is told to observers."""

    def __init__(
        self,
        store: DrawingStore | None = None,
        report: Callable[[TheBotError], None] = lambda _error: None,
    ) -> None:
        self._store = store or NoDrawingStore()
        self._report = report
        self._sheets: dict[Symbol, _Sheet] = {}
        self.changed: Observers[Symbol] = Observers()

    def of(self, symbol: Symbol) -> tuple[Drawing, ...]:
        """From back to front."""
        return self._sheet(symbol).drawings

    def find(self, symbol: Symbol, drawing_id: str) -> Drawing | None:
        return next((d for d in self.of(symbol) if d.id == drawing_id), None)

    def put(self, symbol: Symbol, drawing: Drawing, *, step: object = None) -> None:
        """Add a drawing, or put it in place of the one with its id.

        Changes in a row with the same ``step`` that is not None are undone as one.
        """
        drawings = self.of(symbol)
        if any(d.id == drawing.id for d in drawings):
            self._change(symbol, [drawing if d.id == drawing.id else d for d in drawings], step)
            return
        self.add(symbol, [drawing])

    def add(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """More drawings in one step. Raises InputError when they would be too many."""
        before = self.of(symbol)
        if len(before) + len(drawings) > MOST_DRAWINGS:
            raise InputError(
                user_message=f"A symbol can have at most {MOST_DRAWINGS} drawings; delete some."
            )
        self._change(symbol, [*before, *drawings])

    def remove(self, symbol: Symbol, ids: Iterable[str]) -> None:
        gone = set(ids)
        self._change(symbol, [d for d in self.of(symbol) if d.id not in gone])

    def replace(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """All at once, as when all are locked."""
        self._change(symbol, drawings)

    def can_undo(self, symbol: Symbol) -> bool:
        return bool(self._sheet(symbol).before)

    def can_redo(self, symbol: Symbol) -> bool:
        return bool(self._sheet(symbol).undone)

    def undo(self, symbol: Symbol) -> bool:
        """Take back the newest step; whether there was one."""
        sheet = self._sheet(symbol)
        return self._turn(symbol, sheet, sheet.before, sheet.undone)

    def redo(self, symbol: Symbol) -> bool:
        """Do again what was undone last; whether there was anything."""
        sheet = self._sheet(symbol)
        return self._turn(symbol, sheet, sheet.undone, sheet.before)

    def export(self, symbol: Symbol) -> bytes:
        return written(symbol, self.of(symbol))

    def take_in(self, content: bytes) -> DrawingDocument:
        """Add what a file has to the symbol that it names. Raises InputError."""
        document = read(content)
        fresh = [msgspec.structs.replace(d, id=new_id()) for d in document.drawings]
        if fresh:
            self.add(document.symbol, fresh)
        return document

    def _sheet(self, symbol: Symbol) -> _Sheet:
        sheet = self._sheets.get(symbol)
        if sheet is None:
            sheet = self._sheets[symbol] = _Sheet(self._loaded(symbol))
        return sheet

    def _loaded(self, symbol: Symbol) -> tuple[Drawing, ...]:
        try:
            return self._store.load(symbol)
        except StorageError as error:
            self._report(error)
            return ()

    def _change(self, symbol: Symbol, drawings: Sequence[Drawing], step: object = None) -> None:
        sheet = self._sheet(symbol)
        if tuple(drawings) == sheet.drawings:
            return
        if step is None or step != sheet.last:
            sheet.before.append(sheet.drawings)
            del sheet.before[:-MOST_STEPS]
        sheet.last = step
        sheet.undone.clear()
        self._show(symbol, sheet, tuple(drawings))

    def _turn(
        self,
        symbol: Symbol,
        sheet: _Sheet,
        source: list[tuple[Drawing, ...]],
        target: list[tuple[Drawing, ...]],
    ) -> bool:
        if not source:
            return False
        target.append(sheet.drawings)
        sheet.last = None
        self._show(symbol, sheet, source.pop())
        return True

    def _show(self, symbol: Symbol, sheet: _Sheet, drawings: tuple[Drawing, ...]) -> None:
        sheet.drawings = drawings
        try:
            self._store.save(symbol, drawings)
        except StorageError as error:
            self._report(error)
        self.changed.notify(symbol)
