"""News and dates of the calendar, as a chart is given them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.market import IntArray
from thebot_desktop.domain.time import UnixMs


class EventKind(Enum):
    """What happened; the letter is what its badge shows."""

    NEWS = "N"
    CALENDAR = "E"

    @property
    def title(self) -> str:
        if self is EventKind.NEWS:
            return QCoreApplication.translate("Chart", "News")
        return QCoreApplication.translate("Chart", "Event")


class ChartEvent(Struct, frozen=True):
    """Something that is not a price, at a time; also at one that lies ahead."""

    time: UnixMs
    kind: EventKind
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class EventSeries:
    """Events in the order of their times."""

    events: tuple[ChartEvent, ...]
    times: IntArray
    is_date: NDArray[np.bool_]
    """Which of them are in the calendar."""

    @classmethod
    def of(cls, events: Sequence[ChartEvent]) -> EventSeries:
        ordered = tuple(sorted(events, key=lambda event: event.time))
        times = np.array([event.time for event in ordered], np.int64)
        is_date = np.array([event.kind is EventKind.CALENDAR for event in ordered], np.bool_)
        return cls(ordered, times, is_date)


NO_EVENTS = EventSeries.of(())
