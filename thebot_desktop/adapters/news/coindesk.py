"""CoinDesk: news of the whole crypto market."""

from __future__ import annotations

from thebot_desktop.adapters.rss import RssPage


class CoinDesk(RssPage):
    name = "coindesk"
    title = "CoinDesk"
    url = "https://www.coindesk.com/arc/outboundfeeds/rss"
