"""LegendHand: what a person does to the entries of a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QPoint, QPointF
from PySide6.QtWidgets import QMenu

from thebot_desktop.ui.charts.chart_look import MOST_NAMED
from thebot_desktop.ui.charts.comparison_menu import with_compared_toggled
from thebot_desktop.ui.charts.legend import Owner
from thebot_desktop.ui.charts.legend_buttons import LegendButtons

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_look import ChartLook
    from thebot_desktop.ui.charts.chart_view import ChartView

AIR = 2
"""Between a name and the buttons beside it."""


class LegendHand:
    """Shows the buttons where the pointer is on an entry, and does what they say.

    Whose parameters to change and what to remove the chart tells its owner, who decides what
    the chart shows; hiding is a matter of looks.
    """

    def __init__(self, view: ChartView) -> None:
        self._view = view
        self.buttons = LegendButtons(view.theme, view.viewport())
        self.buttons.toggled.connect(self.toggle)
        self.buttons.settings_wanted.connect(self.want_settings)
        self.buttons.removed.connect(self.remove)
        self.buttons.left.connect(self.buttons.leave)

    def move(self, at: QPointF) -> None:
        """The pointer is over the chart itself."""
        found = None
        if not (self._view.state.empty or self._view.state.covered):
            found = self._view.legend_at(at.x(), at.y())
        if found is None:
            self.leave()
            return
        owner, rect, name_right = found
        place = QPoint(round(name_right) + AIR, round(rect.center().y()))
        hidden = is_hidden(self._view.state.look, owner)
        self.buttons.show_for(owner, place, hidden=hidden, adjustable=not owner.compared)

    def leave(self) -> None:
        """The pointer is elsewhere, unless it is on the buttons."""
        if self.buttons.owner is not None and not self.buttons.underMouse():
            self.buttons.leave()

    def double_click(self, at: QPointF) -> bool:
        """On an indicator: its parameters."""
        found = self._view.legend_at(at.x(), at.y())
        if found is None or found.owner.compared:
            return False
        self.want_settings(found.owner)
        return True

    def add_entries(self, menu: QMenu) -> None:
        """A menu for each indicator; nothing where there is none."""
        labels = [e.label for pane in self._view.state.panes for e in pane.legend]
        if not labels:
            return
        inner = menu.addMenu(_tr("Indicators"))
        for label in dict.fromkeys(labels):
            owner = Owner(label)
            one = inner.addMenu(label)
            hidden = is_hidden(self._view.state.look, owner)
            acts = (
                (_tr("Show") if hidden else _tr("Hide"), self.toggle),
                (_tr("Parameters…"), self.want_settings),
                (_tr("Remove"), self.remove),
            )
            for title, act in acts:
                action = one.addAction(title)
                action.triggered.connect(lambda _on=False, act=act, owner=owner: act(owner))

    def toggle(self, owner: Owner) -> None:
        """Hide it, or show it again."""
        self._view.set_look(toggled(self._view.state.look, owner))
        self.buttons.show_eye(owner, hidden=is_hidden(self._view.state.look, owner))

    def want_settings(self, owner: Owner) -> None:
        self.buttons.leave()
        self._view.indicator_settings_wanted.emit(owner.name)

    def remove(self, owner: Owner) -> None:
        self.buttons.leave()
        if owner.compared:
            self._view.compared_removed.emit(owner.name)
        else:
            self._view.indicator_removed.emit(owner.name)


def is_hidden(look: ChartLook, owner: Owner) -> bool:
    return owner.name in (look.hidden_compared if owner.compared else look.hidden_indicators)


def toggled(look: ChartLook, owner: Owner) -> ChartLook:
    if owner.compared:
        return with_compared_toggled(look, next(s for s in look.compared if s == owner.name))
    hidden = tuple(label for label in look.hidden_indicators if label != owner.name)
    if hidden == look.hidden_indicators:
        hidden = (*hidden, owner.name)[-MOST_NAMED:]
    return msgspec.structs.replace(look, hidden_indicators=hidden)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Chart", text)
