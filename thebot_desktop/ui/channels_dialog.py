"""ChannelsDialog: where alerts go outside of this machine."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import Channel, NamedChannel
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.channel_page import ChannelPage
from thebot_desktop.ui.help_dialogs import close_button
from thebot_desktop.ui.question import Question
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme

WIDTH, HEIGHT = 860, 680
LIST_PX = 200


class ChannelsDialog(QDialog):
    """A list of channels with a page for each. Pages keep what is typed while others are shown."""

    def __init__(self, parent: QWidget | None, book: ChannelBook, theme: Theme) -> None:
        super().__init__(parent)
        self._book = book
        self.pages: list[ChannelPage] = []
        self.setWindowTitle(self.tr("Alert channels"))
        self.list = QListWidget()
        self.list.setObjectName("sections")
        self.list.setFixedWidth(LIST_PX)
        self.list.setAccessibleName(self.tr("Channels"))
        self.add = QPushButton(self.tr("Add"))
        self.add.setMenu(self._kinds())
        self.remove = QPushButton(self.tr("Remove…"))
        self.empty = StateView(theme)
        self._stack = QStackedWidget()
        self._stack.setObjectName("sheet")
        self._stack.addWidget(self.empty)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.removing = AsyncCallbackWrapper(book.remove, self._report)
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self.remove.clicked.connect(lambda _checked=False: self._ask_remove())
        stop = book.changed.add(lambda _none: self._sync())
        self.finished.connect(lambda _result: stop())
        stop_names = book.renamed.add(self._follow_name)
        self.finished.connect(lambda _result: stop_names())
        self.finished.connect(lambda _result: self._cancel())
        self._sync()

    @property
    def page(self) -> ChannelPage | None:
        """The one that is shown."""
        row = self.list.currentRow()
        return self.pages[row] if 0 <= row < len(self.pages) else None

    @property
    def problem(self) -> str:
        return self._problem.text()

    @property
    def question(self) -> Question | None:
        """The one that is open."""
        return next((q for q in self.findChildren(Question) if q.isVisible()), None)

    def begin(self, kind: type[Channel]) -> None:
        """A page for a new channel; it is kept when it is saved."""
        draft = self._add_page(NamedChannel(self._free_name(kind.title), kind()), new=True)
        self._refill(draft)
        draft.name.setFocus()
        draft.name.selectAll()

    def reject(self) -> None:
        """What was typed and not saved is not thrown away without a question."""
        unsaved = [page.title for page in self.pages if page.unsaved]
        if not unsaved or not self.isVisible():
            super().reject()
            return
        Question(
            self,
            self.tr("Close without saving?"),
            self.tr("Changes of {0} are lost.").format(", ".join(f"“{name}”" for name in unsaved)),
            yes=self.tr("Close"),
            do=partial(self.done, QDialog.DialogCode.Rejected),
        ).open()

    def _ask_remove(self) -> None:
        page = self.page
        if page is None:
            return
        if page.kept is None and not page.unsaved:
            self._drop(page)
            return
        Question(
            self,
            self.tr("Remove “{0}”?").format(page.title),
            self.tr("No alerts are sent there any more; its secrets are removed as well."),
            yes=self.tr("Remove"),
            do=partial(self._remove, page),
        ).open()

    def _remove(self, page: ChannelPage) -> None:
        self._say("")
        if page.kept is None:
            self._drop(page)
        else:
            self.removing(page.kept.name)

    def _drop(self, page: ChannelPage) -> None:
        self._take_out(page)
        self._refill(self.page)

    def _follow_name(self, names: tuple[str, str]) -> None:
        for page in self.pages:
            page.show_renamed(*names)

    def _sync(self) -> None:
        """Pages as the book has channels, and those that are not saved yet."""
        shown = self.page
        known = {page.kept.name: page for page in self.pages if page.kept is not None}
        drafts = [page for page in self.pages if page.kept is None]
        kept = []
        for named in self._book.channels:
            page = known.pop(named.name, None) or self._add_page(named, new=False)
            page.show_kept(named)
            kept.append(page)
        for gone in known.values():
            if gone.busy:  # being saved for the first time
                drafts.append(gone)
            else:
                self._take_out(gone)
        self.pages = [*kept, *drafts]
        self._refill(shown)

    def _add_page(self, named: NamedChannel, *, new: bool) -> ChannelPage:
        page = ChannelPage(self._book, named, new=new)
        page.edited.connect(self._name_all)
        self._stack.addWidget(page)
        self.pages.append(page)
        return page

    def _take_out(self, page: ChannelPage) -> None:
        page.cancel()
        self.pages = [p for p in self.pages if p is not page]
        self._stack.removeWidget(page)
        page.deleteLater()

    def _refill(self, shown: ChannelPage | None) -> None:
        blocker = QSignalBlocker(self.list)
        self.list.clear()
        for _page in self.pages:
            self.list.addItem("")
        row = self.pages.index(shown) if shown in self.pages else min(len(self.pages), 1) - 1
        self.list.setCurrentRow(row)
        blocker.unblock()
        self._name_all()
        self._show(row)

    def _name_all(self) -> None:
        for row, page in enumerate(self.pages):
            name = page.title
            if page.kept is not None and not page.kept.on:
                name = self.tr("{0} (off)").format(name)
            self.list.item(row).setText(f"{name} ●" if page.kept is None or page.unsaved else name)

    def _show(self, row: int) -> None:
        page = self.page
        self.remove.setEnabled(page is not None)
        self._say("")
        if page is not None:
            self._stack.setCurrentWidget(page)
            return
        self._stack.setCurrentWidget(self.empty)
        if not self._book.available:
            sentence = self.tr("Nothing is sent outside in this run of the program.")
            self.empty.show_state(State.OFF, sentence)
            return
        self.empty.show_state(
            State.EMPTY,
            self.tr("Alerts reach you only at this computer."),
            detail=self.tr(
                "Add a channel, and they come by Telegram, Discord or e-mail, to a web server "
                "or a program of your own. Passwords and tokens are kept in the system's keyring."
            ),
        )

    def _free_name(self, title: str) -> str:
        taken = {page.title.casefold() for page in self.pages}
        names = [title, *(f"{title} {n}" for n in range(2, len(taken) + 3))]
        return next(name for name in names if name.casefold() not in taken)

    def _cancel(self) -> None:
        for page in self.pages:
            page.cancel()

    def _report(self, error: TheBotError) -> None:
        self._say(error.user_message)

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _kinds(self) -> QMenu:
        menu = QMenu(self)
        for kind in sorted(self._book.kinds.values(), key=lambda k: k.title):
            menu.addAction(kind.title).triggered.connect(
                lambda _checked=False, kind=kind: self.begin(kind)
            )
        return menu

    def _lay_out(self) -> None:
        self.add.setEnabled(self._book.available)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        left.addLayout(buttons)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(left)
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(row, 1)
        column.addWidget(self._problem)
        column.addWidget(close_button(self))
        self.resize(WIDTH, HEIGHT)
