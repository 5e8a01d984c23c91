"""Menus for how a chart looks: its kind, its price scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode

Chosen = Callable[[ChartLook], None]
_KEYS = {ScaleMode.LOG: "\tAlt+L", ScaleMode.PERCENT: "\tAlt+P"}
"""Only named here: the chart itself listens to them."""


class Fit(Protocol):
    """Lets prices follow the candles in view, or stay as they are."""

    def __call__(self, *, automatic: bool) -> None: ...


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
    choices = (
        (mode.title + _KEYS.get(mode, ""), msgspec.structs.replace(look, scale=mode))
        for mode in ScaleMode
    )
    _add_choices(menu, choices, look, chosen)
    menu.addSeparator()
    inverted = QCoreApplication.translate("Chart", "Inverted") + "\tAlt+I"
    turned = msgspec.structs.replace(look, inverted=not look.inverted)
    _add_switch(menu, inverted, look, turned, chosen)
    quotes = QCoreApplication.translate("Chart", "Bid and ask")
    turned = msgspec.structs.replace(look, quotes=not look.quotes)
    _add_switch(menu, quotes, look, turned, chosen)
    return menu


def add_fit_entry(menu: QMenu, fit: Fit, *, automatic: bool) -> None:
    """At the head of the menu of scales: whether the scale follows the candles in view."""
    first = menu.actions()[0]
    text = QCoreApplication.translate("Chart", "Fit prices to the screen")
    action = QAction(text, menu, checkable=True, checked=automatic)
    action.triggered.connect(lambda on: fit(automatic=on))
    menu.insertAction(first, action)
    menu.insertSeparator(first)


def marks_menu(parent: QWidget, look: ChartLook, chosen: Chosen) -> QMenu:
    """What is marked at candles and on the time axis."""
    menu = QMenu(QCoreApplication.translate("Chart", "Marks"), parent)
    for title, name in (
        (QCoreApplication.translate("Chart", "Signals"), "shows_signals"),
        (QCoreApplication.translate("Chart", "Candlestick patterns"), "shows_patterns"),
        (QCoreApplication.translate("Chart", "Alerts"), "shows_fired"),
        (QCoreApplication.translate("Chart", "News and events"), "shows_events"),
    ):
        other = msgspec.structs.replace(look, **{name: not getattr(look, name)})
        _add_switch(menu, title, look, other, chosen)
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
    is_on = any(getattr(look, f) is True and not getattr(other, f) for f in look.__struct_fields__)
    action = QAction(title, menu, checkable=True, checked=is_on)
    action.triggered.connect(lambda _on: chosen(other))
    menu.addAction(action)
