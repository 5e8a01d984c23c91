"""The window of alert channels: adding, trying, saving, removing, as a person does it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit

from tests.adapters.channels.places import HttpPlace, MemoryKeyring, http_answer
from thebot_desktop.adapters import channels
from thebot_desktop.adapters.channels.program import Program
from thebot_desktop.adapters.channels.telegram import Telegram
from thebot_desktop.adapters.channels.webhook import Webhook
from thebot_desktop.adapters.outside import OutsideWorld
from thebot_desktop.adapters.secrets import KeyringSecrets
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import Channel, NamedChannel
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.given_secrets import GivenSecrets
from thebot_desktop.app.texts import Lines
from thebot_desktop.domain.errors import SecretError
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.channels_dialog import ChannelsDialog
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

KINDS = discover(channels, Channel)
TOKEN = "123456:t0k3n"


class Place:
    """The dialog over a profile, a keyring in memory, and a server on loopback."""

    def __init__(self, qtbot, profile, site, outside):
        self.qtbot, self.site = qtbot, site
        self.keyring = MemoryKeyring()
        self.file = ChannelFile(profile / "channels.json", KINDS)
        self.book = ChannelBook(
            KINDS,
            outside=outside,
            secrets=KeyringSecrets(profile, lambda: self.keyring),
            store=self.file,
        )
        self.renames = []
        self.book.rename_elsewhere = lambda *names: self.renames.append(names)
        self.dialog = None

    def open(self):
        self.dialog = ChannelsDialog(None, self.book, load_theme("dark"))
        self.qtbot.addWidget(self.dialog)
        self.dialog.show()
        return self.dialog

    @property
    def page(self):
        return self.dialog.page

    @property
    def names(self):
        items = self.dialog.list
        return [items.item(row).text() for row in range(items.count())]

    def add(self, title):
        """By the menu of the button."""
        menu = self.dialog.add.menu()
        menu.popup(QPoint(0, 0))
        action = next(a for a in menu.actions() if a.text() == title)
        self.qtbot.mouseClick(
            menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center()
        )

    def press(self, button):
        assert button.isEnabled()
        at = QPoint(8, button.height() // 2)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)

    def type(self, edit, text):
        edit.setFocus()
        edit.selectAll()
        first, *others = text.split("\n")
        self.qtbot.keyClicks(edit, first)
        for line in others:
            self.qtbot.keyClick(edit, Qt.Key.Key_Return)
            self.qtbot.keyClicks(edit, line)

    def choose(self, name):
        item = self.dialog.list.item(self.names.index(name))
        rect = self.dialog.list.visualItemRect(item)
        self.qtbot.mouseClick(
            self.dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center()
        )

    async def save(self):
        self.press(self.page.save)
        await self.page.saving.wait()

    async def test(self):
        self.press(self.page.test)
        await self.page.testing.wait()

    def all_texts(self):
        """Everything that the dialog shows."""
        edits = [e.displayText() for e in self.dialog.findChildren(QLineEdit)]
        edits += [e.placeholderText() for e in self.dialog.findChildren(QLineEdit)]
        edits += [e.toPlainText() for e in self.dialog.findChildren(QPlainTextEdit)]
        return " ".join([*edits, *(w.text() for w in self.dialog.findChildren(QLabel))])


@pytest.fixture
async def place(qtbot, profile):
    outside = OutsideWorld()
    async with HttpPlace().open() as site:
        yield Place(qtbot, profile, site, outside)
    await outside.aclose()


async def telegram(place):
    """Saved, with its token."""
    await place.book.save(NamedChannel("Phone", Telegram("12", place.site.url)), {"token": TOKEN})


async def test_without_channels_it_says_what_they_are_for(place):
    """And offers nothing that could be removed."""
    dialog = place.open()
    assert dialog.page is None
    assert dialog.empty.isVisible()
    assert dialog.empty.state is State.EMPTY
    assert "only at this computer" in dialog.empty.sentence
    assert not dialog.remove.isEnabled()
    assert {a.text() for a in dialog.add.menu().actions()} == {k.title for k in KINDS.values()}


async def test_a_channel_is_added_tried_and_saved(place):
    """The secret goes into the keyring, and is never shown again."""
    place.site.answers = [http_answer({"ok": True, "result": {"message_id": 42}})]
    place.open()
    place.add("Telegram")
    page = place.page
    assert place.dialog.focusWidget() is page.name
    assert not page.save.isEnabled()
    assert page.form.problems["chat_id"] == "Something is needed here."
    place.type(page.name, "My phone")
    place.type(page.form.field("chat_id").editor, "-1001")
    place.type(page.form.field("base_url").editor, place.site.url)
    token = page.secrets.row("token")
    assert token.state == "Needed"
    place.type(token.edit, f" {TOKEN} ")
    await place.test()
    assert page.result == "Sent. The answer: message 42"
    assert place.site.asked[0].path == f"/bot{TOKEN}/sendMessage"
    assert place.book.names == ()
    await place.save()
    assert page.result == "Saved."
    assert place.names == ["My phone"]
    assert place.book.get("My phone").channel == Telegram("-1001", place.site.url)
    assert list(place.keyring.held.values()) == [TOKEN]
    assert token.state == "Kept in the system's keyring"
    assert TOKEN not in place.all_texts()
    assert page.name.text() == "My phone"
    assert not page.save.isEnabled()
    await place.test()
    assert page.result == "Sent. The answer: message 42"


async def test_a_secret_is_not_readable_while_it_is_typed(place):
    """Over the shoulder, or by what reads the screen aloud."""
    place.open()
    place.add("Telegram")
    token = place.page.secrets.row("token")
    place.type(token.edit, TOKEN)
    assert token.edit.echoMode() is QLineEdit.EchoMode.Password
    assert TOKEN not in place.all_texts()
    assert token.edit.accessibleName() == "Bot token"


async def test_a_test_that_fails_says_why(place):
    """In the words of the other side."""
    await telegram(place)
    place.site.answers = [
        http_answer({"ok": False, "description": "Bad Request: chat not found"}, "400 No")
    ]
    place.open()
    await place.test()
    assert "chat not found" in place.page.result
    assert place.page.test.isEnabled()


async def test_a_running_test_cannot_be_started_twice(place):
    """And ends with the dialog."""
    await telegram(place)
    place.site.answers = [None]
    dialog = place.open()
    place.press(place.page.test)
    assert place.page.result == "" or "Sending" in place.page.result
    assert not place.page.test.isEnabled()
    assert not place.page.save.isEnabled()
    testing = place.page.testing
    dialog.reject()
    await testing.wait()
    assert not testing.running


async def test_types_delay_and_switch_are_kept(place):
    """The list shows what is off, and what is not saved."""
    await telegram(place)
    place.open()
    use = place.page.use
    for box in use.field("types").findChildren(QCheckBox):
        if box.text() in ("INFO", "WARNING"):
            place.press(box)
    place.press(use.field("on").editor)
    place.type(use.field("after_minutes").editor.lineEdit(), "15")
    assert place.names == ["Phone ●"]
    await place.save()
    kept = place.book.get("Phone")
    assert kept.types == (AlertType.BUY, AlertType.SELL)
    assert (kept.on, kept.after_minutes) == (False, 15)
    assert place.names == ["Phone (off)"]
    assert ChannelFile(place.file._path, KINDS).load() == place.book.channels


async def test_an_optional_secret_can_be_removed(place):
    """One that is needed can only be replaced."""
    await telegram(place)
    hook = Webhook(place.site.url)
    await place.book.save(NamedChannel("Hook", hook), {"bearer": "b34r3r"})
    place.open()
    bearer = place.page.secrets.row("bearer")
    assert bearer.state == "Kept in the system's keyring"
    assert place.page.secrets.row("header").state == "None"
    place.press(bearer.remove)
    assert bearer.state == "Will be removed"
    await place.save()
    assert bearer.state == "None"
    assert "b34r3r" not in place.keyring.held.values()
    place.choose("Phone")
    assert not place.page.secrets.row("token").remove.isVisible()


async def test_removing_asks_first(place):
    """Escape says no; the channel goes with its secrets."""
    await telegram(place)
    dialog = place.open()
    place.press(dialog.remove)
    assert "Phone" in dialog.question.text()
    place.qtbot.keyClick(dialog.question, Qt.Key.Key_Escape)
    assert place.book.names == ("Phone",)
    place.press(dialog.remove)
    place.press(dialog.question.yes)
    await dialog.removing.wait()
    assert place.names == []
    assert place.book.names == ()
    assert place.keyring.held == {}
    assert dialog.empty.isVisible()


async def test_a_draft_that_nobody_touched_goes_without_a_question(place):
    """The next one gets a name that is free."""
    dialog = place.open()
    place.add("Discord")
    place.add("Discord")
    assert place.names == ["Discord ●", "Discord 2 ●"]
    place.press(dialog.remove)
    assert dialog.question is None
    assert place.names == ["Discord ●"]


async def test_names_are_needed_and_taken_once(place):
    """It is said beside the buttons."""
    await telegram(place)
    place.open()
    place.add("Discord")
    place.type(place.page.name, "Phone")
    assert place.page.result == "There is a channel of this name already."
    assert not place.page.save.isEnabled()
    place.page.name.selectAll()
    place.qtbot.keyClick(place.page.name, Qt.Key.Key_Delete)
    assert place.page.result == "A channel needs a name."
    place.type(place.page.name, "screen")
    place.type(place.page.secrets.row("url").edit, "https://x.test/api/webhooks/1/w0rdw0rd")
    await place.save()
    assert "cannot be the name" in place.page.result
    assert place.book.names == ("Phone",)


async def test_what_is_wrong_in_a_template_is_said_at_once(place):
    """Before anything can be sent with it."""
    place.open()
    place.add("Webhook")
    place.type(place.page.form.field("url").editor, place.site.url)
    assert place.page.test.isEnabled()
    place.type(place.page.form.field("template").editor, '{"a": "{prise}"}')
    assert "“{prise}” cannot be filled in" in place.page.form.problems[""]
    assert not place.page.test.isEnabled()
    assert not place.page.save.isEnabled()


async def test_arguments_of_a_program_are_lines(place):
    """Commas mean nothing in them."""
    place.open()
    place.add("Program")
    place.type(place.page.form.field("program").editor, sys.executable)
    place.type(place.page.form.field("arguments").editor, "-c\nprint('ding, dong')\n")
    await place.test()
    assert place.page.result == "Sent. The answer: exit code 0: ding, dong"
    await place.save()
    saved = place.book.channels[0].channel
    assert saved == Program(sys.executable, Lines(("-c", "print('ding, dong')")))


async def test_without_a_keyring_the_secret_can_be_used_until_the_end(place):
    """It is said that there is none, and what happens instead."""
    place.keyring.fails = SecretError(user_message="This desktop has no keyring.")
    place.site.answers = [http_answer({"ok": True, "result": {"message_id": 1}})]
    place.open()
    place.add("Telegram")
    page = place.page
    place.type(page.form.field("chat_id").editor, "12")
    place.type(page.form.field("base_url").editor, place.site.url)
    place.type(page.secrets.row("token").edit, TOKEN)
    assert not page.passing.isVisible()
    await place.save()
    assert page.result == "This desktop has no keyring."
    assert place.book.names == ()
    place.press(page.passing)
    await page.saving.wait()
    assert page.result == "Saved."
    assert page.secrets.row("token").state == "Kept until the program ends"
    await place.test()
    assert page.result == "Sent. The answer: message 1"
    assert place.keyring.held == {}


async def test_what_is_typed_is_not_thrown_away_without_a_question(place):
    """Closing with nothing typed asks nothing."""
    await telegram(place)
    dialog = place.open()
    dialog.reject()
    assert not dialog.isVisible()
    dialog = place.open()
    place.type(place.page.form.field("chat_id").editor, "34")
    dialog.reject()
    assert dialog.isVisible()
    assert "“Phone”" in dialog.question.informativeText()
    place.press(dialog.question.no)
    assert dialog.isVisible()
    dialog.reject()
    place.press(dialog.question.yes)
    assert not dialog.isVisible()
    assert place.book.get("Phone").channel.chat_id == "12"


async def test_pages_keep_what_is_typed_and_follow_what_others_change(place):
    """Another program, or another window."""
    await telegram(place)
    await place.book.save(NamedChannel("Bell", Program("ring")))
    place.open()
    place.choose("Phone")
    place.type(place.page.form.field("chat_id").editor, "34")
    place.choose("Bell")
    await place.book.save(NamedChannel("Bell", Program("chime")))
    assert place.page.form.value.program == "chime"
    await place.book.save(NamedChannel("Phone", Telegram("56", place.site.url)))
    place.choose("Phone ●")
    assert place.page.form.value.chat_id == "34"
    await place.book.remove("Bell")
    assert place.names == ["Phone ●"]
    assert place.page.form.value.chat_id == "34"


async def test_a_run_that_sends_nothing_says_so(qtbot):
    """In safe mode, and with a recording."""
    dialog = ChannelsDialog(None, ChannelBook(), load_theme("dark"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.empty.state is State.OFF
    assert "Nothing is sent" in dialog.empty.sentence
    assert not dialog.add.isEnabled()


def test_the_command_opens_it_once(window):
    """From the menu of alerts, or by its name."""
    window.run_command("alert.channels")
    dialog = window.dialogs.opened("channels")
    assert isinstance(dialog, ChannelsDialog)
    window.run_command("alert.channels")
    assert window.dialogs.opened("channels") is dialog
    dialog.reject()
    assert window.dialogs.opened("channels") is None


def test_the_settings_of_alerts_lead_there(window, qtbot):
    """Whoever looks for it among the settings finds it."""
    window.dialogs.settings("alerts", "enable_toast")
    settings = window.dialogs.opened("settings")
    qtbot.mouseClick(settings.form.channels, Qt.MouseButton.LeftButton)
    assert isinstance(window.dialogs.opened("channels"), ChannelsDialog)


async def test_a_secret_that_the_environment_gives_is_shown_by_its_variable(place):
    """As the name is typed; it is used without anything in the keyring, and shown nowhere."""
    place.book = ChannelBook(
        KINDS,
        outside=OutsideWorld(),
        secrets=KeyringSecrets(Path("/p"), lambda: place.keyring),
        store=place.file,
        given=GivenSecrets({"THEBOT_SECRET_MY_PHONE_TOKEN": TOKEN}),
    )
    place.site.answers = [http_answer({"ok": True, "result": {"message_id": 7}})]
    place.open()
    place.add("Telegram")
    page = place.page
    place.type(page.form.field("chat_id").editor, "12")
    place.type(page.form.field("base_url").editor, place.site.url)
    assert page.secrets.row("token").state == "Needed"
    place.type(page.name, "My phone")
    assert page.secrets.row("token").state == "Given by THEBOT_SECRET_MY_PHONE_TOKEN"
    await place.save()
    await place.test()
    assert page.result == "Sent. The answer: message 7"
    assert place.keyring.held == {}
    assert TOKEN not in place.all_texts()


async def test_a_channel_is_renamed_where_its_name_stands(place):
    """With what else is changed; its page stays, its secret goes along, and a test still works."""
    place.site.answers = [http_answer({"ok": True, "result": {"message_id": n}}) for n in (1, 2)]
    await telegram(place)
    place.open()
    page = place.page
    place.type(page.name, "Tablet")
    place.type(page.form.field("chat_id").editor, "34")
    await place.test()
    assert page.result == "Sent. The answer: message 1"
    await place.save()
    assert page.result == "Saved."
    assert place.page is page
    assert place.names == ["Tablet"]
    assert place.renames == [("Phone", "Tablet")]
    assert [n.channel.chat_id for n in place.file.load()] == ["34"]
    ((entry, _field),) = place.keyring.held
    assert "/Tablet/" in entry
    assert not page.unsaved
    await place.test()
    assert page.result == "Sent. The answer: message 2"


async def test_a_name_that_rules_cannot_follow_is_not_taken(place):
    """A sentence says why, and what was typed stays."""
    await telegram(place)
    place.book.rename_elsewhere = None
    place.open()
    place.type(place.page.name, "Tablet")
    await place.save()
    assert "“Phone” keeps its name: another THEBOT sends" in place.page.result
    assert place.book.names == ("Phone",)
    assert place.page.name.text() == "Tablet"
    assert place.page.unsaved
