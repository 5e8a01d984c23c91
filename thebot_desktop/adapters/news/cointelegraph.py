"""Cointelegraph: news and market commentary."""

from __future__ import annotations

from thebot_desktop.adapters.rss import RssPage


class Cointelegraph(RssPage):
    name = "cointelegraph"
    title = "Cointelegraph"
    url = "https://cointelegraph.com/rss"
