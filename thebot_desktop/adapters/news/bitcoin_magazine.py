"""Bitcoin Magazine: news of Bitcoin alone."""

from __future__ import annotations

from thebot_desktop.adapters.rss import RssPage


class BitcoinMagazine(RssPage):
    name = "bitcoin_magazine"
    title = "Bitcoin Magazine"
    url = "https://bitcoinmagazine.com/feed"
