"""``thebot indicators``: every indicator with its parameters and outputs."""

from __future__ import annotations

from typing import TextIO

import msgspec

from thebot_desktop.analysis.catalogue import CatalogueEntry, ParameterEntry, describe
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.analysis.wording import exact
from thebot_desktop.cli.output import print_table, until_the_reader_leaves

HEADINGS = ("Name", "Group", "Outputs", "Parameters")


def run(catalogue: Catalogue, *, as_json: bool, out: TextIO) -> int:
    """Print the catalogue as a table, or as a JSON list of entries."""
    entries = [describe(kind) for kind in catalogue.values()]
    with until_the_reader_leaves(out):
        if as_json:
            document = msgspec.json.format(msgspec.json.encode(entries), indent=2)
            out.write(document.decode() + "\n")
        else:
            print_table([HEADINGS, *map(_row, entries)], out)
    return 0


def _row(entry: CatalogueEntry) -> tuple[str, ...]:
    parameters = ", ".join(_parameter(p) for p in entry.parameters)
    return entry.name, entry.group, ", ".join(entry.outputs), parameters or "-"


def _parameter(parameter: ParameterEntry) -> str:
    default = parameter.default
    return parameter.name if default is None else f"{parameter.name}={exact(default)}"
