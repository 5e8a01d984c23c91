"""TA-Lib, imported in one place."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.talib_library import AverageType, OptionKind


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.process
def test_importing_it_loads_neither_pandas_nor_polars():
    """They cost half a second and forty megabytes, and can still be imported afterwards."""
    said = _python(
        "import sys; import thebot_desktop.analysis.talib_library as library\n"
        "print('pandas' in sys.modules, 'polars' in sys.modules)\n"
        "import pandas; print(pandas.Series([1, 2]).sum())"
    )
    assert said.split() == ["False", "False", "3"]


@pytest.mark.process
def test_pandas_that_is_already_there_stays_as_it_was():
    """Whoever loaded it before us keeps the very same module."""
    said = _python(
        "import sys, pandas\n"
        "import thebot_desktop.analysis.talib_library as library, numpy\n"
        "print(sys.modules['pandas'] is pandas, 'polars' in sys.modules)\n"
        "print(library.call('SMA', (numpy.arange(5.0),), {'timeperiod': 5})[0][-1])"
    )
    assert said.split() == ["True", "False", "2.0"]


def test_the_kinds_of_average_are_those_of_the_library():
    """All but its words for none at all and for the default of the function."""
    kinds = talib_library._library.MA_Type
    codes = {k: getattr(kinds, k) for k in dir(kinds) if k[0] != "_"}
    del codes["DISABLED"], codes["DEFAULT"]
    assert {kind.name: kind.code for kind in AverageType} == codes
    assert all(AverageType(kind.code) is kind for kind in AverageType)


@pytest.mark.parametrize("name", talib_library.function_names())
def test_ranges_are_those_the_library_enforces(name):
    """It accepts the ends of each range and refuses what lies beyond."""
    function = talib_library.describe(name)
    defaults = {o.name: o.default for o in function.options}

    def accepts(option, value):
        # The two periods of MAVP limit each other.
        others = {"maxperiod": 100_000} if option == "minperiod" else {}
        return talib_library.first_index(name, {**defaults, **others, option: value}) >= 0

    for option in function.options:
        step = 1 if option.kind is OptionKind.INTEGER else 1e-6
        if option.minimum is not None:
            assert accepts(option.name, option.minimum)
            assert not accepts(option.name, option.minimum - step)
        if option.maximum is not None:
            assert accepts(option.name, option.maximum)
            assert not accepts(option.name, option.maximum + step)


def test_describing_does_not_depend_on_what_was_asked_before():
    """The library's objects remember the options they were asked about; we do not."""
    before = talib_library.describe("BBANDS")
    talib_library.first_index(
        "BBANDS", {"timeperiod": 77, "nbdevup": 1.0, "nbdevdn": 1.0, "matype": 3}
    )
    assert talib_library.describe("BBANDS") == before


def test_inputs_need_not_lie_in_one_piece():
    """A column cut out of a larger block is copied; whole numbers are made real."""
    block = np.arange(20).reshape(10, 2)
    (values,) = talib_library.call("SMA", (block[:, 0],), {"timeperiod": 2})
    assert values.tolist()[1:] == [1, 3, 5, 7, 9, 11, 13, 15, 17]


def test_refused_options_give_no_first_index():
    """A period of one is no RSI."""
    assert talib_library.first_index("RSI", {"timeperiod": 14}) == 14
    assert talib_library.first_index("RSI", {"timeperiod": 1}) < 0
