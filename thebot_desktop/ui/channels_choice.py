"""ChannelsChoice: to which channels outside an alert goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget


class ChannelsChoice(QPushButton):
    """A button that says what is chosen and opens the list; ``names`` are the channels there are.

    One that an alert names and that is gone stays in the list: it may come back.
    """

    edited = Signal()

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._chosen: tuple[str, ...] | None = None
        self.setAutoDefault(False)
        self.setAccessibleName(self.tr("Channels"))
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._fill()

    @property
    def actions_offered(self) -> list[QAction]:
        return self._menu.actions()

    def read(self) -> tuple[str, ...] | None:
        """None: those that the channels themselves say."""
        return self._chosen

    def write(self, chosen: tuple[str, ...] | None) -> None:
        self._chosen = chosen
        self._names = tuple(dict.fromkeys((*self._names, *(chosen or ()))))
        self._fill()

    def _fill(self) -> None:
        """All entries as they are now, and what they come to on the button."""
        self._menu.clear()
        usual = self._menu.addAction(self.tr("As the channels are set up"))
        usual.setCheckable(True)
        usual.setChecked(self._chosen is None)
        usual.triggered.connect(lambda: self._choose(None))
        nowhere = self._menu.addAction(self.tr("This computer only"))
        nowhere.setCheckable(True)
        nowhere.setChecked(self._chosen == ())
        nowhere.triggered.connect(lambda: self._choose(()))
        if self._names:
            self._menu.addSeparator()
        for name in self._names:
            entry = self._menu.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(name in (self._chosen or ()))
            entry.triggered.connect(lambda _on=False, name=name: self._toggle(name))
        chosen = nowhere if self._chosen == () else usual
        self.setText(", ".join(self._chosen) if self._chosen else chosen.text())

    def _toggle(self, name: str) -> None:
        held = self._chosen or ()
        wanted = {*held, name} if name not in held else set(held) - {name}
        self._choose(tuple(n for n in self._names if n in wanted))

    def _choose(self, chosen: tuple[str, ...] | None) -> None:
        self._chosen = chosen
        self._fill()
        self.edited.emit()
