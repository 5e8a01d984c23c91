"""What can be traded on the embedded exchange, and how each symbol behaves."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.time import DAY_MS, HOUR_MS
from thebot_desktop.exchange_simulator.noise import seed_of

LISTED = 1_672_531_200_000
"""2023-01-01 00:00 UTC: before this, nothing was traded."""
UNLISTED = LISTED + 100 * 366 * DAY_MS
"""After this, nothing is either."""
TRADING = "TRADING"
STATUSES = ("END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY")
"""What a symbol can be that is not traded any more."""

MAX_SYMBOLS = 3_000
QUOTES = ("USDT", "USDC", "FDUSD", "TUSD", "BUSD", "BTC", "ETH", "BNB", "EUR", "USD", "TRY")

_NAME = re.compile(r"[\w\-.]{1,50}")
_INVENTED = re.compile(r"([A-Z]{3})([0-9])USDT")


class Listing(Struct, frozen=True):
    """One symbol. Prices are whole ticks, quantities whole lots, both powers of ten."""

    symbol: Symbol
    base: str
    quote: str
    price_decimals: int
    quantity_decimals: int
    price: float = 0.0
    """Where the price lives, in the quote asset."""
    volatility: float = 1.0
    """Own movement, as a multiple of the market's."""
    beta: float = 1.0
    """How much of the market's movement is shared."""
    orders_a_minute: float = 60.0
    order_value: float = 900.0
    """Average size of a taker's order, in the quote asset."""
    since: int = LISTED
    until: int = UNLISTED
    """Traded between these two; whole hours."""
    afterwards: str = "BREAK"
    """The status it has when it is traded no more."""

    def status(self, now: int) -> str:
        """What the exchange says of it: something that is yet to be listed is on a break."""
        if now < self.since:
            return "BREAK"
        return TRADING if now < self.until else self.afterwards


class Life(Struct, frozen=True):
    """When a symbol begins to be traded, or, with a ``status``, ceases to be; now if no time."""

    symbol: str
    at: int | None = None
    status: str | None = None


def _usdt(base: str, price: float, decimals: tuple[int, int], *behaviour: float) -> Listing:
    volatility, beta, orders, value = behaviour
    return Listing(
        Symbol(base + "USDT"), base, "USDT", *decimals, price, volatility, beta, orders, value
    )


WELL_KNOWN = (
    _usdt("BTC", 69_000.0, (2, 5), 0.35, 1.0, 420.0, 2_600.0),
    _usdt("ETH", 2_460.0, (2, 4), 0.55, 1.15, 330.0, 1_700.0),
    _usdt("SOL", 172.0, (2, 3), 0.9, 1.3, 160.0, 1_100.0),
    _usdt("BNB", 605.0, (2, 3), 0.6, 0.8, 90.0, 1_000.0),
    _usdt("XRP", 0.62, (4, 1), 0.9, 0.9, 110.0, 700.0),
    _usdt("DOGE", 0.158, (5, 0), 1.2, 1.3, 120.0, 500.0),
    _usdt("ADA", 0.364, (4, 1), 0.9, 1.1, 60.0, 420.0),
    _usdt("AVAX", 26.4, (2, 2), 1.0, 1.2, 45.0, 450.0),
    _usdt("LINK", 11.6, (2, 2), 1.0, 1.1, 38.0, 430.0),
    _usdt("PEPE", 0.00002024, (8, 0), 1.6, 1.5, 130.0, 420.0),
    _usdt("LTC", 70.5, (2, 3), 0.7, 0.8, 30.0, 480.0),
    _usdt("TON", 5.12, (3, 2), 0.8, 0.9, 24.0, 380.0),
    _usdt("SUI", 2.05, (4, 1), 1.3, 1.3, 70.0, 460.0),
)


def listings(count: int) -> tuple[Listing, ...]:
    """The ``count`` symbols of the demo market: well-known ones first, then invented ones."""
    invented = (_invented(i) for i in range(max(0, count - len(WELL_KNOWN))))
    return (*WELL_KNOWN[:count], *invented)


def named_listings(names: tuple[str, ...]) -> tuple[Listing, ...]:
    """Symbols by name, each the same whichever others there are; InputError for nonsense."""
    for name in names:
        has_letters = any(map(str.isalpha, name))
        if not _NAME.fullmatch(name) or name != name.upper() or not has_letters:
            sentence = f"“{name}” cannot be the name of a symbol."
            raise InputError("names", user_message=sentence)
    if len(set(names)) < len(names) or len(names) > MAX_SYMBOLS:
        sentence = f"Each symbol can be named once, and {MAX_SYMBOLS:,} of them at most."
        raise InputError("names", user_message=sentence)
    return tuple(_named(name) for name in names)


def with_lives(
    shown: tuple[Listing, ...], lives: tuple[Life, ...], now: int
) -> tuple[Listing, ...]:
    """Some symbols with a beginning or an end of their own; InputError for nonsense."""
    by_symbol = {str(listing.symbol): listing for listing in shown}
    for life in lives:
        if life.symbol not in by_symbol:
            sentence = f"“{life.symbol}” is not among the exchange's symbols."
            raise InputError("lives", user_message=sentence)
        if life.status is not None and life.status not in STATUSES:
            sentence = f"“{life.status}” is not a status; there are {', '.join(STATUSES)}."
            raise InputError("lives", user_message=sentence)
        by_symbol[life.symbol] = _with_life(by_symbol[life.symbol], life, now)
    return tuple(by_symbol.values())


def _with_life(listing: Listing, life: Life, now: int) -> Listing:
    if life.status is None:
        return replace(listing, since=max(LISTED, _hour(now if life.at is None else life.at)))
    until = max(listing.since, _hour(now if life.at is None else life.at))
    return replace(listing, until=until, afterwards=life.status)


def _hour(moment: int) -> int:
    return moment // HOUR_MS * HOUR_MS


def assets_of(symbol: str) -> tuple[str, str]:
    """What is traded and what it is paid with."""
    for quote in QUOTES:
        if symbol.endswith(quote) and len(symbol) > len(quote):
            return symbol[: -len(quote)], quote
    return symbol, "USDT"


def _named(name: str) -> Listing:
    known = {str(listing.symbol): listing for listing in WELL_KNOWN}
    if name in known:
        return known[name]
    if match := _INVENTED.fullmatch(name):
        code = 0
        for letter in match[1]:
            code = code * 26 + ord(letter) - 65
        return _invented(code * 10 + int(match[2]))
    base, quote = assets_of(name)
    like = _with_nature("", int(seed_of(0, name)[0]))
    return replace(like, symbol=Symbol(name), base=base, quote=quote)


def _invented(index: int) -> Listing:
    """A made-up coin; its name says so (AAA0USDT) and its nature follows from its number."""
    code, digit = divmod(index, 10)
    letters = "".join(chr(65 + code // 26**power % 26) for power in (2, 1, 0))
    return _with_nature(f"{letters}{digit}", int(seed_of(index, "listing")[0]))


def _with_nature(base: str, dice: int) -> Listing:
    magnitude = dice % 6 - 3
    price = (1 + dice // 7 % 900 / 100) * 10.0**magnitude
    price_decimals = 4 - magnitude if magnitude < 2 else 2
    orders = 1.5 * 1.6 ** (dice // 11 % 8)
    return _usdt(
        base,
        round(price, price_decimals),
        (price_decimals, max(0, min(3, magnitude + 1))),
        0.8 + dice // 13 % 12 / 10,
        0.5 + dice // 17 % 12 / 10,
        orders,
        150.0 + dice // 19 % 300,
    )
