"""Menus about drawings: those of one, and those of the whole chart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from thebot_desktop.app.line_alerts import lines_of
from thebot_desktop.domain.drawings import Drawing
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.drawings.files import ask_export, ask_import
from thebot_desktop.ui.charts.drawings.hand import Hand
from thebot_desktop.ui.charts.drawings.toolbox import tool_of, toolbox


def add_drawing_entries(menu: QMenu, hand: Hand, drawing: Drawing) -> None:
    """What can be done with the drawing that was clicked."""
    hand.select(drawing)
    menu.addSection(tool_of(drawing).name)
    _add(menu, _tr("Properties…"), lambda: hand.edit_wanted.notify(drawing), "Return")
    if lines_of(drawing):
        _add(menu, _tr("Alert when it is crossed"), lambda: hand.alert_wanted.notify(drawing))
    _add(menu, _tr("Duplicate"), hand.duplicate, "Ctrl+D")
    lock = _add(menu, _tr("Locked"), hand.toggle_lock)
    lock.setCheckable(True)
    lock.setChecked(drawing.locked)
    delete = _add(menu, _tr("Delete"), hand.delete, "Del")
    delete.setEnabled(not drawing.locked)
    menu.addSeparator()


def drawing_menu(
    parent: QWidget, hand: Hand, look: ChartLook, choose: Callable[[ChartLook], None]
) -> QMenu:
    """The tools, and everything that is about all drawings of the chart."""
    menu = QMenu(_tr("Drawings"), parent)
    for tool in toolbox().values():
        entry = _add(menu, tool.name, partial(hand.arm, tool), tool.shortcut)
        entry.setCheckable(True)
        entry.setChecked(tool is hand.tool)
    menu.addSeparator()
    for title, field in (
        (_tr("Magnet (Ctrl: the other way)"), "magnet"),
        (_tr("Keep the tool after drawing"), "keep_tool"),
        (_tr("Show drawings"), "drawings"),
        (_tr("Show the bar of tools"), "tools"),
    ):
        turned = msgspec.structs.replace(look, **{field: not getattr(look, field)})
        switch = _add(menu, title, partial(choose, turned))
        switch.setCheckable(True)
        switch.setChecked(getattr(look, field))
    menu.addSeparator()
    _add_for_all(menu, parent, hand)
    return menu


def _add_for_all(menu: QMenu, parent: QWidget, hand: Hand) -> None:
    symbol = hand.symbol
    undo = _add(menu, _tr("Undo"), hand.undo, "Ctrl+Z")
    undo.setEnabled(symbol is not None and hand.book.can_undo(symbol))
    redo = _add(menu, _tr("Redo"), hand.redo, "Ctrl+Shift+Z")
    redo.setEnabled(symbol is not None and hand.book.can_redo(symbol))
    any_there = bool(hand.drawings)
    locked = hand.all_locked
    title = _tr("Unlock all") if locked else _tr("Lock all")
    _add(menu, title, lambda: hand.lock_all(locked=not locked)).setEnabled(any_there)
    _add(menu, _tr("Delete all"), hand.delete_all).setEnabled(any_there)
    menu.addSeparator()
    _add(menu, _tr("Export drawings…"), lambda: ask_export(parent, hand)).setEnabled(any_there)
    _add(menu, _tr("Import drawings…"), lambda: ask_import(parent, hand))


def _add(menu: QMenu, title: str, act: Callable[[], object], keys: str = "") -> QAction:
    """The keys are only named: the chart itself listens to them."""
    action = menu.addAction(f"{title}\t{keys}" if keys else title)
    action.triggered.connect(lambda _on=False: act())
    return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drawings", text)
