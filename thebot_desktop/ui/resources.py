"""Finds the data files: in a checkout, in an installed wheel and in a frozen build."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """The path of one data file, such as ``resource("themes", "dark.toml")``."""
    return resources_folder().joinpath(*parts)


@cache
def resources_folder() -> Path:
    """The folder that holds themes, icons and fonts."""
    for folder in _candidates():
        if (folder / "themes").is_dir():
            return folder
    raise FileNotFoundError(f"no resources folder beside {_PACKAGE}")


def _candidates() -> list[Path]:
    """A frozen build unpacks to a folder of its own; a wheel carries the files inside."""
    unpacked = getattr(sys, "_MEIPASS", None)
    frozen = [Path(unpacked) / "resources"] if unpacked else []
    return [*frozen, _PACKAGE / "resources", _PACKAGE.parent / "resources"]
