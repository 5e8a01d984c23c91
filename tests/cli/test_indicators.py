"""The command that lists the catalogue."""

from __future__ import annotations

import io
import json

from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.cli import indicators

CATALOGUE = indicator_catalogue({"rsi": Rsi, "ema_cross": EmaCross})


def _printed(*, as_json):
    out = io.StringIO()
    assert indicators.run(CATALOGUE, as_json=as_json, out=out) == 0
    return out.getvalue()


def test_the_table_has_a_line_for_each():
    """Name, group, outputs, parameters with their defaults."""
    heading, *lines = _printed(as_json=False).splitlines()
    assert heading.split() == ["Name", "Group", "Outputs", "Parameters"]
    assert [line.split()[0] for line in lines] == list(CATALOGUE)
    (macd,) = [line for line in lines if line.startswith("MACD ")]
    assert "macd, macdsignal, macdhist" in macd
    assert macd.endswith("fastperiod=12, slowperiod=26, signalperiod=9")
    (obv,) = [line for line in lines if line.startswith("OBV ")]
    assert obv.endswith("-")


def test_the_document_has_an_entry_for_each():
    """With all that a form or another program needs."""
    document = json.loads(_printed(as_json=True))
    assert [entry["name"] for entry in document] == list(CATALOGUE)
    rsi = next(entry for entry in document if entry["name"] == "RSI")
    assert rsi["title"] == "Relative Strength Index"
    assert rsi["group"] == "Momentum Indicators"
    assert rsi["outputs"] == ["real"]
    assert rsi["parameters"][0] == {
        "name": "timeperiod",
        "title": "Time Period",
        "type": "int",
        "default": 14,
        "minimum": 2,
        "maximum": 100_000,
    }
    average = next(entry for entry in document if entry["name"] == "MA")["parameters"][1]
    assert average["type"] == "choice"
    assert average["default"] == "SMA"
    assert "EMA" in average["choices"]
