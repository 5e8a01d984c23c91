"""How old data is and how wrong the clock: from the exchange to what the program reports."""

from __future__ import annotations

import json

import pytest

from tests.process import exchange, thebot

pytestmark = pytest.mark.process


def report(*options, faults, seconds, tmp_path):
    """The health document of a window that watched an exchange with ``faults``."""
    health = tmp_path / "health.json"
    words = [word for fault in faults for word in ("--fault", fault)]
    with exchange(*words, profile=tmp_path / "server") as addresses:
        wanted = ("--quit-after", seconds, "--diagnostics", health)
        done = thebot(*addresses, *wanted, *options, profile=tmp_path / "profile")
    assert done.returncode == 0, done.stderr
    return json.loads(health.read_text())


def test_a_clock_that_goes_wrong_makes_nothing_old(tmp_path):
    """The exchange's clock is a minute ahead of ours: measured, and used for every age."""
    told = report(faults=["at=0 kind=skew ms=60000"], seconds=6, tmp_path=tmp_path)
    assert told["clock_offset_ms"] == pytest.approx(60_000, abs=1_500)
    assert told["freshness"]["word"] == "live"
    assert 0 <= told["latency_ms"] < 5_000
    assert [s["freshness"]["word"] for s in told["series"]] == ["live", "live"]
    assert all(s["freshness"]["age_ms"] < 5_000 for s in told["series"])


def test_a_starved_series_is_not_called_live_while_others_are(tmp_path):
    """The socket lives, tickers come, one series stands still: only that one is old."""
    told = report(
        "--symbol",
        "BTCUSDT",
        # An hour: no candle ends meanwhile, which would be fetched and be news.
        "--interval",
        "1h",
        faults=["at=0 kind=starve streams=btcusdt@kline_1h healed_by=never"],
        seconds=25,
        tmp_path=tmp_path,
    )
    words = {s["series"]: s["freshness"]["word"] for s in told["series"]}
    assert told["freshness"]["word"] == "live"
    assert words["BTCUSDT 1h"] != "live"
