"""Links out of feeds: only web addresses, without what follows people around."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

LENGTH_LIMIT = 2_000

TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id"
    r"|mc_[ce]id|_hs(?:enc|mi)|vero_id|oly_(?:anon|enc)_id|_ga|_gl|s_cid|cmpid|ref_src|mkt_tok",
    re.IGNORECASE,
)
"""Query parameters that tell a site where a reader came from."""

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
_SAFE = "%/:=&?~#+!$,;'@()*[]-._"
"""What stays as it is in an address; all else is written as %XX."""


def clean_link(link: str, base: str = "") -> str:
    """``link`` (against ``base`` where it is relative) if a browser may be sent there, else ""."""
    bare = "".join(c for c in link.strip() if c.isprintable())
    if not bare or len(bare) > LENGTH_LIMIT:
        return ""
    try:
        parts = urlsplit(urljoin(base, bare))
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _is_plain_host(parts):
        return ""
    return urlunsplit(
        (
            parts.scheme,
            parts.netloc.lower(),
            quote(parts.path, _SAFE),
            quote(_without_tracking(parts.query), _SAFE),
            quote(parts.fragment, _SAFE),
        )
    )


def _is_plain_host(parts: SplitResult) -> bool:
    """Whether the part before the path is host and port: a user name there only misleads."""
    host, colon, port = parts.netloc.rpartition(":")
    if not colon or not port.isdecimal():
        host = parts.netloc
    return _HOST.fullmatch(host) is not None


def _without_tracking(query: str) -> str:
    kept = (pair for pair in query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0]))
    return "&".join(kept)
