"""ConditionEditor: a condition as rows in groups, for those who would rather choose than write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.condition_nodes import (
    And,
    Between,
    Comparison,
    Lasting,
    Node,
    Not,
    Or,
    Relation,
)
from thebot_desktop.analysis.conditions import MOST_BARS
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.analysis.facts import FactName
from thebot_desktop.analysis.sight import Column
from thebot_desktop.domain.errors import InputError
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.operand_edit import OperandEdit
from thebot_desktop.ui.spin_boxes import align_text
from thebot_desktop.ui.theme import Theme

BETWEEN = "between"
ALL, ANY, NONE = range(3)
BARS_FIELD = 122


class ConditionEditor(QWidget):
    """Shows one group that holds all others. ``read`` makes a condition of it."""

    edited = Signal()

    def __init__(self, catalogue: Catalogue, theme: Theme, symbols: Iterable[str] = ()) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._theme = theme
        self._words = QStringListModel(_values(catalogue), self)
        self._symbols = QStringListModel(list(symbols), self)
        self._group: GroupEdit | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        self.write(Comparison(Column.CLOSE, Relation.CROSSES_ABOVE, 0.0))

    @property
    def group(self) -> GroupEdit:
        assert self._group is not None
        return self._group

    def read(self) -> Node:
        """Raises InputError with a sentence about the first row that is none."""
        return self.group.read()

    def write(self, node: Node) -> None:
        """Show another condition; nobody is told of an edit."""
        before = self._group
        self._group = GroupEdit(self, None)
        self._group.write(node)
        self._column.insertWidget(0, self._group)
        if before is not None:
            self._column.removeWidget(before)
            before.hide()
            before.deleteLater()

    def operand(self, name: str) -> OperandEdit:
        """Where a price, an indicator or a number is written, with what there is to choose."""
        field = OperandEdit(name, self._catalogue, self._theme, self._words, self._symbols)
        field.edited.connect(self.edited)
        return field

    def small_button(self, sign: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setIcon(icon(sign, self._theme.secondary))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: act())
        return button


class RowEdit(QWidget):
    """One state: a value, how it stands to another one, and for how long."""

    def __init__(self, editor: ConditionEditor, remove: Callable[[RowEdit], None]) -> None:
        super().__init__()
        self._editor = editor
        self.left = editor.operand(self.tr("Value"))
        self.relation = QComboBox()
        self.relation.setAccessibleName(self.tr("Relation"))
        for relation in Relation:
            self.relation.addItem(relation.spoken, relation)
        self.relation.addItem(self.tr("is between"), BETWEEN)
        self.relation.currentIndexChanged.connect(self._choose)
        self.right = editor.operand(self.tr("Value or number"))
        self._and = QLabel(self.tr("and"))
        self.high = editor.operand(self.tr("Upper end"))
        self.bars = QSpinBox()
        self.bars.setRange(1, MOST_BARS)
        self.bars.setFixedSize(BARS_FIELD, self.relation.sizeHint().height())
        align_text(self.bars)
        self.bars.setPrefix(self.tr("for "))
        self.bars.setSuffix(self.tr(" bars"))
        self.bars.setSpecialValueText(self.tr("at this bar"))
        self.bars.setAccessibleName(self.tr("For how many bars"))
        self.bars.valueChanged.connect(lambda _bars: editor.edited.emit())
        self.cross = editor.small_button(
            "close", self.tr("Remove this condition"), lambda: remove(self)
        )
        # Beside what may stand below a value, all of them begin at the top.
        for beside in (self._and, self.cross):
            beside.setFixedHeight(self.relation.sizeHint().height())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for field, stretch in (
            (self.left, 3),
            (self.relation, 0),
            (self.right, 2),
            (self._and, 0),
            (self.high, 2),
            (self.bars, 0),
            (self.cross, 0),
        ):
            row.addWidget(field, stretch, Qt.AlignmentFlag.AlignTop)
        self._show_fields()

    def read(self) -> Node:
        """Raises InputError."""
        kind = self.relation.currentData()
        left, right = self.left.read(), self.right.read()
        if kind == BETWEEN:
            state: Comparison | Between = Between(left, right, self.high.read())
        else:
            state = Comparison(left, kind, right)
        if all(isinstance(each, float) for each in state.values()):
            sentence = self.tr("Numbers alone always compare the same: choose a price.")
            raise InputError("numbers only", user_message=sentence)
        if self.bars.value() > 1 and not state.momentary:
            return Lasting(state, self.bars.value())
        return state

    def write(self, node: Comparison | Between | Lasting) -> None:
        state = node.part if isinstance(node, Lasting) else node
        self.bars.setValue(node.bars if isinstance(node, Lasting) else 1)
        fields = (self.left, self.right, self.high)
        for field, value in zip(fields, state.values(), strict=False):
            field.write(value)
        kind = BETWEEN if isinstance(state, Between) else state.relation
        self.relation.setCurrentIndex(self.relation.findData(kind))
        self._show_fields()

    def _choose(self, _index: int) -> None:
        self._show_fields()
        self._editor.edited.emit()

    def _show_fields(self) -> None:
        kind = self.relation.currentData()
        self._and.setVisible(kind == BETWEEN)
        self.high.setVisible(kind == BETWEEN)
        lasts = kind not in (Relation.CROSSES, Relation.CROSSES_ABOVE, Relation.CROSSES_BELOW)
        self.bars.setVisible(lasts)


class GroupEdit(QFrame):
    """Rows and further groups, of which all, any or none must be true."""

    def __init__(self, editor: ConditionEditor, remove: Callable[[GroupEdit], None] | None) -> None:
        super().__init__()
        self.setObjectName("" if remove is None else "sheet")
        self._editor = editor
        self.parts: list[RowEdit | GroupEdit] = []
        self.word = QComboBox()
        self.word.setAccessibleName(self.tr("How these are joined"))
        self.word.addItems(
            [self.tr("All of these"), self.tr("Any of these"), self.tr("None of these")]
        )
        self.word.currentIndexChanged.connect(lambda _index: editor.edited.emit())
        self.add_row = QPushButton(self.tr("Add condition"))
        self.add_group = QPushButton(self.tr("Add group"))
        for button in (self.add_row, self.add_group):
            button.setProperty("role", "link")
            button.setAutoDefault(False)
        self.add_row.clicked.connect(self._another_row)
        self.add_group.clicked.connect(self._another_group)
        head = QHBoxLayout()
        head.addWidget(self.word)
        head.addStretch(1)
        head.addWidget(self.add_row)
        head.addWidget(self.add_group)
        if remove is not None:
            self.cross = editor.small_button(
                "close", self.tr("Remove this group"), lambda: remove(self)
            )
            head.addWidget(self.cross)
        self._column = QVBoxLayout(self)
        edge = 16 if remove is None else 10
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(8)
        self._column.addLayout(head)

    def read(self) -> Node:
        """Raises InputError, also for a group with nothing in it."""
        parts = tuple(part.read() for part in self.parts)
        if not parts:
            sentence = self.tr("A group needs a condition: add one, or remove the group.")
            raise InputError("empty group", user_message=sentence)
        match self.word.currentIndex():
            case 0:
                return And(parts) if len(parts) > 1 else parts[0]
            case 1:
                return Or(parts) if len(parts) > 1 else parts[0]
            case _:
                return Not(Or(parts) if len(parts) > 1 else parts[0])

    def write(self, node: Node) -> None:
        word, parts = _taken_apart(node)
        self.word.setCurrentIndex(word)
        for part in parts:
            self._append(part)

    def _append(self, node: Node) -> None:
        part: RowEdit | GroupEdit
        if isinstance(node, Comparison | Between | Lasting):
            part = RowEdit(self._editor, self._remove)
            part.write(node)
        else:
            part = GroupEdit(self._editor, self._remove)
            part.write(node)
        self.parts.append(part)
        self._column.addWidget(part)

    def _another_row(self) -> None:
        part = RowEdit(self._editor, self._remove)
        self.parts.append(part)
        self._column.addWidget(part)
        part.left.setFocus()
        self._editor.edited.emit()

    def _another_group(self) -> None:
        group = GroupEdit(self._editor, self._remove)
        self.parts.append(group)
        self._column.addWidget(group)
        group._another_row()

    def _remove(self, part: RowEdit | GroupEdit) -> None:
        self.parts.remove(part)
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()
        self._editor.edited.emit()


def _taken_apart(node: Node) -> tuple[int, Sequence[Node]]:
    """How a group joins what, so that the editor shows no needless groups."""
    if isinstance(node, And):
        return ALL, node.parts
    if isinstance(node, Or):
        return ANY, node.parts
    if isinstance(node, Not):
        inner = node.part
        return NONE, inner.parts if isinstance(inner, Or) else (inner,)
    return ALL, (node,)


def _values(catalogue: Catalogue) -> list[str]:
    """Everything that can be compared, as it is written."""
    found = [column.value for column in Column] + [fact.value for fact in FactName]
    for kind in catalogue.values():
        indicator = kind()
        if len(indicator.outputs) == 1:
            found.append(indicator.label)
        else:
            found += [f"{indicator.label}.{output}" for output in indicator.outputs]
    return found
