"""What an address itself says about how to reach it."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_local(url: str) -> bool:
    """Whether ``url`` is on this computer, where no proxy leads."""
    return urlsplit(url).hostname in LOOPBACK
