"""Headlines for the demo's news pane: an RSS document that is a pure function of seed and time."""

from __future__ import annotations

from email.utils import formatdate
from xml.sax.saxutils import escape

import numpy as np

from thebot_desktop.domain.time import MINUTE_MS
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.noise import seed_of, uniform

SLOT_MS = 7 * MINUTE_MS
ITEMS = 40

_NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ethereum",
    "SOL": "Solana",
    "BNB": "BNB",
    "XRP": "XRP",
    "DOGE": "Dogecoin",
    "ADA": "Cardano",
    "AVAX": "Avalanche",
    "LINK": "Chainlink",
    "PEPE": "Pepe",
    "LTC": "Litecoin",
    "TON": "Toncoin",
    "SUI": "Sui",
}

_HEADLINES = (
    ("{name} climbs as buyers return to the {base} market", "Buyers were in the lead."),
    ("{name} reaches a new weekly high on strong demand", "Volume rose with the price."),
    ("Developers ship a long awaited upgrade of {name}", "The upgrade went without a hitch."),
    ("Fund adds {name} to its holdings", "The fund called {base} a long-term position."),
    ("{name} breaks out of its range, traders are optimistic", "The range had held for days."),
    ("{name} slides as sellers take profit", "Most of last week's gain is gone."),
    ("{name} drops after a failed breakout", "Stops below the range made it worse."),
    ("Outage slows the {name} network for an hour", "Transfers of {base} were delayed."),
    ("Regulator warns of risks in {name} products", "The warning names no company."),
    ("{name} falls with the wider market", "Losses were broad, volume was heavy."),
    ("{name} trades sideways ahead of inflation figures", "Few wanted to take a side."),
    ("What to watch for {name} this week", "Three dates that matter for {base}."),
    ("Open interest in {name} is little changed", "Options point to a quiet week."),
    ("{name} volume returns to its monthly average", "Weekend trade had been thin."),
)
"""Good, bad and neutral, about equally often."""


def rss(listings: tuple[Listing, ...], seed: int, now: int, base_url: str) -> bytes:
    """The newest headlines at ``now``, newest first."""
    items = "".join(
        _item(listings, seed, slot, now, base_url)
        for slot in range(now // SLOT_MS, now // SLOT_MS - ITEMS, -1)
    )
    link = escape(base_url)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0"><channel><title>Demo news</title>'
        f"<link>{link}</link><description>Invented headlines of the demo market</description>"
        f"<language>en</language>{items}</channel></rss>"
    ).encode()


def _item(listings: tuple[Listing, ...], seed: int, slot: int, now: int, base_url: str) -> str:
    dice = uniform(seed_of(seed, "news"), np.arange(3) + 4 * slot)
    published = slot * SLOT_MS + int(dice[0] * SLOT_MS)
    if published > now:
        return ""
    # The well-known symbols make the news, the first ones most often.
    listing = listings[int(dice[1] ** 2 * min(len(listings), 13))]
    title, summary = _HEADLINES[int(dice[2] * len(_HEADLINES))]
    words = {"name": _NAMES.get(listing.base, listing.base), "base": listing.base}
    link = escape(f"{base_url}/news/{slot}")
    return (
        f"<item><title>{escape('Demo: ' + title.format(**words))}</title><link>{link}</link>"
        f'<guid isPermaLink="false">demo-{seed}-{slot}</guid>'
        f"<pubDate>{formatdate(published / 1000, usegmt=True)}</pubDate>"
        f"<category>{escape(str(listing.symbol))}</category>"
        f"<description>{escape('Invented for the demo market. ' + summary.format(**words))}"
        "</description></item>"
    )


def article(seed: int, slot: str) -> bytes:
    """What a headline's link leads to."""
    name = escape(f"demo-{seed}-{slot}")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo news</title>'
        f"<p>This headline ({name}) was invented for the demo market. There is no story behind it."
    ).encode()
