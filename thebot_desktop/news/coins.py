"""Which coins a text names: by ticker or by name, without taking plain words for coins."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

ANY_CASE = {
    "AAVE": ("aave",),
    "ADA": ("cardano",),
    "ALGO": ("algorand",),
    "APT": ("aptos",),
    "ARB": ("arbitrum",),
    "ATOM": ("cosmos hub",),
    "AVAX": ("avalanche network", "avalanche blockchain"),
    "BCH": ("bitcoin cash",),
    "BNB": ("binance coin", "bnb chain"),
    "BTC": ("bitcoin", "bitcoins"),
    "DOGE": ("dogecoin",),
    "DOT": ("polkadot",),
    "ENA": ("ethena",),
    "ETC": ("ethereum classic",),
    "ETH": ("ethereum", "ether"),
    "FIL": ("filecoin",),
    "HBAR": ("hedera",),
    "HYPE": ("hyperliquid",),
    "ICP": ("internet computer",),
    "LINK": ("chainlink",),
    "LTC": ("litecoin",),
    "NEAR": ("near protocol",),
    "ONDO": ("ondo finance",),
    "PEPE": ("pepecoin", "pepe coin"),
    "POL": ("polygon network", "polygon labs"),
    "SHIB": ("shiba inu",),
    "SOL": ("solana",),
    "SUI": ("sui network",),
    "TAO": ("bittensor",),
    "TIA": ("celestia",),
    "TON": ("toncoin",),
    "TRX": ("tron network",),
    "UNI": ("uniswap",),
    "USDC": ("usd coin",),
    "USDT": ("tether",),
    "VET": ("vechain",),
    "WLD": ("worldcoin",),
    "XLM": ("stellar lumens", "stellar network"),
    "XMR": ("monero",),
    "XTZ": ("tezos",),
    "ZEC": ("zcash",),
}
"""Names that mean the coin however they are written."""

AS_WRITTEN = {
    "AVAX": ("Avalanche",),
    "PEPE": ("Pepe",),
    "POL": ("Polygon",),
    "SUI": ("Sui",),
    "TRX": ("Tron", "TRON"),
    "XRP": ("Ripple",),
}
"""Names that mean the coin only when written so: in small letters they are something else."""

COINS = frozenset({*ANY_CASE, *AS_WRITTEN})
"""The tickers that are looked for unless others are asked for."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN_WORDS = _words(
    "ACE ACT AGE ALT APE ARK BAR BAT BEAM BIO BOND CAKE CITY COOKIE COW DASH DATA DENT DUSK EDEN "
    "ERA FLOW FLUX FORM FORTH FUN GAS GRASS GUN HIGH HIVE HOME HOOK HOT HYPE JOE JUP KEY KITE "
    "LAYER LINK LISTA MAGIC MASK MOVE NEAR NIGHT OM ONE OP OPEN ORCA PEOPLE PLUME PORTAL PROVE "
    "PUMP QUICK RARE RED ROSE RUNE SAGA SAND SEI SHELL SIGN SKY SPELL STEEM STORM STORY SUI SUN "
    "SUPER SUSHI TON TOWNS TREE TRUMP TURBO TURTLE USUAL VIA WAVES WAX WIN WORLD"
)
"""Tickers that are words or names too: in a headline of capitals only they say nothing."""

NEVER_TICKERS = _words(
    "A AI API ATH ATM CEO CFO CPI DAO DEFI EPS ETF EU EUR FBI FED FOMC FTX GBP GDP ID IMF IO IPO "
    "IRS IT JPY KYC ME NFT NOT NOW NYSE OTC PR Q R S SEC T TV U UAE UK UN US USA USD V W"
)
"""Capitals that a news text uses for other things; as tickers they need a ``$`` before them."""


def symbols_in(text: str, known: Collection[str] = COINS) -> tuple[str, ...]:
    """The tickers in ``known`` whose coin ``text`` names, in the order of their first mention."""
    wanted = frozenset(known)
    found: dict[str, None] = {}
    for line in text.splitlines():
        shouted = _is_shouted(line, wanted)
        for match in _pattern(wanted).finditer(line):
            ticker = _ticker_of(match, shouted=shouted)
            if ticker in wanted:
                found[ticker] = None
    return tuple(found)


def _is_shouted(line: str, known: frozenset[str]) -> bool:
    """Whether most words that could be in small letters are in capitals."""
    words = [w for w in _WORD.findall(line) if w not in known and w not in NEVER_TICKERS]
    return len([w for w in words if w.isupper()]) > len(words) / 2


def _ticker_of(match: re.Match[str], *, shouted: bool) -> str:
    """The ticker that ``match`` stands for, or nothing when it is a plain word here."""
    name = match["name"] or match["exact"]
    if name is not None:
        return _TICKER_OF_NAME.get(name) or _TICKER_OF_NAME[name.lower()]
    ticker = match["ticker"]
    if match["dollar"]:
        return ticker
    if ticker in NEVER_TICKERS or len(ticker) < 2 or ticker.isdigit():
        return ""
    in_doubt = ticker in PLAIN_WORDS or ticker not in COINS
    return "" if shouted and in_doubt else ticker


@lru_cache(maxsize=4)
def _pattern(known: frozenset[str]) -> re.Pattern[str]:
    """One expression for all names and tickers; of two that fit, the longer one."""
    names = _either(name for names in ANY_CASE.values() for name in names)
    exact = _either(name for names in AS_WRITTEN.values() for name in names)
    tickers = _either(known) if known else r"(?!)"
    # "Ripple effect" and "Avalanche of" are no coins; "$LINK" is one even in capitals.
    return re.compile(
        rf"(?<![\w$])(?:(?i:(?P<name>{names}))|(?P<exact>{exact})(?!\s+(?:[Ee]ffect|[Oo]f\b))"
        rf"|(?P<dollar>\$)?(?P<ticker>{tickers}))(?!\w)"
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_WORD = re.compile(r"[^\W\d_]{2,}")

_TICKER_OF_NAME = {
    name: ticker
    for table in (ANY_CASE, AS_WRITTEN)
    for ticker, names in table.items()
    for name in names
}
