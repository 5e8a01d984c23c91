"""The form for an alert made of any rule: what it asks, what it watches, and how often it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace
from PySide6.QtCore import QStringListModel, Qt, SignalInstance
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.ui.alert_options import AlertOptions
from thebot_desktop.ui.details_parts import give_kind
from thebot_desktop.ui.interval_words import interval_name
from thebot_desktop.ui.rehearsal_view import RehearsalView

FORM_WIDTH, REHEARSAL_WIDTH = 660, 380
HEIGHT = 680


class RulePart(Protocol):
    """The part of the form where the rule itself is made; a QWidget."""

    @property
    def edited(self) -> SignalInstance: ...

    @property
    def value(self) -> Rule | None:
        """None while it is not complete; the part itself says why."""
        ...


class RuleDialog(QDialog):
    """Adds an alert, or changes one that is armed, when the person agrees.

    ``tried_on`` is the series that a rule about any is tried on.
    """

    def __init__(
        self,
        parent: QWidget | None,
        armed: ArmedRule,
        part: RulePart,
        rehearsal: RehearsalView,
        *,
        alerts: AlertManager,
        instruments: InstrumentBook,
        tried_on: SeriesKey | None,
        adding: bool,
        channels: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._armed = armed
        self._alerts = alerts
        self._instruments = instruments
        self._tried_on = tried_on
        title = self.tr("Add alert: {0}") if adding else self.tr("Edit alert: {0}")
        self.setWindowTitle(title.format(armed.rule.title))
        self.form = part
        self.rehearsal = rehearsal
        self.options = AlertOptions(armed, channels)
        self.symbol = QLineEdit(armed.symbol or "")
        self.symbol.setPlaceholderText(self.tr("Any that is watched"))
        self.interval = QComboBox()
        self.interval.addItem(self.tr("Any that is open"), None)
        for interval in Interval:
            self.interval.addItem(interval_name(interval), interval)
        self.interval.setCurrentIndex(self.interval.findData(armed.interval))
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._untried = QLabel(
            self.tr("This cannot be tried beforehand: candles do not tell of it.")
        )
        self._untried.setProperty("role", "note")
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add = self.buttons.addButton(
            self.tr("Add alert") if adding else self.tr("Save"),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self._offer_symbols()
        self._lay_out()
        self.add.setDefault(True)
        self._connect()
        self._check()

    @property
    def problem(self) -> str:
        return self._problem.text()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def accept(self) -> None:
        rule = self.form.value
        if rule is None or not self.add.isEnabled():
            return
        armed = replace(
            self._armed,
            rule=rule,
            symbol=self._symbol,
            interval=self.interval.currentData(),
        )
        try:
            self._alerts.arm(self.options.apply(armed))
        except TheBotError as error:
            self._say(error.user_message)
        else:
            super().accept()

    def done(self, result: int) -> None:
        """The series that was tried is not needed any more, however the form was left."""
        self.rehearsal.release()
        super().done(result)

    @property
    def _symbol(self) -> Symbol | None:
        typed = self.symbol.text().upper().replace("/", "").replace("-", "").strip()
        return Symbol(typed) if typed else None

    @property
    def _series(self) -> SeriesKey | None:
        """What the rule is tried on: its own series, as far as it names one."""
        symbol, interval = self._symbol, self.interval.currentData()
        if self._trouble():
            return None
        if symbol is not None and interval is not None:
            return SeriesKey(symbol, interval)
        if self._tried_on is None:
            return None if symbol is None else SeriesKey(symbol, Interval.M1)
        return SeriesKey(symbol or self._tried_on.symbol, interval or self._tried_on.interval)

    def _trouble(self) -> str:
        rule, book = self.form.value, self._instruments
        symbols = [self._symbol, *(symbol for symbol, _ in (rule.others if rule else ()))]
        known = {i.symbol for i in book.all()}
        unknown = [s for s in symbols if s is not None and s not in known]
        if not unknown or not book.complete:
            return ""
        return self.tr("The exchange does not know “{0}”.").format(unknown[0])

    def _check(self) -> None:
        rule = self.form.value
        self._say(self._trouble() or self.options.problem)
        self.add.setEnabled(rule is not None and not self.problem)
        # While the rule is not complete, what was said last is about another one.
        give_kind(self._sentence, "" if rule is not None else "muted")
        if rule is not None:
            self._sentence.setText(self._in_words(rule))
        self.rehearsal.show_rule(rule, self._series)

    def _in_words(self, rule: Rule) -> str:
        words = rule.sentence
        words = words[:1].lower() + words[1:]
        if rule.asks is not None and self._symbol is None:
            sentence = self.tr("Tell me when {0}.")
            if self.options.once:
                sentence = self.tr("Tell me once when {0}.")
            return sentence.format(words)
        sentence = self.tr("Tell me when {0} on {1}.")
        if self.options.once:
            sentence = self.tr("Tell me once when {0} on {1}.")
        interval = self.interval.currentData()
        anywhere = self.tr("any symbol that is watched")
        if interval is not None:
            anywhere = self.tr("any symbol of the watchlist")
        symbol = self._symbol or anywhere
        where = symbol if interval is None else f"{symbol} {interval.value}"
        return sentence.format(words, where)

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _offer_symbols(self) -> None:
        completer = QCompleter(QStringListModel([i.symbol for i in self._instruments.all()], self))
        completer.setParent(self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.symbol.setCompleter(completer)

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.form.edited.connect(self._check)
        self.symbol.textChanged.connect(self._check)
        self.interval.currentIndexChanged.connect(self._check)
        self.options.edited.connect(self._check)

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setObjectName("sheet")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        assert isinstance(self.form, QWidget)
        inside.addWidget(self.form, 1)
        inside.addLayout(self._fields())
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(sheet, 1)
        left.addWidget(self._sentence)
        left.addWidget(self._untried)
        left.addWidget(self._problem)
        halves = QHBoxLayout()
        halves.setSpacing(12)
        halves.addLayout(left, 3)
        halves.addWidget(self.rehearsal, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(halves, 1)
        column.addWidget(self.buttons)
        self.rehearsal.setMinimumWidth(REHEARSAL_WIDTH)
        can_be_tried = self._armed.rule.asks is None
        self.rehearsal.setVisible(can_be_tried)
        self._untried.setVisible(not can_be_tried)
        if can_be_tried:
            self.resize(FORM_WIDTH + REHEARSAL_WIDTH + 44, HEIGHT)
        else:
            self.resize(FORM_WIDTH, self.sizeHint().height())

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 0, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Symbol"), self.symbol),
            (self.tr("Interval"), self.interval),
        )
        for row, (title, field) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(field)
            field.setAccessibleName(title)
            # What is no candle has no interval either.
            shown = self._armed.rule.asks is None or field is not self.interval
            shown = shown and (field is not self.symbol or self._armed.rule.about_symbols)
            label.setVisible(shown)
            field.setVisible(shown)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.options, len(rows), 0, 1, 2)
        return grid
