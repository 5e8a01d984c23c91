"""The developer's entry: what it decides to do, and what is locked."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"


def load(name):
    """The scripts are files, not a package: `packaging` is the name of a library."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


system = load("system_libraries")
dev = load("dev")

NOW = dev.Stamp(
    place="/home/me/thebot/.venv",
    python="cpython 3.11",
    locks={"runtime": "r1", "development": "d1"},
)
RUNTIME_ONLY = dev.with_group(dev.Stamp(), NOW, "runtime")
EVERYTHING = dev.with_group(dev.Stamp(), NOW, "development")
NOTHING_TO_DO = dev.Plan(remake=False, install=False)
ALL_OF_IT = dev.Plan(remake=True, install=True)


def entries(lock):
    """A lock file as pairs of requirement line and its hashes."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)
    joined = text.replace("\\\n", " ").splitlines()
    return [(line.split(" --hash=")[0].strip(), line.count("--hash=sha256:")) for line in joined]


# --- .venv ---------------------------------------------------------------------------------


def test_second_start_does_nothing():
    """What is installed for a command is not looked at again."""
    assert dev.plan(RUNTIME_ONLY, NOW, "runtime", usable=True) == NOTHING_TO_DO
    assert dev.plan(EVERYTHING, NOW, "development", usable=True) == NOTHING_TO_DO


def test_packages_of_the_tests_serve_the_program_too():
    """After `test`, `run` installs nothing; after `run`, `test` adds what it needs."""
    assert dev.plan(EVERYTHING, NOW, "runtime", usable=True) == NOTHING_TO_DO
    wanted = dev.plan(RUNTIME_ONLY, NOW, "development", usable=True)
    assert wanted == dev.Plan(remake=False, install=True)


def test_changed_lock_is_installed_into_the_same_venv():
    """A new lock is a matter of some packages, not of a new .venv."""
    newer = dev.replace(NOW, locks={"runtime": "r2", "development": "d2"})
    todo = dev.plan(EVERYTHING, newer, "runtime", usable=True)
    assert todo == dev.Plan(remake=False, install=True)
    updated = dev.with_group(EVERYTHING, newer, "runtime")
    assert dev.plan(updated, newer, "runtime", usable=True) == NOTHING_TO_DO
    assert dev.plan(updated, newer, "development", usable=True).install


def test_venv_made_by_hand_is_filled_not_thrown_away():
    """A working .venv without a stamp is somebody's own."""
    todo = dev.plan(None, NOW, "runtime", usable=True)
    assert todo == dev.Plan(remake=False, install=True)


@pytest.mark.parametrize(
    ("stamp", "usable"),
    [
        (None, False),
        (EVERYTHING, False),
        (dev.Stamp(), True),
        (dev.replace(EVERYTHING, complete=False), True),
        (dev.replace(EVERYTHING, python="cpython 3.12"), True),
        (dev.replace(EVERYTHING, place="/elsewhere/.venv"), True),
    ],
    ids=["absent", "python gone", "unreadable", "interrupted", "other python", "moved"],
)
def test_venv_that_cannot_be_trusted_is_made_again(stamp, usable):
    """Broken, half-made, moved or another Python's: all of it anew."""
    assert dev.plan(stamp, NOW, "runtime", usable=usable) == ALL_OF_IT


def test_stamp_survives_the_disk(tmp_path, monkeypatch):
    """A stamp reads back as written; a damaged one counts as an interrupted installation."""
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed.json")
    assert dev._read_stamp() is None
    dev._write_stamp(EVERYTHING)
    assert dev._read_stamp() == EVERYTHING
    (tmp_path / "installed.json").write_text('{"place": ', encoding="utf-8")
    assert dev.plan(dev._read_stamp(), NOW, "runtime", usable=True) == ALL_OF_IT


def test_line_ends_of_the_lock_do_not_matter():
    """A checkout on Windows has the same lock as one elsewhere."""
    assert dev.fingerprint(b"a==1\r\nb==2\r\n") == dev.fingerprint(b"a==1\nb==2\n")
    assert dev.fingerprint(b"a==1\n") != dev.fingerprint(b"a==2\n")


# --- commands ------------------------------------------------------------------------------


def test_checks_run_fastest_first_and_measure_the_core():
    """The whole of `test`: static checks, then tests, then the coverage of domain to app."""
    steps = dev.checks([])
    names = [step.name for step in steps]
    assert names == [
        "format",
        "lint",
        "import contracts",
        "types",
        "tests",
        "coverage of the core",
    ]
    assert "--cov-branch" in steps[4].command
    assert steps[5].command[-1].startswith("--include=thebot_desktop/domain/*,")
    assert steps[5].command[-1].endswith(",thebot_desktop/app/*")


def test_picked_tests_are_passed_on_without_coverage():
    """Words behind `test` go to pytest, with or without the two dashes."""
    assert dev.checks(["--", "-k", "candle"])[-1].command[-2:] == ["-k", "candle"]
    assert dev.checks(["-k", "candle"])[-1].command[-2:] == ["-k", "candle"]
    assert "--cov" not in dev.checks(["-k", "candle"])[-1].command


def test_quick_leaves_out_whole_programs():
    """`test --quick` starts no process."""
    assert dev.checks(["--quick"])[-1].command[-2:] == ["-m", "not process"]


def test_run_asks_for_a_screen_only_where_there_is_one():
    """A server without display is not filled with libraries of X."""
    assert dev.libraries_to_run({}, "linux") == ()
    assert dev.libraries_to_run({"DISPLAY": ":0"}, "linux") == ("offscreen", "screen")
    assert dev.libraries_to_run({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ("offscreen",)
    assert dev.libraries_to_run({"DISPLAY": ":0"}, "darwin") == ()
    assert dev.libraries_to_run({}, "win32") == ()


def test_lock_is_universal_and_hashed():
    """One lock serves all systems and Pythons; that of development agrees with the runtime's."""
    command = dev.lock_command(["uv"], "development", ["--upgrade"])
    assert {"--universal", "--generate-hashes", "--no-emit-index-url", "--upgrade"} <= set(command)
    assert command[command.index("-c") + 1] == "packaging/requirements.lock"
    assert "--extra" not in dev.lock_command(["uv"], "runtime", [])


@pytest.mark.parametrize("group", [dev.RUNTIME, dev.DEVELOPMENT])
def test_installing_takes_what_the_lock_names_and_nothing_else(group):
    """A release of today changes nothing about an install from a lock of yesterday."""
    command = dev.install_command(group)
    assert {"--no-deps", "--require-hashes"} <= set(command)
    assert command[-2:] == ["-r", dev.LOCKS[group]]


def test_the_locked_packages_are_complete():
    """pip follows no dependencies when it installs them, so each one has to be in the lock."""
    asked = [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_usage_names_every_command(capsys):
    """Without a command, or with a wrong one, the way is shown."""
    assert dev.main([]) == 2
    assert dev.main(["--help"]) == 0
    assert dev.main(["fly"]) == 2
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in dev.COMMANDS)


def test_entry_is_cheap():
    """Starting needs the standard library alone and does not load what it seldom uses."""
    code = f"import sys; sys.path.insert(0, {str(PACKAGING)!r}); import dev; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "system_libraries" in loaded
    assert not {"venv", "argparse", "tempfile", "pip"} & loaded


# --- system libraries ----------------------------------------------------------------------

LDD = """\
/x/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-cursor.so.0 => not found
\tlibQt6Core.so.6 => /x/libQt6Core.so.6 (0x00007f00)
\tlibgthread-2.0.so.0 => not found
/x/libqoffscreen.so:
\tlibgthread-2.0.so.0 => not found
\tlibnovel.so.7 => not found
"""
BOOKWORM = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'
TRIXIE = "VERSION_CODENAME=trixie\nID=debian\n"
NOBLE = "VERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\nID=ubuntu\n"
MINT_21 = 'VERSION_CODENAME=vera\nUBUNTU_CODENAME="jammy"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'


def test_missing_libraries_are_read_once_each():
    """Several plug-ins lack the same library: it is named once."""
    found = system.missing_sonames(LDD)
    assert found == {"libxcb-cursor.so.0", "libgthread-2.0.so.0", "libnovel.so.7"}


@pytest.mark.parametrize(
    ("release", "glib"),
    [
        (BOOKWORM, "libglib2.0-0"),
        (MINT_21, "libglib2.0-0"),
        (TRIXIE, "libglib2.0-0t64"),
        (NOBLE, "libglib2.0-0t64"),
        ("", "libglib2.0-0t64"),
    ],
    ids=["Debian 12", "Mint 21", "Debian 13", "Ubuntu 24.04", "something new"],
)
def test_libraries_become_the_packages_of_this_release(release, glib):
    """Names changed with 64-bit times; an unknown library is said, not guessed."""
    sonames = system.missing_sonames(LDD)
    packages, unknown = system.packages_for(sonames, system.parse_os_release(release))
    assert packages == [glib, "libxcb-cursor0"]
    assert unknown == ["libnovel.so.7"]


def test_packages_are_installed_without_asking():
    """No question may wait for an answer that never comes."""
    command = system.apt_command(["xvfb"], ["sudo", "-n"])
    assert command[:2] == ["sudo", "-n"]
    assert {"-y", "--no-install-recommends", "DEBIAN_FRONTEND=noninteractive"} <= set(command)
    assert system.line_to_run(["xvfb"]).startswith("sudo apt-get install ")


def test_every_library_of_qt_has_a_known_package():
    """What Qt links on this machine, from outside PySide6, is in the table or always there."""
    pyside = pytest.importorskip("PySide6").__path__[0]
    if not sys.platform.startswith("linux"):
        pytest.skip("system libraries are looked for on Linux only")
    files = [Path(pyside) / name for names in system.QT_FILES.values() for name in names]
    needed = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    direct = set(
        re.findall(r"^\s*(lib(?:xcb|xkb|EGL|GL|X11|glib|gthread|dbus|font)\S*) =>", needed, re.M)
    )
    assert direct
    assert direct - system.PACKAGE_OF.keys() - {"libGLdispatch.so.0"} == set()


# --- locks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", dev.LOCKS.values())
def test_every_locked_package_has_hashes(lock):
    """Nothing is installed that was not seen when the lock was made."""
    found = entries(lock)
    assert len(found) > 30
    for requirement, hashes in found:
        assert re.match(r"^[a-z0-9][a-z0-9._-]*==\S+( ; .+)?$", requirement), requirement
        assert hashes > 0, requirement


@pytest.mark.parametrize("lock", dev.LOCKS.values())
def test_lock_names_no_server_and_no_folder(lock):
    """Where packages come from is the business of each machine's pip."""
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"https?://|file:|index-url|find-links|/home/|/tmp/|/root/", text)


@pytest.mark.parametrize("lock", dev.LOCKS.values())
def test_qt_is_sound_for_each_python(lock):
    """Below Python 3.12 PySide6 stays below 6.12, which aborts there."""
    pins = {}
    for requirement, _ in entries(lock):
        found = re.match(r"^pyside6-essentials==(\d+)\.(\d+)\S* ; (.+)$", requirement)
        if found:
            pins[found[3]] = (int(found[1]), int(found[2]))
    assert set(pins) == {"python_full_version < '3.12'", "python_full_version >= '3.12'"}
    assert (6, 10) <= pins["python_full_version < '3.12'"] < (6, 12)
    assert pins["python_full_version >= '3.12'"] >= (6, 12)


def test_development_lock_holds_the_runtime_lock():
    """Tests run on what users run."""
    runtime = {requirement for requirement, _ in entries(dev.LOCKS["runtime"])}
    development = {requirement for requirement, _ in entries(dev.LOCKS["development"])}
    pinned = {requirement.split(" ;")[0] for requirement in development}
    assert {requirement.split(" ;")[0] for requirement in runtime} <= pinned


def test_lock_has_what_the_project_asks_for():
    """A dependency added to pyproject.toml is pinned before it is used."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = {requirement.split("==")[0] for requirement, _ in entries(dev.LOCKS["development"])}
    for line in asked:
        name = re.match(r"[A-Za-z0-9._-]+", line)[0]
        assert re.sub(r"[-_.]+", "-", name).lower() in locked


def test_nothing_hides_the_library_called_packaging():
    """A package here would be imported instead of the one that pytest needs."""
    assert not list(PACKAGING.rglob("__init__.py"))
    assert not list((ROOT / "tests" / "packaging").rglob("__init__.py"))


def test_stamp_is_plain_json(tmp_path, monkeypatch):
    """Anyone can read what is installed."""
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed.json")
    dev._write_stamp(RUNTIME_ONLY)
    assert json.loads((tmp_path / "installed.json").read_text("utf-8"))["locks"] == {
        "runtime": "r1"
    }


# --- pictures ------------------------------------------------------------------------------


def test_every_palette_of_every_theme_has_a_picture():
    """Found in the files of the themes, with what to choose for each."""
    looks = dev._palette_looks(Path("folder"))
    assert len(looks) == 12
    assert looks[Path("folder/light-contrast-red_up.png")] == {
        "THEME": "light",
        "PALETTE": "red_up",
        "HIGH_CONTRAST": "true",
    }
    assert looks[Path("folder/dark-green_up.png")] == {"THEME": "dark", "PALETTE": "green_up"}


def test_pictures_of_palettes_need_a_folder(capsys):
    """The pictures of the README are not touched by them."""
    assert dev.main(["screenshot", "--palettes"]) == 1
    assert "into which folder" in capsys.readouterr().err
