"""Decrypt: news of coins, companies and web3."""

from __future__ import annotations

from thebot_desktop.adapters.rss import RssPage


class Decrypt(RssPage):
    name = "decrypt"
    title = "Decrypt"
    url = "https://decrypt.co/feed"
