"""What a plug-in must be before anybody uses it, and the sentence for each that is not."""

from __future__ import annotations

import pytest

from tests.app.plugin_builders import INDICATOR, RULE, Place
from thebot_desktop.app.plugins import PluginState

CLASS_LINE = 14


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("class Several(Indicator, frozen=True):", "class Several:", "mine.py: it defines no"),
        ("class Several(", "class Twin(Indicator):\n    pass\n\n\nclass Several(", ""),
        ("    def compute", "    def calculate", "line 14: Several lacks compute"),
        ('= "SEVERAL"', '= "Several"', "must be made of capital letters, digits and _"),
        ('= "SEVERAL"', '= "CLOSE"', "CLOSE is a word of conditions"),
        ('    title: ClassVar[str] = "Several times the close"\n', "", "needs a title: a text"),
        ('= ("real",)', '= ("real", "real")', "needs outputs: a tuple of names, each once"),
        ('= ("real",)', '= ("re al",)', "“re al” is no name for an output"),
        ('title="Times")] = 2', 'title="Times")]', "the parameter times needs a default"),
        ("[int, Meta(ge=1, le=100", "[list, Meta(ge=1, le=100", "must be one of int, float or an"),
        ("        return 1\n", "        return 0\n", "the lookback must be a whole number from 1"),
        ('Line("real")', 'Line("reel")', "plots draws reel, which outputs does not name"),
    ],
)
def test_an_indicator_that_is_not_finished_is_refused(tmp_path, old, new, sentence):
    """In a sentence that says what is missing, and where."""
    place = Place(tmp_path)
    assert old in INDICATOR
    place.load("mine.py", INDICATOR.replace(old, new))
    entry = place.entry("mine.py")
    if not sentence:
        assert entry.state is PluginState.IN_USE, "what is not finished beside it does not matter"
        return
    assert entry.state is PluginState.BROKEN
    assert sentence in entry.problem
    assert entry.problem.startswith("mine.py")
    assert len(place.indicators) == 0


def test_a_file_adds_one_thing(tmp_path):
    """Two in a file are refused, at the line of the second."""
    place = Place(tmp_path)
    second = "\n\nclass Zoom(Several):\n    name = 'ZOOM'\n"
    place.load("mine.py", INDICATOR + second)
    assert place.entry("mine.py").problem == (
        "mine.py, line 34: it defines Several and Zoom; one file adds one indicator."
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("class Above(Rule, frozen=True):", "class Above:", "mine.py: it defines no rule"),
        ('    title: ClassVar[str] = "Above"\n', "", "needs a title: a text"),
        (" = 100.0", "", "the parameter level needs a default"),
        ("Annotated[float,", "Annotated[dict,", "must be one of int, float, bool, str or an Enum"),
    ],
)
def test_a_rule_that_is_not_finished_is_refused(tmp_path, old, new, sentence):
    """As with indicators; a rule may also ask for a text or a tick."""
    place = Place(tmp_path)
    assert old in RULE
    place.load("mine.py", RULE.replace(old, new), "rules")
    assert sentence in place.entry("mine.py", "rules").problem
    assert len(place.rules) == 0
