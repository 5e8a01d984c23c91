"""Rules as JSON."""

from __future__ import annotations

import msgspec
import pytest

from tests.fakes import BTC_1M
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.alerts.rule_codec import NO_FILE, RuleCodec, is_same
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval

CATALOGUE = indicator_catalogue({})
CODEC = RuleCodec(discover(rules, Rule), condition_hooks(CATALOGUE))
TEXT = "RSI(14) < 30 for 3 bars and close between 5 and 9"
RULES = [
    ArmedRule("1", PriceLevel(5.0, Crossing.ABOVE), BTC_1M.symbol, repeat=Repeat.ONCE),
    ArmedRule("2", ConditionRule.parse(TEXT, CATALOGUE), BTC_1M.symbol, Interval.H1, name="Dip"),
    ArmedRule("3", SignalStrength(), enabled=False),
]


@pytest.mark.parametrize("armed", RULES)
def test_a_rule_reads_back_as_it_was_written(armed):
    """Of any kind, with all that is said about it."""
    assert CODEC.decode(CODEC.encode(armed)) == armed


def test_a_file_holds_rules_that_a_person_can_read():
    """Their ids are not of this world; everything else comes back."""
    content = CODEC.write_file(RULES)
    assert TEXT.encode() in content
    read = CODEC.read_file(content)
    assert [r.id for r in read] == ["", "", ""]
    assert all(is_same(a, b) for a, b in zip(read, RULES, strict=True))
    assert [r.name for r in read] == ["", "Dip", ""]
    assert [r.enabled for r in read] == [True, True, False]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", NO_FILE),
        (b"[1, 2]", NO_FILE),
        (b'{"rules": [], "thebot": "drawings"}', NO_FILE),
        (b'{"rules": [], "version": 2}', "This file was written by a newer version"),
        (b'{"rules": [{"id": "", "rule": {"type": "Nothing"}}]}', "Alert 1 of the file cannot"),
        (
            b'{"rules": [{"id": "", "rule": {"type": "ConditionRule", "when": "close >"}}]}',
            "Alert 1 of the file cannot be used",
        ),
        (
            b'{"rules": [{"id": "", "rule": {"type": "PriceLevel", "price": -1}}]}',
            "Alert 1 of the file cannot be used",
        ),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(content, sentence):
    """The number of the rule says where to look."""
    with pytest.raises(InputError) as refused:
        CODEC.read_file(content)
    assert refused.value.user_message.startswith(sentence)


def test_too_many_rules_are_no_such_file():
    """Somebody sends nonsense."""
    content = msgspec.json.encode({"rules": [1] * 10_001})
    with pytest.raises(InputError, match="10001 rules"):
        CODEC.read_file(content)


def test_names_and_switches_make_no_other_rule():
    """What they would say does."""
    one = RULES[1]
    assert is_same(one, msgspec.structs.replace(one, id="9", name="other", enabled=False))
    assert not is_same(one, msgspec.structs.replace(one, interval=Interval.M1))
    assert not is_same(one, RULES[0])
