"""Drawings to and from files, as a person chooses them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from thebot_desktop.domain.errors import InputError
from thebot_desktop.ui.charts.drawings.hand import Hand
from thebot_desktop.ui.file_dialogs import ask_what_to_open, ask_where_to_save

LARGEST_BYTES = 8_000_000


def ask_export(parent: QWidget, hand: Hand) -> None:
    """Ask for a file and write the drawings of the symbol to it."""
    ask_where_to_save(
        parent,
        _tr("Export drawings"),
        f"{hand.symbol}-drawings.json",
        _tr("Drawings (*.json)"),
        lambda path: write_drawings(hand, Path(path)),
    )


def ask_import(parent: QWidget, hand: Hand) -> None:
    """Ask for a file and add what is in it."""
    ask_what_to_open(
        parent,
        _tr("Import drawings"),
        _tr("Drawings (*.json)"),
        lambda path: take_drawings(hand, Path(path)),
    )


def write_drawings(hand: Hand, path: Path) -> None:
    if hand.symbol is None:
        return
    try:
        path.write_bytes(hand.book.export(hand.symbol))
    except OSError:
        hand.told.notify(_tr("The drawings could not be written to {0}.").format(path))


def take_drawings(hand: Hand, path: Path) -> None:
    """They belong to the symbol that the file names, whatever the chart shows."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(user_message="This is not a file of drawings.")  # noqa: TRY301
        document = hand.book.take_in(path.read_bytes())
    except OSError:
        hand.told.notify(_tr("{0} could not be read.").format(path))
    except InputError as error:
        hand.told.notify(error.user_message)
    else:
        text = _tr("{0} drawings of {1} were imported.")
        hand.told.notify(text.format(len(document.drawings), document.symbol))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Drawings", text)
