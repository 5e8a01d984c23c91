"""Armed rules after a plug-in came, changed or went."""

from __future__ import annotations

import pytest

from tests.app.plugin_builders import INDICATOR, RULE, Place
from tests.fakes import Core, update
from thebot_desktop.adapters.storage.alert_store import AlertStore
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.app.plugin_rules import renewed


class Setting:
    """A profile with a store of rules, wired as the program wires it."""

    def __init__(self, folder):
        self.place = Place(folder, rules={"condition": ConditionRule})
        self.store = AlertStore(
            folder / "a.sqlite", self.place.rules, [], condition_hooks(self.place.indicators)
        )
        self.core = Core(log=self.store)
        self.place.book.changed.add(lambda _none: self.renew())

    def renew(self):
        place, alerts = self.place, self.core.alerts
        self.store.learn(place.rules)
        alerts.exchange(renewed(alerts.armed, self.store.rules(), place.rules, place.indicators))

    @property
    def armed(self):
        return self.core.alerts.armed


@pytest.fixture
def setting(tmp_path):
    made = Setting(tmp_path)
    yield made
    made.store.close()


def test_a_rule_is_asked_by_its_newest_version(setting):
    """Parameters stay; the place among the others, too."""
    place, core = setting.place, setting.core
    place.load("mine.py", RULE, "rules")
    core.alerts.arm(ArmedRule("1", place.rules["Above"](50.0)))
    core.alerts.arm(ArmedRule("2", ConditionRule.parse("close > 5", place.indicators)))
    place.save("mine.py", RULE.replace('f"above', 'f"far above'), "rules")
    assert [a.id for a in setting.armed] == ["1", "2"]
    assert type(setting.armed[0].rule) is place.rules["Above"]
    assert setting.armed[0].rule.level == 50.0
    core.pipeline.apply(update(0))
    assert core.alerts.history[0].message.startswith("far above")


def test_a_rule_whose_file_is_gone_waits_in_the_store(setting):
    """It is armed again when the file is back; what failed and was mended is armed too."""
    place, core = setting.place, setting.core
    place.load("mine.py", RULE.replace("moment.price <=", "moment.prise <="), "rules")
    core.alerts.arm(ArmedRule("1", place.rules["Above"](50.0)))
    core.pipeline.apply(update(0))
    assert not setting.armed[0].enabled
    (place.folder / "rules" / "mine.py").unlink()
    place.book.look()
    place.book.look()
    assert setting.armed == ()
    place.load("mine.py", RULE, "rules")
    assert setting.armed[0].enabled
    core.pipeline.apply(update(1))
    assert len(core.alerts.history) == 1


def test_a_condition_is_made_of_the_newest_version_of_an_indicator(setting):
    """It is read anew from its text."""
    place, core = setting.place, setting.core
    place.load("mine.py")
    rule = ConditionRule.parse("SEVERAL(3) > 250", place.indicators)
    core.alerts.arm(ArmedRule("1", rule))
    place.save("mine.py", INDICATOR + "\n")
    assert type(setting.armed[0].rule.indicators[0]) is place.indicators["SEVERAL"]
    assert setting.armed[0].rule.when.text == rule.when.text
    assert setting.armed[0].rule != rule


def test_rules_that_need_no_plugin_stay_the_same_objects(setting):
    """Nothing is read anew that need not be."""
    core = setting.core
    core.alerts.arm(ArmedRule("1", ConditionRule.parse("close > 5", setting.place.indicators)))
    before = setting.armed[0]
    setting.place.load("mine.py")
    assert setting.armed[0] is before
