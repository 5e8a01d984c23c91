"""Plug-ins are found by walking a package."""

from __future__ import annotations

import importlib
import sys
from abc import abstractmethod

import pytest
from msgspec import Struct

from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.errors import PluginError


class Base(Struct):
    @abstractmethod
    def work(self):
        raise NotImplementedError


GOOD = f"""
from {__name__} import Base

class Good(Base):
    def work(self):
        return 1
"""
HALF = """
class Half(Base):
    '''Still abstract: shared by what is below.'''
"""


@pytest.fixture
def make_package(tmp_path, monkeypatch):
    """A package with the given modules, forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Base.__module__])
    names = []

    def make(**modules):
        name = f"plugins_{len(names)}_{tmp_path.name.replace('-', '_')}"
        names.append(name)
        (tmp_path / name).mkdir()
        for module, text in {"__init__": "", **modules}.items():
            (tmp_path / name / f"{module}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield make
    for loaded in [m for m in sys.modules if m.split(".")[0] in names]:
        del sys.modules[loaded]


def test_each_module_gives_one_plugin_in_alphabetical_order(make_package):
    """By the name of the module."""
    found = discover(make_package(zebra=GOOD, ant=GOOD, mouse=GOOD), Base)
    assert list(found) == ["ant", "mouse", "zebra"]
    assert all(issubclass(kind, Base) and kind.__name__ == "Good" for kind in found.values())
    assert found["ant"] is not found["zebra"]


def test_what_is_imported_or_abstract_is_not_counted(make_package):
    """Only the one class that can be made, defined right there."""
    package = make_package(ant=GOOD + HALF, bee="from functools import cache\n" + GOOD)
    assert [kind.__name__ for kind in discover(package, Base).values()] == ["Good", "Good"]


def test_an_empty_package_is_an_error(make_package):
    """In a frozen build it would mean that the plug-ins were left out."""
    with pytest.raises(PluginError, match="left out of the build"):
        discover(make_package(), Base)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x = 1", 0),
        (GOOD + GOOD.replace("class Good", "class Better"), 2),
        (f"from {__name__} import Base" + HALF, 0),
    ],
)
def test_a_module_without_a_plugin_or_with_two_is_an_error(make_package, text, count):
    """The sentence names the module."""
    with pytest.raises(PluginError, match=f"odd defines {count} concrete Bases, not one"):
        discover(make_package(odd=text), Base)


def test_the_programs_own_plugins_are_found():
    """One per file."""
    assert {"rsi", "ema_cross"} <= discover(indicators, Indicator).keys()
    assert {"price_level", "signal_strength", "condition"} <= discover(rules, Rule).keys()
