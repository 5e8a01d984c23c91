"""What goes into the bundle: PyInstaller collects generously, this leaves out what nobody loads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

EXCLUDED_MODULES = (
    # Other windows and notebooks that our libraries can use but need not.
    *("tkinter", "PyQt5", "PyQt6", "PySide2", "IPython", "matplotlib", "jupyter_rfb", "OpenGL"),
    *("pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.flowchart"),
    *("pyqtgraph.canvas", "pyqtgraph.console", "pyqtgraph.dockarea"),
    # Optional companions of pandas and numpy.
    *("scipy", "numba", "cupy", "h5py", "tables", "xarray", "numexpr", "bottleneck", "polars"),
    *("openpyxl", "xlrd", "lxml", "bs4", "jinja2", "sqlalchemy", "psycopg2", "fsspec", "s3fs"),
    *("pandas.tests", "numpy.tests", "numpy.f2py", "pyarrow.tests"),
    *("pyarrow.flight", "pyarrow.orc", "pyarrow.substrait", "pyarrow.cuda", "pyarrow.gandiva"),
    # What only building and testing needs.
    *("pytest", "_pytest", "hypothesis", "mypy", "pygments", "rich", "psutil", "pip"),
    *("setuptools", "pkg_resources", "distutils", "lib2to3", "ensurepip", "idlelib", "pydoc_data"),
    # Parts of Qt that the program does not import.
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtDesigner"),
    *("PySide6.QtSql", "PySide6.QtHelp", "PySide6.QtUiTools", "PySide6.QtXml"),
)
"""Modules that are not followed; one that is needed after all shows when the bundle is tried."""

UNWANTED_FILES = re.compile(
    "|".join(
        (
            # Brings the GTK of the machine that builds, with all its libraries.
            r"plugins/platformthemes/.*gtk3",
            r"plugins/platforms/.*q(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)\b",
            r"plugins/(egldeviceintegrations|generic|qmltooling|qmllint|sqldrivers|designer)/",
            r"plugins/(position|platforminputcontexts/.*virtualkeyboard|wayland-graphics.*server)",
            r"plugins/imageformats/.*q(tiff|tga|wbmp|icns|pdf)\b",
            r"plugins/networkinformation/.*q(connman|glib)\b",
            # Arrow is here for Parquet files: no servers, no clouds, nothing to compile against.
            r"pyarrow/(include|includes|tests|src)/",
            r"pyarrow/.*\.(pxd|pxi|pyx|h|cc|pyi|lib)$",
            r"pyarrow/_(flight|s3fs|gcsfs|azurefs|hdfs|orc|dataset_orc|substrait|cuda|json|feather)\b",
            r"pyarrow/(lib)?arrow_(python_)?flight\b",
            r"(numpy|pandas)/.*/tests/",
        )
    )
)
"""Files that PyInstaller brings and the program never opens, by their place in the bundle."""

TRANSLATIONS = re.compile(
    r"translations/(?!qtbase_(ar|de|el|es|fr|it|ja|ko|pt_BR|ru|tr|zh_CN|zh_TW)\.qm$)"
)
"""Translations of Qt other than its own dialogs in the languages that many people speak."""

SHARED_LIBRARY = re.compile(r"^lib[^.].*\.so(\.\d+)*$")
"""Linux libraries that something else has to ask for, unlike Python's extension modules."""

LOADED_BY_NAME = re.compile(r"^libpython3")
"""Libraries that no file names, because the starter of the bundle opens them itself."""


def is_wanted(destination: str) -> bool:
    """Whether a collected file belongs into the bundle."""
    place = destination.replace("\\", "/")
    return not (UNWANTED_FILES.search(place) or TRANSLATIONS.search(place))


def is_binary(destination: str) -> bool:
    """Whether a file is machine code that may link libraries (on Linux)."""
    return ".so" in PurePosixPath(destination.replace("\\", "/")).name


def is_shared_library(destination: str) -> bool:
    """Whether a file is only there because others link it."""
    place = PurePosixPath(destination.replace("\\", "/"))
    return "plugins" not in place.parts and SHARED_LIBRARY.match(place.name) is not None


def needed_libraries(
    others: Iterable[str],
    libraries: Mapping[str, str],
    imports_of: Callable[[str], Iterable[str]],
) -> set[str]:
    """The names of the libraries that the other files lead to, directly or by each other."""
    needed = {name for name in libraries if LOADED_BY_NAME.match(name)}
    waiting = [*others, *(libraries[name] for name in needed)]
    while waiting:
        names = {PurePosixPath(name).name for name in imports_of(waiting.pop())}
        new = (names & libraries.keys()) - needed
        needed |= new
        waiting.extend(libraries[name] for name in new)
    return needed
