"""What a signal was made of as tables: values of indicators, and the parts of the confidence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.analysis.confidence import Part
from thebot_desktop.app.signal_details import Input
from thebot_desktop.ui.formatting import change_text, value_text
from thebot_desktop.ui.models.signals import direction_mark
from thebot_desktop.ui.models.table import Column, RowModel


def _explain_part(part: Part) -> str:
    """How the share came about."""
    sentence = QCoreApplication.translate(
        "Columns", "{0} at {1}: weight {2}, freshness {3}, confidence {4}. Adds {5}."
    )
    signal = part.signal
    return sentence.format(
        signal.source,
        signal.series.interval.value,
        f"{part.weight:g}",
        f"{part.freshness * 100:.0f}%",
        f"{signal.confidence:.2f}",
        change_text(part.share, 2),
    )


INPUTS: tuple[Column[Input], ...] = (
    Column(
        "name", "Value", lambda i: f"{i.source} {i.output}".strip(), lambda i: i.source, tip=True
    ),
    Column("before", "Bar before", lambda i: value_text(i.before), lambda i: i.before, right=True),
    Column("value", "At the signal", lambda i: value_text(i.value), lambda i: i.value, right=True),
)

PARTS: tuple[Column[Part], ...] = (
    Column(
        "opinion",
        "Opinion",
        lambda p: f"{p.signal.source} {p.signal.series.interval.value}",
        lambda p: p.signal.source,
        explain=_explain_part,
    ),
    Column(
        "direction",
        "Says",
        lambda p: direction_mark(p.signal.direction),
        lambda p: p.signal.direction.value,
    ),
    Column("weight", "Weight", lambda p: f"{p.weight:g}", lambda p: p.weight, right=True),
    Column(
        "freshness",
        "Fresh",
        lambda p: f"{p.freshness * 100:.0f}%",
        lambda p: p.freshness,
        right=True,
    ),
    Column(
        "share",
        "Adds",
        lambda p: change_text(p.share, 2),
        lambda p: p.share,
        right=True,
        explain=_explain_part,
    ),
)


class InputsModel(RowModel[Input]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(INPUTS, parent)


class PartsModel(RowModel[Part]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(PARTS, parent)
