"""What can be set about requests: the way out of this computer, and when to stop asking."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

_PORT = r"(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})"
_HOST = r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)"
_LOGIN = r"(?:[^\s:@/?#]+:[^\s:@/?#]*@)?"
PROXY_PATTERN = rf"^(?:(?:https?|socks5h?)://{_LOGIN}{_HOST}(?::{_PORT})?/?)?\Z"


class NetworkConfig(Struct, frozen=True, forbid_unknown_fields=True):
    proxy: Annotated[
        str,
        Meta(
            title="Proxy",
            description="Such as http://host:8080 or http://name:password@host:8080, for market "
            "data and news alike; empty for the one that this computer uses.",
            pattern=PROXY_PATTERN,
        ),
    ] = ""
    breaker_failures: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="Failures before a pause",
            description="After so many failed requests in a row the exchange is left alone.",
        ),
    ] = 5
    breaker_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=3600,
            title="Pause after failures (s)",
            description="It ends at once when the connection comes back, or by Retry.",
        ),
    ] = 60
    breaker_successes: Annotated[
        int,
        Meta(
            ge=1,
            le=20,
            title="Successes to trust again",
            description="After the pause one request at a time is tried until so many have "
            "succeeded in a row.",
        ),
    ] = 2
