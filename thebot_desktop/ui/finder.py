"""The Finder: what the palette of a window offers, symbols and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.app.session import Session
from thebot_desktop.app.time_zones import LOCAL, MARKET_ZONES, UTC, ZoneName, zone_names
from thebot_desktop.domain.market import Instrument, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock
from thebot_desktop.ui.actions import Command, key_text
from thebot_desktop.ui.charts.zone_menu import zone_offset, zone_title
from thebot_desktop.ui.command_palette import CommandPalette, Entry, Source
from thebot_desktop.ui.fuzzy import fuzzy_find, fuzzy_score
from thebot_desktop.ui.indicator_search import find_indicators

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow

_MOST_SYMBOLS = 200
_MOST_ZONES = 100
_SYMBOLS_BESIDE_COMMANDS = 5
_LONGEST_SYMBOL = 20


class Finder:
    def __init__(
        self, window: MainWindow, session: Session, clock: Clock, catalogue: Catalogue
    ) -> None:
        self._window = window
        self._session = session
        self._clock = clock
        self._catalogue = catalogue

    def symbol(self, typed: str = "") -> None:
        """``typed`` is what the person has begun with."""
        palette = self._ask(_tr("Symbol for this chart"), self._symbols(self._show))
        palette.field.setText(typed)

    def new_chart(self) -> None:
        self._ask(_tr("Symbol for a new chart"), self._symbols(self._show_new))

    def watched(self) -> None:
        self._ask(_tr("Symbol to watch"), self._symbols(self._watch))

    def compared(self) -> None:
        self._ask(_tr("Symbol to compare with"), self._symbols(self._window.compare_with))

    def indicators(self) -> None:
        self._ask(_tr("Indicator for this chart"), self._indicators)

    def zone(self) -> None:
        self._ask(_tr("Time zone of charts"), self._zones)

    def everything(self) -> None:
        self._ask(_tr("Symbol or command"), self._anything)

    def _ask(self, placeholder: str, source: Source) -> CommandPalette:
        palette = self._window.palette_here()
        palette.ask(placeholder, source)
        return palette

    def _symbols(self, chosen: Callable[[Symbol], object]) -> Source:
        def find(typed: str) -> Sequence[Entry]:
            found = [
                Entry(i.symbol, partial(chosen, i.symbol), _pair(i))
                for i in self._find(typed, _MOST_SYMBOLS)
            ]
            return found or self._near(typed, chosen)

        return find

    def _indicators(self, typed: str) -> Sequence[Entry]:
        """Those that are used most first; found by their short name or their title."""
        found = find_indicators(typed, self._catalogue.values())
        return [
            Entry(kind.title, partial(self._window.add_indicator, kind()), kind().label)
            for kind in found
        ] or [Entry(_tr("There is no indicator “{0}”.").format(typed.strip()), lambda: None)]

    def _zones(self, typed: str) -> Sequence[Entry]:
        """Markets first, then every place that has a zone."""
        names = dict.fromkeys((LOCAL, UTC, *MARKET_ZONES, *zone_names()))
        now = self._clock.now()
        found = fuzzy_find(typed, names, _zone_text)[:_MOST_ZONES]
        return [
            Entry(_zone_text(n), partial(self._window.choose_zone, n), zone_offset(n, now))
            for n in found
        ] or [Entry(_tr("There is no time zone “{0}”.").format(typed.strip()), lambda: None)]

    def _near(self, typed: str, chosen: Callable[[Symbol], object]) -> Sequence[Entry]:
        """What may be meant by a name that the exchange does not have."""
        near = self._session.instruments.near(typed)
        if near:
            return [Entry(s, partial(chosen, s), _tr("Did you mean this?")) for s in near]
        sentence = _tr("The exchange has no symbol “{0}”.").format(typed.strip())
        return [Entry(sentence, lambda: None)]

    def _anything(self, typed: str) -> Sequence[Entry]:
        """Commands and symbols, whichever fit better first."""
        found = [*self._commands(typed), *self._few_symbols(typed)]
        if not typed.strip():
            return found
        return sorted(found, key=lambda entry: -(fuzzy_score(typed, entry.text) or 0))

    def _few_symbols(self, typed: str) -> Sequence[Entry]:
        """Only for what was typed: an empty palette is for commands."""
        if not typed.strip():
            return []
        return [
            Entry(_tr("Open {0}").format(i.symbol), partial(self._show, i.symbol), _pair(i))
            for i in self._find(typed, _SYMBOLS_BESIDE_COMMANDS)
        ]

    def _commands(self, typed: str) -> Sequence[Entry]:
        found = fuzzy_find(typed, self._window.commands, _searched)
        return [
            Entry(c.text.rstrip("…"), partial(self._window.run_command, c.id), _keys(c))
            for c in found
            if c.id != "palette.open" and self._window.commands.action(c.id).isEnabled()
        ]

    def _find(self, typed: str, most: int) -> list[Instrument]:
        """What the exchange has; before its list is there, the watchlist and the typed word."""
        book = self._session.instruments
        wanted = typed.strip().upper().replace("/", "")
        watched = [book.of(s) for s in self._session.watchlist if wanted in s]
        known = [i for i in book.search(typed, most) if i not in watched]
        found = [*watched, *known][:most]
        plausible = wanted.isalnum() and len(wanted) <= _LONGEST_SYMBOL
        if plausible and not book.complete and all(i.symbol != wanted for i in found):
            found.append(book.of(Symbol(wanted)))
        return found

    def _series(self, symbol: Symbol) -> SeriesKey:
        return SeriesKey(symbol, self._window.interval_for_new)

    def _show(self, symbol: Symbol) -> None:
        self._window.open_chart(self._series(symbol))

    def _show_new(self, symbol: Symbol) -> None:
        self._window.open_chart(self._series(symbol), new=True)

    def _watch(self, symbol: Symbol) -> None:
        self._session.set_watchlist((*self._session.watchlist, symbol))


def _pair(instrument: Instrument) -> str:
    return f"{instrument.base} / {instrument.quote}" if instrument.quote else instrument.base


def _searched(command: Command) -> str:
    return command.text


def _zone_text(name: ZoneName) -> str:
    """City and zone: a market's city need not be the one that the zone is called after."""
    return zone_title(name) if name in (LOCAL, UTC) else f"{zone_title(name)} — {name}"


def _keys(command: Command) -> str:
    return key_text(command.shortcut) if command.shortcut else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Finder", text)
