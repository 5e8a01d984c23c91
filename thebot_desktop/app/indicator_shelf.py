"""IndicatorShelf: favourite indicators, ready sets by trading style, and a person's own sets."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.indicator_place import MOST_PLACES, IndicatorPlaces
from thebot_desktop.domain.line_style import MOST_STYLES, LineStyles
from thebot_desktop.domain.observers import Observers

SHELF_VERSION = 1
MOST_TEMPLATES = 100

_Name = Annotated[str, Meta(min_length=1, max_length=60)]
_Labels = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=50)
]


class IndicatorLooks(Struct, frozen=True):
    """How the indicators of a template are drawn and where."""

    styles: LineStyles = ()
    places: IndicatorPlaces = ()

    def of(self, labels: Container[str]) -> IndicatorLooks:
        """What is said of these indicators."""
        return IndicatorLooks(
            tuple(s for s in self.styles if s.label in labels),
            tuple(p for p in self.places if p.label in labels),
        )

    def replaced(self, labels: Container[str], others: IndicatorLooks) -> IndicatorLooks:
        """With ``others`` in place of all that was said of these indicators."""
        new = others.of(labels)
        styles = [s for s in self.styles if s.label not in labels]
        places = [p for p in self.places if p.label not in labels]
        return IndicatorLooks(
            (*styles, *new.styles)[-MOST_STYLES:], (*places, *new.places)[-MOST_PLACES:]
        )


class Template(Struct, frozen=True):
    """Indicators that belong together, by their labels."""

    name: _Name
    indicators: _Labels
    looks: IndicatorLooks | None = None
    """Nothing in presets and in templates of older files: those leave all looks as they are."""


PRESETS = (
    Template("Scalping", ("EMACROSS(9,21)", "VWAP", "RSI(7)", "SQUEEZE")),
    Template("Day trading", ("VWAP", "EMACROSS(20,50)", "RSI(14)", "MACD(12,26,9)")),
    Template("Swing trading", ("SUPERTREND(10,3)", "BBANDS(20,2,2)", "RSI(14)", "MACD(12,26,9)")),
    Template("Position trading", ("ICHIMOKU", "SMA(50)", "SMA(200)", "ADX(14)")),
)
"""What people of each style commonly look at."""


class Shelf(Struct, frozen=True):
    """Everything that is kept, as it is in the file."""

    favourites: Annotated[tuple[_Name, ...], Meta(max_length=1000)] = ()
    """Short names of indicators."""
    templates: Annotated[tuple[Template, ...], Meta(max_length=MOST_TEMPLATES)] = ()
    version: Annotated[int, Meta(ge=SHELF_VERSION, le=SHELF_VERSION)] = SHELF_VERSION


class ShelfStore(Protocol):
    """Where the shelf is kept from one start to the next."""

    def load(self) -> Shelf:
        """Raises StorageError with a sentence when what is there cannot be used."""
        ...

    def save(self, shelf: Shelf) -> None:
        """Raises StorageError."""
        ...


def written(shelf: Shelf) -> bytes:
    """As JSON that ``read`` understands."""
    return msgspec.json.format(msgspec.json.encode(shelf), indent=1)


def read(content: bytes) -> Shelf:
    """Raises InputError when it is none."""
    try:
        return msgspec.json.decode(content, type=Shelf)
    except msgspec.DecodeError as error:
        raise InputError(f"no shelf of indicators: {error}") from error


class IndicatorShelf:
    """Changes are written before anybody is told; one that cannot be written does not happen."""

    def __init__(self, store: ShelfStore | None = None, shelf: Shelf | None = None) -> None:
        self._store = store
        self._shelf = Shelf() if shelf is None else shelf
        self.changed: Observers[None] = Observers()

    @property
    def favourites(self) -> tuple[str, ...]:
        return self._shelf.favourites

    @property
    def templates(self) -> tuple[Template, ...]:
        """A person's own, in the order of their names."""
        return self._shelf.templates

    def toggle_favourite(self, name: str) -> None:
        """Raises StorageError."""
        others = tuple(n for n in self._shelf.favourites if n != name)
        favourites = others if name in self._shelf.favourites else (*others, name)
        self._keep(msgspec.structs.replace(self._shelf, favourites=favourites))

    def save_template(
        self, name: str, indicators: Iterable[str], looks: IndicatorLooks | None = None
    ) -> None:
        """Under a name that is taken it replaces what was there.

        Raises InputError for a name that is none or one template too many, and StorageError.
        """
        name = name.strip()
        if not name:
            raise InputError("no name", user_message="A template needs a name.")
        if any(name.casefold() == preset.name.casefold() for preset in PRESETS):
            raise InputError(name, user_message=f"“{name}” is a preset; choose another name.")
        others = self._others(name)
        if len(others) >= MOST_TEMPLATES:
            raise InputError(
                "too many templates",
                user_message=f"There are {MOST_TEMPLATES} templates already; delete one first.",
            )
        labels = tuple(indicators)
        template = Template(name[:60], labels, None if looks is None else looks.of(labels))
        templates = (*others, template)
        ordered = tuple(sorted(templates, key=lambda t: t.name.casefold()))
        self._keep(msgspec.structs.replace(self._shelf, templates=ordered))

    def remove_template(self, name: str) -> None:
        """Raises StorageError."""
        self._keep(msgspec.structs.replace(self._shelf, templates=self._others(name)))

    def _others(self, name: str) -> tuple[Template, ...]:
        return tuple(t for t in self._shelf.templates if t.name.casefold() != name.casefold())

    def _keep(self, shelf: Shelf) -> None:
        if self._store is not None:
            self._store.save(shelf)
        self._shelf = shelf
        self.changed.notify(None)
