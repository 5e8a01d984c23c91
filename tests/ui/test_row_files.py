"""Rows that are written to a file."""

from __future__ import annotations

import pytest

from thebot_desktop.ui.row_files import write_rows

pytestmark = pytest.mark.ui


def lines(rows, out):
    out.writelines(f"{row}\n" for row in rows)


def test_it_says_how_many_rows_went_where(qapp, tmp_path):
    """And they are there."""
    path = tmp_path / "rows.csv"
    assert write_rows(str(path), [1, 2], lines) == f"2 rows written to {path}"
    assert path.read_text() == "1\n2\n"


def test_a_file_that_cannot_be_written_is_named(qapp, tmp_path):
    """With the reason that the system gives."""
    said = write_rows(str(tmp_path / "no" / "such.csv"), [1], lines)
    assert said.startswith(str(tmp_path / "no" / "such.csv"))
    assert said.endswith("could not be written: No such file or directory.")
