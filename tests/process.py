"""Starts the real program as a process, and reads what it prints."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
"""Seconds after which a test gives up; nothing here waits so long on a healthy machine."""


def environment(profile, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("THEBOT_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "THEBOT_PROFILE": str(profile),
        "QT_QPA_PLATFORM": "offscreen",
        "NO_PROXY": "*",
        **more,
    }


def thebot(*arguments, profile, **more):
    """Run to the end; the finished process with its output."""
    python = more.pop("python", sys.executable)
    return subprocess.run(
        [str(python), "-m", "thebot_desktop", *map(str, arguments)],
        env=environment(profile, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )


class Running:
    """A program that goes on; its standard output is read line by line as JSON."""

    def __init__(self, *arguments, profile):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "thebot_desktop", *map(str, arguments)],
            env=environment(profile),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines = queue.Queue()
        self.seen = []
        self._errors = []
        self._readers = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def errors(self):
        return "".join(self._errors)

    def until(self, wanted, patience=PATIENCE):
        """The first line for which ``wanted`` is true; all lines read are in ``seen``."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(queue.Empty):
                line = self._lines.get(timeout=0.2)
                if line is None:
                    break
                self.seen.append(line)
                if wanted(line):
                    return line
        raise AssertionError(f"not seen; last lines {self.seen[-3:]}, errors {self.errors[-2000:]}")

    def stop(self):
        """Ask it to end as the system would; its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            for reader in self._readers:
                reader.join(5)
            self.process.stdout.close()
            self.process.stderr.close()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self._errors.append(line)


@contextlib.contextmanager
def running(*arguments, profile):
    program = Running(*arguments, profile=profile)
    try:
        yield program
    finally:
        program.stop()


@contextlib.contextmanager
def exchange(*arguments, profile):
    """The embedded exchange as a server of its own; gives its addresses as options."""
    with running("exchange", "--port", 0, *arguments, profile=profile) as server:
        line = server.until(lambda said: said["type"] == "exchange")
        yield ["--rest-url", line["rest_url"], "--stream-url", line["stream_url"]]
