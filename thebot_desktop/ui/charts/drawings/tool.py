"""Tool: one kind of drawing, from the clicks that make it to what is seen of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import msgspec
from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.drawings import Anchor, Drawing
from thebot_desktop.ui.charts.drawings.geometry import Point, clipped
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch, Stroke, Tag


class Tool(ABC):
    """One file in ``tools/`` is one tool; it keeps nothing."""

    kind: ClassVar[type[Drawing]]
    title: ClassVar[str]
    icon: ClassVar[str]
    place: ClassVar[int]
    """Its order among the tools."""
    shortcut: ClassVar[str] = ""
    clicks: ClassVar[int] = 0
    """How many points a person sets; 0 means all of them."""
    bounded: ClassVar[bool] = True
    """Whether nothing of it lies before its first or after its last time."""
    has_text: ClassVar[bool] = False
    has_line: ClassVar[bool] = True
    """Whether width and dash mean anything."""

    @property
    def name(self) -> str:
        """The title, translated."""
        return QCoreApplication.translate("Drawings", self.title)

    @property
    def points_wanted(self) -> int:
        return self.clicks or self.kind.points

    @abstractmethod
    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        """What the drawing consists of in this frame."""

    def tag(self, drawing: Drawing, places: Places) -> Tag | None:
        """What is named on the price axis."""
        return None

    def completed(self, anchors: tuple[Anchor, ...], places: Places) -> tuple[Anchor, ...]:
        """All anchors while only some have been set."""
        return anchors + anchors[-1:] * (self.kind.points - len(anchors))

    def reshaped(self, drawing: Drawing, handle: int, anchor: Anchor) -> Drawing:
        """The drawing after one of its handles was moved."""
        anchors = list(drawing.anchors)
        anchors[handle] = anchor
        return msgspec.structs.replace(drawing, anchors=tuple(anchors))

    def line(
        self, drawing: Drawing, start: Point, stop: Point, places: Places, colour: str = ""
    ) -> list[Stroke]:
        """A line in the drawing's style, as far as it can be seen."""
        part = clipped(start, stop, places.box.grown(places.px(4)))
        if part is None:
            return []
        style = drawing.style
        return [Stroke(*part, colour or places.colour(drawing), style.width, style.dash)]
