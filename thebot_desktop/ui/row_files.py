"""Rows of a table, written to a file that the person chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, TypeVar

from PySide6.QtCore import QCoreApplication

T = TypeVar("T")


def write_rows(path: str, rows: Sequence[T], write: Callable[[Sequence[T], TextIO], None]) -> str:
    """Replaces what is at ``path``; answers a sentence that says how it went."""
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as out:
            write(rows, out)
    except OSError as error:
        why = error.strerror or str(error)
        said = QCoreApplication.translate("row_files", "{0} could not be written: {1}.")
        return said.format(path, why)
    said = QCoreApplication.translate("row_files", "{0} rows written to {1}")
    return said.format(len(rows), path)
