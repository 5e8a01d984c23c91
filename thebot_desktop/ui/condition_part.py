"""ConditionPart: a condition in rows and as a text, always the same one in both."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.conditions import Condition, parse_condition
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.condition_editor import ConditionEditor
from thebot_desktop.ui.theme import Theme

LEAST_ROWS_PX = 150


class ConditionPart(QWidget):
    """Edits a ConditionRule. ``value`` is None while it cannot be read."""

    edited = Signal()

    def __init__(
        self,
        rule: ConditionRule,
        catalogue: Catalogue,
        theme: Theme,
        symbols: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._rule = rule
        self.value: ConditionRule | None = rule
        self.rows = ConditionEditor(catalogue, theme, symbols)
        self.text = QLineEdit()
        self.text.setProperty("role", "code")
        self.text.setAccessibleName(self.tr("The condition as a text"))
        self.text.setToolTip(self._help())
        self.kind = QComboBox()
        names = {
            AlertType.WARNING: self.tr("Warning"),
            AlertType.INFO: self.tr("Information"),
            AlertType.BUY: self.tr("Buy"),
            AlertType.SELL: self.tr("Sell"),
        }
        for kind, name in names.items():
            self.kind.addItem(name, kind)
        self.kind.setCurrentIndex(self.kind.findData(rule.kind))
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.rows.write(rule.when.root)
        self.text.setText(rule.when.text)
        self.text.setCursorPosition(0)
        self._lay_out()
        self.rows.edited.connect(self._read_rows)
        self.text.textEdited.connect(self._read_text)
        self.kind.currentIndexChanged.connect(lambda _index: self._take(self._rule.when))

    @property
    def problem(self) -> str:
        """Why there is no condition, in a sentence."""
        return self._problem.text()

    def _read_rows(self) -> None:
        try:
            condition = Condition(self.rows.read())
        except InputError as error:
            self._refuse(error)
            return
        with QSignalBlocker(self.text):
            self.text.setText(condition.text)
            self.text.setCursorPosition(0)
        self._take(condition)

    def _read_text(self, text: str) -> None:
        try:
            condition = parse_condition(text, self._catalogue)
        except InputError as error:
            self._refuse(error)
            return
        self.rows.write(condition.root)
        self._take(condition)

    def _take(self, condition: Condition) -> None:
        self._rule = replace(self._rule, when=condition, kind=self.kind.currentData())
        self.value = self._rule
        self._say("")
        self.edited.emit()

    def _refuse(self, error: InputError) -> None:
        self.value = None
        self._say(error.user_message)
        self.edited.emit()

    def _help(self) -> str:
        """What can be written, by example."""
        lines = (
            self.tr("close crosses above EMA(20) and not RSI(14) > 70 for 3 bars"),
            self.tr("RSI(14)@4h: on another interval, ETHUSDT:close: of another symbol,"),
            self.tr("ETHUSDT:RSI(14)@4h: both; only candles that have closed count"),
            self.tr("spread: percent between best bid and ask"),
            self.tr("news_sentiment, market_sentiment: from -1 to 1, of the last hours"),
            self.tr("minutes_to_event, fear_greed: as far as a source tells them"),
        )
        return "\n".join(lines)

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidget(self.rows)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumSize(self.rows.minimumSizeHint().width(), LEAST_ROWS_PX)
        grid = QGridLayout()
        grid.setContentsMargins(16, 4, 16, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("As a text"), self.text),
            (self.tr("Kind of alert"), self.kind),
        )
        for row, (title, field) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(field)
            grid.addWidget(label, row * 2, 0)
            grid.addWidget(field, row * 2, 1)
        grid.addWidget(self._problem, 1, 1)
        self.kind.setAccessibleName(self.tr("Kind of alert"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(area, 1)
        column.addLayout(grid)
