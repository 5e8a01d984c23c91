"""NewsConfig: what a person can choose about the news."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class NewsConfig(Struct, frozen=True, forbid_unknown_fields=True):
    enabled: Annotated[
        bool,
        Meta(title="Fetch news", description="Off means that no news site is ever contacted."),
    ] = True
    sources: Annotated[
        tuple[str, ...],
        Meta(
            title="News sources",
            description="Names of the sources to read, for example coindesk, decrypt.",
        ),
    ] = ("coindesk",)
    calendar: Annotated[
        bool,
        Meta(
            title="Fetch the economic calendar",
            description="From ForexFactory, once an hour, for alerts and conditions on events.",
        ),
    ] = True
    fear_greed: Annotated[
        bool,
        Meta(
            title="Fetch the index of fear and greed",
            description="From alternative.me, once an hour, for alerts and conditions on it.",
        ),
    ] = True
    poll_interval_s: Annotated[
        int,
        Meta(
            ge=60,
            le=86_400,
            title="Seconds between two looks at a source",
            description="Sites ask readers not to come too often; five minutes is polite.",
        ),
    ] = 300
    keep: Annotated[
        int,
        Meta(ge=20, le=2_000, title="News items kept", description="The newest so many."),
    ] = 200
