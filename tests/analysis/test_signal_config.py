"""What indicators count in a confidence."""

from __future__ import annotations

from thebot_desktop.analysis.signal_config import SignalConfig


def test_correlation_names_no_direction_and_does_not_count():
    """Unless a person says that it does; the others are as they are listed."""
    assert SignalConfig(weights=("RSI: 2",)).weight_of() == {"CORR": 0.0, "RSI": 2.0}
    assert SignalConfig(weights=("CORR: 1", "RSI: 2", "RSI: 3")).weight_of() == {
        "CORR": 1.0,
        "RSI": 3.0,
    }
