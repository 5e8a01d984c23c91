"""All indicators by name."""

from __future__ import annotations

import pytest

from thebot_desktop.analysis.catalogue import describe, indicator_catalogue
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.talib_catalogue import talib_types

CATALOGUE = indicator_catalogue({"rsi": Rsi, "ema_cross": EmaCross})


def test_ours_replace_the_librarys_of_the_same_name():
    """And one with a name of its own is added."""
    assert CATALOGUE["RSI"] is Rsi
    assert CATALOGUE["EMACROSS"] is EmaCross
    assert CATALOGUE["EMA"] is talib_types()["EMA"]
    assert len(CATALOGUE) == len(talib_types()) + 1


def test_it_is_in_alphabetical_order_and_cannot_be_changed():
    """Everybody is given the same one."""
    assert list(CATALOGUE) == sorted(CATALOGUE)
    with pytest.raises(TypeError):
        CATALOGUE["X"] = Rsi


def test_an_entry_is_plain_data():
    """What the screen, the command line and other programs need to know of an indicator."""
    entry = describe(CATALOGUE["RSI"])
    assert (entry.name, entry.title) == ("RSI", "Relative Strength Index")
    assert [(p.name, p.type, p.default) for p in entry.parameters] == [
        ("timeperiod", "int", 14),
        ("lower", "float", 30.0),
        ("upper", "float", 70.0),
    ]
    assert entry.outputs == ("real",)


def test_a_choice_comes_with_its_choices():
    """By the words that are typed and stored."""
    kind = describe(CATALOGUE["MA"]).parameters[1]
    assert (kind.name, kind.type, kind.default) == ("matype", "choice", "SMA")
    assert {"SMA", "EMA", "WMA", "KAMA"} <= set(kind.choices)
    assert kind.minimum is kind.maximum is None
