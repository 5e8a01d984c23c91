"""Printing: tables, and to a reader that may leave before the end, as ``head`` does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def until_the_reader_leaves(out: TextIO) -> Iterator[None]:
    """Print inside; the rest is dropped without a word once nobody reads ``out`` any more."""
    try:
        yield
        out.flush()
    except BrokenPipeError:
        _send_nowhere(out)


def print_table(rows: Iterable[tuple[str, ...]], out: TextIO) -> None:
    """The first row is the headings; each column as wide as it must be."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.write("  ".join(padded).rstrip() + "\n")


def _send_nowhere(out: TextIO) -> None:
    """What is still in its buffer would otherwise raise again when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, out.fileno())
    finally:
        os.close(nowhere)
