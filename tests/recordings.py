"""Reads recorded sessions with none of the program's own code, to compare with."""

from __future__ import annotations

import gzip
import json

SESSIONS = ("session-spot-20210814", "session-usdm-20210722")


def session_path(recorded, name):
    return recorded / "ws" / f"{name}.jsonl.gz"


def frames_of(path):
    """The text frames that came from the socket, in order."""
    with gzip.open(path, "rt") as lines:
        records = [json.loads(line) for line in lines]
    return [r["raw"] for r in records if r["t"] == "recv"]


def bars_of(frames):
    """Symbol, open time, open, high, low, close, volume, trades and closed of each candle."""
    found = []
    for frame in frames:
        data = json.loads(frame)["data"]
        if data.get("e") == "kline":
            k = data["k"]
            prices = [float(k[name]) for name in "ohlcv"]
            found.append((data["s"], k["t"], *prices, k["n"], k["x"]))
    return found
