"""What the lines of ``thebot watch`` say of values that come a moment later."""

from __future__ import annotations

import io
import json

import pytest

from tests.fakes import BTC_1M, ETH_1M, Core, update
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.cli.watch import Printer, WatchOptions

INDICATOR = Correlation("ETHUSDT", 3)


@pytest.fixture
def printing():
    """A program that prints, and what it has printed of the indicator."""
    core, out = Core(), io.StringIO()
    core.indicators.use(BTC_1M, [INDICATOR])
    printer = Printer(out, WatchOptions(("BTCUSDT",)), [INDICATOR])
    core.subscriber.moments.add(printer.moment)

    def printed():
        lines = map(json.loads, out.getvalue().splitlines())
        found = [line for line in lines if line["type"] == "indicator"]
        return [(line["open_time"] // 60_000, line["values"]["real"]) for line in found]

    return core, printed


def test_a_value_that_needs_another_symbol_is_printed_when_it_is_known(printing):
    """Each once, for its own candle, although the next one has begun."""
    core, printed = printing
    for index in range(8):
        core.pipeline.apply(update(index))
        core.pipeline.apply(update(index + 1, closed=False))
        core.pipeline.apply(update(index, series=ETH_1M))
    assert [time for time, _ in printed()] == list(range(8))
    assert [value for _, value in printed()][3:] == [pytest.approx(1.0)] * 5


def test_a_value_that_is_never_known_is_printed_as_such(printing):
    """At the next close."""
    core, printed = printing
    for index in range(4):
        core.pipeline.apply(update(index))
    assert printed() == [(0, None), (1, None), (2, None)]
