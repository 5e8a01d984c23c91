"""Finding what a person means by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_WORD_START = 8
_IN_A_ROW = 5
_SKIPPED = 1


def fuzzy_score(query: str, text: str) -> int | None:
    """How well ``text`` has the letters of ``query`` in their order; None if it has not.

    Letters at the start of a word and letters that follow each other count for more.
    """
    wanted = query.casefold().replace(" ", "")
    here = text.casefold()
    score, position, last = 0, 0, -2
    for letter in wanted:
        found = _best_position(here, letter, position, last)
        if found < 0:
            return None
        if found == last + 1:
            score += _IN_A_ROW
        elif _starts_word(here, found):
            score += _WORD_START
        score -= min(_SKIPPED * (found - position), 10)
        last, position = found, found + 1
    return score * 10 - len(text)


def fuzzy_find(query: str, things: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """The things that match, best first; all in their own order for an empty query."""
    everything = list(things)
    if not query.strip():
        return everything
    scored = [(fuzzy_score(query, text_of(thing)), thing) for thing in everything]
    found = [(score, thing) for score, thing in scored if score is not None]
    found.sort(key=lambda pair: -pair[0])
    return [thing for _, thing in found]


def _best_position(text: str, letter: str, start: int, last: int) -> int:
    """The next letter if it follows at once, else where a word starts with it, else anywhere."""
    first = text.find(letter, start)
    if first < 0 or first == last + 1:
        return first
    at = first
    while at >= 0:
        if _starts_word(text, at):
            return at
        at = text.find(letter, at + 1)
    return first


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
