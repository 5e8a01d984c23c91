"""What an alert rests on and where it went, as tables."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.app.outbox import SCREEN
from thebot_desktop.domain.signals import Delivery, DeliveryState, Fact
from thebot_desktop.ui.formatting import value_text
from thebot_desktop.ui.models.table import Column, RowModel


def state_text(state: DeliveryState) -> str:
    """A sign and a word."""
    words = {
        DeliveryState.QUEUED: _tr("○ waiting"),
        DeliveryState.SENT: _tr("● sent"),
        DeliveryState.FAILED: _tr("✕ given up"),
        DeliveryState.ACKNOWLEDGED: _tr("✓ seen before"),
    }
    return words[state]


def _channel(delivery: Delivery) -> str:
    return _tr("This computer") if delivery.channel == SCREEN else delivery.channel


FACTS: tuple[Column[Fact], ...] = (
    Column("name", "Value", lambda f: f.name, lambda f: f.name, tip=True),
    Column("value", "At the alert", lambda f: value_text(f.value), lambda f: f.value, right=True),
)

DELIVERIES: tuple[Column[Delivery], ...] = (
    Column("channel", "To", _channel, _channel, tip=True),
    Column("state", "State", lambda d: state_text(d.state), lambda d: d.state.value),
    Column("attempts", "Tries", lambda d: str(d.attempts), lambda d: d.attempts, right=True),
    Column("note", "Answer", lambda d: d.note, lambda d: d.note, tip=True),
)


class FactsModel(RowModel[Fact]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(FACTS, parent)


class DeliveriesModel(RowModel[Delivery]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(DELIVERIES, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Alerts", text)
