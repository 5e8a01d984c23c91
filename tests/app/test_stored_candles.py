"""Candles of an interval that is not stored, made of a shorter one that is."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal

import numpy as np

from tests.fakes import BTC_1M, FakeArchive, candle
from thebot_desktop.app.candle_rows import ROW, rows_of
from thebot_desktop.app.stored_candles import load_or_make, resample_rows, stored_source
from thebot_desktop.domain.market import Candle, Interval, Origin, SeriesKey

M1, M5, H1 = Interval.M1, Interval.M5, Interval.H1
BTC_5M, BTC_1H = SeriesKey(BTC_1M.symbol, M5), SeriesKey(BTC_1M.symbol, H1)


def archive(count=130):
    kept = FakeArchive()
    kept.save(BTC_1M, [candle(i) for i in range(count)], Origin.HISTORY)
    return kept


def test_a_longer_interval_is_made_of_the_stored_one():
    """The newest of them, as many as are wanted."""
    made = load_or_make(archive(), BTC_5M, 10)
    assert made.open_time.tolist() == [i * 300_000 for i in range(16, 26)]
    assert set(made.volume) == {25.0}


def test_what_is_stored_comes_first():
    """Also if the shorter series reaches further."""
    kept = archive()
    kept.save(BTC_5M, [candle(0, 42.0)], Origin.HISTORY)
    assert load_or_make(kept, BTC_5M, 10).close.tolist() == [42.0]


def test_the_longest_one_that_fits_is_taken():
    """Nothing comes of longer ones or of another symbol."""
    kept = archive()
    five = [Candle(i * 300_000, 1.0, 2.0, 0.5, 1.5, 3.0) for i in range(24)]
    kept.save(BTC_5M, five, Origin.HISTORY)
    assert load_or_make(kept, BTC_1H, 10).volume.tolist() == [36.0, 36.0]
    assert len(load_or_make(kept, SeriesKey("ETHUSDT", H1), 10)) == 0
    assert len(load_or_make(kept, SeriesKey(BTC_1M.symbol, Interval.S1), 10)) == 0
    assert stored_source(BTC_1H, [BTC_1M, BTC_5M, SeriesKey("X", H1)]) == BTC_5M
    assert stored_source(BTC_1M, [BTC_5M]) is None


def test_rows_sum_everything_to_the_last_bit(recorded):
    """Quote and taker volumes and trades too, against exact decimals of a week of minutes."""
    name = "BTCUSDT-1m-20211011_20211017.klines.jsonl.gz"
    with gzip.open(recorded / "klines" / name, "rt") as lines:
        raw = [json.loads(line) for line in lines]
    candles = [Candle(r[0], *map(float, r[1:6]), float(r[7]), int(r[8]), float(r[9])) for r in raw]
    made = resample_rows(rows_of(candles, Origin.IMPORTED), M1, H1)
    assert len(made) == len(raw) // 60 == 168
    for number, row in enumerate(made):
        part = raw[number * 60 : number * 60 + 60]
        for name, column in (("volume", 5), ("quote_volume", 7), ("taker_buy_volume", 9)):
            assert row[name] == float(sum(Decimal(r[column]) for r in part))
        assert row["trades"] == sum(r[8] for r in part)
        assert (row["open"], row["close"]) == (float(part[0][1]), float(part[-1][4]))
    assert set(made["origin"]) == {Origin.IMPORTED}
    assert len(resample_rows(np.empty(0, ROW), M1, H1)) == 0
