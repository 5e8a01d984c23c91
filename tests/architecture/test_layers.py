"""The shape of the code base: who may import whom, and what a headless run loads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUI = {"PySide6", "shiboken6", "pyqtgraph", "qasync"}
HEADLESS = (
    "thebot_desktop.bootstrap",
    "thebot_desktop.__main__",
    "thebot_desktop.cli.watch",
    "thebot_desktop.cli.exchange",
    "thebot_desktop.cli.compute",
    "thebot_desktop.cli.history",
    "thebot_desktop.cli.import_",
    "thebot_desktop.cli.export",
    "thebot_desktop.cli.indicators",
)


def python(code, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("module", HEADLESS)
def test_a_headless_module_loads_no_qt(module):
    """The core runs on a machine without a screen, and without Qt's memory."""
    probe = (
        f"import sys, {module}; print(sorted({{m.split('.')[0] for m in sys.modules}} & {GUI!r}))"
    )
    done = python(probe)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_start_of_the_program_loads_neither_pandas_nor_feedparser():
    """Half a second and forty megabytes are spent when they are needed."""
    done = python(
        "import sys, thebot_desktop.bootstrap; "
        "print(sorted({'pandas', 'feedparser', 'pyarrow'} & set(sys.modules)))"
    )
    assert done.stdout.strip() == "[]", done.stderr


def contracts(folder):
    """The exit status of the import contracts run on the package in ``folder``."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        ROOT / "thebot_desktop",
        tmp_path / "thebot_desktop",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/market.py", "import thebot_desktop.app.pipeline"),
        ("market/data_stream.py", "import asyncio"),
        ("app/pipeline.py", "from PySide6 import QtCore"),
        ("adapters/clock.py", "import thebot_desktop.ui.theme"),
    ],
)
def test_a_deliberate_violation_breaks_the_contracts(copy, file, line):
    """An import that points up, or out, is found."""
    path = copy / "thebot_desktop" / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    done = contracts(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_a_package_without_a_place_breaks_the_contracts(copy):
    """Whoever adds a package says where it belongs."""
    (copy / "thebot_desktop" / "stray").mkdir()
    (copy / "thebot_desktop" / "stray" / "__init__.py").write_text("")
    assert contracts(copy).returncode == 1


def test_the_contracts_hold():
    """The code as it is keeps its own rules."""
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_shadows_the_library_called_packaging():
    """From a checkout, a folder with an __init__ would win over the installed library."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
