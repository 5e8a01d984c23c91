"""``thebot compute``: an indicator over the candles of a CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from thebot_desktop.analysis.expressions import Catalogue, parse_outputs
from thebot_desktop.analysis.wording import exact
from thebot_desktop.cli.candle_csv import read_candles
from thebot_desktop.cli.output import until_the_reader_leaves
from thebot_desktop.domain.errors import InputError

BAD_INPUT = 2

Rows = Iterable[tuple[str, ...]]


def run(
    expression: str,
    input_path: Path,
    output_path: Path | None,
    catalogue: Catalogue,
    out: TextIO,
    err: TextIO,
) -> int:
    """Write open_time and one column per output; 2 and a sentence for what makes no sense."""
    try:
        header, rows = _table(expression, input_path, catalogue)
        if output_path is None:
            with until_the_reader_leaves(out):
                _write(header, rows, out)
        else:
            _save(header, rows, output_path)
    except InputError as error:
        err.write(f"thebot: {error.user_message}\n")
        return BAD_INPUT
    return 0


def _table(expression: str, input_path: Path, catalogue: Catalogue) -> tuple[tuple[str, ...], Rows]:
    indicator, outputs = parse_outputs(expression, catalogue)
    file = read_candles(input_path)
    values = indicator.compute(file.candles)
    columns = (map(_cell, values[output].tolist()) for output in outputs)
    return ("open_time", *outputs), zip(file.open_times, *columns, strict=True)


def _cell(value: float) -> str:
    """The shortest decimal that reads back as the same number; nothing where there is none."""
    return "" if math.isnan(value) else exact(value)


def _save(header: tuple[str, ...], rows: Rows, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            _write(header, rows, file)
    except OSError as cause:
        raise InputError(user_message=f"{path} cannot be written: {cause.strerror}.") from cause


def _write(header: tuple[str, ...], rows: Rows, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
