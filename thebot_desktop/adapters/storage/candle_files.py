"""Candles as CSV or Parquet, for other programs."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from thebot_desktop.adapters.storage.settings_file import write_atomically
from thebot_desktop.app.candle_rows import ROW, CandleRows
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Origin

COLUMNS = tuple(name for name in ROW.names or () if name != "origin")
ENDINGS = (".csv", ".parquet")
LABELS = {int(origin): origin.label for origin in Origin}


def require_ending(output: Path) -> None:
    """Raises InputError for a file of another kind."""
    if output.suffix not in ENDINGS:
        raise InputError(user_message=f"“{output.name}” must end with .csv or .parquet.")


def write_candles(rows: CandleRows, output: Path, *, with_origin: bool = False) -> None:
    """Raises StorageError; the file is then as it was."""
    columns: dict[str, list[object]] = {name: rows[name].tolist() for name in COLUMNS}
    if with_origin:
        columns["origin"] = [LABELS.get(number, "") for number in rows["origin"].tolist()]
    content = _parquet(columns) if output.suffix == ".parquet" else _csv(columns)
    try:
        write_atomically(output.absolute(), content)
    except OSError as cause:
        raise StorageError(
            f"{output}: {cause}",
            user_message=f"{output} cannot be written: {os.strerror(cause.errno or 0)}.",
        ) from cause


def _csv(columns: dict[str, list[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _parquet(columns: dict[str, list[object]]) -> bytes:
    import pandas as pd

    content: bytes = pd.DataFrame(columns).to_parquet(index=False)
    return content
