"""Plug-ins in the program as it is put together: found, asked about, used, kept, left out."""

from __future__ import annotations

import logging

import pytest

from tests.app.plugin_builders import INDICATOR, RULE
from tests.stream_server import until
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.mode import Mode
from thebot_desktop.app.plugins import PluginState
from thebot_desktop.bootstrap import Launch, open_program
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol

BTC = SeriesKey(Symbol("BTCUSDT"), Interval.M1)


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


def write(folder, kind, text):
    path = folder / "demo" / kind / "mine.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def states(program):
    return [entry.state for entry in program.context.plugins.entries]


async def test_a_file_dropped_while_the_program_runs_is_used_until_it_is_gone(tmp_path):
    """On real candles of the demo market; a save changes what is computed."""
    program = await open_program(Launch(Mode.DEMO, tmp_path, with_news=False))
    context = program.context
    try:
        program.start()
        release = context.session.open(BTC)
        write(tmp_path, "indicators", INDICATOR)
        await until(lambda: states(program) == [PluginState.NEW])
        context.plugins.allow(context.plugins.entries[0].source)
        await until(lambda: context.subscriber.latest(BTC) is not None)
        indicator = context.indicator_types["SEVERAL"](3)
        context.session.use_indicators(BTC, [indicator])
        moment = context.subscriber.latest(BTC)
        assert moment.results[0].latest("real") == pytest.approx(3 * moment.price)
        first = context.indicator_types["SEVERAL"]
        write(tmp_path, "indicators", INDICATOR + "# again\n")
        await until(lambda: context.indicator_types["SEVERAL"] is not first)
        (tmp_path / "demo" / "indicators" / "mine.py").unlink()
        await until(lambda: "SEVERAL" not in context.indicator_types)
        release()
    finally:
        await program.aclose()


async def test_what_was_agreed_to_is_there_before_rules_and_charts_are_read(tmp_path):
    """A rule of a plug-in survives a restart, and a start in safe mode, which loads none."""
    launch = Launch(Mode.DEMO, tmp_path, with_news=False)
    write(tmp_path, "rules", RULE)
    program = await open_program(launch)
    context = program.context
    context.plugins.allow(context.plugins.entries[0].source)
    armed = ArmedRule("1", context.rule_types["Above"](5.0), BTC.symbol)
    context.alerts.arm(armed)
    await program.aclose()
    safe = await open_program(Launch(Mode.DEMO, tmp_path, safe_mode=True, with_news=False))
    assert not safe.context.plugins.available
    assert "Above" not in safe.context.rule_types
    await safe.aclose()
    again = await open_program(launch)
    assert states(again) == [PluginState.IN_USE]
    (found,) = again.context.alerts.armed
    assert found.rule == again.context.rule_types["Above"](5.0)
    write(tmp_path, "rules", RULE.replace("class Above", "class Higher"))
    told = []
    again.context.faults.add(lambda fault: told.append(fault.user_message))
    again.context.plugins.look()
    assert again.context.alerts.armed == ()
    assert told == ["An alert is set aside until the plug-in is back that it is made of."]
    await again.aclose()
