"""Bulk candle files as exchanges publish them."""

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np
import pytest

from thebot_desktop.adapters.storage import bulk_files
from thebot_desktop.adapters.storage.bulk_files import BulkFile
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval, Origin

T0 = 1_700_000_040_000
HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore\n"
)


def line(i, step=60_000, unit=1):
    opened = T0 + i * step
    return (
        f"{opened * unit},2.0,4.0,1.0,3.0,10.5,{(opened + step) * unit - 1},30.25,7,4.5,12.75,0\n"
    )


def zipped(text, *names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("BTCUSDT-1m.csv",):
            archive.writestr(name, text)
    return content.getvalue()


ROWS = "".join(line(i) for i in range(3))


@pytest.fixture
def file(tmp_path):
    def made(content, interval=None):
        path = tmp_path / "candles"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return BulkFile(path, interval)

    return made


def read(source):
    return np.concatenate(list(source.batches()))


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        HEADER + ROWS,
        "\ufeff" + HEADER + ROWS.replace("\n", "\r\n"),
        "".join(line(i, unit=1000) for i in range(3)),
        zipped(ROWS),
        zipped(HEADER + ROWS, "x.csv"),
        gzip.compress(ROWS.encode()),
    ],
    ids=["bare", "header", "marked", "microseconds", "zip", "zip-header", "gzip"],
)
def test_the_same_rows_however_they_are_packed(file, content):
    """Every value is read, the interval is seen from the times, and the origin is the file."""
    source = file(content)
    rows = read(source)
    assert rows["open_time"].tolist() == [T0, T0 + 60_000, T0 + 120_000]
    assert rows[0].tolist()[1:] == (2.0, 4.0, 1.0, 3.0, 10.5, 30.25, 7, 4.5, Origin.IMPORTED)
    assert source.interval is Interval.M1
    assert source.broken_count == 0


def test_six_columns_are_enough(file):
    """What a file does not say is zero."""
    rows = read(file(f"{T0},2,4,1,3,10\n{T0 + 60_000},2,4,1,3,11\n"))
    assert rows["volume"].tolist() == [10, 11]
    assert rows["trades"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1,2,3", "columns"),
        ("yesterday,2,4,1,3,1,0,1,1,1,1,0", "time"),
        ("1700000040,2,4,1,3,1,0,1,1,1,1,0", "time"),
        (f"{T0 + 1},2,4,1,3,1,0,1,1,1,1,0", "beginning"),
        (f"{T0},2,nan,1,3,1,0,1,1,1,1,0", "high"),
        (f"{T0},2,1_0,1,3,1,0,1,1,1,1,0", "high"),
        (f"{T0},0,4,0,3,1,0,1,1,1,1,0", "above zero"),
        (f"{T0},5,4,1,3,1,0,1,1,1,1,0", "enclose"),
        (f"{T0},2,4,1,3,-1,0,1,1,1,1,0", "below zero"),
        (f"{T0},2,4,1,3,1,0,1,1.5,1,1,0", "whole"),
    ],
)
def test_a_broken_line_is_named_and_the_others_stay(file, bad, reason):
    """Number and reason of the line; good rows around it are kept."""
    source = file(line(0) + bad + "\n" + line(1) + line(2), Interval.M1)
    assert len(read(source)) == 3
    assert source.broken_count == 1
    assert source.broken[0].line == 2
    assert reason in source.broken[0].reason


def test_only_the_first_broken_lines_are_named(file):
    """All are counted."""
    source = file(ROWS + "nonsense\n" * 50)
    read(source)
    assert (source.broken_count, len(source.broken)) == (50, bulk_files.NAMED)
    assert source.broken[0].line == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no candles"),
        ("hello\n", "holds no candles. Line 1"),
        ("open_time,open\n1,2\n", "no column high"),
        (line(0), "do not tell their interval"),
        (b"PK\x03\x04 cut off", "damaged"),
        (gzip.compress(ROWS.encode() * 50)[:60], "damaged"),
        (zipped(ROWS, "a.csv", "b.csv"), "holds 2 CSV files"),
        (zipped(ROWS, "readme.txt"), "holds 0 CSV files"),
        (ROWS + "9" * 5000, "not a candle file"),
        (zipped("\n" * 3_000_000), "unpacks to too much"),
    ],
)
def test_a_file_that_makes_no_sense_is_a_sentence(file, content, sentence):
    """One error with what is wrong, whatever the library underneath said."""
    with pytest.raises(InputError) as caught:
        read(file(content))
    assert sentence in caught.value.user_message


def test_a_file_of_another_interval_is_refused(file):
    """Every fifth minute would fit a five-minute series, and be wrong."""
    many = "".join(line(i) for i in range(20))
    with pytest.raises(InputError, match="candles of 1m, not of 5m"):
        read(file(many, Interval.M5))
    with pytest.raises(InputError, match="candles of 1h, not of 1m"):
        read(file("".join(line(i, 3_600_000) for i in range(3)), Interval.M1))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    """So is a folder."""
    for path in (tmp_path / "missing.zip", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read(BulkFile(path))


@pytest.mark.parametrize("name", ["2026-09-15.spot.vision-head", "2022-05-06.um.vision"])
def test_published_files_are_read_without_a_broken_line(recorded, name):
    """Microseconds without header, and milliseconds with one."""
    path = recorded / "klines" / f"BTCUSDT-1m-{name}.csv"
    lines = [t.split(",") for t in path.read_text().splitlines() if t[0].isdigit()]
    source = BulkFile(path)
    rows = read(source)
    assert source.broken_count == 0
    assert source.interval is Interval.M1
    assert rows["open_time"].tolist() == [int(cells[0][:13]) for cells in lines]
    assert rows["taker_buy_volume"].tolist() == [float(cells[9]) for cells in lines]
    assert rows["trades"].tolist() == [int(cells[8]) for cells in lines]


def test_stamps_of_both_units_may_stand_in_one_file(file):
    """Each line is taken for what it is; order and doubles are for the one who keeps them."""
    source = file(line(2) + line(0, unit=1000) + line(1) + line(1), Interval.M1)
    assert read(source)["open_time"].tolist() == [T0 + i * 60_000 for i in (2, 0, 1, 1)]
    assert source.broken_count == 0


def test_a_candle_that_is_not_over_is_broken(tmp_path):
    """What is kept never changes again; a stamp of the future is an error anyway."""
    path = tmp_path / "candles.csv"
    path.write_text(ROWS + line(1000))
    source = BulkFile(path, Interval.M1, now=T0 + 150_000)
    assert read(source)["open_time"].tolist() == [T0, T0 + 60_000]
    assert [b.line for b in source.broken] == [3, 4]
    assert "not over" in source.broken[0].reason


def test_candles_that_nobody_traded_in_say_so(file):
    """By their values; our own exports also name the holes of the exchange."""
    flat = "5,5,5,5,0"
    names = "open_time,open,high,low,close,volume,quote_volume,trades,taker_buy_volume,origin\n"
    rows = [f"{T0},2,4,1,3,9,1,1,1,repaired", f"{T0 + 60_000},{flat},0,0,0,history"]
    rows.append(f"{T0 + 120_000},{flat},0,0,0,exchange hole")
    found = read(file(names + "\n".join(rows)))
    expected = [Origin.IMPORTED, Origin.NO_TRADES, Origin.EXCHANGE_HOLE]
    assert found["origin"].tolist() == expected


def test_a_zip_whose_content_is_broken_is_a_sentence(file):
    """The sum over the content does not fit: nothing of it can be trusted."""
    content = bytearray(zipped("".join(line(i) for i in range(500))))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(InputError) as caught:
        read(file(bytes(content)))
    assert "damaged" in caught.value.user_message
