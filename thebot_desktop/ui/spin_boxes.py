"""Fields that count up and down, with their text where that of other fields is."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

LEFT_PX = 6


def align_text(box: QAbstractSpinBox) -> None:
    """Rules of the style do not reach the field within a spin box."""
    box.lineEdit().setTextMargins(LEFT_PX, 0, 0, 0)
