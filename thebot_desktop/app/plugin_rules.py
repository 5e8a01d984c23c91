"""Armed rules after a plug-in came, changed or went: some are read anew, some set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.analysis.expressions import Catalogue


def renewed(
    armed: Iterable[ArmedRule],
    stored: Iterable[ArmedRule],
    rule_types: Mapping[str, type[Rule]],
    catalogue: Catalogue,
) -> tuple[ArmedRule, ...]:
    """Those of ``armed`` that are made of what there is now, and ``stored`` ones for the others.

    ``stored`` are all that the store can read now. What it cannot read stays there, and is armed
    again when the plug-in is back.
    """
    kinds = frozenset(rule_types.values())
    current = {a.id: a for a in armed if _is_current(a.rule, kinds, catalogue)}
    found = [current.pop(s.id, s) for s in stored]
    return (*found, *current.values())


def _is_current(rule: Rule, kinds: frozenset[type[Rule]], catalogue: Catalogue) -> bool:
    return type(rule) in kinds and all(catalogue.get(i.name) is type(i) for i in rule.indicators)
