"""Menus for how a chart looks: its kind, its price scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode

Chosen = Callable[[ChartLook], None]


def kind_menu(parent: QWidget, look: ChartLook, chosen: Chosen) -> QMenu:
    """Candles, bars, lines …; the present one is ticked."""
    menu = QMenu(QCoreApplication.translate("Chart", "Chart type"), parent)
    choices = ((kind.title, msgspec.structs.replace(look, kind=kind)) for kind in ChartKind)
    _add_choices(menu, choices, look, chosen)
    menu.addSeparator()
    volume = QCoreApplication.translate("Chart", "Volume")
    _add_switch(menu, volume, look, msgspec.structs.replace(look, volume=not look.volume), chosen)
    return menu


def scale_menu(parent: QWidget, look: ChartLook, chosen: Chosen) -> QMenu:
    """Normal, logarithmic or percent; upside down or not."""
    menu = QMenu(QCoreApplication.translate("Chart", "Price scale"), parent)
    choices = ((mode.title, msgspec.structs.replace(look, scale=mode)) for mode in ScaleMode)
    _add_choices(menu, choices, look, chosen)
    menu.addSeparator()
    inverted = QCoreApplication.translate("Chart", "Inverted")
    turned = msgspec.structs.replace(look, inverted=not look.inverted)
    _add_switch(menu, inverted, look, turned, chosen)
    quotes = QCoreApplication.translate("Chart", "Bid and ask")
    turned = msgspec.structs.replace(look, quotes=not look.quotes)
    _add_switch(menu, quotes, look, turned, chosen)
    return menu


def _add_choices(
    menu: QMenu, choices: Iterable[tuple[str, ChartLook]], look: ChartLook, chosen: Chosen
) -> None:
    group = QActionGroup(menu)
    for title, other in choices:
        action = QAction(title, menu, checkable=True, checked=other == look)
        action.triggered.connect(lambda _on, wanted=other: chosen(wanted))
        group.addAction(action)
        menu.addAction(action)


def _add_switch(menu: QMenu, title: str, look: ChartLook, other: ChartLook, chosen: Chosen) -> None:
    """Ticked while it is on, which is when the other look has it off."""
    fields = ("volume", "inverted", "quotes")
    is_on = any(getattr(look, field) and not getattr(other, field) for field in fields)
    action = QAction(title, menu, checkable=True, checked=is_on)
    action.triggered.connect(lambda _on: chosen(other))
    menu.addAction(action)
