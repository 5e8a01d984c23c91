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
    assert "cannot be kept in" in capsys.readouterr().err


def test_a_symbol_that_is_not_stored_names_what_is(thebot, tmp_path, capsys):
    """Near names, or the intervals there are; status 2 and no file."""
    file, out = tmp_path / "good.csv", tmp_path / "out.csv"
    file.write_text("".join(ROWS))
    thebot("import", "BTCUSDT", "1m", file)
    assert thebot("export", "BTCUSTD", "1m", "--output", out) == 2
    assert "Did you mean BTCUSDT?" in capsys.readouterr().err
    assert thebot("export", "BTCUSDT", "1s", "--output", out) == 2
    assert "Of BTCUSDT there are 1m." in capsys.readouterr().err
    assert thebot("export", "BTCUSDT", "5m", "--output", out) == 2
    assert "in this stretch" in capsys.readouterr().err, "too few minutes for a whole one"
    assert thebot("export", "BTC_USDT", "1m", "--output", out) == 2
    assert "is not a symbol" in capsys.readouterr().err
    assert thebot("export", "XRPUSDT", "5m", "--output", out) == 2
    assert "There are BTCUSDT." in capsys.readouterr().err
    assert not out.exists()


def test_a_published_file_of_another_series_is_refused(thebot, tmp_path, capsys):
    """Its name says what is in it: a slip of the fingers would mix two markets."""
    file = tmp_path / "BTCUSDT-1m-2026-03.csv"
    file.write_text("".join(ROWS))
    for symbol, interval in (("BTCUSTD", "1m"), ("BTCUSDT", "5m")):
        assert thebot("import", symbol, interval, file) == 2
        assert "Did you mean BTCUSDT 1m?" in capsys.readouterr().err
    assert thebot("import", "BTCUSDT", "1m", file) == 0
    monthly = tmp_path / "BTCUSDT-1mo-2026-03.csv"
    monthly.write_text("x")
    thebot("import", "BTCUSDT", "1M", monthly)
    assert "is named for" not in capsys.readouterr().err


def test_a_candle_of_the_future_is_a_broken_line(thebot, tmp_path, capsys):
    """So is the one that is still forming: it would never be corrected."""
    file = tmp_path / "good.csv"
    file.write_text("".join(ROWS) + "4102444800000,2,4,1,3,1\n")
    assert thebot("import", "BTCUSDT", "1m", file) == 0
    said = capsys.readouterr()
    assert "4 candles kept, 0 known already, 1 broken lines" in said.out
    assert "line 5: the candle is not over yet" in said.err


def test_an_interval_that_does_not_exist_names_its_neighbours(thebot, tmp_path, capsys):
    """In every command that takes one, with status 2."""
    commands = (
        ("import", "BTCUSDT", "7m", "x.csv"),
        ("export", "BTCUSDT", "7m", "--output", "x.csv"),
        ("history", "BTCUSDT", "7m", "--output", "x.csv"),
        ("watch", "BTCUSDT", "--interval", "7m"),
    )
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            thebot(*command)
        assert ended.value.code == 2
        assert "Did you mean 5m or 15m?" in capsys.readouterr().err


def test_an_interval_that_is_not_stored_is_made_of_a_shorter_one(thebot, tmp_path, capsys):
    """Which is said in one line; only whole candles of the stretch are written."""
    source, output = tmp_path / "a.csv", tmp_path / "out.csv"
    begin = 1_700_000_100_000
    rows = [f"{begin + i * 60_000},2,4,1,3,{i}.1\n" for i in range(18)]
    source.write_text("".join(rows))
    assert thebot("import", "BTCUSDT", "1m", source) == 0
    capsys.readouterr()
    stretch = ("--from", begin + 60_000, "--to", begin + 10 * 60_000)
    assert thebot("export", "BTCUSDT", "5m", *stretch, "--output", output) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == ("No candles of BTCUSDT 5m are stored: they are made of those of BTCUSDT 1m.")
    lines = output.read_text().splitlines()[1:]
    assert lines == [
        f"{begin + 300_000},2.0,4.0,1.0,3.0,35.5,0.0,0,0.0,imported",
        f"{begin + 600_000},2.0,4.0,1.0,3.0,60.5,0.0,0,0.0,imported",
    ]
    assert thebot("export", "BTCUSDT", "1s", "--output", output) == 2
