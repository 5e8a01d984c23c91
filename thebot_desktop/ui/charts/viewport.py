"""Which candles are in view and how wide each one is: zoom, pan and following, as pure maths."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_SPACING = 6.0
"""Pixels from one candle to the next when a chart is opened."""
LARGEST_SPACING = 120.0
LEAST_CANDLES = 200
"""One can always zoom out to see this many places, whether or not there are candles in them."""
RIGHT_MARGIN = 0.05
"""Share of the plot that stays free right of the newest candle."""
MOST_MARGIN = 64.0
FEWEST_LEFT = 4.0
"""So many candles stay in view at either end: a chart cannot be lost by panning."""


@dataclass
class Viewport:
    """Candle ``i`` is centred at position ``i``; the right edge of the plot is at ``right``.

    Widths are in pixels. ``newest`` is the position of the newest candle.
    """

    spacing: float = DEFAULT_SPACING
    right: float = 0.0

    def left(self, width: float) -> float:
        return self.right - width / self.spacing

    def position_at(self, x: float, width: float) -> float:
        """The position under pixel ``x``."""
        return self.right - (width - x) / self.spacing

    def x_of(self, position: float, width: float) -> float:
        return width - (self.right - position) * self.spacing

    def shows(self, newest: int) -> bool:
        """Whether the newest candle is left of the right edge."""
        return self.right >= newest

    def zoom(self, factor: float, x: float, width: float, newest: int) -> None:
        """Make candles ``factor`` times as wide; what is under pixel ``x`` stays there."""
        anchor = self.position_at(x, width)
        self.spacing = self._possible(self.spacing * factor, width, newest)
        self.right = anchor + (width - x) / self.spacing
        self._keep_in_sight(width, newest)

    def pan(self, pixels: float, width: float, newest: int) -> None:
        """Move the candles to the right by so many pixels: older ones come into view."""
        self.scroll(-pixels / self.spacing, width, newest)

    def scroll(self, candles: float, width: float, newest: int) -> None:
        """Move the view by so many candles towards the newer ones."""
        self.right += candles
        self._keep_in_sight(width, newest)

    def to_newest(self, width: float, newest: int) -> None:
        self.right = newest + 0.5 + min(MOST_MARGIN, width * RIGHT_MARGIN) / self.spacing

    def to_oldest(self, width: float, newest: int) -> None:
        self.right = width / self.spacing - 1.0
        self._keep_in_sight(width, newest)

    def reset(self, width: float, newest: int) -> None:
        self.spacing = DEFAULT_SPACING
        self.to_newest(width, newest)

    def refit(self, width: float, newest: int) -> None:
        """Keep the view possible after the plot or the number of candles has changed."""
        self.spacing = self._possible(self.spacing, width, newest)
        self._keep_in_sight(width, newest)

    def _possible(self, spacing: float, width: float, newest: int) -> float:
        least = width / (max(newest + 1, LEAST_CANDLES) * 1.15)
        return min(max(spacing, least), LARGEST_SPACING)

    def _keep_in_sight(self, width: float, newest: int) -> None:
        visible = width / self.spacing
        fewest = min(FEWEST_LEFT, visible / 2)
        lowest = min(fewest, newest + 0.5)
        highest = newest + visible - fewest
        self.right = min(max(self.right, lowest), highest)
