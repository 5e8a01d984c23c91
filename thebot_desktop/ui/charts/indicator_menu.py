"""The menu of a chart's indicators: one more, and settings or an end for those it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

OfLabel = Callable[[str], object]


def fill_indicator_menu(
    menu: QMenu, labels: Iterable[str], add: Callable[[], object], edit: OfLabel, remove: OfLabel
) -> None:
    """``labels`` are those in use; each has a menu of its own."""
    menu.addAction(_tr("Add indicator…")).triggered.connect(lambda _on: add())
    menu.addSeparator()
    for label in labels:
        inner = menu.addMenu(label)
        _on(inner, _tr("Settings…"), label, edit)
        _on(inner, _tr("Remove"), label, remove)


def _on(menu: QMenu, text: str, label: str, do: OfLabel) -> None:
    menu.addAction(text).triggered.connect(lambda _on: do(label))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Chart", text)
