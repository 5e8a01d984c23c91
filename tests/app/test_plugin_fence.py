"""The fence around a plug-in: time, failures, answers that make no sense, and what it may touch."""

from __future__ import annotations

import numpy as np
import pytest

from tests.app.plugin_builders import COMPUTE, COMPUTE_LINE, INDICATOR, RULE, Place
from tests.fakes import BTC_1M, candles
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.plugin_fence import LocatedError, PluginConfig, PluginStopped
from thebot_desktop.app.plugins import PluginState
from thebot_desktop.domain.errors import PluginError
from thebot_desktop.domain.market import Interval, Origin, PriceMove

SIGNALS = """
    def signals(self, series, candles, values, start):
        yield from BODY
"""


class Watch:
    """A timer that says how long each call took, in turn."""

    def __init__(self):
        self.durations = []
        self._now = 0.0
        self._inside = False

    def __call__(self):
        if self._inside and self.durations:
            self._now += self.durations.pop(0)
        self._inside = not self._inside
        return self._now


def loaded(place, text=INDICATOR):
    place.load("mine.py", text)
    entry = place.entry("mine.py")
    assert entry.state is PluginState.IN_USE, entry.problem
    return place.indicators["SEVERAL"]()


def test_slow_three_times_in_a_row_switches_off_with_a_sentence(tmp_path):
    """Twice may happen to anybody; a call within the budget counts them anew."""
    watch = Watch()
    indicator = loaded(Place(tmp_path, timer=watch))
    place = tmp_path  # the folder stays as it is
    watch.durations = [0.3, 0.3, 0.1, 0.3, 0.3]
    for _ in range(5):
        indicator.compute(candles(3))
    watch.durations = [0.31]
    with pytest.raises(PluginError) as raised:
        indicator.compute(candles(3))
    assert raised.value.user_message == (
        "The indicator SEVERAL was switched off: mine.py, line "
        f"{COMPUTE_LINE - 1}: compute took 310 ms, and more than 250 ms 3 times in a row."
    )
    watch.durations = [0.0]
    with pytest.raises(PluginError, match="310 ms"):
        indicator.compute(candles(3))
    assert (place / "indicators" / "mine.py").exists()


def test_the_settings_say_how_patient_the_program_is(tmp_path):
    """They count from the next call on."""
    watch = Watch()
    place = Place(tmp_path, timer=watch)
    indicator = loaded(place)
    place.config = PluginConfig(budget_ms=50, slow_calls=1)
    watch.durations = [0.06]
    with pytest.raises(PluginError, match="more than 50 ms at once"):
        indicator.compute(candles(3))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("return None", "compute answers nothing instead of a dict of arrays"),
        ("return {'ream': candles.close}", "compute has no values for real"),
        ("return {'real': candles.close[1:]}", "gives 8 values for real; there are 9 candles"),
        ("return {'real': ['a'] * len(candles)}", "could not convert string to float"),
        ("candles.close[0] = 5", "assignment destination is read-only"),
        ("raise PluginError('no more')", "no more (PluginError)"),
        ("return self.compute(candles)", "recursion"),
    ],
)
def test_answers_that_make_no_sense_switch_off(tmp_path, answer, words):
    """Before they reach a chart or a condition; candles of the program cannot be written."""
    text = INDICATOR.replace(COMPUTE, answer).replace(
        "from msgspec", "from thebot_desktop.domain.errors import PluginError\nfrom msgspec"
    )
    indicator = loaded(Place(tmp_path), text)
    known = candles(9)
    before = known.close.copy()
    with pytest.raises(PluginError) as raised:
        indicator.compute(known)
    assert words in raised.value.user_message
    assert "mine.py, line " in raised.value.user_message
    np.testing.assert_array_equal(known.close, before)


def test_values_are_memory_of_their_own(tmp_path):
    """A plug-in that hands back a column of the candles does not share it with whoever writes."""
    text = INDICATOR.replace(COMPUTE, "return {'real': candles.close}")
    known = candles(4)
    values = loaded(Place(tmp_path), text).compute(known)["real"]
    values[0] = np.nan
    assert not np.isnan(known.close).any()


@pytest.mark.parametrize("body", ["[1]", "[None]", "1 / 0"])
def test_signals_that_are_none_switch_off(tmp_path, body):
    """Also where a generator fails only when it is used."""
    text = INDICATOR + SIGNALS.replace("BODY", body)
    indicator = loaded(Place(tmp_path), text)
    known = candles(4)
    with pytest.raises(PluginError, match=r"mine\.py, line 3[34]"):
        indicator.signals(BTC_1M, known, indicator.compute(known), 0)


def test_what_a_screen_cannot_do_without_is_answered_all_the_same(tmp_path):
    """A broken label or plot costs a fault and is said in the list, not on the screen."""
    place = Place(tmp_path)
    broken = "return (Line('real'),) if self.times == 2 else 1 / 0"
    place.load("mine.py", INDICATOR.replace('return (Line("real"),)', broken))
    indicator = place.indicators["SEVERAL"](3)
    assert indicator.plots == ()
    assert indicator.label == "SEVERAL(3)"
    assert "division by zero" in place.reported[-1].user_message
    place.book.look()
    assert place.entry("mine.py").state is PluginState.OFF
    with pytest.raises(PluginError):
        indicator.compute(candles(3))


@pytest.mark.parametrize(
    ("fact", "answer", "fallback", "words"),
    [
        ("plots", "(Line('reel'),)", (), "plots draws reel, which is no output"),
        ("plots", "[Line('real')]", (), "plots answers “list” instead of “tuple”"),
        ("label", "None", "SEVERAL", "label answers nothing instead of “str”"),
        ("lookback", "'many'", 1, "lookback answers “str” instead of “int”"),
        ("sparse", "{1}", frozenset(), "sparse answers “set” instead of “frozenset”"),
    ],
)
def test_facts_of_the_wrong_kind_reach_nobody(tmp_path, fact, answer, fallback, words):
    """Also where only some parameters bring them about."""
    kept = {"plots": "(Line('real'),)", "label": "'SEVERAL'", "lookback": "1"}
    usual = kept.get(fact, "frozenset()")
    text = INDICATOR.replace(f"def {fact}(", f"def its_{fact}(") + (
        f"\n    @property\n    def {fact}(self):\n"
        f"        return {usual} if self.times == 2 else {answer}\n"
    )
    place = Place(tmp_path)
    loaded(place, text)
    indicator = place.indicators["SEVERAL"](5)
    assert getattr(indicator, fact) == fallback
    assert words in place.reported[-1].user_message


def test_a_rule_answers_a_verdict_or_nothing(tmp_path):
    """Anything else switches it off; check_price is fenced as check is."""
    place = Place(tmp_path)
    text = RULE.replace(
        'return Verdict(AlertType.INFO, f"above, price {moment.price}")', "return 1"
    )
    text += (
        "\n    def check_price(self, move):\n        return Verdict(AlertType.INFO, str(1 / 0))\n"
    )
    place.load("mine.py", text, "rules")
    rule = place.rules["Above"]()
    assert rule.asks_price
    known = candles(9)
    with pytest.raises(PluginError, match="answers “int” instead of a Verdict"):
        rule.check(Moment(BTC_1M, known, True, 0, Origin.LIVE))
    place.load("mine.py", text.replace("return 1\n", "return None\n"), "rules")
    rule = place.rules["Above"]()
    with pytest.raises(PluginError, match="division by zero"):
        rule.check_price(PriceMove("BTCUSDT", 1, 1, 2, 2, 0))


def test_a_plugin_that_is_stopped_from_outside_says_so(tmp_path):
    """Whoever limits calls ends them by PluginStopped, which no ``except Exception`` holds up."""
    text = INDICATOR.replace(
        COMPUTE,
        "from thebot_desktop.app.plugin_fence import PluginStopped\n"
        "        try:\n"
        "            raise PluginStopped\n"
        "        except Exception:\n"
        "            return {'real': candles.close}",
    )
    with pytest.raises(LocatedError) as raised:
        loaded(Place(tmp_path), text).compute(candles(3))
    assert "line 33: it did not come back and was stopped" in raised.value.user_message
    assert isinstance(raised.value.__cause__, PluginStopped)


def test_a_look_back_by_interval_that_fails_is_one_candle(tmp_path):
    """Screens ask for it; the plug-in is off from then on."""
    text = INDICATOR + (
        "\n    def lookback_for(self, interval):\n"
        "        return 1 // (interval.milliseconds - 60_000)\n"
    )
    indicator = loaded(Place(tmp_path), text)
    assert indicator.lookback_for(Interval.M5) == 0
    assert indicator.lookback_for(Interval.M1) == 1
    with pytest.raises(PluginError, match="division"):
        indicator.compute(candles(3))
