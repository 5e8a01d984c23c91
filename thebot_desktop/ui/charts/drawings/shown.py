"""ShownDrawings: what a chart shows of the drawings of its symbol, and what is done with one."""

from __future__ import annotations

from dataclasses import dataclass

from thebot_desktop.domain.drawings import Drawing, Measure


@dataclass(frozen=True, slots=True)
class Measured:
    """What the ruler shows, in the pane with this key."""

    pane: str
    drawing: Measure


@dataclass(slots=True)
class ShownDrawings:
    """The hand changes it, the painters only read it."""

    items: tuple[Drawing, ...] = ()
    """From back to front."""
    active: Drawing | None = None
    """The one that is selected or being made, as it is at this moment."""
    hovered: Drawing | None = None
    hint: str = ""
    """What the next click does."""
    measured: Measured | None = None
    """Kept by nobody: it goes with the next click."""

    @property
    def resting(self) -> tuple[Drawing, ...]:
        """Those that nobody is working on; they belong to the base layer."""
        if self.active is None:
            return self.items
        return tuple(d for d in self.items if d.id != self.active.id)

    def at_rest(self) -> ShownDrawings:
        """The same for a picture: nothing selected, nothing half made."""
        active = self.active
        if active is None:
            return ShownDrawings(self.items)
        return ShownDrawings(tuple(active if d.id == active.id else d for d in self.items))
