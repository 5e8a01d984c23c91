"""The bundle: what goes in, and how it is judged."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


def load(name):
    """The scripts are files, not a package: `packaging` is the name of a library."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


contents = load("bundle_contents")
bundle = load("bundle")


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6\\plugins\\platforms\\qminimal.dll",
        "PySide6/Qt/plugins/networkinformation/libqglib.so",
        "PySide6/Qt/translations/qtbase_nn.qm",
        "PySide6/Qt/translations/designer_de.qm",
        "pyarrow/include/arrow/api.h",
        "pyarrow/libarrow_flight.so.2600",
        "pyarrow/_s3fs.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_nobody_opens_stays_out(place):
    """Themes of the machine that builds, odd displays, headers, clouds."""
    assert not contents.is_wanted(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "pyarrow/libarrow_substrait.so.2600",
        "pyarrow/_parquet.cpython-311-x86_64-linux-gnu.so",
        "resources/fonts/Inter-Regular.otf",
    ],
)
def test_what_the_program_needs_goes_in(place):
    """Every system's display, icons, dialogs in many languages, Parquet."""
    assert contents.is_wanted(place)


def test_libraries_stay_while_somebody_leads_to_them():
    """A library of a library stays; one whose only asker was left out goes."""
    links = {
        "/app/QtGui.abi3.so": ["/usr/lib/libQt6Gui.so.6"],
        "/qt/libQt6Gui.so.6": ["libX11.so.6", "libc.so.6"],
        "/usr/libX11.so.6": ["libXau.so.6"],
        "/usr/libpython3.11.so.1.0": ["libm.so.6"],
    }
    names = ("libX11.so.6", "libXau.so.6", "libgtk-3.so.0", "libpython3.11.so.1.0")
    libraries = {name: f"/usr/{name}" for name in names}
    libraries["libQt6Gui.so.6"] = "/qt/libQt6Gui.so.6"
    needed = contents.needed_libraries(
        ["/app/QtGui.abi3.so"], libraries, lambda file: links.get(file, [])
    )
    assert needed == libraries.keys() - {"libgtk-3.so.0"}


def test_extension_modules_and_plugins_are_not_libraries():
    """They are opened by name, so no link leads to them, and they must not be weighed by links."""
    assert contents.is_shared_library("libxcb.so.1")
    assert contents.is_shared_library("numpy.libs/libscipy_openblas64_-32a4b2a6.so")
    assert not contents.is_shared_library("pyarrow/lib.cpython-311-x86_64-linux-gnu.so")
    assert not contents.is_shared_library("PySide6/QtGui.abi3.so")
    assert not contents.is_shared_library("PySide6/Qt/plugins/platforms/libqxcb.so")


def test_bundle_is_tried_without_the_variables_of_this_shell(tmp_path):
    """What helps here, such as a path to Python, is not there on a user's machine."""
    given = bundle.bare_environment(tmp_path / "home")
    assert given["HOME"] == str(tmp_path / "home")
    assert (tmp_path / "home").is_dir()
    assert not {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH"} & given.keys()


def test_window_without_candles_is_a_broken_bundle():
    """A picture alone does not prove that data came in."""
    good = {"series": [{"series": "BTCUSDT 1m", "candles": 500}], "faults": []}
    bundle.complain_about(good)
    with pytest.raises(bundle.BrokenBundle, match="No candle"):
        bundle.complain_about({"series": [{"series": "BTCUSDT 1m", "candles": 0}], "faults": []})
    with pytest.raises(bundle.BrokenBundle, match="faults"):
        bundle.complain_about({**good, "faults": [{"kind": "PluginError"}]})


def test_blank_picture_has_few_colours(tmp_path):
    """An empty window is told from one with something in it, a missing one from both."""
    gui = pytest.importorskip("PySide6.QtGui")
    image = gui.QImage(90, 90, gui.QImage.Format.Format_RGB32)
    image.fill(0xFF0E1116)
    image.save(str(tmp_path / "blank.png"))
    assert bundle.colours_of(tmp_path / "blank.png") == 1
    for x in range(90):
        image.setPixel(x, 45, 0xFF000000 + x)
    image.save(str(tmp_path / "drawn.png"))
    assert bundle.colours_of(tmp_path / "drawn.png") > 20
    with pytest.raises(bundle.BrokenBundle, match="no picture"):
        bundle.colours_of(tmp_path / "missing.png")


def test_failing_program_is_reported_with_its_words(tmp_path):
    """Whoever builds sees what the program said."""
    answer = bundle.ask([sys.executable, "-c", "print('hello')"], dict(os.environ), tmp_path)
    assert answer.output.strip() == "hello"
    with pytest.raises(bundle.BrokenBundle, match="no such market"):
        bundle.ask([sys.executable, "-c", "exit('no such market')"], dict(os.environ), tmp_path)
