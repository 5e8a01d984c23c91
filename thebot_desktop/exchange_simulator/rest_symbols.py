"""Which symbols a REST request is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.query import Query, RestError

STATUSES = ("TRADING", "HALT", "BREAK")

_SYMBOL = re.compile(r"[\w\-.]{1,50}")
_TEXT_LIST = msgspec.json.Decoder(list[str])


class Symbols:
    """Finds listings by the parameters ``symbol``, ``symbols`` and ``symbolStatus``."""

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self.listings = listings

    def one(self, query: Query) -> Listing:
        """The symbol that must be named."""
        return self._known(query.required("symbol"), "symbol")

    def named(self, query: Query, most: int | None = None) -> list[Listing] | None:
        """The symbols asked for by name, in the order given; None when none is named."""
        listed = query.get("symbols")
        if listed is None:
            return None if query.get("symbol") is None else [self.one(query)]
        if query.get("symbol") is not None:
            raise bad_combination("symbol", "symbols")
        names = text_list(listed, "symbols")
        if not names:
            raise RestError(-1130, "Data sent for parameter 'symbols' is not valid.")
        if most is not None and len(names) > most:
            text = f"Too many parameters; expected '{most}' and received '{len(names)}'."
            raise RestError(-1101, text)
        if len(set(names)) < len(names):
            raise RestError(-1151, "Symbol is present multiple times in the list.")
        return [self._known(name, "symbols") for name in names]

    def shown(self, query: Query, now: int) -> list[Listing]:
        """What tickers are about: the symbols named, or all those of the status asked for."""
        named = self.named(query)
        return self.of_status(query, now) if named is None else self.checked(query, named, now)

    def of_status(self, query: Query, now: int) -> list[Listing]:
        """All symbols, or those that have the status asked for."""
        status = _status(query)
        every = self.listings.values()
        return [one for one in every if status is None or one.status(now) == status]

    def checked(self, query: Query, named: list[Listing], now: int) -> list[Listing]:
        """The symbols named, which must have the status asked for, if any."""
        status = _status(query)
        if status is not None and any(one.status(now) != status for one in named):
            raise RestError(-1220, "The symbol's status does not match the requested symbolStatus.")
        return named

    def _known(self, name: str, parameter: str) -> Listing:
        if not _SYMBOL.fullmatch(name) or name != name.upper():
            raise RestError(
                -1100,
                f"Illegal characters found in parameter '{parameter}'; "
                r"legal range is '^[\w\-._&&[^a-z]]{1,50}$'.",
            )
        if name not in self.listings:
            raise RestError(-1121, "Invalid symbol.")
        return self.listings[name]


def _status(query: Query) -> str | None:
    status = query.get("symbolStatus")
    if status is not None and status not in STATUSES:
        raise RestError(-1122, "Invalid symbolStatus.")
    return status


def text_list(text: str, parameter: str) -> list[str]:
    """A JSON array of texts."""
    try:
        return _TEXT_LIST.decode(text)
    except msgspec.MsgspecError as error:
        raise RestError(-1135, f"Invalid JSON in parameter '{parameter}'.") from error


def bad_combination(*names: str) -> RestError:
    listed = "', '".join(names)
    return RestError(
        -1128, f"Combination of optional parameters invalid. Recommended: one of '{listed}'"
    )
