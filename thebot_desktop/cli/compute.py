"""``thebot compute``: an indicator over the candles of a CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import numpy as np

from thebot_desktop.analysis.expressions import Catalogue, parse_outputs
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.wording import exact
from thebot_desktop.cli.candle_csv import CandleFile, read_candles
from thebot_desktop.cli.output import until_the_reader_leaves
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candles, Interval
from thebot_desktop.domain.time import DAY_MS
from thebot_desktop.market.resampling import resample

BAD_INPUT = 2

Rows = Iterable[tuple[str, ...]]


def run(
    expression: str,
    input_path: Path,
    output_path: Path | None,
    catalogue: Catalogue,
    out: TextIO,
    err: TextIO,
    interval: Interval | None = None,
    other_path: Path | None = None,
) -> int:
    """Write open_time and one column per output; 2 and a sentence for what makes no sense.

    With ``interval`` the candles of the file are made into longer ones first; ``other_path``
    has the candles of another symbol, for an indicator that needs them.
    """
    try:
        header, rows = _table(expression, (input_path, other_path), catalogue, interval, err)
        if output_path is None:
            with until_the_reader_leaves(out):
                _write(header, rows, out)
        else:
            _save(header, rows, output_path)
    except InputError as error:
        err.write(f"thebot: {error.user_message}\n")
        return BAD_INPUT
    return 0


def _table(
    expression: str,
    paths: tuple[Path, Path | None],
    catalogue: Catalogue,
    interval: Interval | None,
    err: TextIO,
) -> tuple[tuple[str, ...], Rows]:
    indicator, outputs = parse_outputs(expression, catalogue)
    _require_other(indicator, paths[1])
    files = [read_candles(path) for path in paths if path is not None]
    if interval is not None:
        files = [_at_interval(file, interval, err) for file in files]
    file, *rest = files
    others = {s: other.candles for s in indicator.others for other in rest}
    values = indicator.compute_with(file.candles, others)
    columns = (map(_cell, values[output].tolist()) for output in outputs)
    return ("open_time", *outputs), zip(file.open_times, *columns, strict=True)


def _require_other(indicator: Indicator, other: Path | None) -> None:
    """Raises InputError where candles of another symbol are needed and not given, or too many."""
    needed = indicator.others
    if not needed and other is not None:
        sentence = f"{indicator.label} needs no candles of another symbol: leave out --with."
        raise InputError(user_message=sentence)
    if len(needed) > 1:
        raise InputError(user_message=f"{indicator.label} needs more files than can be given.")
    if needed and other is None:
        sentence = f"{indicator.label} needs candles of {needed[0]} too: add --with and their file."
        raise InputError(user_message=sentence)


def _at_interval(file: CandleFile, interval: Interval, err: TextIO) -> CandleFile:
    """The file as it is, or longer candles made of its own, which is said on ``err``."""
    source = _interval_of(file.candles)
    if source is interval:
        return file
    made = resample(file.candles, source, interval)
    if not len(made):
        raise InputError(user_message=f"There is no whole candle of {interval.value} in the file.")
    err.write(f"Candles of {source.value} are made into {len(made)} of {interval.value}.\n")
    return CandleFile(tuple(map(str, made.open_time.tolist())), made)


def _interval_of(candles: Candles) -> Interval:
    """By the smallest distance between two candles; a month is never shorter than 28 days."""
    step = int(np.diff(candles.open_time).min(initial=2**62))
    found = [i for i in Interval if i.is_regular and i.milliseconds == step]
    if found:
        return found[0]
    if 28 * DAY_MS <= step <= 31 * DAY_MS:
        return Interval.MO1
    raise InputError(user_message="The file's candles are of no interval that there is.")


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
