"""Hand: what a person does with drawings, by mouse and keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from thebot_desktop.app.drawings import DrawingBook, new_id
from thebot_desktop.domain.drawings import Anchor, Drawing, Text
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.layer import in_view
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.shown import ShownDrawings
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.drawings.toolbox import tool_of, toolbox

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_canvas import ChartCanvas
    from thebot_desktop.ui.charts.frame import Frame

REACH = 5
HANDLE_REACH = 8
DRAWN = 6
"""Who moves so far with the button down draws by dragging instead of clicking."""
SAME = 3
MAGNET = 36
"""From so far away prices of a candle attract."""
COPY_AWAY = 24
FAST = 10
UNFINISHED = "unfinished"

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


@dataclass(frozen=True)
class _Grip:
    """What is being dragged: a handle, or the whole drawing."""

    drawing: Drawing
    handle: int | None
    start: Point


@dataclass(frozen=True)
class _Found:
    """What is under the pointer. Of the ground of a drawing one can take hold once it is selected;
    before, the chart pans there as everywhere, or a large zone would be a trap."""

    drawing: Drawing
    handle: int | None = None
    is_ground: bool = False


class Hand:
    """Arms tools, makes, selects and moves drawings. Points are device pixels."""

    def __init__(self, canvas: ChartCanvas) -> None:
        self._canvas = canvas
        self._book = DrawingBook()
        self._stop = self._book.changed.add(self._note)
        self._tool: Tool | None = None
        self._placed: tuple[Anchor, ...] = ()
        self._pressed: Point | None = None
        self._clicked: tuple[Drawing, Point] | None = None
        self._grip: _Grip | None = None
        self._selected = ""
        self._pans = False
        self._sketches: tuple[Frame, tuple[Drawing, ...], list[tuple[Drawing, Sketch]]] | None
        self._sketches = None
        self.changed: Observers[None] = Observers()
        """Another tool is armed, or other drawings are there."""
        self.told: Observers[str] = Observers()
        """A sentence for the person."""
        self.edit_wanted: Observers[Drawing] = Observers()
        self.alert_wanted: Observers[Drawing] = Observers()
        """The person wants to know when the price crosses it."""

    # What there is

    @property
    def book(self) -> DrawingBook:
        return self._book

    @property
    def symbol(self) -> Symbol | None:
        series = self._canvas.state.series
        return None if series is None else series.symbol

    @property
    def tool(self) -> Tool | None:
        """The one that is armed."""
        return self._tool

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """All of the symbol, hidden or not."""
        return () if self.symbol is None else self._book.of(self.symbol)

    @property
    def selected(self) -> Drawing | None:
        return next((d for d in self._shown.items if d.id == self._selected), None)

    @property
    def all_locked(self) -> bool:
        return bool(self.drawings) and all(d.locked for d in self.drawings)

    def use(self, book: DrawingBook) -> Callable[[], None]:
        """Show what this book has; the function returned lets go of it."""
        self._stop()
        self._book = book
        self._stop = book.changed.add(self._note)
        self.restart()
        return self._stop

    def restart(self) -> None:
        """Another symbol or interval is shown: nothing is in hand any more."""
        self._tool = self._grip = self._pressed = None
        self._placed, self._selected = (), ""
        self.show()

    def show(self) -> None:
        """Bring the chart up to date with the book."""
        visible = self._canvas.state.look.drawings
        shown = self._shown
        shown.items = self.drawings if visible else ()
        shown.hovered = None
        if self._grip is None and not self._placed:
            shown.active = self.selected
            if shown.active is None:
                self._selected = ""
        self._say_hint()
        self._describe()
        self._canvas.invalidate()
        self.changed.notify(None)

    # Tools

    def arm(self, tool: Tool | None) -> None:
        """The next clicks draw with it; None is the plain pointer."""
        self._tool, self._placed, self._grip = tool, (), None
        self._selected = ""
        if tool is not None and not self._canvas.state.look.drawings:
            self.told.notify(self._tr("Drawings are hidden: show them to draw."))
            self._tool = None
        self.show()

    def select(self, drawing: Drawing | None) -> None:
        wanted = "" if drawing is None else drawing.id
        if wanted != self._selected:
            self._selected = wanted
            self.show()

    # What can be done with the selected one, and with all

    def delete(self) -> bool:
        """The selected one, unless it is locked."""
        chosen, symbol = self.selected, self.symbol
        if chosen is None or symbol is None:
            return False
        if not chosen.locked:
            self._book.remove(symbol, [chosen.id])
        return True

    def duplicate(self) -> bool:
        """A copy beside it, which is selected then."""
        chosen = self.selected
        if chosen is None:
            return False
        places = self._places()
        away = places.px(COPY_AWAY)
        bars = max(1, round(away / places.frame.bars.spacing))
        anchors = tuple(places.moved(a, bars, away) for a in chosen.anchors)
        self._add(msgspec.structs.replace(chosen, id=new_id(), anchors=anchors, locked=False))
        return True

    def toggle_lock(self) -> None:
        chosen = self.selected
        if chosen is not None:
            self.save(msgspec.structs.replace(chosen, locked=not chosen.locked))

    def lock_all(self, *, locked: bool) -> None:
        if self.symbol is not None:
            changed = [msgspec.structs.replace(d, locked=locked) for d in self.drawings]
            self._book.replace(self.symbol, changed)

    def delete_all(self) -> None:
        """Locked ones too: whoever asks for all means all, and can undo it."""
        if self.symbol is not None and self.drawings:
            self._book.replace(self.symbol, [])
            self.told.notify(self._tr("All drawings were deleted. Ctrl+Z brings them back."))

    def save(self, drawing: Drawing, *, step: object = None) -> None:
        """Keep a drawing as it is now."""
        if self.symbol is None:
            return
        try:
            self._book.put(self.symbol, drawing, step=step)
        except InputError as error:
            self.told.notify(error.user_message)

    def undo(self) -> bool:
        return self.symbol is not None and self._book.undo(self.symbol)

    def redo(self) -> bool:
        return self.symbol is not None and self._book.redo(self.symbol)

    def cycle(self, *, forward: bool) -> bool:
        """Select the next drawing in view; False after the last, so that the focus goes on."""
        found = [d for d, _ in self._in_view()]
        if not found or self._tool is not None:
            return False
        ids = [d.id for d in found]
        at = ids.index(self._selected) if self._selected in ids else (-1 if forward else len(ids))
        at += 1 if forward else -1
        self.select(found[at] if 0 <= at < len(found) else None)
        return 0 <= at < len(found)

    def at(self, x: float, y: float) -> Drawing | None:
        """The drawing under a point in logical pixels."""
        unit = self._canvas.frame_now.unit
        found = self._found(Point(x * unit, y * unit)) if self._ready else None
        return None if found is None else found.drawing

    # Mouse

    def press(self, event: QMouseEvent) -> bool:
        """Whether the click is about drawings; if not, it pans as ever."""
        at = self._point(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or self._pans or not self._ready:
            return False
        if not self._places().box.holds(at):
            return False
        if self._tool is not None:
            self._place(at, event.modifiers())
            return True
        found = None if event.modifiers() & _SHIFT else self._found(at)
        if found is None:
            self.select(None)
            return False
        if found.is_ground and found.drawing.id != self._selected:
            self._clicked = found.drawing, at
            return False
        self.select(found.drawing)
        if found.drawing.locked:
            return False
        self._grip = _Grip(found.drawing, found.handle, at)
        return True

    def move(self, event: QMouseEvent) -> None:
        """The pointer is elsewhere; whoever calls this repaints the live layer."""
        if not self._ready:
            return
        at = self._point(event.position())
        shown = self._shown
        if self._grip is not None:
            shown.active = self._moved(self._grip, at, event.modifiers())
        elif self._tool is not None:
            if self._placed:
                shown.active = self._preview((*self._placed, self.anchor(at, event.modifiers())))
        elif not event.buttons():
            found = self._found(at)
            firm = found is not None and (not found.is_ground or found.drawing.id == self._selected)
            shown.hovered = found.drawing if found is not None and firm else None

    def release(self, event: QMouseEvent) -> bool:
        at = self._point(event.position())
        pressed, self._pressed = self._pressed, None
        clicked, self._clicked = self._clicked, None
        if clicked is not None:
            near = math.dist(at, clicked[1]) <= DRAWN * self._canvas.frame_now.unit
            self.select(clicked[0] if near else None)
            return False
        if self._grip is not None:
            self._let_go()
            return True
        if self._tool is not None and pressed is not None:
            far = math.dist(at, pressed) > DRAWN * self._canvas.frame_now.unit
            if far and self._placed:
                self._place(at, event.modifiers())
                self._pressed = None
            return True
        return False

    def double_click(self, event: QMouseEvent) -> bool:
        """Opens the properties; the second of two quick clicks of a tool is a click."""
        if self._tool is not None:
            return self.press(event)
        drawing = self.at(event.position().x(), event.position().y())
        if drawing is None:
            return False
        self._grip = None
        self.select(drawing)
        self.edit_wanted.notify(drawing)
        return True

    def show_cursor(self) -> None:
        """A hand over what can be taken."""
        if self._grip is not None:
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._pans:
            self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._shown.hovered is not None and self._tool is None:
            self._canvas.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def leave(self) -> None:
        self._shown.hovered = None

    # Keyboard

    def claims(self, event: QKeyEvent) -> bool:
        """Keys that must not reach the shortcuts of the window while the chart has the focus."""
        if event.modifiers() & _CTRL:
            return event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y) or (
                event.key() == Qt.Key.Key_D and self.selected is not None
            )
        if self._shortcut_tool(event) is not None:
            return True
        return event.key() == Qt.Key.Key_Delete and self.selected is not None

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key is about drawings."""
        if not self._ready:
            # A tool can be put down before there is anything to draw on.
            puts_down = event.key() == Qt.Key.Key_Escape and self._tool is not None
            return puts_down and self._escape()
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pans = True
            return True
        tool = self._shortcut_tool(event)
        if tool is not None:
            self.arm(tool)
            return True
        if event.modifiers() & _CTRL:
            return self._ctrl_key(event)
        if event.key() in _ARROWS:
            return self._nudge(event)
        return self._plain_key(event)

    def key_released(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pans = False

    def focus_lost(self) -> None:
        self._pans = False

    def _plain_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                return self._escape()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                return self.delete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.selected is not None:
                self.edit_wanted.notify(self.selected)
                return True
            case _:
                return False

    def _ctrl_key(self, event: QKeyEvent) -> bool:
        shifted = bool(event.modifiers() & _SHIFT)
        match event.key():
            case Qt.Key.Key_Z:
                self.redo() if shifted else self.undo()
            case Qt.Key.Key_Y:
                self.redo()
            case Qt.Key.Key_D:
                return self.duplicate()
            case _:
                return False
        return True

    def _nudge(self, event: QKeyEvent) -> bool:
        """The selected one by a bar or a price step, with Shift by ten."""
        chosen = self.selected
        if chosen is None or event.modifiers() & _ALT:
            return False
        if chosen.locked:
            return True
        places = self._places()
        times = FAST if event.modifiers() & _SHIFT else 1
        bars, steps = _ARROWS[Qt.Key(event.key())]
        more = steps * times * places.price_step
        anchors = tuple(
            Anchor(moved.time, moved.price + more)
            for moved in (places.moved(a, bars * times, 0) for a in chosen.anchors)
        )
        moved = msgspec.structs.replace(chosen, anchors=anchors)
        self.save(moved, step=("nudge", chosen.id))
        return True

    def _escape(self) -> bool:
        """One thing at a time: the drag, the half-made drawing, the tool, the selection."""
        if self._grip is not None:
            self._grip = None
        elif self._placed:
            self._placed = ()
        elif self._tool is not None:
            self._tool = None
        elif self.selected is not None:
            self._selected = ""
        else:
            return False
        self._shown.active = None
        self.show()
        return True

    def _shortcut_tool(self, event: QKeyEvent) -> Tool | None:
        if event.modifiers() != _ALT:
            return None
        pressed = event.keyCombination()
        wanted = f"Alt+{chr(pressed.key())}" if 32 < int(pressed.key()) < 127 else ""
        return next((t for t in toolbox().values() if wanted and t.shortcut == wanted), None)

    # Making and moving

    def _place(self, at: Point, modifiers: Qt.KeyboardModifier) -> None:
        """One more point of the drawing that is being made."""
        tool = self._tool
        if tool is None:
            return
        if self._placed and math.dist(at, self._places().point(self._placed[-1])) <= SAME:
            return
        self._pressed = at
        self._placed = (*self._placed, self.anchor(at, modifiers))
        if len(self._placed) < tool.points_wanted:
            self._shown.active = self._preview(self._placed)
            self._say_hint()
            self._canvas.refresh_live()
            return
        self._finish(tool)

    def _finish(self, tool: Tool) -> None:
        made = tool.kind(id=new_id(), anchors=tool.completed(self._placed, self._places()))
        self._placed, self._pressed = (), None
        if not self._canvas.state.look.keep_tool:
            self._tool = None
        self._add(made)
        if isinstance(made, Text) and self._tool is None:
            self.edit_wanted.notify(made)

    def _preview(self, anchors: tuple[Anchor, ...]) -> Drawing | None:
        if self._tool is None:
            return None
        whole = self._tool.completed(anchors, self._places())
        return self._tool.kind(id=UNFINISHED, anchors=whole)

    def _add(self, drawing: Drawing) -> None:
        """A new one, which is selected unless the next one follows at once."""
        self._selected = drawing.id if self._tool is None else ""
        self._shown.active = None
        self.save(drawing)

    def _moved(self, grip: _Grip, at: Point, modifiers: Qt.KeyboardModifier) -> Drawing:
        places = self._places()
        if grip.handle is not None:
            anchor = self.anchor(at, modifiers)
            return tool_of(grip.drawing).reshaped(grip.drawing, grip.handle, anchor)
        bars = places.frame.bars.nearest(at.x) - places.frame.bars.nearest(grip.start.x)
        rows = at.y - grip.start.y
        anchors = tuple(places.moved(a, bars, rows) for a in grip.drawing.anchors)
        return msgspec.structs.replace(grip.drawing, anchors=anchors)

    def _let_go(self) -> None:
        """What was dragged stays where it is now."""
        active, grip, self._grip = self._shown.active, self._grip, None
        if active is not None and grip is not None and active != grip.drawing:
            self.save(active)

    def anchor(self, at: Point, modifiers: Qt.KeyboardModifier) -> Anchor:
        """The candle and price at a point; with the magnet, a price that the candle had."""
        state, places = self._canvas.state, self._places()
        position = places.frame.bars.nearest(at.x)
        candle = state.store.candle(position)
        if candle is not None and state.look.magnet != bool(modifiers & _CTRL):
            prices = (candle.open, candle.high, candle.low, candle.close)
            near = min(prices, key=lambda price: abs(places.y(price) - at.y))
            if abs(places.y(near) - at.y) <= places.px(MAGNET):
                return Anchor(places.time(position), near)
        return places.anchor(at.x, at.y)

    # Small things

    @property
    def _shown(self) -> ShownDrawings:
        return self._canvas.state.drawings

    @property
    def _ready(self) -> bool:
        state = self._canvas.state
        return not (state.empty or state.covered or state.series is None)

    def _places(self) -> Places:
        canvas = self._canvas
        return Places(canvas.state, canvas.frame_now, canvas.style_now)

    def _point(self, at: QPointF) -> Point:
        unit = self._canvas.frame_now.unit
        return Point(at.x() * unit, at.y() * unit)

    def _in_view(self) -> list[tuple[Drawing, Sketch]]:
        """What can be pointed at, worked out once per frame."""
        items, frame = self._shown.items, self._canvas.frame_now
        known = self._sketches
        if known is None or known[0] is not frame or known[1] is not items:
            found = list(in_view(items, self._places())) if items and self._ready else []
            known = self._sketches = (frame, items, found)
        return known[2]

    def _found(self, at: Point) -> _Found | None:
        """The drawing under a point: handles, then lines, then grounds; the selected one first."""
        places = self._places() if self._shown.items else None
        if places is None or not places.box.holds(at):
            return None
        reach, handle_reach = places.px(REACH), places.px(HANDLE_REACH)
        front = self._in_view()[::-1]
        front.sort(key=lambda each: each[0].id != self._selected)
        for drawing, sketch in front:
            handle = sketch.handle_at(at, handle_reach)
            if handle is not None:
                return _Found(drawing, handle)
        for drawing, sketch in front:
            if sketch.hit(at, reach):
                return _Found(drawing)
        grounds = (_Found(d, is_ground=True) for d, sketch in front if sketch.covers(at))
        return next(grounds, None)

    def _say_hint(self) -> None:
        tool, shown = self._tool, self._shown
        if tool is None:
            shown.hint = ""
            return
        wanted = tool.points_wanted
        place = self._tr("click to place it")
        if wanted > 1:
            place = self._tr("point {0} of {1}").format(len(self._placed) + 1, wanted)
        shown.hint = self._tr("{0}: {1} · Esc ends").format(tool.name, place)

    def _describe(self) -> None:
        """Tell screen readers what is in hand."""
        chosen = self.selected
        said = self._shown.hint
        if chosen is not None:
            said = self._tr("{0} selected").format(tool_of(chosen).name)
            said = " ".join((said, chosen.text)).strip()
        self._canvas.setAccessibleDescription(said)

    def _note(self, symbol: Symbol) -> None:
        if symbol == self.symbol:
            self.show()

    def _tr(self, text: str) -> str:
        return QCoreApplication.translate("Drawings", text)
