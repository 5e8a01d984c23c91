"""Plain text out of what feeds send: no markup, no control characters, a bounded length."""

from __future__ import annotations

import html
import re

INPUT_LIMIT = 20_000
"""More of one field is not looked at; summaries that are whole articles are cut anyway."""

ROUNDS = 4
"""Feeds escape their markup once, twice or three times; one round takes off one layer."""

INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup", "tt", "u", "wbr",
})  # fmt: skip
"""Tags within a word or sentence; any other one also separates words."""

UNSEEN = frozenset({"script", "style", "template"})
"""Tags whose content is no text."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # nothing to see
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\ud800-\udfff\ue000-\uf8ff"  # halves of characters, and private ones
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Taken out. The joiners U+200C and U+200D stay: emoji and several scripts need them."""

_TAG_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]*)")
_END_OF_UNSEEN = re.compile("</(?:" + "|".join(UNSEEN) + ")", re.IGNORECASE)
_LOOKS_LIKE_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def plain_text(value: str, limit: int) -> str:
    """``value`` as a person would read it on the site, in one line of at most ``limit``."""
    text = INVISIBLE.sub("", value[:INPUT_LIMIT])
    for _ in range(ROUNDS):
        bare = INVISIBLE.sub("", html.unescape(without_markup(text)))
        if bare == text:
            break
        text = bare
    # What is still a tag after so many layers is meant to get through: it does not.
    return shortened(_LOOKS_LIKE_TAG.sub("‹", " ".join(text.split())), limit)


def without_markup(text: str) -> str:
    """``text`` without tags and comments; a "<" that starts no tag is kept.

    One pass that never goes back: a feed cannot make it slow, as it could a regular expression.
    """
    parts: list[str] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        parts.append(text[at:start])
        at, between = _after_tag(text, start)
        parts.append(between)
    parts.append(text[at:])
    return "".join(parts)


def _after_tag(text: str, start: int) -> tuple[int, str]:
    """Where the text goes on after the "<" at ``start``, and what to put in between."""
    if text.startswith("<!--", start):
        return _past(text, "-->", start), " "
    if text.startswith(("<!", "<?"), start):
        return _past(text, ">", start), " "
    match = _TAG_NAME.match(text, start + 1)
    if match is None:
        return start + 1, "<"
    name = match[1].lower()
    if name in UNSEEN and text[start + 1] != "/":
        closing = _END_OF_UNSEEN.search(text, match.end())
        # To the end where the closing tag is missing: script shown as text helps nobody.
        return (len(text) if closing is None else _past(text, ">", closing.end())), " "
    return _past(text, ">", match.end()), "" if name in INLINE else " "


def _past(text: str, what: str, start: int) -> int:
    """Behind the next ``what``; the end of the text where it is cut off."""
    found = text.find(what, start)
    return len(text) if found < 0 else found + len(what)


def shortened(text: str, limit: int) -> str:
    """``text`` cut at a word and marked as cut, if it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    # A cut far back would lose more than it tidies.
    return (head if space and len(head) > limit // 2 else cut).rstrip() + "…"
