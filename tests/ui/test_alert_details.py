"""The window about an alert says what it was, why it came and how it was told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from tests.app.test_outbox import alert
from tests.fakes import BTC_1M, candles
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.app.alert_archive import AlertDetails
from thebot_desktop.domain.market import Instrument, Origin, Symbol
from thebot_desktop.domain.signals import AlertStatus, Delivery, DeliveryState, Fact
from thebot_desktop.ui.alert_details import AlertDetailsDialog
from thebot_desktop.ui.theme import load_theme

BTC = Instrument(BTC_1M.symbol, "BTC", "USDT", 0.01)
FACTS = (Fact("Close", 70_123.5), Fact("RSI(14) rsi", 71.25))
DELIVERIES = (
    Delivery("a", "screen", 0, DeliveryState.SENT, 1),
    Delivery("a", "Phone", 0, DeliveryState.FAILED, 3, "The address is wrong."),
)


@pytest.fixture
def window(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = AlertDetailsDialog(parent, load_theme("dark"), 13)
    yield dialog
    dialog.close()


def details(**fields):
    raised = replace(
        alert("a"), raised_at=2_000, price=70_123.5, facts=FACTS, origin=Origin.LIVE, **fields
    )
    armed = ArmedRule("r", PriceLevel(70_000.0))
    return AlertDetails(raised, armed, candles(50), DELIVERIES)


def cells(model):
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_it_says_what_the_rule_looked_at_and_where_the_alert_went(window):
    """With a word for each state."""
    window.explain(details(), BTC)
    assert cells(window.inputs_model)[1] == ["RSI(14) rsi", "71.25"]
    assert cells(window.deliveries_model) == [
        ["This computer", "● sent", "1", ""],
        ["Phone", "✕ given up", "3", "The address is wrong."],
    ]
    assert window.mark.text() == "i INFO"
    assert "70,123.5" in window.facts.text()
    assert window.origin.text() == "Raised 2.0 s after it was true, from the live stream."
    assert window.rule.text() == "Rule: rule."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"late": True}, "It was found out 2.0 s later, from data that came late."),
        (
            {"late": True, "missed": True},
            "It was true while nobody was watching, and found 2.0 s later.",
        ),
    ],
)
def test_what_came_late_is_said(window, fields, said):
    """In which way."""
    window.explain(details(**fields), BTC)
    assert window.origin.text() == said


def test_a_rule_that_is_gone_cannot_be_edited(window):
    """And what was seen need not be acknowledged."""
    whole = details(status=AlertStatus.DISMISSED)
    window.explain(replace(whole, armed=None, deliveries=()), BTC)
    assert window.rule.text() == "Rule: rule. It is gone by now."
    assert not window.edit_rule.isEnabled()
    assert not window.acknowledge.isEnabled()
    assert not window.no_deliveries.isHidden()
    off = replace(whole, armed=ArmedRule("r", PriceLevel(1.0), enabled=False))
    window.explain(off, BTC)
    assert window.rule.text() == "Rule: rule. It is switched off now."


def test_what_is_about_no_symbol_has_no_chart(window):
    """News, or a fault of the program."""
    whole = details(series=replace(BTC_1M, symbol=Symbol("")))
    window.explain(whole, None)
    assert window.name.text() == "No symbol"
    assert not window.show_chart.isEnabled()


def test_candles_that_are_gone_are_said(window):
    """In place of the chart."""
    whole = details()
    window.explain(replace(whole, candles=candles(0)), BTC)
    assert window.alert == whole.alert
    assert window.isHidden()
