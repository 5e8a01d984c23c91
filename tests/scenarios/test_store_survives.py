"""The candle store is killed while it writes, again and again."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time

from tests.fakes import BTC_1M, candle
from tests.process import ROOT, environment
from thebot_desktop.adapters.storage.candle_store import CandleStore

RUNS = 25
SEED = 20261123
LONGEST = 0.25
"""Seconds of writing before the kill, at most."""

CHILD = """
import sys
from pathlib import Path
from tests.fakes import BTC_1M, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.domain.market import Origin

store = CandleStore(Path(sys.argv[1]), [])
first = int(sys.argv[2])
print("ready", flush=True)
while True:
    size = first % 150 + 1
    store.save(BTC_1M, [candle(i) for i in range(first, first + size)], Origin.LIVE)
    first += size
    print(first, flush=True)
"""
"""Keeps batches of many sizes, and says after each up to where candles are kept."""


IMPORTER = """
import sys
from pathlib import Path
from tests.fakes import BTC_1M
from thebot_desktop.adapters.storage.bulk_files import BulkFile
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app.imports import import_candles

store = CandleStore(Path(sys.argv[1]), [])
file = BulkFile(Path(sys.argv[2]), BTC_1M.interval)
print("ready", flush=True)
report = import_candles(store, BTC_1M, file)
print(report.kept + report.known_already, flush=True)
"""
IMPORTED = 20_000
IMPORTS = 12


def announced(path, begin, wait, script=CHILD):
    """Let a process write for ``wait`` seconds, kill it; the end of what it said was kept."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path), str(begin)],
        env=environment(path.parent),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(wait)
    finally:
        child.kill()
        said, _ = child.communicate(timeout=20)
    whole = [int(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return whole[-1] if whole else None


def sound(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()


def test_nothing_that_was_announced_is_lost_by_a_kill(tmp_path):
    """After every kill the file is sound, holds all batches up to the last one that was
    announced, with their values, and of a later one all or nothing."""
    chance = random.Random(SEED)
    path = tmp_path / "candles.sqlite"
    kept, expected = 0, []
    for _ in range(RUNS):
        end = announced(path, kept, chance.uniform(0, LONGEST)) or kept
        assert sound(path)
        notices = []
        store = CandleStore(path, notices)
        rows = store.rows(BTC_1M)
        store.close()
        assert notices == []
        assert len(rows) in (end, end + end % 150 + 1)
        expected += [(candle(i).open_time, candle(i).close) for i in range(kept, len(rows))]
        assert rows[["open_time", "close"]].tolist() == expected
        kept = len(rows)
    assert kept > RUNS


def test_an_import_that_is_killed_has_kept_the_whole_file_or_nothing(tmp_path):
    """Whenever it happens; the next attempt finds the file as sound as before."""
    chance = random.Random(SEED)
    file = tmp_path / "candles.csv"
    start = 1_700_000_040_000
    file.write_text("".join(f"{start + i * 60_000},2,4,1,3,{i}\n" for i in range(IMPORTED)))
    outcomes = set()
    for number in range(IMPORTS):
        path = tmp_path / f"candles-{number}.sqlite"
        told = announced(path, file, chance.uniform(0.05, 0.5), IMPORTER)
        assert sound(path)
        store = CandleStore(path, [])
        kept = len(store.rows(BTC_1M))
        store.close()
        assert kept == IMPORTED if told else kept in (0, IMPORTED)
        outcomes.add(kept)
    assert 0 in outcomes
