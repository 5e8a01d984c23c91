"""Tests of an hour's view of the 24 hours before each of its minutes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.hour_view import HourView
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import listings
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.rows import total

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize("symbol", ["BTCUSDT", "AAB0USDT", "AAC5USDT"])
def test_each_minute_has_the_day_before_it(symbol: str) -> None:
    """Added up naively from its minutes, busy or quiet."""
    market = ModelMarket(listings(60), 3)
    rows = market.rows(symbol, NOON - DAY, NOON + HOUR)
    view = HourView(NOON, rows)
    for minute in range(60):
        now = NOON + minute * MINUTE
        assert view.day_before(now) == total(rows.between(now - DAY + MINUTE, now))
    assert view.covers(NOON - HOUR, NOON + HOUR)
    assert not view.covers(NOON, NOON + HOUR + MINUTE)
    assert np.array_equal(view.rows.open_time, np.arange(NOON - HOUR, NOON + HOUR, MINUTE))


def test_looking_ahead_changes_nothing() -> None:
    """A ledger that prepares each next minute tells what one tells that does not."""
    market, other = ModelMarket(listings(30), 1), ModelMarket(listings(30), 1)
    ahead, plain = Ledger(market), Ledger(other)
    for symbol in list(market.listings)[::7]:
        for minute in range(-70, 70):
            now = NOON + minute * MINUTE + 30_000
            assert ahead.day(symbol, now) == plain.day(symbol, now)
            assert ahead.last_order(symbol, now) == plain.last_order(symbol, now)
            ahead.look_ahead(symbol, now)


def test_the_next_hour_is_prepared_in_this_one() -> None:
    """So that nothing has to be worked out when the hour begins, nor anything twice."""
    market = ModelMarket(listings(3), 1)
    ledger = Ledger(market)
    for minute in range(59):
        ledger.look_ahead("ETHUSDT", NOON + minute * MINUTE)
    made: list[int] = []
    original = market._make_view
    market._make_view = lambda symbol, start: made.append(start) or original(symbol, start)
    for minute in range(59, 65):
        assert ledger.day("ETHUSDT", NOON + minute * MINUTE) is not None
        ledger.look_ahead("ETHUSDT", NOON + minute * MINUTE + 1)
        assert market.day_before("ETHUSDT", NOON + minute * MINUTE) is not None
    assert made == []
    for minute in range(65, 3 * 60):
        ledger.look_ahead("ETHUSDT", NOON + minute * MINUTE)
    assert made == [NOON + 2 * HOUR, NOON + 3 * HOUR]
