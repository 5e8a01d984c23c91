"""Settings of signals: how many are kept, what counts together, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from msgspec import Meta, Struct

WeightLine = Annotated[
    str,
    Meta(
        pattern=r"^\s*[A-Z][A-Z0-9_]*\s*:\s*(10|\d(\.\d{1,3})?)\s*$",
        description="an indicator's name and its weight from 0 to 10, such as RSI: 2",
    ),
]


UNLISTED = MappingProxyType({"CORR": 0.0})
"""Weights of indicators that do not count 1 where nothing is said. Correlation names no direction:
counted, each of its signals would pull every confidence towards 0."""


class SignalConfig(Struct, frozen=True, forbid_unknown_fields=True):
    history_size: Annotated[
        int, Meta(ge=100, le=100_000, title="Signals kept", description="The oldest go first.")
    ] = 2000
    half_life_candles: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            title="Candles until an opinion counts half",
            description="Of the interval the opinion is about.",
        ),
    ] = 10
    longer_interval: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Weight of longer intervals",
            description="What an opinion on a longer interval of the same symbol counts in a "
            "confidence; 0 leaves longer intervals out.",
        ),
    ] = 0.5
    weights: Annotated[
        tuple[WeightLine, ...],
        Meta(
            title="Weights of indicators",
            description="One a line, such as RSI: 2. Those that are not listed count 1, "
            "CORR, which names no direction, 0.",
        ),
    ] = ()
    confirm_sources: Annotated[
        int,
        Meta(
            ge=2,
            le=20,
            title="Indicators that make a confirmation",
            description="So many different ones that say the same within the candles below.",
        ),
    ] = 2
    confirm_candles: Annotated[
        int,
        Meta(ge=1, le=500, title="Candles within which signals confirm or contradict each other"),
    ] = 5

    def weight_of(self) -> Mapping[str, float]:
        """The weights by the indicator's name; of two for one name the last."""
        pairs = (line.split(":") for line in self.weights)
        return {**UNLISTED, **{name.strip(): float(weight) for name, weight in pairs}}
