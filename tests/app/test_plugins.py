"""Files of people that add an indicator or a rule: asked about, loaded, reloaded, fenced."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from tests.app.plugin_builders import (
    CHECK_LINE,
    COMPUTE,
    COMPUTE_LINE,
    INDICATOR,
    RULE,
    Place,
)
from tests.fakes import BTC_1M, Core, candles, update
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.plugins import PluginBook, PluginKind, PluginState
from thebot_desktop.domain.errors import StorageError


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_nothing_of_a_new_file_is_executed_before_somebody_agrees(place, tmp_path):
    """A file that appears is listed and waits; agreed to, it is in the catalogue."""
    trace = tmp_path / "trace"
    place.save(
        "mine.py", INDICATOR.replace("\nclass", f"\nopen({str(trace)!r}, 'w').close()\nclass")
    )
    assert place.entry("mine.py").state is PluginState.NEW
    assert place.told == [None]
    assert not trace.exists()
    place.book.allow(place.entry("mine.py").source)
    assert trace.exists()
    assert place.entry("mine.py").state is PluginState.IN_USE
    assert place.entry("mine.py").title == "SEVERAL — Several times the close"
    indicator = place.indicators["SEVERAL"]()
    np.testing.assert_array_equal(indicator.compute(candles(5))["real"], 2 * candles(5).close)


def test_only_what_was_seen_is_agreed_to(place):
    """A file that changed while the question stood is asked about anew."""
    place.save("mine.py")
    seen = place.entry("mine.py").source
    place.save("mine.py", "import os\n" + INDICATOR)
    place.book.allow(seen)
    assert place.entry("mine.py").state is PluginState.NEW
    assert "SEVERAL" not in place.indicators


def test_an_agreed_file_is_loaded_again_when_saved_and_after_a_restart(place):
    """Nobody is asked twice; the newest version counts."""
    place.load("mine.py")
    first = place.indicators["SEVERAL"]
    place.save("mine.py", INDICATOR.replace("* self.times", "* self.times + 1"))
    assert place.indicators["SEVERAL"] is not first
    assert place.indicators["SEVERAL"]().compute(candles(1))["real"][0] == 201.0
    place.write("mine.py", INDICATOR.replace("* self.times", "* self.times + 2"))
    place.open()
    assert place.entry("mine.py").state is PluginState.IN_USE
    assert place.indicators["SEVERAL"]().compute(candles(1))["real"][0] == 202.0


def test_two_saves_of_the_same_length_within_a_second_are_two(place):
    """Compiled code of the first is not taken for the second, nor left in the folder."""
    for factor in (3, 5):
        path = place.write("mine.py", INDICATOR.replace("self.times}", f"{factor}         }}"))
        os.utime(path, ns=(factor, 10**18 + factor))
        place.book.look()
        if factor == 3:
            place.book.allow(place.entry("mine.py").source)
        assert place.indicators["SEVERAL"]().compute(candles(1))["real"][0] == factor * 100
    assert [p.name for p in (place.folder / "indicators").iterdir()] == ["mine.py"]


def test_a_refused_file_is_not_asked_about_again_until_it_changes(place):
    """Also after a restart; and the person can change their mind."""
    place.save("mine.py")
    place.book.refuse(place.entry("mine.py").source)
    place.open()
    assert place.entry("mine.py").state is PluginState.REFUSED
    place.save("mine.py", INDICATOR + "\n# more\n")
    assert place.entry("mine.py").state is PluginState.NEW
    place.book.allow(place.entry("mine.py").source)
    assert "SEVERAL" in place.indicators
    place.book.refuse(place.entry("mine.py").source)
    assert "SEVERAL" not in place.indicators


def test_a_file_that_goes_takes_its_indicator_along(place):
    """Missing once may be an editor that saves; who comes back later is asked about."""
    place.load("mine.py")
    held = place.indicators["SEVERAL"](3)
    path = place.folder / "indicators" / "mine.py"
    path.rename(path.with_suffix(".aside"))
    place.book.look()
    assert "SEVERAL" in place.indicators
    path.with_suffix(".aside").rename(path)
    place.book.look()
    assert place.entry("mine.py").state is PluginState.IN_USE
    path.unlink()
    place.book.look()
    place.book.look()
    assert "SEVERAL" not in place.indicators
    assert not place.book.entries
    assert held.label == "SEVERAL(3)", "whoever still holds one can say what it was"
    place.save("mine.py")
    assert place.entry("mine.py").state is PluginState.NEW


def test_a_broken_save_names_file_and_line_and_leaves_the_version_before_in_use(place):
    """Nothing is lost while one is writing; the next good save is loaded."""
    place.load("mine.py")
    place.save("mine.py", INDICATOR.replace(COMPUTE, "return {"))
    entry = place.entry("mine.py")
    assert entry.state is PluginState.BROKEN
    assert entry.still
    assert entry.problem.startswith(f"mine.py, line {COMPUTE_LINE}: ")
    assert "never closed" in entry.problem
    assert place.reported[-1].user_message == entry.problem
    assert "SEVERAL" in place.indicators
    place.save("mine.py", INDICATOR.replace("SEVERAL", "MANY"))
    assert place.entry("mine.py").state is PluginState.IN_USE
    assert list(place.indicators) == ["MANY"]


def test_a_file_that_raises_while_it_is_loaded_names_the_line(place):
    """Also when it wants to end the program; nothing of it stays in memory."""
    modules = _modules()
    place.load("mine.py", "import thebot_desktop\n\nraise SystemExit(3)\n")
    assert place.entry("mine.py").problem == "mine.py, line 3: 3 (SystemExit)."
    place.save("mine.py", "import numpy\nimport nothing_of_this_name\n")
    assert "line 2: No module named" in place.entry("mine.py").problem
    assert _modules() == modules


def test_what_fails_in_use_is_switched_off_with_file_and_line_and_the_program_goes_on(place):
    """The rest of the path of an event runs on; saved again, it works again."""
    core = Core()
    place.load("mine.py", INDICATOR.replace(COMPUTE, "return {'real': candles.close / none}"))
    place.load("good.py", INDICATOR.replace("SEVERAL", "GOOD"))
    core.indicators.use(BTC_1M, [place.indicators["SEVERAL"](), place.indicators["GOOD"]()])
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(1))
    broken, good = core.subscriber.latest(BTC_1M).results
    sentence = (
        f"The indicator SEVERAL was switched off: mine.py, line {COMPUTE_LINE}: "
        "name 'none' is not defined (NameError)."
    )
    assert broken.error.user_message == sentence
    assert good.error is None
    assert [f.user_message for f in core.reported] == [sentence]
    place.book.look()
    assert place.entry("mine.py").state is PluginState.OFF
    assert place.entry("mine.py").problem == sentence
    place.save("mine.py")
    assert place.entry("mine.py").state is PluginState.IN_USE


def test_a_rule_that_fails_is_switched_off_with_file_and_line(place):
    """Other rules are asked on."""
    core = Core()
    place.load("mine.py", RULE.replace("moment.price <=", "moment.prise <="), "rules")
    place.load("good.py", RULE.replace("class Above", "class Higher"), "rules")
    core.alerts.arm(ArmedRule("1", place.rules["Above"](1.0)))
    core.alerts.arm(ArmedRule("2", place.rules["Higher"](1.0)))
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(1))
    assert [a.rule_id for a in core.alerts.history] == ["2", "2"]
    (fault,) = core.reported
    assert f"The rule “Above” was switched off: mine.py, line {CHECK_LINE}: " in fault.user_message
    place.book.look()
    assert place.entry("mine.py", "rules").state is PluginState.OFF


def test_a_name_that_is_taken_is_refused(tmp_path):
    """By the program or by another file; the line is that of the class."""
    place = Place(tmp_path, indicators={"RSI": object})
    place.load("mine.py", INDICATOR.replace("SEVERAL", "RSI"))
    assert place.entry("mine.py").problem == (
        "mine.py, line 14: there is an indicator RSI already; choose another name."
    )
    place.load("one.py")
    place.load("two.py")
    assert "there is an indicator SEVERAL already" in place.entry("two.py").problem
    place.load("rule.py", RULE, "rules")
    place.load("same.py", RULE, "rules")
    assert "there is a rule Above already" in place.entry("same.py", "rules").problem


def test_a_book_without_folders_has_nothing_and_says_so():
    """As in safe mode."""
    book = PluginBook()
    book.look()
    assert not book.available
    assert list(book.entries) == []
    with pytest.raises(StorageError) as raised:
        book.folder(PluginKind.RULE)
    assert "safe mode" in raised.value.user_message


def _modules():
    return {name for name in sys.modules if name.startswith("_thebot_plugin")}
