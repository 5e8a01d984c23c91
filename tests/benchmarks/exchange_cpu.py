"""What the embedded exchange costs: idle, while its symbols are met for the first time, and then.

    python -m tests.benchmarks.exchange_cpu --symbols 3000 --candles 300 --seconds 180 --json

It runs as a process of its own; a client listens to all mini tickers and to candles of some
symbols. Figures are its CPU time as a part of one core, and its memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

SLICE_SECONDS = 10.0
NAMES_A_REQUEST = 100


class Meter:
    """CPU of a process between one look and the next."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._before = self._now()

    def look(self) -> dict[str, float]:
        before, self._before = self._before, self._now()
        cpu, passed = self._before[0] - before[0], self._before[1] - before[1]
        memory = self._process.memory_info().rss / 2**20
        return {"cpu_percent": round(100 * cpu / passed, 2), "memory_mb": round(memory, 1)}

    def _now(self) -> tuple[float, float]:
        times = self._process.cpu_times()
        return times.user + times.system, time.perf_counter()


@contextmanager
def exchange(symbols: int) -> Iterator[tuple[int, dict[str, str]]]:
    """A running exchange: its process id, and what it tells of itself."""
    command = [sys.executable, "-m", "thebot_desktop", "exchange", "--port", "0"]
    process = subprocess.Popen([*command, "--symbols", str(symbols)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process.pid, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


async def measure(symbols: int, candles: int, seconds: float) -> dict[str, Any]:
    with exchange(symbols) as (pid, told):
        meter = Meter(pid)
        await asyncio.sleep(SLICE_SECONDS)
        idle = meter.look()
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            info = (await client.get(told["rest_url"] + "/api/v3/exchangeInfo")).json()
        names = [f"{one['symbol'].lower()}@kline_1m" for one in info["symbols"][:candles]]
        return {"symbols": symbols, "idle": idle, **await listen(told, names, meter, seconds)}


async def listen(told: dict[str, str], names: list[str], meter: Meter, seconds: float) -> Any:
    """Figures for each stretch of time, and when every symbol had been heard of."""
    address = told["stream_url"] + "/stream?streams=!miniTicker@arr"
    heard: set[str] = set()
    stretches: list[dict[str, float]] = []
    begun = time.perf_counter()
    async with connect(address, proxy=None, max_size=None, max_queue=None) as connection:
        for start in range(0, len(names), NAMES_A_REQUEST):
            part = names[start : start + NAMES_A_REQUEST]
            request = {"method": "SUBSCRIBE", "params": part, "id": start}
            await connection.send(json.dumps(request))
        meter.look()
        while time.perf_counter() - begun < seconds:
            counts = await receive(connection, heard, SLICE_SECONDS)
            stretches.append({**meter.look(), **counts, "heard": len(heard)})
    return {"candles": len(names), "stretches": stretches, "then": stretches[-1]}


async def receive(
    connection: ClientConnection, heard: set[str], seconds: float
) -> dict[str, float]:
    """Messages and tickers a second in a stretch of time."""
    messages = tickers = 0
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        try:
            message = json.loads(await asyncio.wait_for(connection.recv(), left))
        except TimeoutError:
            break
        messages += 1
        if message.get("stream", "").startswith("!"):
            tickers += len(message["data"])
            heard.update(item["s"] for item in message["data"])
    per_second = {"messages": messages / seconds, "tickers": tickers / seconds}
    return {name: round(value, 1) for name, value in per_second.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--symbols", type=int, default=3000)
    parser.add_argument("--candles", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    wanted = (options.symbols, options.candles, options.seconds)
    found = asyncio.run(measure(*((100, 20, 20.0) if options.quick else wanted)))
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for stretch in (found["idle"], *found["stretches"]):
        sys.stdout.write("  ".join(f"{name} {value}" for name, value in stretch.items()) + "\n")


if __name__ == "__main__":
    main()
