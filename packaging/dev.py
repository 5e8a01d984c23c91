"""Everything a developer starts, on a machine that has Python and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "THEBOT Desktop needs Python 3.11 or newer, and this is %d.%d. "  # noqa: UP031
        "Start the command with a newer one, for example: python3.12 packaging/dev.py"
        % sys.version_info[:2]
    )

import system_libraries as system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

RUNTIME = "runtime"
DEVELOPMENT = "development"
LOCKS = {RUNTIME: "packaging/requirements.lock", DEVELOPMENT: "packaging/requirements-dev.lock"}
"""The locked packages; the development lock holds those of the runtime lock too."""

CORE = ("domain", "market", "news", "analysis", "alerts", "app")
"""The packages that tests are meant to cover completely."""

PICTURES = "resources/pictures"
"""Where the pictures of the README are."""

USAGE = """\
usage: python3 packaging/dev.py COMMAND

  run [ARGUMENTS]        start the program; try: run --demo
  test [--quick] [-- PYTEST ARGUMENTS]
                         all checks, fastest first; --quick leaves out coverage and the
                         tests that start the whole program
  screenshot             make the pictures of the README, in both themes
  screenshot --palettes FOLDER
                         make pictures of every palette of every theme into FOLDER
  pictures FOLDER        make pictures of a chart in every kind, theme and state
  bundle [ARGUMENTS]     build the program as a folder that needs no Python, and try it
  lock [--upgrade]       pin the dependencies of pyproject.toml again (needs uv)
"""
SIDE_BY_SIDE = (
    *("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"),
    *("--max-worker-restart", "0"),
)
"""Many tests wait for sockets and windows: several files at once take half the time.

A test that brings its process down, or hangs, ends the run.
"""


class Trouble(Exception):  # noqa: N818 (not every trouble is a mistake)
    """Something a person has to know before this can go on."""


@dataclass(frozen=True)
class Stamp:
    """What is installed in .venv, so that the next start has nothing to find out."""

    place: str = ""
    python: str = ""
    locks: dict[str, str] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)
    complete: bool = False


@dataclass(frozen=True)
class Plan:
    """What has to happen before a command can start."""

    remake: bool
    install: bool


@dataclass(frozen=True)
class Check:
    """One step of `test`."""

    name: str
    command: list[str]


def plan(stamp: Stamp | None, now: Stamp, group: str, *, usable: bool) -> Plan:
    """Compare what .venv is said to hold with what is wanted now."""
    moved = stamp is not None and (stamp.place, stamp.python) != (now.place, now.python)
    interrupted = stamp is not None and not stamp.complete
    remake = not usable or moved or interrupted
    held = {} if stamp is None or remake else stamp.locks
    return Plan(remake, install=held.get(group) != now.locks[group])


def with_group(stamp: Stamp, now: Stamp, group: str) -> Stamp:
    """The stamp after the packages of a group were installed."""
    held = now.locks if group == DEVELOPMENT else {**stamp.locks, group: now.locks[group]}
    return replace(now, locks=held, libraries=stamp.libraries, complete=True)


def fingerprint(text: bytes) -> str:
    """A lock file in short, the same whatever line ends git has given it."""
    return hashlib.sha256(text.replace(b"\r\n", b"\n")).hexdigest()


def libraries_to_run(environment: dict[str, str], platform: str) -> tuple[str, ...]:
    """What Qt needs from the system for `run`: nothing where there is nothing to show."""
    if not platform.startswith("linux"):
        return ()
    if environment.get("QT_QPA_PLATFORM", "").startswith("offscreen"):
        return (system.OFFSCREEN,)
    display = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return (system.OFFSCREEN, system.SCREEN) if display else ()


def checks(arguments: list[str]) -> list[Check]:
    """The steps of `test`, fastest first; tests that were picked by hand are not measured."""
    quick = "--quick" in arguments
    picked = [word for word in arguments if word not in ("--quick", "--")]
    python = str(PYTHON)
    pytest = [python, "-m", "pytest"]
    first = [
        Check("format", [python, "-m", "ruff", "format", "--check", "."]),
        Check("lint", [python, "-m", "ruff", "check", "."]),
        Check("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
        Check("types", [python, "-m", "mypy"]),
    ]
    if quick or picked:
        selection = ["-m", "not process"] if quick else []
        return [*first, Check("tests", [*pytest, *selection, *picked])]
    core = ",".join(f"thebot_desktop/{name}/*" for name in CORE)
    return [
        *first,
        Check("tests", [*pytest, *SIDE_BY_SIDE, "--cov", "--cov-branch", "--cov-report="]),
        Check("coverage of the core", [python, "-m", "coverage", "report", f"--include={core}"]),
    ]


def lock_command(uv: list[str], group: str, arguments: list[str]) -> list[str]:
    """Pin one group for every Python from 3.11 and every system at once, with hashes."""
    extra = ["--extra", "dev", "-c", LOCKS[RUNTIME]] if group == DEVELOPMENT else []
    return [
        *uv,
        *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--only-binary", ":all:"),
        *("--no-emit-index-url", "--no-emit-find-links"),
        *("--custom-compile-command", "python3 packaging/dev.py lock"),
        *(*extra, *arguments, "pyproject.toml", "-o", LOCKS[group]),
    ]


def install_command(group: str) -> list[str]:
    """Install what the lock of a group names and nothing else.

    The locks are complete. pip is not to look for dependencies: for one with an extra it would
    take the newest release, which no lock of yesterday can name.
    """
    return [
        *(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
        *("--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", LOCKS[group]),
    ]


def prepare(group: str, libraries: tuple[str, ...]) -> None:
    """Make .venv hold the locked packages, and the machine hold what Qt needs."""
    stamp = _read_stamp()
    now = _wanted_now()
    todo = plan(stamp, now, group, usable=_usable(stamp, now))
    if todo.remake:
        _make_venv(libraries)
        stamp = None
    held = stamp or Stamp()
    if todo.install:
        _install_packages(group, replace(now, locks={}, complete=False))
        held = with_group(held, now, group)
        _write_stamp(held)
    wanting = [purpose for purpose in libraries if purpose not in held.libraries]
    if wanting:
        _require_libraries(wanting)
        _write_stamp(replace(held, libraries=[*held.libraries, *wanting]))


def run(arguments: list[str]) -> int:
    """Start the program from the checkout."""
    prepare(RUNTIME, libraries_to_run(dict(os.environ), sys.platform))
    command = [str(PYTHON), "-m", "thebot_desktop", *arguments]
    os.environ["PYTHONPATH"] = str(ROOT)
    if os.name == "posix":
        os.execv(command[0], command)
    return _wait_for(command)


def test(arguments: list[str]) -> int:
    """Run all checks; stop at the first that fails."""
    linux = sys.platform.startswith("linux")
    prepare(DEVELOPMENT, (system.OFFSCREEN,) if linux else ())
    if linux:
        _offer_test_tools()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    steps, spent = checks(arguments), []
    for number, check in enumerate(steps, start=1):
        print(f"\n[{number}/{len(steps)}] {check.name}", flush=True)
        started = time.perf_counter()
        status = subprocess.run(check.command, cwd=ROOT, env=environment, check=False).returncode
        seconds = time.perf_counter() - started
        if status != 0:
            print(f"\nFAILED: {check.name} ({seconds:.1f} s). Nothing after it was checked.")
            return status
        spent.append(f"{check.name} {seconds:.1f} s")
    print("\nEverything is in order: " + ", ".join(spent))
    return 0


def screenshot(arguments: list[str]) -> int:
    """Make the pictures of the README, or of all palettes, with the program itself."""
    import tempfile

    looks = {ROOT / PICTURES / f"main-{theme}.png": {"THEME": theme} for theme in ("dark", "light")}
    if arguments[:1] == ["--palettes"]:
        if len(arguments) < 2:
            raise Trouble("Say into which folder: python3 packaging/dev.py screenshot --palettes F")
        looks = _palette_looks(Path(arguments[1]).absolute())
        arguments = arguments[2:]
    prepare(RUNTIME, (system.OFFSCREEN,) if sys.platform.startswith("linux") else ())
    for picture, look in looks.items():
        picture.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="thebot-") as folder:
            _photograph(look, picture, Path(folder), arguments)
        print(f"made {picture}")
    return 0


def _palette_looks(folder: Path) -> dict[Path, dict[str, str]]:
    """A picture for each palette that the files of the themes have, and what to choose for it."""
    import tomllib

    looks = {}
    for path in sorted((ROOT / "resources" / "themes").glob("*.toml")):
        theme, _, contrast = path.stem.partition("-")
        for palette in tomllib.loads(path.read_text(encoding="utf-8"))["palettes"]:
            chosen = {"THEME": theme, "PALETTE": palette}
            if contrast:
                chosen["HIGH_CONTRAST"] = "true"
            looks[folder / f"{path.stem}-{palette}.png"] = chosen
    return looks


def pictures(arguments: list[str]) -> int:
    """Make pictures of everything a chart can look like."""
    if len(arguments) != 1:
        raise Trouble("Say into which folder: python3 packaging/dev.py pictures FOLDER")
    prepare(RUNTIME, (system.OFFSCREEN,) if sys.platform.startswith("linux") else ())
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _wait_for([str(PYTHON), str(ROOT / "packaging" / "chart_pictures.py"), *arguments])


def bundle(arguments: list[str]) -> int:
    """Build the folder that needs no Python, and try it."""
    prepare(DEVELOPMENT, (system.OFFSCREEN,) if sys.platform.startswith("linux") else ())
    return _wait_for([str(PYTHON), str(ROOT / "packaging" / "bundle.py"), *arguments])


def lock(arguments: list[str]) -> int:
    """Pin the dependencies of pyproject.toml again."""
    import shutil

    uv = shutil.which("uv")
    if uv is None and find_spec("uv") is None:
        raise Trouble("Pinning needs uv: pip install uv, then run this again.")
    command = [uv] if uv else [sys.executable, "-m", "uv"]
    for group in (RUNTIME, DEVELOPMENT):
        made = subprocess.run(
            lock_command(command, group, arguments),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if made.returncode != 0:
            raise Trouble(f"uv could not pin the {group} packages.")
        print(f"wrote {LOCKS[group]}")
    return 0


COMMANDS = {
    "run": run,
    "test": test,
    "screenshot": screenshot,
    "pictures": pictures,
    "bundle": bundle,
    "lock": lock,
}


def main(arguments: list[str]) -> int:
    """Do what the first word says with the words after it."""
    if not arguments or arguments[0] not in COMMANDS:
        print(USAGE, end="")
        return 0 if arguments and arguments[0] in ("-h", "--help", "help") else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _wanted_now() -> Stamp:
    return Stamp(
        place=str(VENV),
        python=f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}",
        locks={group: fingerprint((ROOT / path).read_bytes()) for group, path in LOCKS.items()},
    )


def _read_stamp() -> Stamp | None:
    try:
        return Stamp(**json.loads(STAMP.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        # Unreadable counts as interrupted: the .venv is made again.
        return Stamp()


def _write_stamp(stamp: Stamp) -> None:
    STAMP.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")


def _usable(stamp: Stamp | None, now: Stamp) -> bool:
    """Whether .venv works; one that a stamp vouches for only has to have its Python still."""
    if not PYTHON.exists():
        return False
    if stamp is not None and stamp.complete:
        return True
    question = "import pip, sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == now.python


def _make_venv(libraries: tuple[str, ...]) -> None:
    if find_spec("ensurepip") is None:
        packages = [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"]
        if libraries:
            # What Qt will ask for next: one line to run is better than two.
            missing = system.probably_lacking()
            packages += system.packages_for(missing, system.os_release())[0]
        _require_packages(packages, "Python")
    if Path(sys.prefix) == VENV:
        raise Trouble("The .venv has to be made again: start this with the system's Python.")
    print(f"Making .venv with Python {sys.version.split()[0]} ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode != 0:
        raise Trouble("Python could not make .venv; what it said is above.")


def _install_packages(group: str, unfinished: Stamp) -> None:
    _write_stamp(unfinished)
    print("Installing the locked packages (once; about 170 MB to download) ...", flush=True)
    done = subprocess.run(install_command(group), cwd=ROOT, check=False)
    if done.returncode != 0:
        raise Trouble(
            "pip could not install the locked packages; what it said is above. "
            "Check the connection to the network and run the command again."
        )


def _require_libraries(purposes: list[str]) -> None:
    missing = _lacking_libraries(purposes)
    if not missing:
        return
    packages, unknown = system.packages_for(missing, system.os_release())
    if packages and system.has_apt():
        _require_packages(packages, "Qt")
    elif not system.has_apt():
        unknown = sorted(missing)
    if unknown:
        print("Qt may not start, this system lacks: " + " ".join(unknown), file=sys.stderr)


def _lacking_libraries(purposes: list[str]) -> frozenset[str]:
    pyside = next((VENV / "lib").glob("python*/site-packages/PySide6"), None)
    if pyside is None:
        raise Trouble("PySide6 is not in .venv: delete .venv and run the command again.")
    return frozenset().union(*(system.lacking(pyside, purpose) for purpose in purposes))


def _require_packages(packages: list[str], who: str) -> None:
    if not system.has_apt():
        raise Trouble(f"{who} lacks a part of this system: {' '.join(packages)}")
    if not system.install(packages):
        raise Trouble(
            f"{who} lacks packages of this system. Install them, then run this again:\n"
            f"  {system.line_to_run(packages)}"
        )


def _offer_test_tools() -> None:
    """Get what the whole-program tests use; they are skipped without it."""
    packages = system.lacking_tools()
    packages += system.packages_for(_lacking_libraries([system.SCREEN]), system.os_release())[0]
    if packages and not (system.has_apt() and system.install(packages)):
        print("Some tests will be skipped. To run them too:\n  " + system.line_to_run(packages))


def _photograph(look: dict[str, str], picture: Path, folder: Path, arguments: list[str]) -> None:
    """``look`` is what to choose in the section of the settings about appearance."""
    screens = folder / "screens.json"
    # The first window fills its screen.
    screen = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
    screens.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
        **{f"THEBOT_UI_{name}": value for name, value in look.items()},
    }
    options = ["--demo", "--profile", str(folder / "profile"), "--quit-after", "20"]
    command = [str(PYTHON), "-m", "thebot_desktop", *options, "--screenshot", str(picture)]
    picture.unlink(missing_ok=True)
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0 or not picture.is_file():
        raise Trouble(f"The program made no picture for {picture.name}.")


def _wait_for(command: list[str]) -> int:
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The console has told the child too: it ends in its own order.
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
