"""``thebot import`` and ``thebot export`` on a profile."""

from __future__ import annotations

import pytest

from thebot_desktop.cli.dispatch import dispatch
from thebot_desktop.cli.parser import parse

T0 = 1_700_000_040_000
ROWS = [f"{T0 + i * 60_000},2,4,1,3,{i}\n" for i in range(4)]


@pytest.fixture
def thebot(tmp_path):
    def run(*arguments):
        return dispatch(parse([*map(str, arguments), "--profile", str(tmp_path / "p")], {}))

    return run


def test_imported_candles_come_out_again(thebot, tmp_path, capsys):
    """A line per file, broken lines by number; the export names the origin, and reads back."""
    first, second, output = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "out.csv"
    first.write_text("".join(ROWS[:3]))
    second.write_text(ROWS[2] + "broken\n" + ROWS[3])
    assert thebot("import", "btcusdt", "1m", first, second) == 0
    said = capsys.readouterr()
    assert f"{first}: 3 candles kept, 0 known already, 0 broken lines" in said.out
    assert f"{second}: 1 candles kept, 1 known already, 1 broken lines" in said.out
    assert f"{second}, line 2: " in said.err
    assert thebot("export", "BTCUSDT", "1m", "--from", T0 + 60_000, "--output", output) == 0
    lines = output.read_text().splitlines()
    assert lines[1] == f"{T0 + 60_000},2.0,4.0,1.0,3.0,1.0,0.0,0,0.0,imported"
    assert len(lines) == 4
    assert thebot("import", "ETHUSDT", "1m", output) == 0
    assert "3 candles kept" in capsys.readouterr().out


def test_bad_input_is_status_two_and_a_sentence(thebot, tmp_path, capsys):
    """A bad file does not keep the next one from being read."""
    bad, good = tmp_path / "bad.zip", tmp_path / "good.csv"
    bad.write_text("nothing of use")
    good.write_text("".join(ROWS))
    assert thebot("import", "BTCUSDT", "1m", bad, good) == 2
    said = capsys.readouterr()
    assert "bad.zip holds no candles" in said.err
    assert "4 candles kept" in said.out
    assert thebot("import", "BTC USDT!", "1m", good) == 2
    assert thebot("export", "XRPUSDT", "1m", "--output", tmp_path / "x.csv") == 2
    assert thebot("export", "BTCUSDT", "1m", "--output", tmp_path / "x.doc") == 2


def test_a_store_that_cannot_be_used_is_said(thebot, tmp_path, capsys):
    """Nothing is imported into memory only to be lost."""
    (tmp_path / "p").write_text("a file where the folder should be")
    good = tmp_path / "good.csv"
    good.write_text("".join(ROWS))
    assert thebot("import", "BTCUSDT", "1m", good) == 1
    assert "cannot be used" in capsys.readouterr().err
