"""Code of plug-ins that does not come back is ended, and nothing else is."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest

from tests.app.plugin_builders import COMPUTE, INDICATOR, Place
from tests.fakes import candles
from thebot_desktop.adapters import interrupter
from thebot_desktop.adapters.interrupter import Interrupter
from thebot_desktop.app.plugin_fence import PluginConfig, PluginStopped
from thebot_desktop.app.plugins import PluginState
from thebot_desktop.domain.errors import PluginError


@pytest.fixture
def make(monkeypatch):
    """Interrupters that look often, and end with the test."""
    monkeypatch.setattr(interrupter, "LOOK_SECONDS", 0.005)
    made = []

    def make(seconds):
        made.append(Interrupter(lambda: seconds))
        return made[-1]

    yield make
    for each in made:
        each.close()
    assert not [t for t in threading.enumerate() if t.name == "plug-ins"]


def spin(seconds):
    began, steps = perf_counter(), 0
    while perf_counter() - began < seconds:
        steps += 1
    return steps


def test_a_loop_without_end_is_ended(make):
    """Also by code that catches every exception it knows of."""

    def forever():
        while True:
            try:
                spin(0.01)
            except Exception:  # noqa: BLE001 - as careless code does
                continue

    watched = make(0.05)
    for _ in range(3):
        with pytest.raises(PluginStopped):
            watched.limited(forever)


def test_what_comes_back_in_time_is_left_alone(make):
    """And so is what runs afterwards, however long."""
    watched = make(0.05)
    for _ in range(50):
        assert watched.limited(lambda: spin(0.002)) > 0
    assert spin(0.2) > 0


def test_one_limit_within_another_counts_as_one(make):
    """A call that calls itself does not get its time anew each time."""
    watched = make(0.1)
    began = perf_counter()

    def again_and_again():
        while perf_counter() - began < 10:
            watched.limited(lambda: spin(0.01))

    with pytest.raises(PluginStopped):
        watched.limited(again_and_again)
    assert perf_counter() - began < 5


def test_an_order_at_the_last_moment_hits_nobody_else(make):
    """Whether it came in time or not: outside of the limit nothing is raised."""
    watched = make(0.004)
    stopped = 0
    for _ in range(60):
        try:
            watched.limited(lambda: spin(0.005))
        except PluginStopped:
            stopped += 1
        spin(0.001)
    assert 0 <= stopped <= 60
    assert spin(0.05) > 0


def test_a_plugin_that_does_not_come_back_is_switched_off_and_the_program_goes_on(make, tmp_path):
    """While it is used, or already while it is loaded."""
    place = Place(tmp_path, limited=make(0.1).limited, config=PluginConfig())
    place.load("mine.py", INDICATOR.replace(COMPUTE, f"while True: pass\n        {COMPUTE}"))
    with pytest.raises(PluginError) as raised:
        place.indicators["SEVERAL"]().compute(candles(3))
    assert raised.value.user_message == (
        "The indicator SEVERAL was switched off: mine.py, line 31: "
        "it did not come back and was stopped."
    )
    place.save("mine.py", INDICATOR + "\nwhile True: pass\n")
    entry = place.entry("mine.py")
    assert entry.state is PluginState.BROKEN
    assert entry.problem == "mine.py, line 33: it did not come back and was stopped."
