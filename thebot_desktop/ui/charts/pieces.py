"""Piece: a small part of the picture that is painted over the base layer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter


@dataclass(frozen=True, slots=True)
class Piece:
    """Pieces of one name and equal content look the same; then nothing is repainted.

    ``rect`` is all that ``paint`` touches, in device pixels.
    """

    name: Hashable
    content: Hashable
    rect: QRect
    paint: Callable[[QPainter], None]
