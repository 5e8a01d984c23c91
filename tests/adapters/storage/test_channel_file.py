"""Channels on disk: what comes back is what was saved; a broken file is set aside and said."""

from __future__ import annotations

import json

import pytest

from thebot_desktop.adapters import channels
from thebot_desktop.adapters.channels.program import Program
from thebot_desktop.adapters.channels.telegram import Telegram
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.app.channels import Channel, NamedChannel
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.texts import Lines
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.signals import AlertType

KINDS = discover(channels, Channel)
SAVED = (
    NamedChannel("Bell", Program("ring", Lines(("-a", "b,c"))), on=False),
    NamedChannel("Phone", Telegram("-1001"), types=(AlertType.BUY,), after_minutes=5),
)


@pytest.fixture
def path(profile):
    return profile / "channels.json"


@pytest.fixture
def file(path):
    return ChannelFile(path, KINDS)


def test_what_was_saved_comes_back(file, path):
    """In another run of the program too."""
    assert file.load() == ()
    file.save(SAVED)
    assert ChannelFile(path, KINDS).load() == SAVED


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["channels"][1]["channel"].update(type="Pigeon"),
        lambda d: d["channels"][1]["channel"].update(chat_id="me & you"),
        lambda d: d["channels"][1]["channel"].update(base_url="http://other.test"),
        lambda d: d["channels"][1].update(types=["SHOUT"]),
        lambda d: d["channels"][1].update(after_minutes=-1),
        lambda d: d["channels"][1].update(name="Bell"),
        lambda d: d["channels"][1].update(name="screen"),
        lambda d: d["channels"][1].update(name=" "),
        lambda d: d["channels"].extend(d["channels"] * 30),
        lambda d: d.update(version=2),
        lambda d: d.update(channels="none"),
    ],
)
def test_a_file_that_makes_no_sense_is_set_aside_with_a_sentence(file, path, change):
    """Whatever in it does not; nothing of it is used."""
    file.save(SAVED)
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(StorageError) as caught:
        file.load()
    assert "channels.json.bad" in caught.value.user_message
    assert path.with_name("channels.json.bad").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"x" * 2_000_000])
def test_so_is_one_that_is_no_json(file, path, content):
    """Or larger than any such file."""
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(StorageError):
        file.load()


def test_another_program_s_changes_are_noticed_and_one_s_own_are_not(file, path):
    """A file that is gone says nothing."""
    file.load()
    assert not file.changed_elsewhere()
    file.save(SAVED)
    assert not file.changed_elsewhere()
    ChannelFile(path, KINDS).save(SAVED[:1])
    assert file.changed_elsewhere()
    assert file.load() == SAVED[:1]
    assert not file.changed_elsewhere()
    path.unlink()
    assert not file.changed_elsewhere()
