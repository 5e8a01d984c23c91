"""PaneHand: what a person does to panes as wholes, by their buttons, a double click, the menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu

from thebot_desktop.ui.charts.pane_arrangement import (
    can_move,
    is_alone,
    moved,
    seen,
    with_heights,
    with_maximised_toggled,
)
from thebot_desktop.ui.charts.pane_buttons import SIZE, PaneButtons
from thebot_desktop.ui.charts.panes import LEAST_WITH_BUTTONS, PRICE_PANE, PaneBox
from thebot_desktop.ui.charts.room_note import RoomNote

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_view import ChartView
    from thebot_desktop.ui.theme import Theme

AIR = 4
NEAR_CORNER = (120, 40)
"""Who comes so near to the corner of a pane wants its buttons."""
NEAR = 6
"""The two clicks of a double click are no further apart."""
NOTE_LEFT = 8
LEAST_NOTE_WIDTH = 24
LEAST_WITH_NOTE = 44
"""A lower chart has only its legend."""


class PaneHand:
    """Changes the look; to close a pane is to remove its indicator, which the owner does."""

    def __init__(self, view: ChartView) -> None:
        self._view = view
        self.buttons = PaneButtons(view.theme, view.viewport())
        self.buttons.moved.connect(self.move_pane)
        self.buttons.maximise_toggled.connect(self.toggle_maximised)
        self.buttons.closed.connect(self.close)
        self.buttons.left.connect(self._left)
        self.note = RoomNote(view.theme, view.viewport())
        self.note.clicked.connect(self._open_room_menu)
        self._pressed: QPointF | None = None

    def set_theme(self, theme: Theme) -> None:
        self.buttons.set_theme(theme)
        self.note.set_theme(theme)

    def set_font_px(self, font_px: int) -> None:
        self.note.set_font_px(font_px)

    def press(self, event: QMouseEvent) -> None:
        """A button went down on the chart itself: perhaps the first of a double click."""
        self._pressed = event.position()

    def move(self, at: QPointF) -> None:
        """The pointer is over the chart itself."""
        box = self._box_at(at)
        if box is None or self._would_cover(box, at):
            self.leave()
        else:
            self._show(box)

    def leave(self) -> None:
        """The pointer is elsewhere, unless it is on the buttons."""
        if not self.buttons.underMouse():
            self._left()

    def follow(self) -> None:
        """Panes are elsewhere now: so are the buttons, if they are shown, and the note."""
        self._follow_note()
        box = next((b for b in self._boxes() if b.key == self.buttons.pane), None)
        if box is None or self._alone:
            self._left()
        else:
            self._show(box)

    def double_click(self, event: QMouseEvent) -> bool:
        """On the ground of a pane: alone, or all of them again.

        Who clicks a button of the chart twice, and it is gone the second time, means the button.
        """
        box = self._box_at(event.position())
        if box is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        pressed, self._pressed = self._pressed, None
        if pressed is None or (event.position() - pressed).manhattanLength() > NEAR:
            return False
        self.toggle_maximised(box.key)
        return True

    def move_pane(self, key: str, step: int) -> None:
        state = self._view.state
        self._view.set_look(moved(state.panes, state.look, key, step))

    def toggle_maximised(self, key: str) -> None:
        self._view.set_look(with_maximised_toggled(self._view.state.look, key))

    def close(self, key: str) -> None:
        self.buttons.leave()
        self._view.indicator_removed.emit(key)

    def keep_heights(self) -> None:
        """Dividers have been moved: the look tells where they are."""
        state = self._view.state
        self._view.set_look(with_heights(state.panes, state.look, state.weights))

    def add_entries(self, menu: QMenu) -> None:
        """A menu for each pane, also for those that there is no room for."""
        state = self._view.state
        if len(state.panes) < 2:
            return
        inner = menu.addMenu(_tr("Panes"))
        for pane in state.panes:
            one = inner.addMenu(_tr("Price") if pane.is_price else pane.key)
            alone = state.look.maximised == pane.key
            self._add(
                one, _tr("Restore") if alone else _tr("Maximise"), self.toggle_maximised, pane.key
            )
            if pane.is_price:
                continue
            for title, step in ((_tr("Move up"), -1), (_tr("Move down"), 1)):
                action = one.addAction(title)
                action.setEnabled(can_move(state.panes, pane.key, step))
                action.triggered.connect(
                    lambda _on=False, key=pane.key, step=step: self.move_pane(key, step)
                )
            self._add(one, _tr("Close"), self.close, pane.key)

    def room_menu(self) -> QMenu:
        """What can be done about panes that there is no room for."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panes = self._view.state.panes
        for key in self.left_out:
            self._add(menu, _tr("Show {0} alone").format(key), self.toggle_maximised, key)
        lowest = len(self._view.frame_now.panes) - 1
        if lowest == 0:
            return menu
        for place in range(lowest + 1, len(panes)):
            key = panes[place].key
            text = _tr("Show {0} in place of {1}").format(key, panes[lowest].key)
            swap = partial(self.move_pane, step=lowest - place)
            self._add(menu, text, swap, key)
        return menu

    @property
    def left_out(self) -> list[str]:
        """Panes that there is no room for."""
        state = self._view.state
        return [p.key for p in seen(state.panes, state.look)[len(self._view.frame_now.panes) :]]

    def _open_room_menu(self) -> None:
        self.room_menu().popup(self.note.mapToGlobal(QPoint(0, self.note.height())))

    def _follow_note(self) -> None:
        frame, state = self._view.frame_now, self._view.state
        room = round(frame.plot_width / frame.unit) - 2 * NOTE_LEFT
        bottom = round(frame.plot_height / frame.unit)
        names = [] if state.empty or state.covered else self.left_out
        least = LEAST_WITH_NOTE * frame.text_unit / frame.unit
        if names and room >= LEAST_NOTE_WIDTH and bottom >= least:
            self.note.show_for(names, QPoint(NOTE_LEFT, bottom - 1), room)
        else:
            self.note.leave()

    @property
    def _alone(self) -> bool:
        return is_alone(self._view.state.panes, self._view.state.look)

    def _left(self) -> None:
        """Where one pane is alone its button stays, as the way back."""
        boxes = self._boxes()
        if self._alone and boxes:
            self._show(boxes[0])
        else:
            self.buttons.leave()

    def _boxes(self) -> list[PaneBox]:
        """Those that can be seen, where there is anything to be seen."""
        state = self._view.state
        if state.empty or state.covered or len(state.panes) < 2:
            return []
        return [p.box for p in self._view.frame_now.panes if p.box.bottom > 0]

    def _box_at(self, at: QPointF) -> PaneBox | None:
        frame = self._view.frame_now
        x, y = at.x() * frame.unit, at.y() * frame.unit
        if not 0 <= x < frame.plot_width:
            return None
        return next((b for b in self._boxes() if b.top <= y < b.bottom), None)

    def _show(self, box: PaneBox) -> None:
        state, frame = self._view.state, self._view.frame_now
        right, top = round(frame.plot_width / frame.unit), round(box.top / frame.unit)
        if right < LEAST_WITH_BUTTONS or box.height < (SIZE + 2 * AIR) * frame.unit:
            self.buttons.leave()
            return
        self.buttons.show_for(
            box.key,
            QPoint(right - AIR, top + AIR),
            up=not self._alone and can_move(state.panes, box.key, -1),
            down=not self._alone and can_move(state.panes, box.key, 1),
            alone=self._alone,
            closable=box.key != PRICE_PANE,
        )

    def _would_cover(self, box: PaneBox, at: QPointF) -> bool:
        """In a narrow pane buttons stand over the legend only while someone comes for them."""
        if self._alone:
            return False
        frame = self._view.frame_now
        right, top = frame.plot_width / frame.unit, box.top / frame.unit
        if right - at.x() <= NEAR_CORNER[0] and at.y() - top <= NEAR_CORNER[1]:
            return False
        widest = SIZE * (1 if box.key == PRICE_PANE else 4) + 2 * AIR
        return self._view.legend_right(box.key) > right - widest

    def _add(self, menu: QMenu, title: str, act: Callable[[str], None], key: str) -> None:
        menu.addAction(title).triggered.connect(lambda _on=False: act(key))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Chart", text)
