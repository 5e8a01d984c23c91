"""The menu of compared symbols: add one, show or hide them, take them away."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.charts.chart_look import MOST_COMPARED, ChartLook

Chosen = Callable[[ChartLook], None]


def with_compared(look: ChartLook, symbol: Symbol) -> ChartLook:
    """One more symbol over the price, as long as there is room."""
    compared = tuple(dict.fromkeys((*look.compared, symbol)))[:MOST_COMPARED]
    return msgspec.structs.replace(look, compared=compared)


def without_compared(look: ChartLook, symbol: Symbol) -> ChartLook:
    return msgspec.structs.replace(
        look,
        compared=tuple(s for s in look.compared if s != symbol),
        hidden_compared=tuple(s for s in look.hidden_compared if s != symbol),
    )


def with_compared_toggled(look: ChartLook, symbol: Symbol) -> ChartLook:
    """Hide it, or show it again."""
    hidden = tuple(s for s in look.hidden_compared if s != symbol)
    if hidden == look.hidden_compared:
        hidden = (*hidden, symbol)
    return msgspec.structs.replace(look, hidden_compared=hidden)


def add_comparison_entries(
    menu: QMenu, look: ChartLook, chosen: Chosen, wanted: Callable[[], object]
) -> None:
    """One entry that asks for a symbol; a menu of its own once there is one."""
    title = QCoreApplication.translate("Chart", "Compare…")
    if not look.compared:
        menu.addAction(title).triggered.connect(wanted)
        return
    inner = menu.addMenu(QCoreApplication.translate("Chart", "Compare"))
    add = inner.addAction(QCoreApplication.translate("Chart", "Add symbol…"))
    add.triggered.connect(wanted)
    add.setEnabled(len(look.compared) < MOST_COMPARED)
    inner.addSeparator()
    for symbol in look.compared:
        shown = QAction(symbol, inner, checkable=True, checked=symbol not in look.hidden_compared)
        _on(shown, with_compared_toggled(look, symbol), chosen)
        inner.addAction(shown)
    inner.addSeparator()
    for symbol in look.compared:
        text = QCoreApplication.translate("Chart", "Remove {0}").format(symbol)
        _on(inner.addAction(text), without_compared(look, symbol), chosen)


def _on(action: QAction, look: ChartLook, chosen: Chosen) -> None:
    action.triggered.connect(lambda _on: chosen(look))
