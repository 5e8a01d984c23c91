"""What can be set about the connection, and what a feed counts."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from thebot_desktop.domain.time import UnixMs


class WebSocketConfig(Struct, frozen=True, forbid_unknown_fields=True):
    heartbeat_interval: Annotated[
        int,
        Meta(
            ge=5,
            le=300,
            title="Heartbeat (s)",
            description="A connection that brings nothing for so long, and up to 5 s more, "
            "is replaced.",
        ),
    ] = 30
    queue_size: Annotated[
        int,
        Meta(
            ge=100,
            le=100_000,
            title="Messages waiting at most",
            description="Beyond this the socket is left unread until there is room, so the "
            "network holds the sender back; nothing is dropped.",
        ),
    ] = 1000
    max_reconnect_attempts: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            title="Attempts to reconnect",
            description="0 tries for ever.",
        ),
    ] = 0
    renewal_minutes: Annotated[
        int,
        Meta(
            ge=1,
            le=1430,
            title="Renew connections after (min)",
            description="The exchange cuts each connection after 24 hours. Before that a new one "
            "takes over, without a pause.",
        ),
    ] = 1410


class FeedStatistics(Struct, frozen=True):
    """Counts since the start; ``last_message_at`` 0: none yet."""

    messages: int = 0
    messages_per_second: float = 0.0
    gaps_found: int = 0
    candles_repaired: int = 0
    trades_repaired: int = 0
    """Missed on the stream, fetched by REST."""
    trades_missed: int = 0
    """Missed and given up, so that the price stays fresh."""
    books_mended: int = 0
    """Order books that lost a link and were fetched anew."""
    decode_errors: int = 0
    reconnects: int = 0
    rollovers: int = 0
    """Connections that were replaced with overlap, before they were cut."""
    times_held_back: int = 0
    """How often sockets were left unread because too many messages waited."""
    coalesced: int = 0
    """Events that a newer state of the same thing replaced while too many waited."""
    resubscriptions: int = 0
    """Streams that were asked for anew because nothing came on them."""
    last_message_at: UnixMs = UnixMs(0)
    weight_used: int = 0
    weight_limit: int = 6000
