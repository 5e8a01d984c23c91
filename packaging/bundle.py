"""Builds the program as a folder that needs no Python, and tries it away from its sources."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DIST = HERE / "dist"
FOLDER = DIST / "thebot"
PROGRAM = "thebot.exe" if os.name == "nt" else "thebot"

WINDOW_SECONDS = 8
"""How long the window on the demo market stays open."""

PATIENCE_SECONDS = 90
"""After that a program hangs."""

FEWEST_COLOURS = 40
"""A window with a chart has more, an empty one has a handful."""


class BrokenBundle(Exception):  # noqa: N818
    """The bundle was built but does not do what the checkout does."""


@dataclass(frozen=True)
class Answer:
    """What a program said, and how long it took."""

    output: str
    seconds: float


def build() -> float:
    """Let PyInstaller make the folder; the seconds it took."""
    print("Building the bundle (a minute or two) ...", flush=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    places = ["--distpath", str(DIST), "--workpath", str(HERE / "build")]
    done = subprocess.run([*command, *places, str(HERE / "thebot.spec")], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise BrokenBundle("PyInstaller failed; what it said is above.")
    return time.perf_counter() - started


def bare_environment(home: Path) -> dict[str, str]:
    """What a program is given on a machine that knows nothing of us."""
    home.mkdir(parents=True, exist_ok=True)
    given = {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    if os.name == "nt":
        kept = ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "NUMBER_OF_PROCESSORS")
        given |= {name: os.environ[name] for name in kept if name in os.environ}
        homes = ("USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP")
        given |= {name: str(home) for name in homes}
    return given


def ask(command: list[str], environment: dict[str, str], folder: Path) -> Answer:
    """Run a program to its end."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise BrokenBundle(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return Answer(done.stdout, time.perf_counter() - started)


class Trial:
    """The bundle, copied to where nothing else of the project is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = str(shutil.copytree(FOLDER, folder / "thebot", symlinks=True) / PROGRAM)
        self._environment = bare_environment(folder / "home")

    def seconds_to_version(self) -> float:
        """How fast the program answers at all; the first start reads everything from disk."""
        self._ask("--version")
        return self._ask("--version").seconds

    def finds_what_the_checkout_finds(self) -> float:
        """The same plug-ins, indicators and libraries as the sources it was made from."""
        answer = self._ask("selfcheck", "--json", "--profile", str(self._folder / "profile"))
        here = checkout("selfcheck", "--json", "--profile", str(self._folder / "checkout"))
        ours, theirs = json.loads(answer.output), json.loads(here)
        if not ours["frozen"] or ours["problems"]:
            raise BrokenBundle(f"selfcheck is not content: {ours['problems']}")
        for key in ("version", "plugins", "indicators", "libraries"):
            if ours[key] != theirs[key]:
                raise BrokenBundle(f"{key}: bundle {ours[key]}, checkout {theirs[key]}")
        if self._ask("indicators", "--json").output != checkout("indicators", "--json"):
            raise BrokenBundle("The catalogue of indicators is not that of the checkout.")
        return answer.seconds

    def fetches_history(self) -> float:
        """Sockets, HTTP and Parquet work: candles of its own exchange arrive in a file."""
        file = self._folder / "candles.parquet"
        with self._exchange() as address:
            options = ["--rest-url", address["rest_url"], "--stream-url", address["stream_url"]]
            profile = ["--profile", str(self._folder / "history")]
            answer = self._ask(
                "history", "BTCUSDT", "1m", *options, *profile, "--output", str(file)
            )
        import pyarrow.parquet

        if pyarrow.parquet.read_metadata(file).num_rows == 0:
            raise BrokenBundle("The Parquet file holds no candles.")
        return answer.seconds

    def shows_the_demo_market(self) -> tuple[float, dict[str, Any]]:
        """A real window with a chart that moves; seconds beside those it stays open."""
        picture, document = self._folder / "window.png", self._folder / "health.json"
        answer = self._ask(
            "--demo",
            *("--profile", str(self._folder / "demo")),
            *("--quit-after", str(WINDOW_SECONDS)),
            *("--screenshot", str(picture)),
            *("--diagnostics", str(document)),
        )
        health = json.loads(document.read_text("utf-8"))
        complain_about(health)
        if colours_of(picture) < FEWEST_COLOURS:
            raise BrokenBundle("The picture of the window is blank.")
        return answer.seconds - WINDOW_SECONDS, health

    def _ask(self, *arguments: str) -> Answer:
        return ask([self._program, *arguments], self._environment, self._folder)

    @contextmanager
    def _exchange(self) -> Iterator[dict[str, str]]:
        server = subprocess.Popen(
            [self._program, "exchange", "--port", "0"],
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()
            server.communicate(timeout=PATIENCE_SECONDS)


def checkout(*arguments: str) -> str:
    """What the sources answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return ask([sys.executable, "-m", "thebot_desktop", *arguments], environment, ROOT).output


def complain_about(health: dict[str, Any]) -> None:
    """A health document with candles and without faults is what a good run leaves behind."""
    if not any(series["candles"] > 0 for series in health["series"]):
        raise BrokenBundle("No candle has reached the window.")
    if health["faults"]:
        raise BrokenBundle(f"The window reports faults: {health['faults']}")


def colours_of(picture: Path) -> int:
    """How many different colours a picture has, looked at every few pixels."""
    from PySide6.QtGui import QImage

    image = QImage(str(picture))
    if image.isNull():
        raise BrokenBundle("The program has made no picture.")
    columns, rows = range(0, image.width(), 3), range(0, image.height(), 3)
    return len({image.pixel(x, y) for x in columns for y in rows})


def size_of(folder: Path) -> int:
    """Bytes on disk, links not counted."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def archive(name: str) -> Path:
    """The bundle as one file to download."""
    kind = "zip" if os.name == "nt" else "xztar"
    applications = list(DIST.glob("*.app"))
    inside = applications[0].name if applications else FOLDER.name
    return Path(shutil.make_archive(str(DIST / name), kind, DIST, inside))


def try_out() -> dict[str, Any]:
    """Everything that has to work, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="thebot-", ignore_cleanup_errors=True) as folder:
        trial = Trial(Path(folder).resolve())
        version = trial.seconds_to_version()
        selfcheck = trial.finds_what_the_checkout_finds()
        history = trial.fetches_history()
        window, health = trial.shows_the_demo_market()
    return {
        "version_seconds": round(version, 2),
        "selfcheck_seconds": round(selfcheck, 2),
        "history_seconds": round(history, 2),
        "window_start_and_end_seconds": round(window, 2),
        "candles": {series["series"]: series["candles"] for series in health["series"]},
        "memory_mb": health.get("memory_mb"),
    }


def main() -> int:
    """Build, try, and say in JSON how it went."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py bundle", description=__doc__)
    parser.add_argument("--no-build", action="store_true", help="try the bundle that is there")
    parser.add_argument("--archive", metavar="NAME", help="pack it into one file too")
    options = parser.parse_args()
    try:
        seconds = None if options.no_build else round(build(), 1)
        summary = {"build_seconds": seconds, "size_mb": round(size_of(FOLDER) / 1e6), **try_out()}
    except BrokenBundle as trouble:
        print(f"FAILED: {trouble}", file=sys.stderr)
        return 1
    if options.archive:
        packed = archive(options.archive)
        summary |= {"archive": packed.name, "archive_mb": round(packed.stat().st_size / 1e6)}
    print(json.dumps(summary, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
