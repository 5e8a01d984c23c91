"""Words, numbers and signs of what a person typed, with their places for error messages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import Enum
from typing import NoReturn

from msgspec import Struct

from thebot_desktop.domain.errors import InputError

LONGEST = 2_000
"""Characters; nobody writes more by hand."""

_PATTERN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>(?u:[^\W\d]\w*))"
    r"|(?P<sign><=|>=|[-+<>=(),.:@]))",
    re.ASCII,
)
_WORD = re.compile(r"\w+")
"""Letters and digits of any script, as in names of coins, which may begin with a digit."""
_PREFIX = re.compile(r"\w+\s*:")


class ExpressionError(InputError, ValueError):
    """What a person typed cannot be read; ``position`` is the character where, from 0.

    A ValueError too, so that a text read from a file is refused like any other wrong value.
    """

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(user_message=sentence)
        self.position = position


class TokenKind(Enum):
    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    END = "end"


class Token(Struct, frozen=True):
    kind: TokenKind
    text: str
    position: int

    @property
    def word(self) -> str:
        """The text in the case that words of the language are compared in."""
        return self.text.lower()

    @property
    def shown(self) -> str:
        return f"“{self.text}”" if self.text else "the end"


class Tokens:
    """Reads tokens one after the other."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"The text is longer than {LONGEST:,} characters.", LONGEST)
        self._text = text
        self._tokens = _split(text)
        self._at = 0

    @property
    def next(self) -> Token:
        """The token to come."""
        return self._tokens[self._at]

    @property
    def after_next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    @property
    def behind(self) -> str:
        """What has been read so far."""
        return self._text[: self.next.position].strip()

    def take(self) -> Token:
        """The next token, which is then behind us."""
        token = self.next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def accept(self, *words: str) -> Token | None:
        """Take the next token if it is one of ``words``."""
        return self.take() if self.next.word in words else None

    def expect(self, sign: str) -> Token:
        return self.accept(sign) or fail(
            f"expected “{sign}” instead of {self.next.shown}", self.next
        )

    def name(self, what: str, *, take: bool = True) -> Token:
        """Take a name, or only look at it; ``what`` says which kind should stand here."""
        if self.next.kind is not TokenKind.NAME:
            fail(f"expected {what} instead of {self.next.shown}", self.next)
        return self.take() if take else self.next

    @property
    def prefixed(self) -> bool:
        """Whether a word with a colon after it comes next."""
        return _PREFIX.match(self._text, self.next.position) is not None

    def word(self, what: str) -> Token:
        """Take letters and digits that stand together, such as ``1INCHUSDT`` or ``4h``."""
        start = self.next
        found = _WORD.match(self._text, start.position)
        if found is None:
            fail(f"expected {what} instead of {start.shown}", start)
        while self.next.position < found.end() and self.next.kind is not TokenKind.END:
            self.take()
        return Token(TokenKind.NAME, found[0], start.position)

    def number(self) -> int | float:
        """Take a number with its sign."""
        negative = self.accept("-", "+")
        token = self.take()
        if token.kind is not TokenKind.NUMBER:
            fail(f"expected a number instead of {token.shown}", token)
        value = float(token.text)
        if not math.isfinite(value):
            fail(f"{token.shown} is too large", token)
        exact = int(token.text) if token.text.isdigit() else value
        return -exact if negative and negative.text == "-" else exact

    def end(self) -> None:
        """Nothing may follow."""
        if self.next.kind is not TokenKind.END:
            fail(f"{self.next.shown} is not expected", self.next)


def fail(problem: str, at: Token) -> NoReturn:
    text = problem.removesuffix(".")
    sentence = f"{text[0].upper()}{text[1:]} (at character {at.position + 1})."
    raise ExpressionError(sentence, at.position)


def unknown(what: str, at: Token, known: Iterable[str]) -> NoReturn:
    """Fail over a word that is none of ``known``, and name those that are spelled like it."""
    by_lower = {name.lower(): name for name in known}
    near = [by_lower[n] for n in get_close_matches(at.word, by_lower, n=3, cutoff=0.6)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise ExpressionError(
        f"There is no {what} {at.shown} (at character {at.position + 1}).{hint}", at.position
    )


def _split(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _PATTERN.match(text, at)
        if match is None or match.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            stray = Token(TokenKind.SIGN, text[at], at)
            fail(f"{stray.shown} has no meaning here", stray)
        kind = match.lastgroup
        found.append(Token(TokenKind(kind), match[kind], match.start(kind)))
        at = match.end()
    return [*found, Token(TokenKind.END, "", end)]
