"""The form for an alert made of any rule: its parameters, what it watches, and how often."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.ui.forms import Form
from thebot_desktop.ui.interval_words import interval_name

WIDTH = 440


class RuleDialog(QDialog):
    """Adds an alert, or changes one that is armed, when the person agrees."""

    def __init__(
        self,
        parent: QWidget | None,
        armed: ArmedRule,
        alerts: AlertManager,
        instruments: InstrumentBook,
        *,
        adding: bool,
    ) -> None:
        super().__init__(parent)
        self._armed = armed
        self._alerts = alerts
        self._instruments = instruments
        title = self.tr("Add alert: {0}") if adding else self.tr("Edit alert: {0}")
        self.setWindowTitle(title.format(armed.rule.title))
        self.form: Form[Rule] = Form(armed.rule)
        self.symbol = QLineEdit(armed.symbol or "")
        self.symbol.setPlaceholderText(self.tr("Any that is watched"))
        self.interval = QComboBox()
        self.interval.addItem(self.tr("Any that is open"), None)
        for interval in Interval:
            self.interval.addItem(interval_name(interval), interval)
        self.interval.setCurrentIndex(self.interval.findData(armed.interval))
        self.repeat = QComboBox()
        self.repeat.addItem(self.tr("Each time"), Repeat.EACH_TIME)
        self.repeat.addItem(self.tr("Once"), Repeat.ONCE)
        self.repeat.setCurrentIndex(self.repeat.findData(armed.repeat))
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add = self.buttons.addButton(
            self.tr("Add alert") if adding else self.tr("Save"),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.form.edited.connect(self._check)
        self.symbol.textChanged.connect(self._check)
        self._lay_out()
        self._check()

    @property
    def problem(self) -> str:
        return self._problem.text()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def accept(self) -> None:
        rule = self.form.value
        if rule is None or self._trouble():
            return
        armed = replace(
            self._armed,
            rule=rule,
            symbol=self._symbol,
            interval=self.interval.currentData(),
            repeat=self.repeat.currentData(),
            enabled=True,
        )
        try:
            self._alerts.arm(armed)
        except TheBotError as error:
            self._say(error.user_message)
        else:
            super().accept()

    @property
    def _symbol(self) -> Symbol | None:
        typed = self.symbol.text().upper().replace("/", "").replace("-", "").strip()
        return Symbol(typed) if typed else None

    def _trouble(self) -> str:
        symbol, book = self._symbol, self._instruments
        if symbol is None or not book.complete or any(i.symbol == symbol for i in book.all()):
            return ""
        return self.tr("The exchange does not know “{0}”.").format(symbol)

    def _check(self) -> None:
        rule = self.form.value
        self._say(self._trouble())
        self.add.setEnabled(rule is not None and not self.problem)
        if rule is not None:
            words = rule.sentence
            self._sentence.setText(
                self.tr("Tell me when {0}.").format(words[:1].lower() + words[1:])
            )

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setObjectName("sheet")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.form)
        grid = QGridLayout()
        grid.setContentsMargins(16, 0, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Symbol"), self.symbol),
            (self.tr("Interval"), self.interval),
            (self.tr("Tell me"), self.repeat),
        )
        for row, (title, field) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(field)
            field.setAccessibleName(title)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        inside.addLayout(grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(sheet)
        column.addWidget(self._sentence)
        column.addWidget(self._problem)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.setMinimumWidth(WIDTH)
