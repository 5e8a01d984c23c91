"""``thebot watch`` from outside: the real program, real sockets, real candles."""

from __future__ import annotations

import csv
import gzip
import json
import signal
import sys

import pytest

from tests.process import exchange, running, thebot

pytestmark = pytest.mark.process
MINUTE = 60_000


@pytest.fixture(scope="module")
def klines(tmp_path_factory):
    """A minute file of our own: a price that wanders by a fixed rule."""
    path = tmp_path_factory.mktemp("klines") / "BTCUSDT-1m.csv"
    close, rows = 50_000_00, []
    for i in range(700):
        opened, close = close, close + (i * 7919 % 201 - 100) * 37
        high, low = max(opened, close) + i * 31 % 900, min(opened, close) - i * 17 % 900
        prices = [f"{p / 100:.2f}" for p in (opened, high, low, close)]
        rows.append([1_700_000_040_000 + i * MINUTE, *prices, f"{1 + i % 9}.5"])
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def rows_of(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as file:
        return {
            int(row[0]): [float(value) for value in row[1:6]]
            for row in csv.reader(file)
            if row[0].isdigit()
        }


def candles_in(lines):
    return [line for line in lines if line["type"] == "candle"]


def values_of(line):
    return [line[name] for name in ("open", "high", "low", "close", "volume")]


def check_against(path, lines, at_least_live):
    """Every candle once, in order, without a hole, equal to the file."""
    truth, seen = rows_of(path), candles_in(lines)
    times = [line["open_time"] for line in seen]
    expected = sorted(t for t in truth if times[0] <= t <= times[-1])
    assert times == expected
    for line in seen:
        assert line["closed"]
        assert values_of(line) == pytest.approx(truth[line["open_time"]], rel=1e-12)
    origins = [line["origin"] for line in seen]
    began = next(i for i, origin in enumerate(origins) if origin != "history")
    assert set(origins[:began]) == {"history"}
    assert "history" not in origins[began:]
    assert len(origins) - began >= at_least_live


def test_a_file_played_by_the_exchange_arrives_candle_for_candle(klines, profile):
    """History first, then what closes, equal to the file to the last digit."""
    with (
        exchange("--klines", f"BTCUSDT={klines}", "--speed", 300, profile=profile) as addresses,
        running("watch", "BTCUSDT", *addresses, profile=profile) as watch,
    ):
        live = []
        watch.until(
            lambda line: (
                line["type"] == "candle"
                and line["origin"] == "live"
                and (live.append(line) or len(live) >= 30)
            )
        )
        assert watch.stop() == 0
    check_against(klines, watch.seen, 30)
    assert any(line["type"] == "status" and line["state"] == "live" for line in watch.seen)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_recorded_candles_arrive_candle_for_candle(recorded, symbol, profile):
    """The same with a month of the real market."""
    path = recorded / "klines" / f"{symbol}-1m-2026.ohlcv.csv.gz"
    with (
        exchange("--klines", f"{symbol}={path}", "--speed", 600, profile=profile) as addresses,
        running("watch", symbol, *addresses, profile=profile) as watch,
    ):
        live = []
        watch.until(
            lambda line: (
                line["type"] == "candle"
                and line["origin"] != "history"
                and (live.append(line) or len(live) >= 60)
            )
        )
        assert watch.stop() == 0
    check_against(path, watch.seen, 60)


def test_indicators_signals_and_alerts_are_lines_too(klines, profile):
    """One line each, in the documented form, after the candle they are about."""
    with (
        exchange("--klines", f"BTCUSDT={klines}", "--speed", 600, profile=profile) as addresses,
        running(
            "watch",
            "BTCUSDT",
            *addresses,
            "--indicator",
            "RSI(14)",
            "--indicator",
            "EMACROSS(3,8)",
            "--rule",
            "close crosses EMA(5)",
            profile=profile,
        ) as watch,
    ):
        # Ten candles a second: on a busy machine one may come late, and its alert says so.
        alert = watch.until(lambda line: line["type"] == "alert" and not line["late"])
        found = watch.until(lambda line: line["type"] == "signal")
        watch.stop()
    assert set(alert) == {
        "type", "id", "kind", "symbol", "interval", "rule", "bar", "price", "time", "late",
        "missed", "state", "message", "deliveries",
    }  # fmt: skip
    assert (alert["symbol"], alert["late"]) == ("BTCUSDT", False)
    assert found["direction"] in ("BUY", "SELL")
    assert found["strength"] in ("weak", "medium", "strong", "very strong")
    assert 0 <= found["confidence"] <= 1
    indicators = [line for line in watch.seen if line["type"] == "indicator"]
    rsi = next(line for line in indicators if line["indicator"] == "RSI(14)")
    assert 0 <= rsi["values"]["real"] <= 100
    before = watch.seen[: watch.seen.index(rsi)]
    assert candles_in(before)[-1]["open_time"] == rsi["open_time"]


def test_a_cut_connection_leaves_no_hole(klines, profile, tmp_path):
    """Ten seconds without a socket, many candles long; then all of them, once, in order."""
    faults = tmp_path / "faults.json"
    script = [{"type": "cut", "at": 4, "seconds": 6}]
    faults.write_text(json.dumps({"faults": script}))
    with (
        exchange(
            "--klines", f"BTCUSDT={klines}", "--speed", 300, "--faults", faults, profile=profile
        ) as addresses,
        running("watch", "BTCUSDT", *addresses, profile=profile) as watch,
    ):
        watch.until(lambda line: line["type"] == "candle" and line["origin"] == "repaired")
        live = []
        watch.until(
            lambda line: (
                line["type"] == "candle"
                and line["origin"] == "live"
                and (live.append(line) or len(live) >= 10)
            )
        )
        watch.stop()
    check_against(klines, watch.seen, 20)


def test_the_command_ends_by_itself_or_when_asked(profile):
    """Status 0 after the duration, after Ctrl+C, and after SIGTERM."""
    with exchange(profile=profile) as addresses:
        done = thebot(
            "watch", "ETHUSDT", *addresses, "--duration", 3, "--history", 5, profile=profile
        )
        assert done.returncode == 0, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(candles_in(lines)) >= 5
        if sys.platform != "win32":
            with running("watch", "ETHUSDT", *addresses, profile=profile) as watch:
                watch.until(lambda line: line["type"] == "candle")
                watch.process.send_signal(signal.SIGINT)
                assert watch.process.wait(20) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["watch", "BTCUSTD"], "Did you mean BTCUSDT"),
        (["watch", "BTCUSDT", "--interval", "7m"], "not an interval"),
        (["watch", "BTCUSDT", "--indicator", "RSY(14)"], "RSI"),
        (["watch", "BTCUSDT", "--rule", "close crosses above"], "close crosses above"),
        (["history", "BTCUSDT", "1m", "--from", "yesterday", "--output", "x.csv"], "not a time"),
        (["history", "BTCUSDT", "1m", "--output", "x.txt"], ".csv or .parquet"),
        (["--replay", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_input_that_makes_no_sense_is_a_sentence_and_status_2(arguments, words, profile):
    """On standard error, without a traceback."""
    with exchange(profile=profile) as addresses:
        done = (
            thebot(*arguments, *addresses, profile=profile)
            if arguments[0] != "--replay"
            else (thebot(*addresses, *arguments, profile=profile))
        )
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_occupied_port_is_a_sentence_and_status_2(profile):
    """The second server says so."""
    with exchange(profile=profile) as (_, rest, *_more):
        port = rest.rsplit(":", 1)[1]
        done = thebot("exchange", "--port", port, profile=profile)
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_rules_of_the_profile_are_asked_and_what_they_raise_is_kept(klines, profile):
    """Without a symbol of its own; a second one leaves the telling to the first, and says so."""
    added = thebot(
        *("rules", "add", "close > 0 and close crosses EMA(5)", "--name", "kept"),
        *("--symbol", "BTCUSDT", "--interval", "1m"),
        profile=profile,
    )
    assert added.returncode == 0
    with exchange("--klines", f"BTCUSDT={klines}", "--speed", 600, profile=profile) as addresses:
        with running("watch", *addresses, profile=profile) as watch:
            alert = watch.until(lambda line: line["type"] == "alert")
            second = thebot("watch", "--duration", 1, "BTCUSDT", *addresses, profile=profile)
            watch.stop()
        nothing = thebot("watch", *addresses, profile=profile.with_name("another"))
    assert alert["rule"] == "close is above 0 and close crosses EMA(5)"
    assert second.returncode == 0
    assert "Another THEBOT is running with this profile" in second.stderr
    assert nothing.returncode == 2
    assert "name a symbol, or add a rule" in nothing.stderr
    kept = thebot("alerts", "--json", profile=profile)
    lines = [json.loads(line) for line in kept.stdout.splitlines()]
    assert alert["id"] in [line["id"] for line in lines]


def test_rules_of_the_command_line_are_not_kept(klines, profile):
    """They are for this run."""
    with (
        exchange("--klines", f"BTCUSDT={klines}", "--speed", 600, profile=profile) as addresses,
        running(
            "watch", "BTCUSDT", *addresses, "--rule", "close crosses EMA(5)", profile=profile
        ) as watch,
    ):
        watch.until(lambda line: line["type"] == "alert")
        watch.stop()
    assert thebot("rules", "list", "--json", profile=profile).stdout == ""
