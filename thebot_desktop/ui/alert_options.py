"""AlertOptions: how often, how long and in which words an alert speaks; for every form of one."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.terms import (
    LONGEST_MESSAGE,
    MOST_MINUTES,
    PLACES,
    Terms,
    unknown_places,
)
from thebot_desktop.domain.time import UnixMs

LONGEST_NAME = 80
_DAY_S = 86_400


class AlertOptions(QWidget):
    """Shows what ``armed`` has. ``apply`` gives a rule what is chosen."""

    edited = Signal()

    def __init__(self, armed: ArmedRule) -> None:
        super().__init__()
        self.repeat = QComboBox()
        self.repeat.addItem(self.tr("Each time"), Repeat.EACH_TIME)
        self.repeat.addItem(self.tr("Once"), Repeat.ONCE)
        self.repeat.setCurrentIndex(self.repeat.findData(armed.repeat))
        self.pause = QSpinBox()
        self.pause.setRange(0, MOST_MINUTES)
        self.pause.setSpecialValueText(self.tr("no pause"))
        self.pause.setPrefix(self.tr("then silent for "))
        self.pause.setSuffix(self.tr(" min"))
        self.pause.setValue(armed.terms.pause_minutes)
        self.ends = QCheckBox(self.tr("Until"))
        self.until = QDateTimeEdit()
        self.until.setDisplayFormat("d MMM yyyy HH:mm")
        self.until.setCalendarPopup(True)
        self._show_end(armed.terms.until)
        self.message = QLineEdit(armed.terms.message)
        self.message.setMaxLength(LONGEST_MESSAGE)
        self.message.setPlaceholderText(self.tr("In the rule's own words"))
        self.message.setToolTip(
            self.tr("These are filled in: {0}").format(" ".join(f"{{{p}}}" for p in PLACES))
        )
        self.name = QLineEdit(armed.name)
        self.name.setPlaceholderText(self.tr("Optional"))
        self.name.setMaxLength(LONGEST_NAME)
        self._lay_out()
        self._connect()
        self._follow()

    @property
    def once(self) -> bool:
        return self.repeat.currentData() is Repeat.ONCE

    @property
    def problem(self) -> str:
        """What does not go, in a sentence."""
        unknown = unknown_places(self.message.text())
        if unknown:
            known = " ".join(f"{{{place}}}" for place in PLACES)
            return self.tr("“{0}” cannot be filled in. There are {1}.").format(unknown[0], known)
        if self._until is not None and self._until <= QDateTime.currentMSecsSinceEpoch():
            return self.tr("The end of the alert has passed.")
        return ""

    def apply(self, armed: ArmedRule) -> ArmedRule:
        """``armed`` as it is chosen here, switched on."""
        terms = Terms(
            pause_minutes=0 if self.once else self.pause.value(),
            until=self._until,
            message=self.message.text().strip(),
        )
        return replace(
            armed,
            repeat=self.repeat.currentData(),
            name=self.name.text().strip(),
            terms=terms,
            enabled=True,
        )

    @property
    def _until(self) -> UnixMs | None:
        if not self.ends.isChecked():
            return None
        return UnixMs(self.until.dateTime().toMSecsSinceEpoch())

    def _show_end(self, until: UnixMs | None) -> None:
        shown = QDateTime.currentDateTime().addSecs(_DAY_S)
        if until is not None:
            shown = QDateTime.fromMSecsSinceEpoch(until)
        self.until.setDateTime(shown)
        self.ends.setChecked(until is not None)

    def _connect(self) -> None:
        for changed in (
            self.repeat.currentIndexChanged,
            self.pause.valueChanged,
            self.ends.toggled,
            self.until.dateTimeChanged,
            self.message.textChanged,
            self.name.textChanged,
        ):
            changed.connect(self._follow)

    def _follow(self) -> None:
        """What does not apply cannot be chosen."""
        self.pause.setVisible(not self.once)
        self.until.setEnabled(self.ends.isChecked())
        self.edited.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        often = QHBoxLayout()
        often.setSpacing(8)
        often.addWidget(self.repeat, 1)
        often.addWidget(self.pause, 1)
        told = QLabel(self.tr("Tell me"))
        told.setBuddy(self.repeat)
        grid.addWidget(told, 0, 0)
        grid.addLayout(often, 0, 1)
        grid.addWidget(self.ends, 1, 0)
        grid.addWidget(self.until, 1, 1)
        rows = ((self.tr("Message"), self.message), (self.tr("Name"), self.name))
        for row, (title, field) in enumerate(rows, start=2):
            label = QLabel(title)
            label.setBuddy(field)
            field.setAccessibleName(title)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self.repeat.setAccessibleName(self.tr("Tell me"))
        self.pause.setAccessibleName(self.tr("Pause after it spoke"))
        self.until.setAccessibleName(self.tr("Until"))
