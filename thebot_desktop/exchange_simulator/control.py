"""What a client may say on a stream connection, and what it is answered. No I/O."""

from __future__ import annotations

from typing import Any

import msgspec

MOST_STREAMS = 1024
MOST_URL = 8000
_METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
_LONGEST_ID = 36


class ControlError(Exception):
    """A refusal: a code and a text in the exchange's words."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Subscriptions:
    """The streams one connection listens to, in the order they were asked for.

    ``requests`` counts what the client has said so far; ``names`` holds for each stream with
    which request it was asked for last.
    """

    def __init__(self, names: list[str], *, combined: bool, most: int = MOST_STREAMS) -> None:
        self.requests = 0
        self.names = dict.fromkeys(names, 0)
        self.combined = combined
        self._most = most

    def handle(self, message: str | bytes) -> bytes:
        """Act on a control message; the reply is never wrapped, errors are nested."""
        request_id: Any = None
        self.requests += 1
        try:
            request = _decoded(message)
            request_id = _request_id(request)
            return msgspec.json.encode({"result": self._act(request), "id": request_id})
        except ControlError as error:
            body = {"code": error.code, "msg": str(error)}
            return msgspec.json.encode({"error": body, "id": request_id})

    def _act(self, request: dict[str, Any]) -> list[str] | bool | None:
        method = request.get("method")
        if method is None:
            raise _invalid("missing field `method` at line 1 column 1")
        if method not in _METHODS:
            expected = ", ".join(f"`{name}`" for name in _METHODS)
            raise _invalid(f"unknown variant `{method}`, expected one of {expected}")
        params = request.get("params", [])
        if not isinstance(params, list):
            raise _invalid("params must be a list")
        if method == "LIST_SUBSCRIPTIONS":
            return list(self.names)
        if method in ("SUBSCRIBE", "UNSUBSCRIBE"):
            self._change(_stream_names(params), add=method == "SUBSCRIBE")
            return None
        return self._property(method, params)

    def _change(self, names: list[str], *, add: bool) -> None:
        if not add:
            for name in names:
                self.names.pop(name, None)
            return
        wanted = self.names | dict.fromkeys(names, self.requests)
        if len(wanted) > self._most:
            raise ControlError(4, "Too many subscriptions")
        self.names = wanted

    def _property(self, method: str, params: list[Any]) -> bool | None:
        if not params or not isinstance(params[0], str):
            raise _invalid("property name must be a string")
        if params[0] != "combined":
            raise ControlError(0, "Unknown property")
        if len(params) > (2 if method == "SET_PROPERTY" else 1):
            raise _invalid("too many parameters")
        if method == "GET_PROPERTY":
            return self.combined
        if len(params) < 2 or not isinstance(params[1], bool):
            raise ControlError(1, "Invalid value type: expected Boolean")
        self.combined = params[1]
        return None


def _decoded(message: str | bytes) -> dict[str, Any]:
    try:
        request = msgspec.json.decode(message)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ControlError(3, "Invalid JSON: expected value at line 1 column 1") from error
    if not isinstance(request, dict):
        raise _invalid("expected an object at line 1 column 1")
    return request


def _request_id(request: dict[str, Any]) -> int | str | None:
    value = request.get("id")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and value.isalnum() and len(value) <= _LONGEST_ID:
        return value
    raise _invalid("request ID must be an unsigned integer")


def _stream_names(params: list[Any]) -> list[str]:
    if not all(isinstance(name, str) and name for name in params):
        raise _invalid("invalid stream")
    return params


def _invalid(text: str) -> ControlError:
    return ControlError(2, f"Invalid request: {text}")
