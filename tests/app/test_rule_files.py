"""Files of alerts on disk."""

from __future__ import annotations

import pytest

from tests.alerts.test_rule_codec import CODEC, RULES
from tests.fakes import Core
from thebot_desktop.app.rule_files import LARGEST_BYTES, read_rules, take_in, write_rules
from thebot_desktop.domain.errors import InputError, StorageError


def test_what_one_writes_another_takes_in_once(tmp_path):
    """What is there already is left alone."""
    path = tmp_path / "alerts.json"
    write_rules(path, CODEC, RULES)
    core = Core()
    core.alerts.arm(RULES[0])
    assert take_in(core.alerts, read_rules(path, CODEC)) == 2
    assert take_in(core.alerts, read_rules(path, CODEC)) == 0
    armed = core.alerts.armed
    assert [a.rule for a in armed] == [r.rule for r in RULES]
    assert len({a.id for a in armed}) == 3
    assert all(a.id for a in armed)


def test_files_that_cannot_be_read_or_written_are_told_of(tmp_path):
    """With their place."""
    with pytest.raises(StorageError) as refused:
        read_rules(tmp_path / "missing.json", CODEC)
    assert refused.value.user_message.endswith("missing.json could not be read.")
    with pytest.raises(StorageError) as refused:
        write_rules(tmp_path / "no" / "folder.json", CODEC, RULES)
    assert "could not be written" in refused.value.user_message


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    """It is something else."""
    path = tmp_path / "alerts.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(InputError):
        read_rules(path, CODEC)
