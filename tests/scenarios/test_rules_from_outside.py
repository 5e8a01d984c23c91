"""Rules that the command line changes while the program runs."""

from __future__ import annotations

import io
import logging

import pytest

from tests.stream_server import until
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.app.mode import Mode
from thebot_desktop.bootstrap import Launch, open_program
from thebot_desktop.cli import rules
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol

SERIES = SeriesKey(Symbol("ETHUSDT"), Interval.M5)


@pytest.fixture(autouse=True)
def _quiet_logging():
    """The program sets up its log; the test puts things back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in [h for h in root.handlers if h not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


async def test_a_running_program_arms_and_forgets_what_is_added_and_removed_outside(tmp_path):
    """Its series is delivered as long as the rule is there; its own rules stay."""
    program = await open_program(Launch(Mode.DEMO, tmp_path, with_news=False))
    context, profile, out = program.context, tmp_path / "demo", io.StringIO()
    try:
        program.start()
        context.alerts.arm(ArmedRule("mine", PriceLevel(1.0), SERIES.symbol))
        new = rules.NewRule("close > 5", "ETHUSDT", Interval.M5, name="other")
        rules.add(profile, new, out)
        await until(lambda: len(context.alerts.armed) == 2)
        assert [a.name for a in context.alerts.armed] == ["", "other"]
        assert SERIES in context.session.series
        rules.remove(profile, [out.getvalue().split()[0]], out)
        await until(lambda: len(context.alerts.armed) == 1)
        assert SERIES not in context.session.series
    finally:
        await program.aclose()
