"""Candles as CSV or Parquet."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from tests.fakes import candle
from thebot_desktop.adapters.storage.candle_files import require_ending, write_candles
from thebot_desktop.app.candle_rows import rows_of
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Origin

ROWS = rows_of([candle(0), candle(1)], Origin.EXCHANGE_HOLE)


def test_csv_and_parquet_say_the_same(tmp_path):
    """Values, types and the origin in words."""
    for name in ("c.csv", "c.parquet"):
        write_candles(ROWS, tmp_path / name, with_origin=True)
    parquet = pd.read_parquet(tmp_path / "c.parquet")
    assert parquet.equals(pd.read_csv(tmp_path / "c.csv"))
    assert parquet["origin"].tolist() == ["exchange hole"] * 2
    assert parquet["close"].tolist() == [candle(0).close, candle(1).close]
    assert parquet["open_time"].dtype == "int64"


def test_without_origin_there_is_no_such_column(tmp_path):
    """Candles straight from the exchange have none to tell."""
    write_candles(ROWS, tmp_path / "c.csv")
    with (tmp_path / "c.csv").open() as file:
        assert "origin" not in next(csv.reader(file))


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    """Nothing appears there."""
    with pytest.raises(StorageError, match=r"c\.csv"):
        write_candles(ROWS, tmp_path / "no" / "c.csv")
    with pytest.raises(InputError):
        require_ending(tmp_path / "c.xlsx")
