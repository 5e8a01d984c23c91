"""Mode: where the market comes from, and what must be said about it on screen."""

from __future__ import annotations

from enum import Enum


class Mode(Enum):
    LIVE = "live"
    DEMO = "demo"
    REPLAY = "replay"

    @property
    def badge(self) -> str:
        """The word that marks prices that are not the market's present ones."""
        return "" if self is Mode.LIVE else self.value.upper()
