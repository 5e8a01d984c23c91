"""Tests of fault scripts: what can be written, and when it happens."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.process import thebot
from thebot_desktop.cli import parser
from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator import faults
from thebot_desktop.exchange_simulator.faults import (
    Close,
    Cut,
    FaultScript,
    Garbage,
    Outage,
    RestErrors,
    Silence,
    Skew,
    Starve,
    load,
    parse,
)


def test_a_fault_is_a_line_of_words() -> None:
    """Numbers, names and switches as one would write them."""
    starved = parse("at=20 kind=starve streams=*@kline_1s for=10 healed_by=connect")
    assert starved == Starve(at=20, streams="*@kline_1s", seconds=10, healed_by="connect")
    assert parse("kind=garbage at=1.5 share=0.25 instead=true") == Garbage(
        at=1.5, share=0.25, instead=True
    )
    assert parse('at=3 kind=close code=1012 reason="back soon"') == Close(
        at=3, code=1012, reason="back soon"
    )
    assert parse("at=0 kind=skew ms=-2500") == Skew(at=0, ms=-2500)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no kind"),
        ("cut", "not name=value"),
        ("at=1", "it has no kind; there are cut, close"),
        ("at=1 kind=starv", "“starv” is no kind of fault; starve is"),
        ("at=1 kind=cut secnds=2", "cut has no “secnds”; it has at, every, times, for"),
        ("at=-1 kind=cut", "$.at"),
        ("at=soon kind=cut", "$.at"),
        ("at=1 kind=refuse", "required field `for`"),
        ("at=1 kind=lose share=1.5", "$.share"),
        ("at=1 kind=lose only=some", "$.only"),
        ("at=1 kind=rest_errors status=200", "$.status"),
        ("at=1 kind=cut times=3", "“times” needs “every”"),
        ('at=1 kind=close reason="', "quotation"),
    ],
)
def test_words_that_make_no_sense_are_refused_in_a_sentence(text: str, words: str) -> None:
    """It names what is wrong, and what there is instead."""
    with pytest.raises(InputError) as caught:
        parse(text)
    assert words in caught.value.user_message
    assert caught.value.user_message.startswith("The fault “")


EXPECTED = (
    Cut(at=5, seconds=2.5),
    Silence(at=10, seconds=40),
    RestErrors(at=0, status=429, count=3, retry_after=7),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "faults.json",
            '{"faults":[{"kind":"cut","at":5,"for":2.5},{"kind":"silence","at":10,"for":40},'
            '{"kind":"rest_errors","at":0,"status":429,"count":3,"retry_after":7}]}',
        ),
        (
            "older.json",
            '{"faults":[{"type":"cut","at":5,"seconds":2.5},'
            '{"type":"silence","at":10,"seconds":40},'
            '{"type":"rest_errors","at":0,"status":429,"count":3,"retry_after":7}]}',
        ),
        (
            "faults.toml",
            '[[faults]]\nkind = "cut"\nat = 5\nfor = 2.5\n'
            '[[faults]]\nkind = "silence"\nat = 10\nfor = 40\n'
            '[[faults]]\nkind = "rest_errors"\nat = 0\nstatus = 429\ncount = 3\nretry_after = 7\n',
        ),
        (
            "faults.txt",
            "# a bad day\nat=5 kind=cut for=2.5   # short\n\nat=10 kind=silence for=40\n"
            "at=0 kind=rest_errors status=429 count=3 retry_after=7\n",
        ),
    ],
)
def test_a_script_is_read_in_each_of_its_forms(tmp_path: Path, name: str, text: str) -> None:
    """Lines, JSON and TOML say the same; the older names of JSON are understood."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert load(path).faults == EXPECTED


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("f.json", "", "truncated"),
        ("f.json", "[]", "Expected `object`"),
        ("f.json", '{"falts":[]}', "`falts`"),
        ("f.json", '{"faults":[{"kind":"earthquake","at":1}]}', "fault 1: “earthquake” is no kind"),
        ("f.json", '{"faults":[{"kind":"cut","at":"1"}]}', "fault 1"),
        ("f.json", '{"faults":[{"kind":"cut","at":1},{"kind":"cut"}]}', "fault 2"),
        ("f.toml", "faults = 3", "Expected `array`"),
        ("f.toml", "[[faults]\n", "line 1"),
        ("f.txt", "", "it is empty"),
        ("f.txt", "at=1 kind=cut\n\nat=2 kind=cat", "line 3"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused_in_a_sentence(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    """It names the file and the place in it."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(path) in caught.value.user_message
    assert words in caught.value.user_message


def test_no_file_and_no_text_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """As any other."""
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none.json")
    (tmp_path / "picture.txt").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="no text"):
        load(tmp_path / "picture.txt")


def test_faults_come_in_order_of_time_and_again() -> None:
    """Repeated ones between the others, for ever where no number is given."""
    often = Cut(at=1, every=2)
    thrice = Outage(at=0.5, seconds=1, every=4, times=3)
    once = Close(at=4)
    script = FaultScript((often, once, thrice))
    assert list(islice(script.timetable(), 7)) == [
        (0.5, thrice),
        (1, often),
        (3, often),
        (4, once),
        (4.5, thrice),
        (5, often),
        (7, often),
    ]
    assert len(list(FaultScript((thrice, once)).timetable())) == 4


def test_nothing_goes_wrong_by_itself() -> None:
    """The empty script is the default."""
    assert FaultScript().faults == ()
    assert list(FaultScript().timetable()) == []


def test_the_guide_names_every_kind_and_word() -> None:
    """So that nobody needs the source to write a script."""
    guide = faults.guide()
    for name, kind in faults.KINDS.items():
        assert f"  {name} " in guide
        assert kind.meaning
        assert kind.meaning in guide
    assert "healed_by=subscribe|connect|never" in guide


def test_the_command_line_tells_of_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    """In the help of ``thebot exchange``."""
    with pytest.raises(SystemExit):
        parser.parse(["exchange", "--help"], {})
    printed = capsys.readouterr().out
    assert all(f"  {name} " in printed for name in faults.KINDS)


@pytest.mark.process
def test_a_fault_that_makes_no_sense_is_a_sentence_and_status_2(profile: Path) -> None:
    """Nothing is served."""
    done = thebot("exchange", "--port", 0, "--fault", "at=1 kind=cat", profile=profile)
    assert done.returncode == 2
    assert "“cat” is no kind of fault" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
