"""FilterStrip: the fields above a table that choose what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

_BOX_PX = 112
"""So wide is a field at least that stands in one line with the others."""
_ARROW_PX = 42
"""What a field needs beside its words."""
_GAP_PX = 8


class ChoiceBox(QComboBox):
    """One of several values, or all of them."""

    def __init__(self, name: str, everything: str) -> None:
        super().__init__()
        self.addItem(everything)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> object:
        """What the chosen entry stands for, None for all."""
        return self.currentData()

    @property
    def words_px(self) -> int:
        """How wide the entry for all values is."""
        return self.fontMetrics().horizontalAdvance(self.itemText(0))

    def offer(self, entries: Iterable[tuple[str, object]]) -> None:
        """Let a person choose from these. What is chosen stays, even if it is not among them."""
        wanted = list(entries)
        if self.currentIndex() > 0 and self.chosen not in [value for _, value in wanted]:
            wanted.append((self.currentText(), self.chosen))
        if wanted == [(self.itemText(i), self.itemData(i)) for i in range(1, self.count())]:
            return
        chosen = self.chosen
        self.blockSignals(True)  # noqa: FBT003 - Qt's own parameter
        while self.count() > 1:
            self.removeItem(1)
        for text, value in wanted:
            self.addItem(text, value)
        values = [value for _, value in wanted]
        self.setCurrentIndex(values.index(chosen) + 1 if chosen is not None else 0)
        self.blockSignals(False)  # noqa: FBT003 - Qt's own parameter

    def choose_all(self) -> None:
        self.setCurrentIndex(0)


class FilterStrip(QWidget):
    """All fields in one line where there is room; else all but the first behind a button."""

    changed = Signal()

    def __init__(
        self, lead: QWidget, boxes: Sequence[ChoiceBox], trail: QWidget | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("dockStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._boxes = tuple(boxes)
        self._trail = trail
        self._font_px = BASE_FONT_PX
        self._wide: bool | None = None
        self._needed = 0
        self.more = QToolButton()
        """Shows the other fields where they are hidden."""
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.toggled.connect(lambda _on: self._show_fields())
        self._fields = QWidget()
        self._grid = QGridLayout(self._fields)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(lead, 1)
        self._head.addWidget(self.more)
        if trail is not None:
            self._head.addWidget(trail)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 6)
        self._column.setSpacing(8)
        self._column.addLayout(self._head)
        for box in self._boxes:
            box.currentIndexChanged.connect(self._on_choice)
        self._name_button()
        self.apply_font(BASE_FONT_PX)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self.more.setIcon(icon("filter", theme.secondary))
        self.apply_font(font_px)

    def apply_font(self, font_px: int) -> None:
        self._font_px = font_px
        self._measure()

    def _measure(self) -> None:
        """One line is taken where no field's first entry, the longest as a rule, is cut."""
        longest = max((box.words_px for box in self._boxes), default=0)
        field = max(scaled(_BOX_PX, self._font_px), longest + scaled(_ARROW_PX, self._font_px))
        trail = 0 if self._trail is None else self._trail.sizeHint().width() + _GAP_PX
        # The field that leads is as wide as each of the others.
        self._needed = (field + _GAP_PX) * (len(self._boxes) + 1) + _GAP_PX + trail
        self._arrange()

    def choose_all(self) -> None:
        """Leave nothing out any more."""
        for box in self._boxes:
            box.choose_all()

    def showEvent(self, event: QShowEvent) -> None:
        """Now the fields have the font that they are painted with."""
        super().showEvent(event)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= self._needed
        if wide == self._wide:
            return
        self._wide = wide
        columns = len(self._boxes) if wide else 2
        for i, box in enumerate(self._boxes):
            self._grid.addWidget(box, i // columns, i % columns)
        if wide:
            self._head.insertWidget(1, self._fields, len(self._boxes))
        else:
            self._column.addWidget(self._fields)
        self.more.setVisible(not wide)
        self._show_fields()

    def _show_fields(self) -> None:
        self._fields.setVisible(bool(self._wide) or self.more.isChecked())

    def _on_choice(self) -> None:
        self._name_button()
        self.changed.emit()

    def _name_button(self) -> None:
        """How many are in use is told, since one cannot see them."""
        used = sum(box.currentIndex() > 0 for box in self._boxes)
        name = self.tr("Filters")
        self.more.setAccessibleName(f"{name} · {used}" if used else name)
        self.more.setToolTip(name)
        count = str(used) if used else ""
        self.more.setText(count if self._trail is not None else self.more.accessibleName())
