"""ChannelPage: the form of one channel, where it is tried and saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import (
    ALL_TYPES,
    LONGEST_DELAY_MINUTES,
    LONGEST_NAME,
    NamedChannel,
)
from thebot_desktop.domain.errors import SecretError, TheBotError
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.forms import Form
from thebot_desktop.ui.secret_fields import SecretFields


class Use(Struct, frozen=True):
    """Which alerts go there by themselves, and when."""

    on: Annotated[bool, Meta(title="Send alerts there")] = True
    types: Annotated[
        tuple[AlertType, ...],
        Meta(
            title="Types of alerts",
            description="A rule that names channels of its own sends its alerts to those instead.",
        ),
    ] = ALL_TYPES
    after_minutes: Annotated[
        int,
        Meta(
            ge=0,
            le=LONGEST_DELAY_MINUTES,
            title="Minutes to wait",
            description="An alert is sent only if nobody has dismissed it until then; "
            "0 sends it at once.",
        ),
    ] = 0


class ChannelPage(QWidget):
    """``kept`` is None as long as it was never saved. Another name is kept when it is saved."""

    edited = Signal()

    def __init__(self, book: ChannelBook, named: NamedChannel, *, new: bool) -> None:
        super().__init__()
        self._book = book
        self.kept: NamedChannel | None = None if new else named
        self._touched = False
        self.name = QLineEdit(named.name)
        self.name.setMaxLength(LONGEST_NAME)
        self.form: Form[Any] = Form(named.channel)
        self.use = Form(_use_of(named))
        self.secrets = SecretFields(named.channel.secrets)
        self.test = QPushButton(self.tr("Send a test"))
        self.save = QPushButton(self.tr("Save"))
        self.passing = QPushButton(self.tr("Use until the program ends"))
        self._result = QLabel()
        self.testing = AsyncCallbackWrapper(self._test, self._report)
        self.saving = AsyncCallbackWrapper(self._save, self._report)
        self._lay_out(named.channel.title)
        self._connect()
        self._follow()
        self._show_secrets()

    @property
    def value(self) -> NamedChannel | None:
        """As it is typed in; None while anything is wrong."""
        channel, use = self.form.value, self.use.value
        if channel is None or use is None or self._name_trouble:
            return None
        return NamedChannel(
            self._typed_name,
            channel,
            on=use.on,
            types=use.types,
            after_minutes=use.after_minutes,
            secrets=self.kept.secrets if self.kept is not None else (),
        )

    @property
    def title(self) -> str:
        """As the list calls it."""
        return self._typed_name or self.tr("No name")

    @property
    def busy(self) -> bool:
        return self.testing.running or self.saving.running

    @property
    def unsaved(self) -> bool:
        """Whether a person would miss something if it were gone."""
        return self._touched and self._differs

    @property
    def result(self) -> str:
        """What came back last, or what is wrong."""
        return self._result.text()

    def show_kept(self, named: NamedChannel) -> None:
        """It was changed elsewhere; what is being typed stays."""
        if self.unsaved or named == self.kept:
            return
        self.kept = named
        self.name.setText(named.name)
        self.form.set_value(named.channel)
        self.use.set_value(_use_of(named))
        self._show_secrets()
        self._follow()

    def show_renamed(self, old: str, new: str) -> None:
        """The channel has another name; a name that is being typed stays."""
        if self.kept is None or self.kept.name != old:
            return
        self.kept = replace(self.kept, name=new)
        if self._typed_name == old:
            self.name.setText(new)

    def cancel(self) -> None:
        """Nobody looks any more. What is being saved is saved to the end."""
        self.testing.cancel()

    @property
    def _typed_name(self) -> str:
        return self.name.text().strip()

    @property
    def _name_trouble(self) -> str:
        if not self._typed_name:
            return self.tr("A channel needs a name.")
        own = self.kept.name if self.kept is not None else ""
        if self._typed_name != own and self._typed_name in self._book.names:
            return self.tr("There is a channel of this name already.")
        return ""

    @property
    def _differs(self) -> bool:
        return self.kept is None or self.value != self.kept or bool(self.secrets.typed)

    async def _test(self) -> None:
        named = self.value
        if named is None:
            return
        if self.kept is not None:  # its secrets are under that name until it is saved
            named = replace(named, name=self.kept.name)
        self._say(self.tr("Sending …"))
        said = await self._book.test(named, self.secrets.typed)
        self._say(self.tr("Sent. The answer: {0}").format(said), role="good")
        self._follow_later()

    async def _save(self, *, passing: bool = False) -> None:
        named, before = self.value, self.kept
        if named is None:
            return
        self._say(self.tr("Saving …"))
        if before is not None and before.name != named.name:
            await self._book.rename(before.name, named.name)
            before = self.kept
        self.kept = named
        try:
            await self._book.save(named, self.secrets.typed, until_the_end=passing)
        except TheBotError:
            self.kept = before
            raise
        self.kept = self._book.get(named.name)
        self._show_secrets()
        self._touched = False
        self._say(self.tr("Saved."), role="good")
        self._follow_later()

    def _show_secrets(self) -> None:
        if self.kept is not None:
            passing = self._book.passing_secrets(self.kept.name)
            self.secrets.show_kept(self.kept.secrets, passing)

    def _report(self, error: TheBotError) -> None:
        self._say(error.user_message, role="problem")
        self.passing.setVisible(isinstance(error, SecretError) and bool(self.secrets.typed))
        self._follow()

    def _say(self, text: str, *, role: str = "secondary") -> None:
        self._result.setText(text)
        self._result.setProperty("role", role)
        self._result.style().unpolish(self._result)
        self._result.style().polish(self._result)
        self.passing.hide()

    def _on_edit(self) -> None:
        self._touched = True
        self._say(self._name_trouble, role="problem")
        self._follow()
        self.edited.emit()

    def _follow_later(self) -> None:
        """A task counts as running until it has returned."""
        self._follow(busy=False)
        self.edited.emit()

    def _show_given(self) -> None:
        """By the name as it is typed: a person sees at once which variable is meant."""
        named = self.value or self.kept
        if named is not None:
            self.secrets.show_given(self._book.given_secrets(named))

    def _follow(self, *, busy: bool | None = None) -> None:
        self._show_given()
        ready = self.value is not None and not (self.busy if busy is None else busy)
        self.test.setEnabled(ready and self._book.available)
        self.save.setEnabled(ready and self._differs)
        self.passing.setEnabled(ready)

    def _start(self, work: Callable[[], object]) -> None:
        work()
        self._follow()

    def _connect(self) -> None:
        for signal in (
            self.name.textEdited,
            self.form.edited,
            self.use.edited,
            self.secrets.edited,
        ):
            signal.connect(lambda *_: self._on_edit())
        self.test.clicked.connect(lambda _checked=False: self._start(self.testing))
        self.save.clicked.connect(lambda _checked=False: self._start(self.saving))
        self.passing.clicked.connect(
            lambda _checked=False: self._start(lambda: self.saving(passing=True))
        )

    def _lay_out(self, kind: str) -> None:
        heading = QLabel(kind)
        heading.setProperty("role", "heading")
        heading.setContentsMargins(16, 14, 16, 6)
        self._result.setTextFormat(Qt.TextFormat.PlainText)
        self._result.setWordWrap(True)
        self._result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._result.setAccessibleName(self.tr("What came back"))
        fields = QWidget()
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addLayout(self._name_row())
        for part in (self.form, self.use):
            _without_margins(part)
        column.addWidget(self.form)
        column.addWidget(self.secrets)
        column.addWidget(self.use)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 8)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addLayout(self._buttons())

    def _name_row(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 8, 16, 8)
        grid.setHorizontalSpacing(24)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(1, 1)
        title = QLabel(self.tr("Name"))
        title.setBuddy(self.name)
        self.name.setAccessibleName(self.tr("Name"))
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.name, 0, 1)
        return grid

    def _buttons(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.test, self.save, self.passing):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.save.setProperty("role", "primary")
        self.passing.hide()
        column = QVBoxLayout()
        column.setContentsMargins(16, 12, 16, 4)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._result)
        return column


def _use_of(named: NamedChannel) -> Use:
    return Use(named.on, named.types, named.after_minutes)


def _without_margins(form: QWidget) -> None:
    """Above and below: the page has several forms that look like one."""
    layout = form.layout()
    if layout is not None:
        layout.setContentsMargins(16, 0, 16, 0)
