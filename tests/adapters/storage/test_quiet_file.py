"""The quiet on disk: what comes back is what was saved; a broken file is set aside and said."""

from __future__ import annotations

import pytest

from thebot_desktop.adapters.storage.quiet_file import QuietFile
from thebot_desktop.app.kept_quiet import KeptQuiet, Snooze
from thebot_desktop.app.quiet import FOR_GOOD
from thebot_desktop.domain.errors import StorageError


@pytest.fixture
def path(profile):
    return profile / "data" / "quiet.json"


def test_what_was_saved_comes_back(path):
    """In another run too; where nothing was saved nothing is quiet."""
    file = QuietFile(path)
    assert file.load() == KeptQuiet()
    quiet = KeptQuiet(FOR_GOOD, {"rule": Snooze(5_000, 1_000)})
    file.save(quiet)
    assert QuietFile(path).load() == quiet


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"muted_until": "noon"}',
        '{"muted_until": -1}',
        '{"muted_until": 1e300}',
        '{"muted_until": 9007199254740993}',
        '{"snoozes": {"": {"until": 1, "since": 1}}}',
        '{"snoozes": {"r": {"until": 1}}}',
        '{"version": 2}',
    ],
)
def test_a_file_that_makes_no_sense_is_set_aside_with_a_sentence(path, content):
    """Nothing of it is used, and it is not lost."""
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(StorageError) as caught:
        QuietFile(path).load()
    assert caught.value.user_message.startswith("The mute of alerts could not be read.")
    assert path.with_name("quiet.json.bad").read_text() == content
    assert QuietFile(path).load() == KeptQuiet()


def test_what_is_past_is_dropped():
    """A mute and snoozes alike, from the moment on at which they end."""
    quiet = KeptQuiet(10, {"a": Snooze(10, 1), "b": Snooze(11, 1)})
    assert quiet.at(10) == KeptQuiet(0, {"b": Snooze(11, 1)})
    assert quiet.at(9) == quiet
