"""Series are delivered for as long as they are compared."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest

from tests.fakes import BTC_1M, ETH_1M, Core, candles
from tests.market_shapes import series
from thebot_desktop.analysis.comparison import Question, Span, compare_prices
from thebot_desktop.app.comparison import MOST_FETCHED, ComparedSeries, write_csv
from thebot_desktop.app.older_candles import Older
from thebot_desktop.domain.market import CandleHistory
from thebot_desktop.domain.time import MINUTE_MS, UnixMs


class Sessions:
    """Writes down what is opened and let go of."""

    def __init__(self):
        self.said = []

    def open_aside(self, key):
        self.said.append(f"open {key.symbol}")
        return lambda: self.said.append(f"close {key.symbol}")


class Fetching:
    """Older candles that are always on their way."""

    def __init__(self):
        self.wanted = []

    def state(self, key):
        return Older.LOADING if key in self.wanted else Older.UNKNOWN

    def want(self, key):
        self.wanted.append(key)


@pytest.fixture
def desk():
    core, sessions, older, told = Core(), Sessions(), Fetching(), []
    compared = ComparedSeries(sessions, core.stream, core.subscriber, older, told.append)
    return SimpleNamespace(core=core, said=sessions.said, older=older, told=told, compared=compared)


def history(desk, count=50):
    desk.core.pipeline.apply(CandleHistory(BTC_1M, candles(count), UnixMs(count * MINUTE_MS)))


def test_what_is_needed_still_stays_open(desk):
    """A series that is in both lists is neither opened again nor let go of."""
    desk.compared.follow([BTC_1M, ETH_1M])
    desk.compared.follow([ETH_1M])
    desk.compared.follow([ETH_1M])
    assert desk.said == ["open BTCUSDT", "open ETHUSDT", "close BTCUSDT"]
    desk.compared.release()
    assert desk.said[-1] == "close ETHUSDT"
    assert desk.compared.series == ()


def test_news_is_told_until_it_is_let_go_of(desk):
    """By series; nothing after the release."""
    desk.compared.follow([BTC_1M])
    history(desk)
    assert set(desk.told) == {BTC_1M}
    desk.compared.release()
    desk.told.clear()
    history(desk, 60)
    assert desk.told == []


def test_missing_candles_are_fetched_within_reason(desk):
    """Once while the fetch lasts, never for tens of thousands."""
    desk.compared.follow([BTC_1M])
    assert not desk.compared.want(BTC_1M, 100)
    history(desk)
    assert not desk.compared.want(BTC_1M, 50)
    assert not desk.compared.want(BTC_1M, MOST_FETCHED + 1)
    assert desk.older.wanted == []
    assert desk.compared.want(BTC_1M, 100)
    assert desk.compared.want(BTC_1M, 100)
    assert desk.older.wanted == [BTC_1M]


def test_the_file_has_raw_numbers_and_leaves_unknown_ones_empty():
    """A reader of it need not undo any formatting."""
    question = Question(MINUTE_MS, spans=(Span(1, in_bars=True), Span(99, in_bars=True)))
    compared = compare_prices(series(np.array([100.0, 110.0])), None, question)
    out = io.StringIO()
    write_csv([("BTCUSDT", compared)], ("1 bar", "99 bars"), "ETHUSDT", out)
    heading, row = out.getvalue().splitlines()
    assert heading.startswith("name,value,change_1 bar,change_99 bars,percentile")
    assert "correlation_ETHUSDT" in heading
    assert row == "BTCUSDT,110,0.1,,,,,,,2"
