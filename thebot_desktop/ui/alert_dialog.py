"""The form for a price alert, with the sentence it makes while one fills it in."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from typing import Self

from PySide6.QtCore import QLocale, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.market.quote_board import QuoteBoard
from thebot_desktop.ui.alert_options import AlertOptions
from thebot_desktop.ui.formatting import percent_text, price_text
from thebot_desktop.ui.forms import number_of
from thebot_desktop.ui.spin_boxes import align_text

_NOTHING = PriceLevel(1.0)
FARTHEST = 50.0
_CHOICES = (Crossing.EITHER, Crossing.ABOVE, Crossing.BELOW)


class AlertDialog(QDialog):
    """Adds an alert, or changes one that is armed."""

    def __init__(
        self,
        parent: QWidget | None,
        *,
        alerts: AlertManager,
        instruments: InstrumentBook,
        board: QuoteBoard,
        symbol: Symbol,
        price: float | None = None,
        editing: ArmedRule | None = None,
        channels: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._alerts = alerts
        self._instruments = instruments
        self._board = board
        self._editing = editing
        adding = editing is None
        self.setWindowTitle(self.tr("Add price alert") if adding else self.tr("Edit price alert"))
        self._symbol = QLineEdit(symbol)
        self._direction = QComboBox()
        self._price = QLineEdit()
        self._distance = QDoubleSpinBox()
        fresh = ArmedRule("", _NOTHING, repeat=Repeat.ONCE)
        self.options = AlertOptions(editing or fresh, channels)
        self._preview = QLabel()
        self._problem = QLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._save = self._buttons.addButton(
            self.tr("Add alert") if adding else self.tr("Save"),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self._prepare()
        self._lay_out()
        self._fill(price)
        self._connect()
        self._check()
        self._price.setFocus()
        self._price.selectAll()

    @classmethod
    def of(
        cls,
        parent: QWidget | None,
        context: AppContext,
        symbol: Symbol,
        price: float | None,
        editing: ArmedRule | None = None,
    ) -> Self:
        return cls(
            parent,
            alerts=context.alerts,
            instruments=context.session.instruments,
            board=context.stream.board,
            symbol=symbol,
            price=price,
            editing=editing,
            channels=context.channels.names,
        )

    @property
    def preview(self) -> str:
        return self._preview.text()

    @property
    def problem(self) -> str:
        return self._problem.text()

    def accept(self) -> None:
        try:
            rule = self._rule()
            self._alerts.arm(rule)
        except ValueError as problem:
            self._say(str(problem))
        except TheBotError as error:
            self._say(error.user_message)
        else:
            super().accept()

    def _prepare(self) -> None:
        self._symbol.setAccessibleName(self.tr("Symbol"))
        self._price.setAccessibleName(self.tr("Price"))
        self._direction.setAccessibleName(self.tr("Condition"))
        names = QStringListModel([i.symbol for i in self._instruments.all()], self)
        completer = QCompleter(names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._symbol.setCompleter(completer)
        self._distance.setAccessibleName(self.tr("Again"))
        align_text(self._distance)
        self._distance.setRange(0.0, FARTHEST)
        self._distance.setSingleStep(0.1)
        self._distance.setSpecialValueText(self.tr("at each crossing"))
        self._distance.setPrefix(self.tr("after it was "))
        self._distance.setSuffix(self.tr(" % away"))
        words = {
            Crossing.EITHER: self.tr("crosses, either way"),
            Crossing.ABOVE: self.tr("rises above"),
            Crossing.BELOW: self.tr("falls below"),
        }
        self._direction.addItems([words[choice] for choice in _CHOICES])
        self._preview.setWordWrap(True)
        self._preview.setMinimumHeight(40)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._save.setDefault(True)

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setObjectName("sheet")
        grid = QGridLayout(sheet)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Symbol"), self._symbol),
            (self.tr("Price"), self._direction),
            ("", self._price),
            (self.tr("Again"), self._distance),
        )
        for row, (title, field) in enumerate(rows):
            label = QLabel(title)
            if field is self._distance:
                self._again = label
            grid.addWidget(label, row, 0)
            label.setBuddy(field)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.options, len(rows), 0, 1, 2)
        grid.setColumnMinimumWidth(0, 110)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(sheet)
        column.addWidget(self._preview)
        column.addWidget(self._problem)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(400)

    def _fill(self, price: float | None) -> None:
        if self._editing is not None and isinstance(self._editing.rule, PriceLevel):
            rule = self._editing.rule
            self._direction.setCurrentIndex(_CHOICES.index(rule.direction))
            price = rule.price
            self._distance.setValue(rule.distance)
        if price is None:
            price = self._present_price(Symbol(self._symbol.text()))
        if price is not None:
            self._price.setText(self._price_text(price))

    def _connect(self) -> None:
        self._symbol.textChanged.connect(self._check)
        self._price.textChanged.connect(self._check)
        self._direction.currentIndexChanged.connect(self._check)
        self._distance.valueChanged.connect(self._check)
        self.options.edited.connect(self._check)
        # The rows have to be laid out before their height is known.
        self.options.folded.connect(lambda: QTimer.singleShot(0, self, self.adjustSize))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _check(self) -> None:
        for each in (self._again, self._distance):
            each.setVisible(not self.options.once)
        try:
            rule = self._rule()
        except ValueError as problem:
            self._say(str(problem))
            self._preview.setText("")
            self._save.setEnabled(False)
        else:
            self._say("")
            self._preview.setText(self._sentence(rule))
            self._save.setEnabled(True)

    def _rule(self) -> ArmedRule:
        """What is typed in, as a rule; raises ValueError with a sentence."""
        if self.options.problem:
            raise ValueError(self.options.problem)
        symbol = self._read_symbol()
        level = PriceLevel(
            self._read_price(),
            _CHOICES[self._direction.currentIndex()],
            0.0 if self.options.once else self._distance.value(),
        )
        named = self._editing.id if self._editing is not None else uuid.uuid4().hex
        return self.options.apply(ArmedRule(named, level, symbol))

    def _read_symbol(self) -> Symbol:
        typed = self._symbol.text().upper().replace("/", "").replace("-", "").strip()
        if not typed:
            raise ValueError(self.tr("Which symbol?"))
        known = {i.symbol for i in self._instruments.all()}
        if self._instruments.complete and typed not in known:
            near = self._instruments.near(typed)
            hint = self.tr("Did you mean {0}?").format(", ".join(near)) if near else ""
            raise ValueError(
                self.tr("The exchange does not know “{0}”. {1}").format(typed, hint).strip()
            )
        return Symbol(typed)

    def _read_price(self) -> float:
        text = self._price.text().strip()
        if not text:
            raise ValueError(self.tr("At which price?"))
        price = number_of(text)
        if not (math.isfinite(price) and price > 0):
            raise ValueError(self.tr("The price must be more than zero."))
        return price

    def _sentence(self, armed: ArmedRule) -> str:
        """The alert in words, and how far away it is."""
        assert isinstance(armed.rule, PriceLevel)
        assert armed.symbol is not None
        how_often = self.tr("once") if armed.repeat is Repeat.ONCE else self.tr("each time")
        decimals = self._decimals(armed.symbol)
        sentences = {
            Crossing.EITHER: self.tr("Tell me {0} when {1} crosses {2}."),
            Crossing.ABOVE: self.tr("Tell me {0} when {1} rises above {2}."),
            Crossing.BELOW: self.tr("Tell me {0} when {1} falls below {2}."),
        }
        price = price_text(armed.rule.price, decimals)
        sentence = sentences[armed.rule.direction].format(how_often, armed.symbol, price)
        present = self._present_price(armed.symbol)
        if present is None:
            return sentence
        away = (armed.rule.price / present - 1) * 100
        return (
            sentence
            + " "
            + self.tr("The price is {0}; that is {1} away.").format(
                price_text(present, decimals), percent_text(away)
            )
        )

    def _present_price(self, symbol: Symbol) -> float | None:
        last = self._board.row(symbol).last
        return None if math.isnan(last) else last

    def _decimals(self, symbol: Symbol) -> int:
        return self._instruments.of(symbol).price_decimals

    def _price_text(self, price: float) -> str:
        """As one would type it: no groups, no subscripts."""
        locale = QLocale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale.toString(price, "f", self._decimals(Symbol(self._symbol.text())))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
