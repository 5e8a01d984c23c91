"""Feeds all decoders with what atheris makes up, guided by the paths that inputs take.

python -m tests.fuzz.guided [-max_total_time=300] [options of libFuzzer]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["thebot_desktop"]):
    from tests.fuzz.shapes import DOCUMENTS, read_everywhere, written


def try_one(raw: bytes) -> None:
    read_everywhere(raw)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, document in enumerate(DOCUMENTS):
            (Path(folder) / str(number)).write_bytes(written(document))
        atheris.Setup([*sys.argv, "-max_len=4096", folder], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
