"""AlertOptions: when, how often and in which words an alert speaks; for every form of one."""

from __future__ import annotations

from collections.abc import Sequence

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
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.alert_config import SoundChoice
from thebot_desktop.alerts.hours import Hours
from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.alerts.terms import (
    LONGEST_MESSAGE,
    MOST_MINUTES,
    PLACES,
    Evaluate,
    Terms,
    unknown_places,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.channels_choice import ChannelsChoice
from thebot_desktop.ui.hours_edit import HoursEdit
from thebot_desktop.ui.sound_edit import SoundEdit
from thebot_desktop.ui.spin_boxes import align_text

LONGEST_NAME = 80
_DAY_S = 86_400
_DAYTIME = Hours(9 * 60, 17 * 60)
TITLE_PX = 110


class RareOptions(QWidget):
    """What few alerts need: when it is asked, at which hours, and how it is told."""

    edited = Signal()

    def __init__(self, armed: ArmedRule, channels: Sequence[str]) -> None:
        super().__init__()
        self._happens = armed.rule.asks is not None
        self.channels = ChannelsChoice(channels)
        self.channels.write(armed.telling.channels)
        self._offers_channels = bool(channels) or armed.telling.channels is not None
        self.asked = QComboBox()
        choices = {
            None: self.tr("As is usual for its kind"),
            Evaluate.EACH_TICK: self.tr("On each tick"),
            Evaluate.ONCE_PER_BAR: self.tr("On each tick, told once per bar"),
            Evaluate.ON_CLOSE: self.tr("When the bar closes"),
        }
        for when, text in choices.items():
            self.asked.addItem(text, when)
        self.asked.setCurrentIndex(list(choices).index(armed.terms.when))
        self.hours = HoursEdit(self.tr("Only between"), offered=_DAYTIME)
        self.hours.write(armed.terms.hours)
        self.sound = SoundEdit(usual=self.tr("As for its type"))
        self.sound.write(SoundChoice(armed.telling.sound))
        self.urgent = QCheckBox(self.tr("Urgent: told in quiet hours too"))
        self.urgent.setChecked(armed.telling.urgent)
        self._lay_out()
        for changed in (
            self.asked.currentIndexChanged,
            self.hours.edited,
            self.sound.edited,
            self.urgent.toggled,
            self.channels.edited,
        ):
            changed.connect(self.edited)

    @property
    def problem(self) -> str:
        return self.hours.problem or self.sound.problem

    def terms(self, terms: Terms) -> Terms:
        """``terms`` with what is chosen here."""
        when = None if self._happens else self.asked.currentData()
        return replace(terms, when=when, hours=self.hours.read())

    def telling(self, telling: Telling) -> Telling:
        """``telling`` with what is chosen here."""
        return replace(
            telling,
            sound=self.sound.read(),
            urgent=self.urgent.isChecked(),
            channels=self.channels.read(),
        )

    def _lay_out(self) -> None:
        grid = _grid(self)
        asked = _label(self.tr("Asked"), self.asked)
        for widget in (asked, self.asked):
            widget.setVisible(not self._happens)
        sent = _label(self.tr("Send to"), self.channels)
        sent.setVisible(self._offers_channels)
        self.channels.setVisible(self._offers_channels)
        rows = (
            (asked, self.asked),
            (None, self.hours),
            (_label(self.tr("Sound"), self.sound.box), self.sound),
            (sent, self.channels),
            (None, self.urgent),
        )
        for row, (label, field) in enumerate(rows):
            if label is not None:
                grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)


class AlertOptions(QWidget):
    """Shows what ``armed`` has. ``apply`` gives a rule what is chosen.

    ``channels`` are the names of those outside that there are.
    """

    edited = Signal()
    folded = Signal()
    """It is of another height now."""

    def __init__(self, armed: ArmedRule, channels: Sequence[str] = ()) -> None:
        super().__init__()
        self._telling = armed.telling
        self.repeat = QComboBox()
        self.repeat.addItem(self.tr("Each time"), Repeat.EACH_TIME)
        self.repeat.addItem(self.tr("Once"), Repeat.ONCE)
        self.repeat.setCurrentIndex(self.repeat.findData(armed.repeat))
        self.pause = QSpinBox()
        self.pause.setRange(0, MOST_MINUTES)
        align_text(self.pause)
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
        self.rare = RareOptions(armed, channels)
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.setAutoDefault(False)
        self.more.setCheckable(True)
        self._lay_out()
        self._connect()
        untouched = replace(armed.terms, when=None, hours=None) == armed.terms
        self.more.setChecked(not untouched or armed.telling != Telling())
        self._unfold()
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
        return self.rare.problem

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
            terms=self.rare.terms(terms),
            telling=self.rare.telling(self._telling),
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
            self.rare.edited,
        ):
            changed.connect(self._follow)
        self.more.toggled.connect(self._unfold)

    def _unfold(self) -> None:
        """Show what is rarely needed, or fold it away; the window follows."""
        unfolded = self.more.isChecked()
        self.more.setText(self.tr("Fewer options") if unfolded else self.tr("More options"))
        self.rare.setVisible(unfolded)
        self.folded.emit()

    def _follow(self) -> None:
        """What does not apply cannot be chosen."""
        self.pause.setVisible(not self.once)
        self.until.setEnabled(self.ends.isChecked())
        self.edited.emit()

    def _lay_out(self) -> None:
        often = QHBoxLayout()
        often.setSpacing(8)
        often.addWidget(self.repeat, 1)
        often.addWidget(self.pause, 1)
        usual = QWidget()
        grid = _grid(usual)
        grid.addWidget(_label(self.tr("Tell me"), self.repeat), 0, 0)
        grid.addLayout(often, 0, 1)
        grid.addWidget(self.ends, 1, 0)
        grid.addWidget(self.until, 1, 1)
        rows = ((self.tr("Message"), self.message), (self.tr("Name"), self.name))
        for row, (title, field) in enumerate(rows, start=2):
            grid.addWidget(_label(title, field), row, 0)
            grid.addWidget(field, row, 1)
        self.pause.setAccessibleName(self.tr("Pause after it spoke"))
        self.until.setAccessibleName(self.tr("Until"))
        fold = QHBoxLayout()
        fold.addWidget(self.more)
        fold.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(usual)
        column.addLayout(fold)
        column.addWidget(self.rare)


def _grid(parent: QWidget) -> QGridLayout:
    """Titles beside fields, in line with the form around it."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, TITLE_PX)
    grid.setColumnStretch(1, 1)
    return grid


def _label(title: str, field: QWidget) -> QLabel:
    label = QLabel(title)
    label.setBuddy(field)
    field.setAccessibleName(title)
    return label
