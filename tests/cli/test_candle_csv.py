"""Candles from CSV files as people have them."""

from __future__ import annotations

import gzip

import pytest

from thebot_desktop.cli.candle_csv import read_candles
from thebot_desktop.domain.errors import InputError

HEADER = "open_time,open,high,low,close,volume\n"
ROWS = "60000,1,3,0.5,2,10\n120000,2,4,1.5,3,20\n"


@pytest.fixture
def read(tmp_path):
    def read_text(content):
        path = tmp_path / "candles.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_candles(path)

    return read_text


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROWS,
        ROWS,
        "\ufeff" + HEADER + ROWS,
        HEADER.replace(",", ", ").upper().replace("_", " ") + ROWS,
        ROWS.replace("\n", "\r\n"),
        "\n" + HEADER + "\n" + ROWS + "\n\n",
        ROWS.replace("\n", ",119999,5,6,7\n"),
        gzip.compress((HEADER + ROWS).encode()),
        "symbol,volume,close,low,high,open,open_time\n"
        "BTCUSDT,10,2,0.5,3,1,60000\nBTCUSDT,20,3,1.5,4,2,120000\n",
    ],
    ids=["header", "bare", "mark", "spelling", "dos", "blank", "wider", "gzip", "order"],
)
def test_the_same_candles_however_they_are_written(read, content):
    """Header or none, more columns, another order, line ends, gzip."""
    file = read(content)
    assert file.open_times == ("60000", "120000")
    candles = file.candles
    assert candles.open_time.tolist() == [60_000, 120_000]
    assert candles.open.tolist() == [1, 2]
    assert candles.high.tolist() == [3, 4]
    assert candles.low.tolist() == [0.5, 1.5]
    assert candles.close.tolist() == [2, 3]
    assert candles.volume.tolist() == [10, 20]
    assert candles.close.flags["C_CONTIGUOUS"]


def test_microseconds_are_understood_and_kept_as_written(read):
    """The exchange's archive changed to them in 2025."""
    file = read("1789430400000000,1,3,0.5,2,10\n1789430460000000,2,4,1.5,3,20\n")
    assert file.open_times == ("1789430400000000", "1789430460000000")
    assert file.candles.open_time.tolist() == [1789430400000, 1789430460000]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no candles"),
        (HEADER, "holds no candles"),
        ("time,open,high,low,close\n" + ROWS, "the header has no column open_time and no volume"),
        (HEADER + "60000,1,3,x,2,10\n", "line 2: low is “x”, not a number"),
        (HEADER + ROWS + "180000,1,3,,2,10\n", "line 4: low is “”, not a number"),
        (HEADER + ROWS + "\n180000,1,3,nan,2,10\n", "line 5: low is “nan”, not a number"),
        (ROWS + "180000,1,inf,1,2,10\n", "line 3: high is “inf”, not a number"),
        (ROWS + "180000,1,3\n", "line 3: 3 columns are too few"),
        (ROWS + "x,1,3,1,2,10\n", "line 3: open_time is “x”, not milliseconds"),
        (ROWS + "2026-01-01,1,3,1,2,10\n", "line 3: open_time is “2026-01-01”"),
        (ROWS + "-5,1,3,1,2,10\n", "line 3: open_time is “-5”"),
        (ROWS + "120000,1,3,1,2,10\n", "line 3: the candle does not open after the one before"),
        (ROWS + "1,1,3,1,2,10\n", "line 3: the candle does not open after the one before"),
        (ROWS + "1" * 200_000, "line 3: field larger than field limit"),
        (b"\x1f\x8b broken", "damaged gzip"),
        (gzip.compress(ROWS.encode())[:-9], "damaged gzip"),
        (b"\xff\xfe\x00\x01", "not a text file"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(read, content, said):
    """By the number of its line, with what is wrong in it."""
    with pytest.raises(InputError) as refused:
        read(content)
    assert said in refused.value.user_message


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """With the reason of the system."""
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(InputError) as refused:
            read_candles(path)
        assert str(path) in refused.value.user_message
