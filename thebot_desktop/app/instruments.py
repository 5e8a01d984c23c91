"""InstrumentBook: the symbols the exchange has, found by name, with help for typing errors."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches

from thebot_desktop.domain.errors import FeedError, UnknownSymbolError
from thebot_desktop.domain.market import Instrument, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.market.ports import HistorySource

QUOTES = ("USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB", "EUR", "TRY")
"""Quote assets by which a symbol's name is taken apart when its instrument is not known."""


MOST_DECIMALS = 8
MOST_NEAR = 3
ALIKE = 0.7
"""How alike two symbols must be: most end in the same four letters."""


class InstrumentBook:
    """Filled from the exchange when it can be reached; answers sensibly before that."""

    def __init__(self, source: HistorySource | None = None) -> None:
        self._source = source
        self._instruments: dict[Symbol, Instrument] = {}
        self._decimals: dict[Symbol, int] = {}
        self._named: set[Symbol] = set()
        self._market = "The exchange"
        self.complete = False
        self.changed: Observers[None] = Observers()

    def add(self, instruments: Iterable[Instrument]) -> None:
        self._instruments.update((i.symbol, i) for i in instruments)
        self.changed.notify(None)

    def name_all(self, symbols: Iterable[Symbol], market: str) -> None:
        """These are all that there are in ``market``, of which nothing but names is known."""
        self._market, self.complete = market, True
        instruments = [self.of(symbol) for symbol in symbols]
        self._named.update(i.symbol for i in instruments)
        self.add(instruments)

    def of(self, symbol: Symbol) -> Instrument:
        """What is known of ``symbol``; names are guessed from it when nothing is."""
        known = self._instruments.get(symbol)
        if known is not None and symbol not in self._named:
            return known
        quote = next((q for q in QUOTES if symbol.endswith(q) and symbol != q), "")
        decimals = self._decimals.get(symbol, MOST_DECIMALS)
        return Instrument(symbol, symbol.removesuffix(quote), quote, price_decimals=decimals)

    def learn(self, symbol: Symbol, price: float) -> None:
        """Where nobody says how prices are written, such as in a recording, the prices do."""
        if symbol in self._instruments and symbol not in self._named:
            return
        seen = max(0, -int(Decimal(repr(price)).normalize().as_tuple().exponent))
        if seen > self._decimals.get(symbol, -1):
            self._decimals[symbol] = min(seen, MOST_DECIMALS)
            self.changed.notify(None)

    def all(self) -> tuple[Instrument, ...]:
        return tuple(self._instruments.values())

    def search(self, text: str, most: int = 50) -> list[Instrument]:
        """Instruments whose symbol contains ``text``, those that begin with it first."""
        wanted = _plain(text)
        found = [i for i in self._instruments.values() if wanted in i.symbol]
        found.sort(key=lambda i: (not i.trading, not i.symbol.startswith(wanted), i.symbol))
        return found[:most]

    def near(self, text: str) -> list[Symbol]:
        """Symbols that may be meant: pairs of the asset, then names spelled alike."""
        wanted = _plain(text)
        pairs = [s for q in QUOTES if (s := Symbol(wanted + q)) in self._instruments]
        alike = get_close_matches(wanted, list(self._instruments), n=MOST_NEAR, cutoff=ALIKE)
        return list(dict.fromkeys([*pairs, *map(Symbol, alike)]))[:MOST_NEAR]

    def lacks(self, symbol: Symbol) -> bool:
        """Whether the exchange has said what it has, and ``symbol`` is not among it."""
        return self.complete and symbol not in self._instruments

    async def load(self) -> None:
        """Fetch the whole list. Raises FeedError kinds."""
        if self._source is None:
            return
        instruments = await self._source.instruments()
        self.complete = True
        self.add(instruments.values())

    async def resolve(self, text: str) -> Symbol:
        """The symbol a person means by ``text``; UnknownSymbolError names near matches.

        When the exchange cannot be asked, the text is taken at its word.
        """
        symbol = Symbol(_plain(text))
        if symbol in self._instruments:
            return symbol
        try:
            if not self.complete:
                await self.load()
        except FeedError:
            return symbol
        if symbol in self._instruments or not self._instruments:
            return symbol
        near = self.near(symbol)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownSymbolError(
            symbol, user_message=f"{self._market} does not know “{text}”.{hint}"
        )


def _plain(text: str) -> str:
    return text.upper().replace("/", "").replace("-", "").strip()
