"""SoundEdit: one of our sounds, none, or a file of a person's own; and how it sounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from thebot_desktop.alerts.alert_config import NO_SOUND, SoundChoice
from thebot_desktop.app.notifier import NotificationError
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.file_dialogs import ask_what_to_open
from thebot_desktop.ui.notifications.player import shared_player
from thebot_desktop.ui.notifications.sounds import (
    BUNDLED,
    OWN_KINDS,
    SoundPort,
    sound_file,
    sound_trouble,
)

USUAL = SoundChoice("")
"""As the settings have it."""
_OWN = SoundChoice("\0own")
"""The entry that asks for a file."""
TRIED_VOLUME = 70


class SoundEdit(QWidget):
    """``usual`` adds a first entry of that name, for what is chosen elsewhere."""

    edited = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        usual: str = "",
        volume: Callable[[], int] = lambda: TRIED_VOLUME,
        port: SoundPort | None = None,
        ask: Callable[[QWidget, str, str, Callable[[str], None]], None] = ask_what_to_open,
    ) -> None:
        super().__init__(parent)
        self.volume = volume
        self._port = port
        self._ask = ask
        self.box = QComboBox()
        self.box.setMinimumWidth(170)
        self._fill(usual)
        self._shown: SoundChoice = self.box.itemData(0)
        self._play: AsyncCallbackWrapper[[], None] = AsyncCallbackWrapper(
            self._play_it, self._say_error
        )
        self.play = QPushButton(self.tr("Play"))
        self.play.setProperty("role", "link")
        self.play.setAutoDefault(False)
        self.play.clicked.connect(lambda: self._play())
        self._said = QLabel()
        self._said.setProperty("role", "problem")
        self._said.setWordWrap(True)
        self._said.hide()
        self.box.currentIndexChanged.connect(self._on_choice)
        self._lay_out()
        self._follow()

    @property
    def playing(self) -> AsyncCallbackWrapper[[], None]:
        return self._play

    @property
    def problem(self) -> str:
        """Why what is chosen cannot be a sound."""
        return sound_trouble(self._shown) if self._shown != USUAL else ""

    @property
    def said(self) -> str:
        """What came of the last try, where there is something to say."""
        return self._said.text()

    def read(self) -> SoundChoice:
        return self._shown

    def write(self, choice: SoundChoice) -> None:
        """A file of a person's own becomes an entry."""
        blocker = QSignalBlocker(self.box)
        if self.box.findData(choice) < 0:
            self.box.insertItem(self.box.count() - 1, Path(choice).name, choice)
            self.box.setItemData(self.box.findData(choice), choice, Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(self.box.findData(choice))
        blocker.unblock()
        self._shown = choice
        self._follow()

    def _fill(self, usual: str) -> None:
        names = {
            "buy": self.tr("Rising"),
            "sell": self.tr("Falling"),
            "warning": self.tr("Double"),
            "info": self.tr("Soft"),
            "urgent": self.tr("Urgent"),
        }
        if usual:
            self.box.addItem(usual, USUAL)
        for name in BUNDLED:
            self.box.addItem(names[name], SoundChoice(name))
        self.box.addItem(self.tr("No sound"), NO_SOUND)
        self.box.addItem(self.tr("A file of your own…"), _OWN)

    def _on_choice(self) -> None:
        chosen = self.box.currentData()
        if chosen == _OWN:
            self._choose_file()
            return
        self._shown = chosen
        self._follow()
        self.edited.emit()

    def _choose_file(self) -> None:
        """Until a file is chosen everything is as before."""
        self.write(self._shown)
        kinds = " ".join(f"*{kind}" for kind in OWN_KINDS)
        title, words = self.tr("Choose a sound"), self.tr("Sounds ({0})").format(kinds)
        self._ask(self, title, words, self._on_file)

    def _on_file(self, path: str) -> None:
        self.write(SoundChoice(path))
        self.edited.emit()

    def _follow(self) -> None:
        self.play.setVisible(self._shown not in (USUAL, NO_SOUND))
        self._say("")

    async def _play_it(self) -> None:
        port = self._port or shared_player()
        heard = await port.play(sound_file(self._shown), self.volume() / 100)
        self._say("" if heard else self.tr("No device for sound was found."))

    def _say_error(self, error: TheBotError) -> None:
        known = isinstance(error, NotificationError)
        self._say(error.user_message if known else self.tr("The sound could not be played."))

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.box)
        row.addWidget(self.play)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._said)
        self.setFocusProxy(self.box)
