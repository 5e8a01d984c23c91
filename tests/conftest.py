"""What every test may rely on: no network beyond loopback, no leftovers, recorded data."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
for name in [n for n in os.environ if n.startswith("THEBOT_")]:
    del os.environ[name]

# The same examples each time, on slow machines too: a run says whether this version is right.
# New examples are looked for with HYPOTHESIS_PROFILE=default.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")
RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_make_parametrize_id(val):
    """Bytes are named by their number, not by their content.

    Packed content holds the second it was packed in, and workers that collect side by side must
    come to the same names.
    """
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch):
    """A connection to any other machine is an error, not a hang."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address):
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")

    def guarded(self, address):
        check(address)
        return connect(self, address)

    def guarded_ex(self, address):
        check(address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


@pytest.fixture(autouse=True)
def _no_threads_left():
    """A thread that outlives its test would disturb another one."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive() or thread.daemon, f"left running: {thread.name}"


@pytest.fixture
async def no_tasks_left():
    """Ask for it where tasks are started: all must have ended."""
    yield
    for _ in range(3):
        await asyncio.sleep(0)
    left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    assert not left, f"left running: {left}"


@pytest.fixture(scope="session")
def recorded():
    """The folder of recorded exchange data; skips where it is not beside the checkout."""
    if not RECORDED.is_dir():
        pytest.skip("the recorded data is not beside this checkout")
    return RECORDED


@pytest.fixture
def profile(tmp_path):
    """A fresh profile folder."""
    return tmp_path / "profile"
