"""Where things are: panes above each other, their dividers, the axes, and what a point hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

PRICE_PANE = "price"
PRICE_WEIGHT = 1.0
OWN_WEIGHT = 0.24
"""Height of a pane below the price, against the price pane's."""
LEAST_PRICE_HEIGHT = 96.0
LEAST_OWN_HEIGHT = 44.0
LEAST_WITH_BUTTONS = 160.0
"""A narrower plot has no buttons in its panes; the menu does the same."""
ROOM_FOR_BUTTONS = 52.0
"""Of a pane that is alone."""
GRAB = 4.0
"""A divider can be taken so many pixels above and below it."""


@dataclass(frozen=True, slots=True)
class PaneBox:
    """One pane's place, in pixels from the top."""

    key: str
    top: int
    height: int

    @property
    def bottom(self) -> int:
        """The first row below the pane."""
        return self.top + self.height


class Part(Enum):
    """What a chart consists of, for the mouse."""

    PLOT = "plot"
    PRICE_AXIS = "price axis"
    TIME_AXIS = "time axis"
    DIVIDER = "divider"
    CORNER = "corner"


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under a point; ``pane`` counts from the top, for a divider the pane below it."""

    part: Part
    pane: int = 0


def default_weight(key: str) -> float:
    return PRICE_WEIGHT if key == PRICE_PANE else OWN_WEIGHT


def stack(
    keys: Sequence[str], weights: dict[str, float], height: int, unit: float = 1.0
) -> tuple[PaneBox, ...]:
    """Panes from top to bottom; the lowest are left out where there is no room for them.

    ``unit`` is how many pixels of ``height`` one unit of the least heights has.
    """
    shown = list(keys)
    while len(shown) > 1 and _least(shown) * unit > height:
        shown.pop()
    heights = _heights([weights.get(k, default_weight(k)) for k in shown], height, unit)
    boxes, top = [], 0
    for key, each in zip(shown, heights, strict=True):
        boxes.append(PaneBox(key, top, each))
        top += each
    return tuple(boxes)


def alone(key: str, height: int) -> tuple[PaneBox, ...]:
    """One pane has all of the height, and the price lies above the chart, out of sight."""
    return PaneBox(PRICE_PANE, -height, height), PaneBox(key, 0, height)


def moved_divider(
    boxes: Sequence[PaneBox], below: int, y: float, unit: float = 1.0
) -> dict[str, float]:
    """Weights after the divider above pane ``below`` was dragged to ``y``."""
    upper, lower = boxes[below - 1], boxes[below]
    least_upper = (LEAST_PRICE_HEIGHT if below == 1 else LEAST_OWN_HEIGHT) * unit
    least_lower = LEAST_OWN_HEIGHT * unit
    highest = upper.top + least_upper
    lowest = max(highest, lower.bottom - least_lower)
    edge = min(max(y, highest), lowest)
    heights = {b.key: float(b.height) for b in boxes}
    heights[upper.key] = edge - upper.top
    heights[lower.key] = lower.bottom - edge
    whole = heights[boxes[0].key]
    return {key: each / whole for key, each in heights.items()}


def hit(
    boxes: Sequence[PaneBox], plot_width: float, plot_height: float, x: float, y: float, grab: float
) -> Hit:
    """What a person points at."""
    if y >= plot_height:
        return Hit(Part.TIME_AXIS if x < plot_width else Part.CORNER)
    for index, box in enumerate(boxes[1:], start=1):
        if box.top > 0 and abs(y - box.top) <= grab:
            return Hit(Part.DIVIDER, index)
    pane = next((i for i, box in enumerate(boxes) if y < box.bottom), len(boxes) - 1)
    return Hit(Part.PLOT if x < plot_width else Part.PRICE_AXIS, pane)


def _least(keys: Sequence[str]) -> float:
    return sum(LEAST_PRICE_HEIGHT if k == PRICE_PANE else LEAST_OWN_HEIGHT for k in keys)


def _heights(weights: Sequence[float], height: int, unit: float) -> list[int]:
    """Whole pixels that add up to the height; nobody below the least while that is possible."""
    least = [LEAST_PRICE_HEIGHT * unit] + [LEAST_OWN_HEIGHT * unit] * (len(weights) - 1)
    whole = sum(weights)
    wanted = [w / whole * height for w in weights]
    if len(wanted) > 1:
        wanted = _raised(wanted, least)
    edges = [0]
    total = 0.0
    for each in wanted[:-1]:
        total += each
        edges.append(round(total))
    edges.append(height)
    return [below - above for above, below in pairwise(edges)]


def _raised(wanted: list[float], least: list[float]) -> list[float]:
    """Give those below their least what they need, taken from those above it."""
    missing = sum(max(0.0, low - w) for w, low in zip(wanted, least, strict=True))
    spare = sum(max(0.0, w - low) for w, low in zip(wanted, least, strict=True))
    share = min(1.0, missing / spare) if spare else 0.0
    return [low if w < low else w - (w - low) * share for w, low in zip(wanted, least, strict=True)]
