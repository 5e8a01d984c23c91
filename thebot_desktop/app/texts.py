"""Texts that are longer than a word, so that forms give them room."""

from __future__ import annotations

from typing import NewType

LongText = NewType("LongText", str)
"""Several lines of text."""

Lines = NewType("Lines", tuple[str, ...])
"""Several texts, one a line; commas mean nothing in them."""
