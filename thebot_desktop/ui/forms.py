"""A form made from the fields of a Struct: one row each, checked while one types."""

from __future__ import annotations

import types
from abc import abstractmethod
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct
from PySide6.QtCore import QCoreApplication, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpacerItem,
    QSpinBox,
    QWidget,
)

from thebot_desktop.alerts.alert_config import QuietHours, SoundChoice
from thebot_desktop.alerts.hours_text import hours_text, read_hours
from thebot_desktop.app.colours import OwnColour
from thebot_desktop.app.texts import Lines, LongText
from thebot_desktop.app.time_zones import LOCAL, UTC, ZoneName, zone_names, zone_of
from thebot_desktop.domain.errors import InputError, ParameterError, TheBotError
from thebot_desktop.ui.colour_edit import ColourEdit
from thebot_desktop.ui.hours_edit import HoursEdit
from thebot_desktop.ui.sound_edit import TRIED_VOLUME, SoundEdit
from thebot_desktop.ui.spin_boxes import align_text

S = TypeVar("S", bound=Struct)

_LARGEST = 2_000_000_000
_LONG_LIST = 4
"""A list with more entries gets several lines."""
_LIST_LINES = 4
_TEXT_LINES = 6
_FEW = 6
"""So many choices are shown side by side."""


class Field(QWidget):
    """An editor for one value. It says what is wrong with the value rather than mending it."""

    edited = Signal()

    @abstractmethod
    def read(self) -> object:
        """The value as it stands; raises ValueError with a sentence when it is none."""
        raise NotImplementedError

    @abstractmethod
    def write(self, value: object) -> None:
        raise NotImplementedError

    @property
    def has_own_title(self) -> bool:
        """A check box stands for itself and needs no label beside it."""
        return False

    @property
    def editor(self) -> QWidget:
        """What takes the keyboard."""
        return self.findChildren(QWidget)[0]


class Row(Struct, frozen=True):
    """What is declared about one field."""

    name: str
    title: str
    description: str
    hint: Any
    kind: Any
    meta: Meta


WHOLE = ""
"""Stands for all fields together where problems are told by field."""


class Form(QWidget, Generic[S]):
    """Edits a value of type S. ``value`` is None while anything is wrong.

    What the type calls ``fixed`` is kept as it is, and not shown.
    """

    edited = Signal()

    def __init__(self, value: S, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type = type(value)
        fixed: tuple[str, ...] = getattr(self._type, "fixed", ())
        self._rows = tuple(row for row in rows_of(self._type) if row.name not in fixed)
        self._kept = {name: msgspec.to_builtins(getattr(value, name)) for name in fixed}
        self._fields: dict[str, Field] = {}
        self._problems: dict[str, QLabel] = {}
        self._notes: dict[str, QLabel] = {}
        self._lay_out(value)
        self.set_value(value)

    @property
    def value(self) -> S | None:
        found = self._read_all()
        return None if isinstance(found, ValueError) else found

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by field, in sentences; under no name what is wrong between fields."""
        return {name: label.text() for name, label in self._problems.items() if label.text()}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._fields)

    def field(self, name: str) -> Field:
        return self._fields[name]

    def make_unavailable(self, name: str, reason: str) -> None:
        """Nothing can be chosen there; ``reason`` stands where it was explained."""
        self._fields[name].setEnabled(False)
        self.explain(name, reason)

    def explain(self, name: str, sentence: str) -> None:
        """``sentence`` stands where it was explained: what has a description."""
        self._notes[name].setText(sentence)
        self._fields[name].editor.setAccessibleDescription(sentence)

    def set_value(self, value: S) -> None:
        """Show another value; nobody is told of an edit."""
        self._kept = {name: msgspec.to_builtins(getattr(value, name)) for name in self._kept}
        for name, field in self._fields.items():
            blocker = QSignalBlocker(field)
            field.write(getattr(value, name))
            blocker.unblock()
        self._check()

    def _lay_out(self, value: S) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(1, 1)
        for row in self._rows:
            self._add_row(grid, row, getattr(value, row.name))
        self._problems[WHOLE] = _small("", "problem")
        self._problems[WHOLE].hide()
        grid.addWidget(self._problems[WHOLE], grid.rowCount(), 0, 1, 2)
        grid.setRowStretch(grid.rowCount(), 1)

    def _add_row(self, grid: QGridLayout, row: Row, value: object) -> None:
        at = grid.rowCount()
        field = make_field(row, value)
        field.edited.connect(self._on_edit)
        field.editor.setAccessibleName(row.title)
        field.editor.setAccessibleDescription(row.description)
        self._fields[row.name] = field
        if not field.has_own_title:
            title = QLabel(row.title)
            title.setBuddy(field.editor)
            title.setMinimumHeight(30)
            grid.addWidget(title, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(field, at, 1)
        if row.description:
            self._notes[row.name] = _small(row.description, "note")
            grid.addWidget(self._notes[row.name], at + 1, 1)
        problem = _small("", "problem")
        problem.hide()
        self._problems[row.name] = problem
        grid.addWidget(problem, at + 2, 1)
        grid.setRowMinimumHeight(at + 3, 10)
        grid.addWidget(QWidget(), at + 3, 0)

    def _on_edit(self) -> None:
        self._check()
        self.edited.emit()

    def _check(self) -> None:
        for row in self._rows:
            read = self._read(row)
            problem = str(read) if isinstance(read, ValueError) else ""
            self._say(row.name, problem)
            _mark(self._fields[row.name].editor, invalid=bool(problem))
        self._say(WHOLE, "")
        whole = self._read_all()
        if isinstance(whole, ValueError) and not self.problems:
            self._say(WHOLE, str(whole))

    def _say(self, name: str, problem: str) -> None:
        self._problems[name].setText(problem)
        self._problems[name].setVisible(bool(problem))

    def _read_all(self) -> S | ValueError:
        """The value, or a sentence that says why fields do not go together."""
        read = {row.name: self._read(row) for row in self._rows}
        wrong = next((v for v in read.values() if isinstance(v, ValueError)), None)
        if wrong is not None:
            return wrong
        try:
            return msgspec.convert(self._kept | read, self._type, strict=False)
        except msgspec.ValidationError as error:
            cause = error.__cause__
            return ValueError(cause.user_message if isinstance(cause, TheBotError) else str(error))

    def _read(self, row: Row) -> object:
        try:
            value = self._fields[row.name].read()
            return msgspec.to_builtins(msgspec.convert(value, row.hint, strict=False))
        except msgspec.ValidationError:
            if value in ("", []):
                return ValueError(_tr("Something is needed here."))
            return ValueError(problem_of(row.meta))
        except ValueError as problem:
            return problem


class BoolField(Field):
    def __init__(self, row: Row) -> None:
        super().__init__()
        self._box = QCheckBox(row.title, self)
        self._box.toggled.connect(self.edited)
        _fill(self, self._box)

    @property
    def has_own_title(self) -> bool:
        return True

    def read(self) -> bool:
        return self._box.isChecked()

    def write(self, value: object) -> None:
        self._box.setChecked(bool(value))


class ChoiceField(Field):
    """One of the members of an Enum."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._box = QComboBox(self)
        self._members: list[Enum] = list(row.kind)
        for member in self._members:
            self._box.addItem(choice_text(member))
        self._box.currentIndexChanged.connect(self.edited)
        _fill(self, self._box)

    def read(self) -> object:
        return self._members[self._box.currentIndex()].value

    def write(self, value: object) -> None:
        self._box.setCurrentIndex(self._members.index(value))  # type: ignore[arg-type]


class IntField(Field):
    def __init__(self, row: Row) -> None:
        super().__init__()
        self._box = QSpinBox(self)
        low, high = range_of(row.meta)
        self._box.setRange(int(low), int(high))
        self._box.setGroupSeparatorShown(True)
        self._box.valueChanged.connect(self.edited)
        _fill(self, self._box)

    def read(self) -> int:
        return self._box.value()

    def write(self, value: object) -> None:
        self._box.setValue(int(value))  # type: ignore[call-overload]


class FloatField(Field):
    def __init__(self, row: Row) -> None:
        super().__init__()
        self._box = QDoubleSpinBox(self)
        self._box.setDecimals(4)
        self._box.setRange(*range_of(row.meta))
        self._box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._box.valueChanged.connect(self.edited)
        _fill(self, self._box)

    def read(self) -> float:
        return self._box.value()

    def write(self, value: object) -> None:
        self._box.setValue(float(value))  # type: ignore[arg-type]


class TextField(Field):
    """A word, or a number that may be left out."""

    def __init__(self, row: Row, optional: bool = False) -> None:  # noqa: FBT001, FBT002
        super().__init__()
        self._line = QLineEdit(self)
        self._optional = optional
        self._number = row.kind if row.kind in (int, float) else None
        self._line.textChanged.connect(self.edited)
        _fill(self, self._line)

    def read(self) -> object:
        text = self._line.text().strip()
        if self._optional and not text:
            return None
        return number_of(text) if self._number else text

    def write(self, value: object) -> None:
        self._line.setText("" if value is None else str(value))


class ZoneField(TextField):
    """A time zone; places are offered while one types."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        completer = QCompleter([LOCAL, UTC, *zone_names()], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._line.setCompleter(completer)

    def read(self) -> str:
        name = self._line.text().strip()
        try:
            zone_of(name)
        except InputError as error:
            raise ValueError(error.user_message) from error
        return name


class ColourField(Field):
    """A colour of a person's own, or the palette's."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.edit = ColourEdit(row.title, self)
        self.edit.edited.connect(self.edited)
        _fill(self, self.edit)

    @property
    def editor(self) -> QWidget:
        return self.edit.line

    def read(self) -> str:
        try:
            return self.edit.read()
        except ParameterError as error:
            raise ValueError(error.user_message) from error

    def write(self, value: object) -> None:
        self.edit.write(str(value))


class SoundField(Field):
    """A sound; it is tried at the volume that the same form has."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.edit = SoundEdit(self, volume=self._volume)
        self.edit.edited.connect(self.edited)
        _fill(self, self.edit)

    @property
    def editor(self) -> QWidget:
        return self.edit.box

    def read(self) -> str:
        if self.edit.problem:
            raise ValueError(self.edit.problem)
        return self.edit.read()

    def write(self, value: object) -> None:
        self.edit.write(SoundChoice(str(value)))

    def _volume(self) -> int:
        form = self.parentWidget()
        if not isinstance(form, Form) or "volume" not in form.names:
            return TRIED_VOLUME
        volume = form.field("volume").read()
        return volume if isinstance(volume, int) else TRIED_VOLUME


class HoursField(Field):
    """A part of the day on some days, or none."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.edit = HoursEdit(row.title, self)
        self.edit.edited.connect(self.edited)
        _fill(self, self.edit)

    @property
    def has_own_title(self) -> bool:
        return True

    @property
    def editor(self) -> QWidget:
        return self.edit.tick

    def read(self) -> str:
        if self.edit.problem:
            raise ValueError(self.edit.problem)
        return hours_text(self.edit.read())

    def write(self, value: object) -> None:
        self.edit.write(read_hours(str(value)))


class ChoicesField(Field):
    """Any of a few members of an Enum."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        kind: type[Enum] = get_args(row.kind)[0]
        self.boxes = {member: QCheckBox(choice_text(member)) for member in kind}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        for box in self.boxes.values():
            box.toggled.connect(self.edited)
            line.addWidget(box)
        line.addStretch(1)
        self.setFocusProxy(self.editor)

    @property
    def editor(self) -> QWidget:
        return next(iter(self.boxes.values()))

    def read(self) -> list[object]:
        return [member.value for member, box in self.boxes.items() if box.isChecked()]

    def write(self, value: object) -> None:
        chosen = value if isinstance(value, Sequence) else ()
        for member, box in self.boxes.items():
            box.setChecked(member in chosen)


class ListField(Field):
    """Several words, with commas between them."""

    def __init__(self, row: Row, lines: int) -> None:
        super().__init__()
        self._edit = QPlainTextEdit(self)
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(self._edit.fontMetrics().lineSpacing() * lines + 16)
        self._edit.setPlaceholderText(_tr("Several, with commas between them"))
        self._edit.textChanged.connect(self.edited)
        _fill(self, self._edit)

    def read(self) -> list[str]:
        return split_list(self._edit.toPlainText())

    def write(self, value: object) -> None:
        words = value if isinstance(value, Sequence) else ()
        self._edit.setPlainText(", ".join(str(getattr(w, "value", w)) for w in words))


class LongTextField(Field):
    """Several lines of text, in letters of one width."""

    def __init__(self, row: Row, lines: int = _TEXT_LINES) -> None:
        super().__init__()
        self._edit = QPlainTextEdit(self)
        self._edit.setProperty("role", "code")
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(self._edit.fontMetrics().lineSpacing() * lines + 16)
        self._edit.textChanged.connect(self.edited)
        _fill(self, self._edit)

    def read(self) -> object:
        return self._edit.toPlainText()

    def write(self, value: object) -> None:
        self._edit.setPlainText(str(value))


class LinesField(LongTextField):
    """Several texts, one a line; empty lines at the end are none."""

    def __init__(self, row: Row) -> None:
        super().__init__(row, _LIST_LINES)
        self._edit.setPlaceholderText(_tr("One a line"))

    def read(self) -> list[str]:
        text = self._edit.toPlainText().rstrip("\n")
        return text.split("\n") if text else []

    def write(self, value: object) -> None:
        self._edit.setPlainText("\n".join(value) if isinstance(value, Sequence) else "")


def rows_of(kind: type[Struct]) -> tuple[Row, ...]:
    """What is declared about the fields of ``kind``, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_row(field.name, hints[field.name]) for field in msgspec.structs.fields(kind))


def make_field(row: Row, value: object) -> Field:
    """The editor that fits the type of a field."""
    kind, optional = _without_none(row.kind)
    if optional:
        return TextField(msgspec.structs.replace(row, kind=kind), optional=True)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ChoiceField(row)
    if _is_few(kind):
        return ChoicesField(row)
    if get_origin(kind) in (tuple, list):
        count = len(value) if isinstance(value, Sequence) else 0
        return ListField(row, _LIST_LINES if count > _LONG_LIST else 1)
    made: dict[object, Callable[[Row], Field]] = {
        bool: BoolField,
        int: IntField,
        float: FloatField,
        ZoneName: ZoneField,
        OwnColour: ColourField,
        LongText: LongTextField,
        Lines: LinesField,
        SoundChoice: SoundField,
        QuietHours: HoursField,
    }
    return made.get(kind, TextField)(row)


def can_edit(kind: object) -> bool:
    """Whether a form has an editor for fields of this type."""
    plain, _ = _without_none(kind)
    if plain in (LongText, Lines):
        return True
    if plain in (ZoneName, OwnColour, SoundChoice, QuietHours):
        return True
    if isinstance(plain, type) and issubclass(plain, (bool, int, float, str, Enum)):
        return True
    return get_origin(plain) in (tuple, list)


def _is_few(kind: object) -> bool:
    """Whether it holds members of an Enum that can all be shown."""
    inner = get_args(kind)[:1] if get_origin(kind) in (tuple, list) else ()
    return any(isinstance(k, type) and issubclass(k, Enum) and len(k) <= _FEW for k in inner)


def split_list(text: str) -> list[str]:
    """Words at commas and line ends; a comma within brackets belongs to its word."""
    words, depth, word = [], 0, ""
    for letter in text.replace("\n", ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth <= 0:
            words.append(word)
            word = ""
        else:
            word += letter
    return [w.strip() for w in (*words, word) if w.strip()]


def number_of(text: str) -> float:
    """A number as people write it here, or with a point. Raises ValueError with a sentence."""
    local, understood = QLocale().toDouble(text)
    if understood:
        return local
    plain, understood = QLocale.c().toDouble(text.replace(" ", ""))
    if not understood:
        raise ValueError(_tr("This is not a number."))
    return plain


def range_of(meta: Meta) -> tuple[float, float]:
    """What a number must lie between."""
    low = meta.ge if meta.ge is not None else meta.gt
    high = meta.le if meta.le is not None else meta.lt
    return (-_LARGEST if low is None else low, _LARGEST if high is None else high)


def problem_of(meta: Meta) -> str:
    """A sentence about a value that its declaration refuses."""
    low = meta.ge if meta.ge is not None else meta.gt
    high = meta.le if meta.le is not None else meta.lt
    if low is not None and high is not None:
        return _tr("Must be between {0} and {1}.").format(f"{low:g}", f"{high:g}")
    if low is not None:
        return _tr("Must be at least {0}.").format(f"{low:g}")
    if high is not None:
        return _tr("Must be at most {0}.").format(f"{high:g}")
    if meta.pattern:
        return _tr("This does not have the form that is needed.")
    return _tr("This value is not possible here.")


def choice_text(member: Enum) -> str:
    """By its title where it has one; ``M15`` by its value, words with a capital."""
    if title := getattr(member, "title", ""):
        return _translated(title)
    text = str(member.value)
    return text[:1].upper() + text[1:] if text[:1].isalpha() else text


def _row(name: str, hint: object) -> Row:
    metas: list[Meta] = []
    kind: Any = hint
    while get_origin(kind) is Annotated:
        metas += [m for m in kind.__metadata__ if isinstance(m, Meta)]
        kind = get_args(kind)[0]
    inner, optional = _without_none(kind)
    if optional and get_origin(inner) is Annotated:
        metas += [m for m in inner.__metadata__ if isinstance(m, Meta)]
        kind = get_args(inner)[0] | None
    meta = _merged(metas)
    title = meta.title or name.replace("_", " ").capitalize()
    return Row(name, _translated(title), _translated(meta.description or ""), hint, kind, meta)


def _merged(metas: list[Meta]) -> Meta:
    """What all of them say together; the outermost has the last word."""
    parts = ("title", "description", "ge", "gt", "le", "lt", "pattern")
    said = {part: getattr(m, part) for m in reversed(metas) for part in parts if _has(m, part)}
    return Meta(**said)


def _has(meta: Meta, part: str) -> bool:
    return getattr(meta, part) is not None


def _without_none(kind: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type as declared
    if get_origin(kind) in (Union, types.UnionType):
        rest = [k for k in get_args(kind) if k is not types.NoneType]
        if len(rest) == 1:
            return rest[0], True
    return kind, False


def _fill(field: Field, editor: QWidget) -> None:
    grid = QGridLayout(field)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.addWidget(editor)
    field.setFocusProxy(editor)
    if isinstance(editor, QAbstractSpinBox):
        align_text(editor)
    whole = ColourEdit | SoundEdit | HoursEdit
    wide = isinstance(editor, QLineEdit | QPlainTextEdit | QCheckBox | whole)
    if not wide:
        editor.setMinimumWidth(140)
        stretch = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum
        grid.addItem(QSpacerItem(0, 0, *stretch), 0, 1)
        grid.setColumnStretch(1, 1)


def _small(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _mark(editor: QWidget, *, invalid: bool) -> None:
    wanted = "true" if invalid else "false"
    if editor.property("invalid") != wanted:
        editor.setProperty("invalid", wanted)
        editor.style().unpolish(editor)
        editor.style().polish(editor)


def _translated(text: str) -> str:
    return QCoreApplication.translate("Settings", text) if text else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Forms", text)
