"""Recorded sessions: one JSON object per line, as the messages came, gzipped or not."""

from __future__ import annotations

import gzip
import itertools
import re
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Struct

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Symbol

GZIP_MAGIC = b"\x1f\x8b"
SCANNED_LINES = 20_000
"""Stream names are looked for in so many lines; the addresses come first in a recording."""
STREAM_NAME = re.compile(rb'[^\s"/=?&\\]+@[\w@:+-]+')


class Record(Struct, frozen=True):
    """One line: a message (``recv``), an address connected to, or an answer by REST.

    ``ts`` is the receiver's clock in seconds; single messages may come without it.
    """

    t: str = "recv"
    ts: float | None = None
    raw: str = ""
    url: str = ""

    @property
    def is_message(self) -> bool:
        return self.t == "recv" and bool(self.raw)

    @property
    def book_symbol(self) -> Symbol | None:
        """Whose order book an answer by REST holds, None where it holds none."""
        address = urlsplit(self.url)
        if self.t != "http" or not address.path.endswith("/depth"):
            return None
        return Symbol(parse_qs(address.query).get("symbol", [""])[0].upper()) or None


class Recording:
    """A file of records. Lines that make no sense are None, so that they can be counted."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that cannot be read or holds no recording."""
        self.path = path
        self._decode = msgspec.json.Decoder(Record).decode
        self.first = self._first()

    def records(self) -> Iterator[Record | None]:
        for _, line in self._lines():
            yield self._record(line)

    @cached_property
    def stream_names(self) -> list[str]:
        """The streams that its first lines mention, in the order they appear."""
        found: dict[str, None] = {}
        for _, line in itertools.islice(self._lines(), SCANNED_LINES):
            for name in STREAM_NAME.findall(line):
                found[name.decode(errors="replace")] = None
        return list(found)

    def _first(self) -> Record:
        """The first message: a file without any is no recording."""
        trouble = ""
        for number, line in itertools.islice(self._lines(), SCANNED_LINES):
            record = self._record(line)
            if record is not None and record.is_message:
                return record
            if record is None:
                trouble = trouble or f" Line {number} is not a record: {_excerpt(line)}"
        raise InputError(
            f"no message in {self.path}",
            user_message=f"{self.path.name} is not a recorded session.{trouble}",
        )

    def _record(self, line: bytes) -> Record | None:
        try:
            return self._decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Numbered lines that are not empty; a file cut off in the middle ends there."""
        try:
            with self._open() as file:
                for number, line in enumerate(file, 1):
                    if not line.isspace():
                        yield number, line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield 0, b"the file ends in the middle"
        except OSError as cause:
            raise InputError(
                f"{self.path}: {cause}",
                user_message=f"The recording {self.path} cannot be read: {cause.strerror}.",
            ) from cause

    def _open(self) -> BinaryIO | gzip.GzipFile:
        file = self.path.open("rb")
        is_gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        if not is_gzip:
            return file
        file.close()
        return gzip.open(self.path, "rb")


def _excerpt(line: bytes) -> str:
    return line[:60].decode(errors="replace").strip()
