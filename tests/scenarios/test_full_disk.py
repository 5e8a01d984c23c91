"""A disk that has no more room, and a profile that cannot be written."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys

import pytest

from tests.fakes import BTC_1M, candle
from tests.process import ROOT, environment, thebot
from thebot_desktop.adapters.storage.candle_store import CandleStore

CHILD = """
import json, resource, sys
from pathlib import Path
from tests.fakes import BTC_1M, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app.candle_keeper import RETRY_MS, CandleKeeper
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock

faults, said = Observers(), []
faults.add(lambda error: said.append(error.user_message))
clock = SimulatedClock(1_000_000)
keeper = CandleKeeper(CandleStore(Path(sys.argv[1]), []), faults, clock)

def tell():
    line = {"refusal": keeper.refusal, "waiting": keeper.waiting, "said": len(said)}
    print(json.dumps({**line, "known": len(keeper.load(BTC_1M, 10**6))}), flush=True)

def save(first, last):
    for i in range(first, last, 10):
        keeper.save(BTC_1M, [candle(n) for n in range(i, i + 10)], Origin.LIVE)

soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
save(0, 100)
tell()
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
save(100, 5000)
tell()
clock.advance_to(clock.now() + RETRY_MS)
keeper.retry()
tell()
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
clock.advance_to(clock.now() + RETRY_MS)
keeper.retry()
tell()
save(5000, 5100)
keeper.close()
"""
"""Fills its file to a limit that the system enforces, as a full disk would; then there is room."""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on file sizes")
def test_candles_wait_for_room_on_a_disk_that_is_full(tmp_path):
    """Everything is known all the time, it is said once, and in the end all of it is stored."""
    path = tmp_path / "candles.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, full, tried, after = map(json.loads, done.stdout.splitlines())
    assert before == {"refusal": "", "waiting": 0, "said": 0, "known": 100}
    assert "The program goes on from memory" in full["refusal"]
    assert 0 < full["waiting"] <= 4900
    assert (full["known"], full["said"]) == (5000, 1)
    assert tried == full
    assert after == {"refusal": "", "waiting": 0, "said": 1, "known": 5000}
    store = CandleStore(path, [])
    stored = store.load(BTC_1M, 10_000)
    store.close()
    assert stored.open_time.tolist() == [candle(i).open_time for i in range(5100)]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.process
def test_the_program_runs_without_a_profile_it_can_write(tmp_path):
    """From memory, with candles, and it says so."""
    (tmp_path / "file").write_text("where the folder of the profile should be")
    health = tmp_path / "health.json"
    done = thebot(
        "--demo", "--quit-after", 6, "--diagnostics", health, profile=tmp_path / "file" / "p"
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(health.read_text())
    assert "goes on from memory" in document["not_stored"]
    assert all(series["candles"] > 100 for series in document["series"])
