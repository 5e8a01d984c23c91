"""The layout file: which windows there are, where, and what is in them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.ui.charts.chart_look import ChartLook

log = logging.getLogger(__name__)

LAYOUT_VERSION = 1
TITLE_PX = 32
"""Height of the strip by which a person can take hold of a window."""
GRIP_PX = 100
"""So much of that strip must be on some screen."""
SHRINK = 0.9
"""A window that had to be moved takes at most this share of its new screen."""

Length = Annotated[int, Meta(ge=1, le=100_000)]
Place = Annotated[int, Meta(ge=-100_000, le=100_000)]


class Rect(Struct, frozen=True, array_like=True):
    """A rectangle of the desktop, in logical pixels."""

    x: Place
    y: Place
    width: Length
    height: Length

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def overlap(self, other: Rect) -> tuple[int, int]:
        """Width and height of what both cover; zero where they do not meet."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return (width, height) if width > 0 and height > 0 else (0, 0)


class ScreenState(Struct, frozen=True):
    """A screen as it was, or as it is. ``rect`` is the part that windows may use."""

    name: str
    rect: Rect
    model: str = ""
    serial: str = ""


class ChartState(Struct, frozen=True):
    key: Annotated[str, Meta(pattern=r"^chart\.\d{1,6}$")]
    symbol: Annotated[Symbol, Meta(min_length=1, max_length=40)]
    interval: Interval
    indicators: tuple[str, ...] = ()
    look: ChartLook = ChartLook()


_Word = Annotated[str, Meta(max_length=200)]


class PanelState(Struct, frozen=True):
    """What a person chose in a panel."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    choices: Annotated[dict[_Word, _Word], Meta(max_length=40)]


class WindowState(Struct, frozen=True):
    """One top-level window. ``state`` is what Qt says about its docks, in base 64."""

    key: Annotated[str, Meta(min_length=1, max_length=40)]
    rect: Rect
    screen: ScreenState
    maximized: bool = False
    state: str = ""
    charts: Annotated[tuple[ChartState, ...], Meta(max_length=64)] = ()
    current_chart: str = ""
    panels: Annotated[tuple[PanelState, ...], Meta(max_length=64)] = ()


class Layout(Struct, frozen=True):
    version: Annotated[int, Meta(ge=LAYOUT_VERSION, le=LAYOUT_VERSION)] = LAYOUT_VERSION
    windows: Annotated[tuple[WindowState, ...], Meta(max_length=32)] = ()


class LayoutFile:
    """Keeps the layout in one JSON file, which is either the old or the new one, never half."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notice = ""
        """A sentence for the person when the file could not be used."""

    def load(self) -> Layout:
        """The saved layout; an empty one where there is none or it makes no sense."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Layout)
        except FileNotFoundError:
            return Layout()
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            log.warning("layout %s is not usable: %s", self._path, error)
            aside = self._set_aside()
            self.notice = (
                "The saved window layout could not be read; the standard layout is shown."
                + (f" The old file is kept as {aside.name}." if aside else "")
            )
            return Layout()

    def save(self, layout: Layout) -> None:
        """Raises StorageError."""
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(layout), indent=1))
            fresh.replace(self._path)
        except OSError as error:
            raise StorageError(
                f"layout {self._path}: {error}",
                user_message="The window layout could not be saved.",
            ) from error

    def _set_aside(self) -> Path | None:
        aside = self._path.with_suffix(self._path.suffix + ".bad")
        with contextlib.suppress(OSError):
            self._path.replace(aside)
            return aside
        return None


def home_of(window: ScreenState, screens: Sequence[ScreenState]) -> ScreenState | None:
    """The screen a window was on: the one with its serial number, else with its name."""
    by_serial = (s for s in screens if window.serial and s.serial == window.serial)
    by_name = (s for s in screens if s.name == window.name)
    return next(by_serial, None) or next(by_name, None)


def can_be_grabbed(rect: Rect, screens: Sequence[ScreenState]) -> bool:
    """Whether enough of the title strip lies on some screen."""
    strip = Rect(rect.x, rect.y, rect.width, TITLE_PX)
    return any(strip.overlap(screen.rect)[0] >= GRIP_PX for screen in screens)


def placed(
    rect: Rect, home: ScreenState, screens: Sequence[ScreenState], primary: ScreenState
) -> Rect:
    """Where a window goes: its old place, or the middle of a screen that is there."""
    screen = home_of(home, screens)
    if screen is not None and can_be_grabbed(rect, screens):
        return rect
    return centred(rect, (screen or primary).rect)


def centred(rect: Rect, area: Rect) -> Rect:
    """``rect`` in the middle of ``area``, made smaller where it would fill it."""
    width = min(rect.width, int(area.width * SHRINK))
    height = min(rect.height, int(area.height * SHRINK))
    return Rect(
        area.x + (area.width - width) // 2, area.y + (area.height - height) // 2, width, height
    )
