"""Tests of fault scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator.faults import Cut, FaultScript, RestErrors, Silence, load


def test_a_script_is_read(tmp_path: Path) -> None:
    """Each fault by its type, with its defaults."""
    path = tmp_path / "faults.json"
    path.write_text(
        '{"faults":[{"type":"cut","at":5,"seconds":2.5},{"type":"silence","at":10,"seconds":40},'
        '{"type":"rest_errors","at":0,"status":429,"count":3,"retry_after":7}]}'
    )
    script = load(path)
    assert script.faults[:2] == (Cut(at=5, seconds=2.5), Silence(at=10, seconds=40))
    errors = script.faults[2]
    assert isinstance(errors, RestErrors)
    assert (errors.status, errors.count, errors.retry_after) == (429, 3, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"faults":[{"type":"earthquake","at":1}]}',
        '{"faults":[{"type":"cut","at":-1}]}',
        '{"faults":[{"type":"cut","at":1,"secnds":2}]}',
        '{"faults":[{"type":"rest_errors","at":1,"status":200}]}',
        '{"falts":[]}',
    ],
)
def test_a_script_that_makes_no_sense_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    """It names the file."""
    path = tmp_path / "faults.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(path) in caught.value.user_message


def test_no_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """As any other."""
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none.json")


def test_nothing_goes_wrong_by_itself() -> None:
    """The empty script is the default."""
    assert FaultScript().faults == ()
