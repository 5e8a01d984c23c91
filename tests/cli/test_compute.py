"""The command that computes an indicator over a file."""

from __future__ import annotations

import csv
import gzip
import io

import numpy as np
import pytest
import talib

from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.cli import compute
from thebot_desktop.domain.market import Interval

CATALOGUE = indicator_catalogue({"rsi": Rsi, "ema_cross": EmaCross, "corr": Correlation})
CLOSES = [44.3, 44.1, 44.2, 43.6, 44.3, 44.8, 45.1, 45.4, 45.8, 46.1]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    rows = [f"{n * 60_000},{c},{c + 1},{c - 1},{c},5" for n, c in enumerate(CLOSES)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def _run(expression, source, output=None):
    out, err = io.StringIO(), io.StringIO()
    status = compute.run(expression, source, output, CATALOGUE, out, err)
    return status, out.getvalue(), err.getvalue()


def test_there_is_a_column_for_each_output_and_nothing_while_warming_up(source):
    """Beside the times as they are in the input."""
    status, printed, errors = _run("BBANDS(9,2,2)", source)
    assert (status, errors) == (0, "")
    lines = printed.splitlines()
    assert lines[0] == "open_time,upperband,middleband,lowerband"
    assert lines[1:9] == [f"{n * 60_000},,," for n in range(8)]
    assert [line.split(",")[0] for line in lines[9:]] == ["480000", "540000"]


def test_numbers_read_back_exactly(source):
    """Each is the shortest decimal of the very same number."""
    _, printed, _ = _run("SMA(3)", source)
    found = [float(line.split(",")[1]) for line in printed.splitlines()[3:]]
    assert found == talib.SMA(np.array(CLOSES), 3)[2:].tolist()


def test_one_output_may_be_asked_for(source):
    """By its name after a point."""
    _, printed, _ = _run("macd(2,3,2).macdhist", source)
    assert printed.splitlines()[0] == "open_time,macdhist"


def test_whole_numbers_are_written_without_a_point(source):
    """A pattern is 0, 100 or -100."""
    _, printed, _ = _run("MAXINDEX(2)", source)
    assert printed.splitlines()[2] == "60000,0"


def test_the_table_goes_to_a_file_when_one_is_named(source, tmp_path):
    """And nothing is printed."""
    target = tmp_path / "out.csv"
    assert _run("RSI(3)", source, target) == (0, "", "")
    _, printed, _ = _run("RSI(3)", source)
    assert target.read_bytes() == printed.encode()


@pytest.mark.parametrize(
    ("expression", "said"),
    [("RIS(14)", "Did you mean"), ("RSI(0)", "between 2 and 100,000"), ("", "Expected")],
)
def test_an_expression_that_makes_no_sense_ends_with_2_and_a_sentence(source, expression, said):
    """Nothing is written."""
    status, printed, errors = _run(expression, source)
    assert (status, printed) == (2, "")
    assert errors.startswith("thebot: ")
    assert said in errors
    assert "Traceback" not in errors


def test_a_file_that_makes_no_sense_ends_with_2_and_the_line(tmp_path):
    """Nothing is written."""
    path = tmp_path / "bad.csv"
    path.write_text("0,1,1,1,1,1\n60000,1,1,1,one,1\n", encoding="utf-8")
    status, printed, errors = _run("RSI(14)", path)
    assert (status, printed) == (2, "")
    assert "line 2: close is “one”" in errors


def test_a_place_that_cannot_be_written_ends_with_2(source, tmp_path):
    """With the reason."""
    status, _, errors = _run("RSI(3)", source, tmp_path / "missing" / "out.csv")
    assert status == 2
    assert "cannot be written" in errors


@pytest.mark.parametrize("expression", ["RSI(14)", "MACD(12,26,9)", "EMA(20)", "ATR(14)"])
def test_over_recorded_candles_it_is_what_the_library_says(recorded, expression):
    """All of them, to the last digit."""
    source = recorded / "klines/BTCUSDT-1m-2026.ohlcv.csv.gz"
    with gzip.open(source, "rt") as file:
        rows = list(csv.reader(file))[1:]
    high, low, close = (np.array([float(r[i]) for r in rows]) for i in (2, 3, 4))
    expected = {
        "RSI(14)": lambda: [talib.RSI(close, 14)],
        "MACD(12,26,9)": lambda: talib.MACD(close, 12, 26, 9),
        "EMA(20)": lambda: [talib.EMA(close, 20)],
        "ATR(14)": lambda: [talib.ATR(high, low, close, 14)],
    }[expression]()
    _, printed, _ = _run(expression, source)
    lines = [line.split(",") for line in printed.splitlines()[1:]]
    assert [line[0] for line in lines] == [row[0] for row in rows]
    for i, column in enumerate(expected, start=1):
        found = np.array([float(line[i]) if line[i] else np.nan for line in lines])
        np.testing.assert_array_equal(found, column)


def test_candles_of_a_file_can_be_made_into_longer_ones_first(recorded):
    """It is said, and gives what the recorded longer candles give."""
    folder = recorded / "klines"
    out, err = io.StringIO(), io.StringIO()
    minutes = folder / "BTCUSDT-1m-2026.ohlcv.csv.gz"
    assert compute.run("SMA(1)", minutes, None, CATALOGUE, out, err, Interval.H1) == 0
    assert err.getvalue() == "Candles of 1m are made into 719 of 1h.\n"
    made = dict(line.split(",") for line in out.getvalue().splitlines()[1:])
    _, printed, _ = _run("SMA(1)", folder / "BTCUSDT-1h-2026.ohlcv.csv.gz")
    kept = dict(line.split(",") for line in printed.splitlines()[1:])
    both = made.keys() & kept.keys()
    assert len(both) > 100
    assert all(made[time] == kept[time] for time in both)


def test_longer_candles_that_cannot_be_made_end_with_2(source, tmp_path):
    """Shorter ones, those that begin elsewhere, too few for a whole one, or no interval."""
    odd = tmp_path / "odd.csv"
    odd.write_text("0,1,1,1,1,1\n70000,1,1,1,1,1\n", encoding="utf-8")
    for path, interval, said in (
        (source, Interval.S1, "1s cannot be made of those of 1m"),
        (source, Interval.H1, "no whole candle of 1h"),
        (odd, Interval.H1, "of no interval"),
    ):
        out, err = io.StringIO(), io.StringIO()
        assert compute.run("RSI(3)", path, None, CATALOGUE, out, err, interval) == 2
        assert said in err.getvalue()
    out, err = io.StringIO(), io.StringIO()
    assert compute.run("RSI(3)", source, None, CATALOGUE, out, err, Interval.M1) == 0
    assert err.getvalue() == ""


def test_the_candles_of_another_symbol_come_from_a_file_of_their_own(source, tmp_path):
    """Without it there is a sentence, and so there is with one that nobody needs."""
    other = tmp_path / "other.csv"
    rows = [f"{n * 60_000},{c},{c + 1},{c - 1},{50 - c / 2},5" for n, c in enumerate(CLOSES)]
    other.write_text("\n".join(rows), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    text = "CORR(ethusdt,5)"
    assert compute.run(text, source, None, CATALOGUE, out, err, other_path=other) == 0
    assert err.getvalue() == ""
    assert out.getvalue().splitlines()[6].startswith("300000,-0.99")
    said = _run(text, source)
    assert said == (
        2,
        "",
        "thebot: CORR(ETHUSDT,5) needs candles of ETHUSDT too: add --with and their file.\n",
    )
    assert compute.run("RSI(3)", source, None, CATALOGUE, out, err, other_path=other) == 2
    assert "RSI(3) needs no candles of another symbol" in err.getvalue()
