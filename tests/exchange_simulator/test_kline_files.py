"""Tests of real candles as a market."""

from __future__ import annotations

import csv
import gzip
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.kline_files import FileMarket, FileSeries, KlineFile, load
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.payloads import kline_row
from thebot_desktop.exchange_simulator.tape import Tape

START = 1_790_164_800_000
MINUTE = 60_000
HEADER = "open_time,open,high,low,close,volume\n"


def lines(count: int = 8, step: int = MINUTE, start: int = START) -> list[str]:
    """Candles of six columns, with decimals of different lengths."""
    return [
        f"{start + i * step},{100 + i}.5,{102 + i}.25,{99 + i},{101 + i}.1,{i + 1}.75"
        for i in range(count)
    ]


def file_of(folder: Path, text: str | bytes, name: str = "k.csv") -> KlineFile:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return KlineFile("BTCUSDT", path)


def prices(series: FileSeries, index: int = 0) -> tuple[int, ...]:
    row = series.rows.at(index)
    return row.open_time, row.open, row.high, row.low, row.close, row.volume


def test_every_format_says_the_same(tmp_path: Path) -> None:
    """With and without header, gzipped, in microseconds, as JSON Lines."""
    plain = "\n".join(lines()) + "\n"
    micro = "\n".join(line.replace(",", "000,", 1) for line in lines())
    rows = [line.split(",") for line in lines()]
    jsonl = "\n".join(json.dumps([int(r[0]), *r[1:]]) for r in rows)
    texts = [plain, HEADER + plain, gzip.compress(plain.encode()), micro, jsonl, "\ufeff" + plain]
    read = [load(file_of(tmp_path, text, f"{n}"), 1) for n, text in enumerate(texts)]
    assert {prices(series, 3) for series in read} == {
        (START + 3 * MINUTE, 10350, 10525, 10200, 10410, 475)
    }
    assert {series.base for series in read} == {Interval.M1}
    assert {(s.listing.price_decimals, s.listing.quantity_decimals) for s in read} == {(2, 2)}


def test_the_interval_follows_from_the_spacing(tmp_path: Path) -> None:
    """Holes do not disturb it: the closest two candles decide."""
    hourly = lines(9, 3_600_000)
    del hourly[2], hourly[4]
    assert load(file_of(tmp_path, "\n".join(hourly)), 1).base is Interval.H1
    months = [1_788_220_800_000, 1_790_812_800_000, 1_793_491_200_000]
    text = "\n".join(f"{t},1,2,1,2,5" for t in months)
    assert load(file_of(tmp_path, text), 1).base is Interval.MO1


def test_all_twelve_columns_are_kept(tmp_path: Path) -> None:
    """Quote volumes and the number of trades are the file's, not guesses."""
    rows = [
        f"{START + i * MINUTE},10.00,12.00,9.00,11.00,5.000,{START},55.12345678,42,2.5,27.1,0"
        for i in range(6)
    ]
    series = load(file_of(tmp_path, "\n".join(rows)), 1)
    row = kline_row(series.rows.at(2), series.listing, Grid(Interval.M1))
    assert row[1:6] == ["10.00000000", "12.00000000", "9.00000000", "11.00000000", "5.00000000"]
    assert row[8] == 42
    assert row[9] == "2.50000000"
    assert series.rows.at(2).first_trade == 1 + 2 * 42


def test_there_are_never_more_trades_than_lots(tmp_path: Path) -> None:
    """A coarse volume with many trades is given finer lots."""
    rows = [f"{START + i * MINUTE},10,12,9,11,3,{START},33,500,1,11,0" for i in range(4)]
    series = load(file_of(tmp_path, "\n".join(rows)), 1)
    row = series.rows.at(0)
    tape = Tape(row, MINUTE, series.seed)
    assert row.volume >= row.trades == 500
    assert int(tape.fills.sum()) == 500
    assert int(tape.lots.sum()) == row.volume


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "fewer than two candles"),
        (lines()[0], "fewer than two candles"),
        ("\n".join([*lines(3), "nonsense,1,2,3,4,5"]), "line 4 is not a candle"),
        ("\n".join([*lines(3), lines()[0]]), "not in order"),
        (f"{START},1,2,1,2,5\n{START + 7000},1,2,1,2,5", "7 s apart"),
        (f"{START},1,2,1,2\n", "line 1 is not a candle"),
        (f"{START},5,2,1,2,5\n", "line 1 is not a candle"),
        (f"{START},nan,2,1,2,5\n", "line 1 is not a candle"),
        ("[1, 2", "line 1 is not a candle"),
        (b"\x1f\x8bbroken", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    """It names the file, the symbol and what is wrong."""
    file = file_of(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load(file, 1)
    assert said in caught.value.user_message
    assert str(file.path) in caught.value.user_message


def test_a_missing_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """As any other."""
    with pytest.raises(InputError, match="cannot be read"):
        load(KlineFile("BTCUSDT", tmp_path / "none.csv"), 1)


def test_missing_minutes_stay_missing(tmp_path: Path) -> None:
    """No candle is invented for a hole, neither forming nor closed."""
    text = lines(10)
    del text[4:6]
    market = FileMarket({"BTCUSDT": load(file_of(tmp_path, "\n".join(text)), 1)})
    ledger, grid = Ledger(market), Grid(Interval.M1)
    rows = ledger.candles("BTCUSDT", grid, START + 20 * MINUTE)
    assert [(r.open_time - START) // MINUTE for r in rows] == [0, 1, 2, 3, 6, 7, 8, 9]
    assert ledger.forming("BTCUSDT", grid, START + 4 * MINUTE + 30_000) is None
    assert ledger.forming("BTCUSDT", grid, START + 6 * MINUTE + 30_000) is not None
    five = ledger.closed("BTCUSDT", Grid(Interval.M5), START, START + 10 * MINUTE).to_list()
    assert [r.open_time for r in five] == [START, START + 5 * MINUTE]


def test_shorter_candles_than_the_files_do_not_exist(tmp_path: Path) -> None:
    """An hourly file serves hours and their multiples."""
    file = file_of(tmp_path, "\n".join(lines(30, 3_600_000)))
    ledger = Ledger(FileMarket({"BTCUSDT": load(file, 1)}))
    now = START + 30 * 3_600_000
    assert ledger.candles("BTCUSDT", Grid(Interval.M1), now) == []
    assert ledger.candles("BTCUSDT", Grid(Interval.S1), now) == []
    assert len(ledger.candles("BTCUSDT", Grid(Interval.H1), now)) == 30
    assert ledger.candles("BTCUSDT", Grid(Interval.H4), now)


def test_several_files_start_at_the_latest_common_point(tmp_path: Path) -> None:
    """No file begins to live before its own history has passed."""
    one = load(file_of(tmp_path, "\n".join(lines(1000)), "a"), 1)
    two = load(file_of(tmp_path, "\n".join(lines(40, start=START + 600 * MINUTE)), "b"), 1)
    market = FileMarket({"AUSDT": one, "BUSDT": two})
    assert one.live_from(500) == START + 500 * MINUTE
    assert two.live_from(500) == START + 610 * MINUTE
    assert market.start_time(500) == START + 610 * MINUTE


def test_when_the_file_ends_the_last_price_stays(tmp_path: Path) -> None:
    """Even days later the ticker shows it, with no volume."""
    ledger = Ledger(FileMarket({"BTCUSDT": load(file_of(tmp_path, "\n".join(lines(10))), 1)}))
    day = ledger.day("BTCUSDT", START + 5 * 86_400_000)
    assert day is not None
    assert (day.close, day.volume, day.trades) == (11010, 0, 0)


RECORDINGS = (
    "BTCUSDT-1m-20211011_20211017.klines.jsonl.gz",
    "BTCUSDT-1m-2026.ohlcv.csv.gz",
    "BTCUSDT-1m-2026-09-15.spot.vision-head.csv",
    "BTCUSDT-1m-2022-05-06.um.vision.csv",
    "SOLUSDT-1h-2026.ohlcv.csv.gz",
    "XRPETH-1m-20191011_20191013.from_trades.ohlcv.csv.gz",
)


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_candles_come_out_as_they_went_in(recorded: Path, name: str) -> None:
    """Open, high, low, close, volume and what else the file gives, to the last decimal."""
    path = recorded / "klines" / name
    series = load(KlineFile(name.split("-")[0], path), 1)
    grid = Grid(series.base)
    given = _plain(path)
    assert len(given) == len(series.rows)
    for fields, row in zip(given, series.rows.to_list(), strict=True):
        shown = kline_row(row, series.listing, grid)
        assert [Decimal(str(v)) for v in shown[1:6]] == [Decimal(v) for v in fields[1:6]]
        if len(fields) > 6:
            assert shown[8] == int(fields[8])
            assert [Decimal(str(shown[i])) for i in (7, 9, 10)] == [
                Decimal(fields[i]) for i in (7, 9, 10)
            ]


def test_recorded_minutes_make_the_recorded_hours(recorded: Path) -> None:
    """What is aggregated here equals what the exchange aggregated."""
    folder = recorded / "klines"
    minutes = load(KlineFile("BTCUSDT", folder / "BTCUSDT-1m-2026.ohlcv.csv.gz"), 1)
    hours = load(KlineFile("BTCUSDT", folder / "BTCUSDT-1h-2026.ohlcv.csv.gz"), 1)
    made = {r.open_time: r for r in minutes.candles(Grid(Interval.H1)).to_list()[1:-1]}
    compared = 0
    for row in hours.rows.to_list():
        if row.open_time in made:
            own = made[row.open_time]
            assert (own.open, own.high, own.low, own.close, own.volume) == (
                row.open,
                row.high,
                row.low,
                row.close,
                row.volume,
            )
            compared += 1
    assert compared > 100


def _plain(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if text.startswith("["):
        return [[str(v) for v in json.loads(line)] for line in text.splitlines()]
    rows = list(csv.reader(io.StringIO(text)))
    return rows if rows[0][0].isdigit() else rows[1:]


def test_a_played_market_has_an_order_book(tmp_path: Path) -> None:
    """Around the file's own prices, with amounts like those traded."""
    ledger = Ledger(FileMarket({"BTCUSDT": load(file_of(tmp_path, "\n".join(lines())), 1)}))
    now = START + 3 * MINUTE + 59_999
    order = ledger.last_order("BTCUSDT", now)
    assert order is not None
    book = ledger.book("BTCUSDT").snapshot(order, 100)
    assert order.price in (book.bids[0][0], book.asks[0][0])
    assert (len(book.bids), len(book.asks)) == (100, 100)
    typical = sorted(lots for _, lots in book.bids + book.asks)[100]
    sizes = [one.lots for one in ledger.orders("BTCUSDT", START, now)]
    assert min(sizes) / 10 < typical < 10 * max(sizes)
