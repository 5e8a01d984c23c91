"""A signal is strong enough."""

from __future__ import annotations

import msgspec
import pytest

from tests.fakes import BTC_1M, candles, signal
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.signals import AlertType, Direction, Strength

CANDLES = candles(5)


def _moment(*signals):
    return Moment(BTC_1M, CANDLES, True, 0, Origin.LIVE, signals=signals)


def _of(strength, confidence=0.5, direction=Direction.BUY, source="RSI(14)"):
    made = signal(direction=direction, confidence=confidence, source=source)
    return msgspec.structs.replace(made, strength=strength)


@pytest.mark.parametrize("least", Strength)
@pytest.mark.parametrize("given", Strength)
def test_weak_is_less_than_medium_is_less_than_strong_is_less_than_very_strong(least, given):
    """The grade asked for is enough, and so are those above it."""
    order = list(Strength)
    verdict = SignalStrength(least).check(_moment(_of(given)))
    assert (verdict is not None) is (order.index(given) >= order.index(least))


def test_confidence_can_be_asked_for_too():
    """Both must be enough."""
    rule = SignalStrength(Strength.STRONG, 0.7)
    assert rule.check(_moment(_of(Strength.VERY_STRONG, 0.6))) is None
    assert rule.check(_moment(_of(Strength.MEDIUM, 0.9))) is None
    assert rule.check(_moment(_of(Strength.STRONG, 0.7))) is not None


@pytest.mark.parametrize(
    ("direction", "kind"),
    [
        (Direction.BUY, AlertType.BUY),
        (Direction.SELL, AlertType.SELL),
        (Direction.NEUTRAL, AlertType.INFO),
    ],
)
def test_the_alert_says_what_the_signal_says(direction, kind):
    """Its direction, who says it, why, and the price."""
    verdict = SignalStrength().check(_moment(_of(Strength.STRONG, direction=direction)))
    assert verdict.type is kind
    assert verdict.message == f"{direction.value} by RSI(14): because, price 100"


def test_of_several_the_clearest_is_told_and_the_others_are_counted():
    """Those that are not enough are not."""
    verdict = SignalStrength().check(
        _moment(
            _of(Strength.STRONG, 0.9, Direction.SELL, "A"),
            _of(Strength.VERY_STRONG, 0.6, Direction.BUY, "B"),
            _of(Strength.VERY_STRONG, 0.8, Direction.SELL, "C"),
            _of(Strength.WEAK, 0.4, Direction.BUY, "D"),
        )
    )
    assert verdict.type is AlertType.SELL
    assert verdict.message == "SELL by C: because, price 100 (and 2 more)"


def test_nothing_is_said_without_signals():
    """Most candles bring none."""
    assert SignalStrength().check(_moment()) is None


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (SignalStrength(), "signal is strong or stronger"),
        (SignalStrength(Strength.VERY_STRONG), "signal is very strong"),
        (SignalStrength(Strength.WEAK, 0.6), "signal is weak or stronger, confidence 60% or more"),
    ],
)
def test_the_sentence_says_what_is_enough(rule, sentence):
    """In lists and alerts."""
    assert rule.sentence == sentence
