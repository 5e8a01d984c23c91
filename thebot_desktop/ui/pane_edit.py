"""PaneEdit: the pane in which a person wants one indicator."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from thebot_desktop.domain.indicator_place import IndicatorPlace


class PaneEdit(QWidget):
    """A choice among places, of which the first is that with which the indicator comes."""

    edited = Signal()

    def __init__(
        self,
        choices: Sequence[IndicatorPlace],
        places: Sequence[IndicatorPlace],
        *,
        over_price: bool,
    ) -> None:
        super().__init__()
        self._choices = choices
        self._over_price = over_price
        self.box = QComboBox()
        self.box.addItems([self._words(place) for place in choices])
        label = QLabel(self.tr("Pane"))
        label.setBuddy(self.box)
        self.box.setAccessibleName(label.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(self.box)
        self.write(places)
        self.box.currentIndexChanged.connect(self.edited)

    @property
    def is_choice(self) -> bool:
        """Whether there is more than one place."""
        return len(self._choices) > 1

    def read(self) -> IndicatorPlace:
        return self._choices[self.box.currentIndex()]

    def write(self, places: Sequence[IndicatorPlace]) -> None:
        """What is none of the choices is shown as what it comes to while that lasts."""
        found = next((p for p in places if p.label == self._choices[0].label), self._choices[0])
        if found not in self._choices:
            found = IndicatorPlace(found.label, own=found.own)
        known = found in self._choices
        self.box.setCurrentIndex(self._choices.index(found) if known else 0)

    def _words(self, place: IndicatorPlace) -> str:
        if place.beside:
            return self.tr("With {0}").format(place.beside)
        if self._over_price and not place.own:
            return self.tr("Over the price")
        return self.tr("A pane of its own")
