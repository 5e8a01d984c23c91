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


def book_messages(recorded, name):
    """Depth updates, quotes and snapshots of a session, in the order they came."""
    with gzip.open(session_path(recorded, name), "rt") as lines:
        for line in lines:
            record = json.loads(line)
            if record["t"] == "http" and "/depth?" in record["url"]:
                symbol = record["url"].partition("symbol=")[2].partition("&")[0]
                yield "snapshot", symbol, json.loads(record["raw"])
            elif record["t"] == "recv":
                message = json.loads(record["raw"])
                data, stream = message["data"], message["stream"]
                if "@depth" in stream:
                    yield "update", data["s"], data
                elif "@bookTicker" in stream:
                    yield "quote", data["s"], data
