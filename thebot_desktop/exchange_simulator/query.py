"""The parameters of a REST request, and the exchange's complaints about them."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qsl

import msgspec

from thebot_desktop.domain.time import MINUTE_MS

MOST_ROWS = 1000
NUMBER = re.compile(r"[0-9]{1,20}")
_MICROSECONDS_FROM = 10**15
_LARGEST = 2**63 - 1
_ZONE = re.compile(r"([+-]?)([0-9]{1,2})(?::([0-9]{2}))?")


class RestError(Exception):
    """A refusal in the exchange's words."""

    def __init__(self, code: int, text: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(text)
        self.code = code
        self.status = status
        self.body = msgspec.json.encode({"code": code, "msg": text})


class Query:
    """The parameters of one request, each read by name; what nobody read is an error."""

    def __init__(self, query: str) -> None:
        pairs = parse_qsl(query, keep_blank_values=True)
        self._values = dict(pairs)
        self._read: set[str] = set()
        if len(self._values) < len(pairs):
            raise RestError(-1101, "Duplicate values for a parameter detected.")

    def get(self, name: str) -> str | None:
        self._read.add(name)
        value = self._values.get(name)
        if value == "":
            raise RestError(-1105, f"Parameter '{name}' was empty.")
        return value

    def required(self, name: str) -> str:
        value = self._values.get(name)
        self._read.add(name)
        if not value:
            raise RestError(
                -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
            )
        return value

    def integer(self, name: str) -> int | None:
        value = self.get(name)
        if value is None:
            return None
        if not NUMBER.fullmatch(value):
            raise RestError(
                -1100,
                f"Illegal characters found in parameter '{name}'; "
                "legal range is '^[0-9]{1,20}$'.",
            )
        if int(value) > _LARGEST:
            raise RestError(-1108, f"Parameter '{name}' overflow.")
        return int(value)

    def moment(self, name: str) -> int | None:
        """A time in ms, whichever unit it was sent in."""
        value = self.integer(name)
        return value // 1000 if value is not None and value >= _MICROSECONDS_FROM else value

    def limit(self, default: int, most: int = MOST_ROWS) -> int:
        value = self.integer("limit")
        if value == 0:
            raise RestError(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(value or default, most)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.get(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise RestError(-1130, f"Data sent for parameter '{name}' is not valid.")
        return value == "true"

    def time_zone(self) -> int:
        """The time zone as an offset in ms."""
        match = _ZONE.fullmatch(self.get("timeZone") or "0")
        if match:
            minutes = int(match[2]) * 60 + int(match[3] or 0)
            minutes *= -1 if match[1] == "-" else 1
            if -12 * 60 <= minutes <= 14 * 60:
                return minutes * MINUTE_MS
        raise RestError(-1130, "Data sent for parameter 'timeZone' is not valid.")

    def must_be_empty(self) -> None:
        if self._values:
            sent = len(self._values)
            raise RestError(-1101, f"Too many parameters; expected '0' and received '{sent}'.")

    def finish(self) -> None:
        unread = len(self._values.keys() - self._read)
        if unread:
            sent = len(self._values)
            raise RestError(
                -1104,
                f"Not all sent parameters were read; read '{sent - unread}' parameter(s) "
                f"but was sent '{sent}'.",
            )
