"""Nonsense in every form a client must survive."""

from __future__ import annotations

import itertools

import msgspec
from msgspec import Struct


class Junk(Struct, frozen=True):
    """A message as it goes over the wire; ``text`` False makes it a binary one."""

    payload: bytes
    text: bool = True


LOGIN_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the hotel's network</h1></body></html>"
FORMS = ("no_json", "truncated", "wrong_types", "unknown_event", "binary")
_turns = itertools.cycle(FORMS)


def junk(what: str, message: bytes) -> Junk:
    """Nonsense made from a whole message; ``mixed`` takes one form after the other."""
    form = next(_turns) if what == "mixed" else what
    match form:
        case "no_json":
            return Junk(LOGIN_PAGE)
        case "truncated":
            return Junk(truncated(message))
        case "wrong_types":
            return Junk(wrong_types(message))
        case "unknown_event":
            return Junk(msgspec.json.encode(_unknown_event(msgspec.json.decode(message))))
        case _:
            return Junk(bytes(range(256)), text=False)


def truncated(body: bytes) -> bytes:
    """The first half; never anything complete."""
    return body[: len(body) // 2]


def wrong_types(body: bytes) -> bytes:
    """JSON of the same form in which every number has become something else."""
    return msgspec.json.encode(_wrong(msgspec.json.decode(body)))


def _wrong(value: object) -> object:
    match value:
        case dict():
            return {name: _wrong(each) for name, each in value.items()}
        case list():
            return [_wrong(each) for each in value]
        case bool():
            return "perhaps"
        case int():
            return {"number": value}
        case str() if value[:1].isdigit() or value[:1] == "-":
            return [value]
        case _:
            return value


def _unknown_event(document: object) -> object:
    if isinstance(document, dict) and "data" in document:
        return {**document, "data": {"e": "moonPhase", "E": 1, "phase": "full"}}
    return {"e": "moonPhase", "E": 1, "phase": "full"}
