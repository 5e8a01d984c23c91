"""``thebot selfcheck``: what this installation is made of, and whether it can work."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import tempfile
from pathlib import Path
from typing import TextIO

import msgspec
from msgspec import Struct

from thebot_desktop import __version__
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.bootstrap import Launch, Plugins, find_docks, find_plugins, find_resources
from thebot_desktop.domain.errors import TheBotError

LIBRARIES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "qasync",
    "websockets",
    "httpx",
    "numpy",
    "pandas",
    "TA-Lib",
    "msgspec",
    "feedparser",
    "keyring",
    "desktop-notifier",
)
RESOURCES = ("examples", "fonts", "icons", "sounds", "themes")


class SelfCheck(Struct, frozen=True):
    version: str
    python: str
    system: str
    frozen: bool
    libraries: dict[str, str]
    indicators: int
    plugins: dict[str, list[str]]
    profile: str
    problems: list[str]


def run(launch: Launch, *, as_json: bool, out: TextIO, err: TextIO) -> int:
    """0 when everything is there, 1 with a sentence for each thing that is not."""
    report = check(launch)
    if as_json:
        out.write(msgspec.json.encode(report).decode() + "\n")
    else:
        _print(report, out)
    for problem in report.problems:
        err.write(f"{problem}\n")
    return 1 if report.problems else 0


def check(launch: Launch) -> SelfCheck:
    problems: list[str] = []
    plugins = _plugins(problems)
    docks = _docks(problems)
    folder = Profile.of(launch.profile).folder
    _check_writable(folder, problems)
    _check_resources(problems)
    return SelfCheck(
        version=__version__,
        python=platform.python_version(),
        system=platform.platform(),
        frozen=bool(getattr(sys, "frozen", False)),
        libraries=_libraries(),
        indicators=len(plugins.indicators) if plugins else 0,
        plugins={
            "indicators": sorted(plugins.own_indicators) if plugins else [],
            "rules": sorted(plugins.rules) if plugins else [],
            "exchanges": sorted(plugins.exchanges) if plugins else [],
            "news": sorted(plugins.news_sources) if plugins else [],
            "docks": docks,
        },
        profile=str(folder),
        problems=problems,
    )


def _plugins(problems: list[str]) -> Plugins | None:
    try:
        return find_plugins()
    except (TheBotError, ImportError) as cause:
        problems.append(f"Plug-ins cannot be loaded: {cause}")
        return None


def _docks(problems: list[str]) -> list[str]:
    try:
        return sorted(find_docks())
    except (TheBotError, ImportError) as cause:
        problems.append(f"The window cannot be loaded: {cause}")
        return []


def _libraries() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "bundled" if getattr(sys, "frozen", False) else "missing"
    return found


def _check_writable(folder: Path, problems: list[str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as cause:
        problems.append(f"The profile {folder} cannot be written: {cause.strerror}.")


def _check_resources(problems: list[str]) -> None:
    try:
        missing = [name for name in RESOURCES if not find_resources(name)]
    except (TheBotError, ImportError, OSError) as cause:
        problems.append(f"Resources cannot be found: {cause}")
        return
    problems.extend(f"The resources have no {name}." for name in missing)


def _print(report: SelfCheck, out: TextIO) -> None:
    out.write(f"thebot {report.version}, Python {report.python}, {report.system}\n")
    for name, version in report.libraries.items():
        out.write(f"  {name:<20} {version}\n")
    out.write(f"  {report.indicators} indicators\n")
    for kind, names in report.plugins.items():
        out.write(f"  {kind:<12} {', '.join(names)}\n")
    out.write(f"  profile      {report.profile}\n")
    out.write("problems found:\n" if report.problems else "all is well\n")
