"""What an address itself says about how to reach it."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DIRECT = {"all://127.0.0.1": None, "all://[::1]": None, "all://localhost": None}
"""For clients of httpx: a proxy has no way to this computer's own servers."""


def is_local(url: str) -> bool:
    """Whether ``url`` is on this computer, where no proxy leads."""
    return urlsplit(url).hostname in LOOPBACK
