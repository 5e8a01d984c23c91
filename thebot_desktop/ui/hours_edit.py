"""HoursEdit: a part of the day on some days of the week, or none."""

from __future__ import annotations

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QTimeEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.hours import Hours
from thebot_desktop.ui.notifications.words import day_names
from thebot_desktop.ui.spin_boxes import align_text

_NIGHT = Hours(22 * 60, 7 * 60)
"""What is offered first where nothing was chosen yet."""


class HoursEdit(QWidget):
    """A tick, two times and the days on which they hold."""

    edited = Signal()

    def __init__(
        self, title: str, parent: QWidget | None = None, *, offered: Hours = _NIGHT
    ) -> None:
        super().__init__(parent)
        self.tick = QCheckBox(title)
        self.start, self.end = QTimeEdit(), QTimeEdit()
        self.days = tuple(map(self._day, self._short_names(), day_names()))
        self._prepare(title)
        self._lay_out()
        self.write(None, offered)
        self.tick.toggled.connect(self._on_edit)
        for time in (self.start, self.end):
            time.timeChanged.connect(self._on_edit)
        for day in self.days:
            day.toggled.connect(self._on_edit)

    @property
    def problem(self) -> str:
        if self.tick.isChecked() and not any(day.isChecked() for day in self.days):
            return self.tr("Choose at least one day.")
        return ""

    def read(self) -> Hours | None:
        """None where nothing is ticked, also where no day is left."""
        days = tuple(place for place, day in enumerate(self.days) if day.isChecked())
        if not (self.tick.isChecked() and days):
            return None
        return Hours(_minute(self.start), _minute(self.end), days)

    def write(self, hours: Hours | None, offered: Hours | None = None) -> None:
        """Show ``hours``; with None those that are shown are only offered."""
        shown = hours or offered
        self.tick.setChecked(hours is not None)
        if shown is not None:
            self.start.setTime(_time(shown.start))
            self.end.setTime(_time(shown.end))
            for place, day in enumerate(self.days):
                day.setChecked(place in shown.days)
        self._follow()

    def _prepare(self, title: str) -> None:
        for time, name in ((self.start, self.tr("from")), (self.end, self.tr("until"))):
            time.setDisplayFormat("HH:mm")
            time.setAccessibleName(f"{title}, {name}")
            align_text(time)
            time.setFixedWidth(time.fontMetrics().horizontalAdvance("00:00") + 48)

    def _short_names(self) -> tuple[str, ...]:
        """From Monday on; all seven fit beside each other."""
        tr = self.tr
        return tr("Mo"), tr("Tu"), tr("We"), tr("Th"), tr("Fr"), tr("Sa"), tr("Su")

    def _day(self, short: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(short)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setCheckable(True)
        button.setProperty("role", "control")
        return button

    def _lay_out(self) -> None:
        times = QHBoxLayout()
        times.setSpacing(8)
        for widget in (self.tick, self.start, QLabel("–"), self.end):
            times.addWidget(widget)
        times.addStretch(1)
        days = QHBoxLayout()
        days.setSpacing(2)
        for day in self.days:
            days.addWidget(day)
        days.addStretch(1)
        self._on_days = QWidget()
        self._on_days.setLayout(days)
        days.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(times)
        column.addWidget(self._on_days)
        self.setFocusProxy(self.tick)

    def _follow(self) -> None:
        """What does not apply cannot be chosen."""
        ticked = self.tick.isChecked()
        for time in (self.start, self.end):
            time.setEnabled(ticked)
        self._on_days.setVisible(ticked)

    def _on_edit(self) -> None:
        self._follow()
        self.edited.emit()


def _minute(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()


def _time(minute: int) -> QTime:
    return QTime(minute // 60, minute % 60)
