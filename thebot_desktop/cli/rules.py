"""``thebot rules`` and ``thebot alerts``: what the profile's store keeps of both."""

from __future__ import annotations

import re
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.storage.alert_store import AlertStore
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.alerts.alert_line import told_line_of
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.alerts.rules.several_move import SeveralMove
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.alerts.terms import PLACES, Evaluate, Terms, unknown_places
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.bootstrap import Plugins
from thebot_desktop.cli.known import known_plugins
from thebot_desktop.cli.output import print_table, until_the_reader_leaves
from thebot_desktop.cli.rule_text import read_rule
from thebot_desktop.cli.stored import symbol_of
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import UnixMs, utc_text

SHORT_ID = 8
HEADINGS = ("Id", "On", "Symbol", "Interval", "Told", "Rule")
ALERT_HEADINGS = ("Time", "Symbol", "Kind", "State", "Alert")
PRICE = re.compile(r"price +crosses(?: +(above|below))? +([0-9.eE+]+)", re.IGNORECASE)
WHEN = {
    "tick": Evaluate.EACH_TICK,
    "bar": Evaluate.ONCE_PER_BAR,
    "close": Evaluate.ON_CLOSE,
}
"""When a rule is asked, as one types it."""
MOST_ALERTS = 1_000_000


class NewRule(Struct, frozen=True):
    """What was typed after ``thebot rules add``."""

    text: str
    symbol: str | None = None
    interval: Interval | None = None
    once: bool = False
    name: str = ""
    kind: AlertType = AlertType.WARNING
    terms: Terms = Terms()
    telling: Telling = Telling()


def add(profile: Path | None, new: NewRule, out: TextIO) -> int:
    """Keep a rule; raises InputError for one that cannot be read."""
    with opened(profile) as (store, plugins):
        rule = rule_of(new.text, plugins.indicators, new.kind)
        armed = ArmedRule(
            uuid.uuid4().hex,
            rule,
            symbol_of(new.symbol) if new.symbol else _own_symbol(rule),
            new.interval,
            Repeat.ONCE if new.once else Repeat.EACH_TIME,
            name=new.name,
            terms=new.terms,
            telling=new.telling,
            since=SystemClock().now(),
        )
        unknown = unknown_places(new.terms.message)
        if unknown:
            known = " ".join(f"{{{place}}}" for place in PLACES)
            sentence = f"“{unknown[0]}” cannot be filled in. There are {known}."
            raise InputError(user_message=sentence)
        if isinstance(armed.rule, PriceLevel | PriceRange) and armed.symbol is None:
            raise InputError(user_message="A price belongs to a symbol: add --symbol.")
        store.save_rule(armed)
        require_saved(store)
        out.write(f"{armed.id[:SHORT_ID]}  {in_words(armed)}\n")
    return 0


def _own_symbol(rule: Rule) -> Symbol | None:
    """The one whose candles ask a rule about several: asked by each, it would speak for each."""
    return rule.others[0][0] if isinstance(rule, SeveralMove) else None


def check(text: str, catalogue: Catalogue, out: TextIO) -> int:
    """Say a rule in plain words; raises InputError for one that cannot be read."""
    rule = rule_of(text, catalogue)
    out.write(f"{rule.sentence}\n")
    return 0


def show(profile: Path | None, *, as_json: bool, out: TextIO) -> int:
    with opened(profile) as (store, _plugins), until_the_reader_leaves(out):
        rules = store.rules()
        if as_json:
            for armed in rules:
                out.write(store.codec.encode(armed).decode() + "\n")
        else:
            print_table([HEADINGS, *map(_row, rules)], out)
    return 0


def remove(profile: Path | None, ids: Iterable[str], out: TextIO) -> int:
    with opened(profile) as (store, _plugins):
        for armed in named(store, ids):
            store.delete_rule(armed.id)
            require_saved(store)
            out.write(f"{armed.id[:SHORT_ID]} removed\n")
    return 0


def switch(profile: Path | None, ids: Iterable[str], out: TextIO, *, enabled: bool) -> int:
    word = "on" if enabled else "off"
    with opened(profile) as (store, _plugins):
        for armed in named(store, ids):
            since = SystemClock().now() if enabled and not armed.enabled else armed.since
            store.save_rule(replace(armed, enabled=enabled, since=since))
            require_saved(store)
            out.write(f"{armed.id[:SHORT_ID]} {word}\n")
    return 0


def show_alerts(
    profile: Path | None,
    since: UnixMs | None,
    symbol: str | None,
    out: TextIO,
    *,
    as_json: bool,
) -> int:
    """Oldest first; a line of JSON each, or a table."""
    wanted = symbol_of(symbol) if symbol else None
    with opened(profile) as (store, _plugins), until_the_reader_leaves(out):
        found = [
            alert
            for alert in store.alerts(MOST_ALERTS)
            if (since is None or alert.event_time >= since)
            and wanted in (None, alert.series.symbol)
        ]
        if as_json:
            told = defaultdict(list)
            for delivery in store.deliveries():
                told[delivery.alert_id].append(delivery)
            for alert in found:
                line = told_line_of(alert, told[alert.id])
                out.write(msgspec.json.encode(line).decode() + "\n")
        else:
            print_table([ALERT_HEADINGS, *map(_alert_row, found)], out)
    return 0


def rule_of(text: str, catalogue: Catalogue, kind: AlertType = AlertType.WARNING) -> Rule:
    """What ``FORMS`` shows; all else is a condition on closed candles. Raises InputError."""
    price = PRICE.fullmatch(text.strip())
    if price is None:
        return read_rule(text) or replace(ConditionRule.parse(text, catalogue), kind=kind)
    try:
        level = float(price[2])
    except ValueError:
        level = 0.0
    if not 0 < level < float("inf"):
        raise InputError(user_message=f"“{price[2]}” is not a price.")
    return PriceLevel(level, Crossing(price[1].lower()) if price[1] else Crossing.EITHER)


def in_words(armed: ArmedRule) -> str:
    where = armed.symbol or "any symbol"
    interval = f" {armed.interval.value}" if armed.interval is not None else ""
    return f"{where}{interval}: {armed.rule.sentence}"


@contextmanager
def opened(profile: Path | None) -> Iterator[tuple[AlertStore, Plugins]]:
    """The profile's store. Raises StorageError where it cannot be used."""
    plugins, notices = known_plugins(profile, sys.stderr), list[str]()
    hooks = condition_hooks(plugins.indicators)
    store = AlertStore(Profile.of(profile).alert_file, plugins.rules, notices, hooks)
    try:
        if notices:
            raise StorageError(user_message=notices[0])
        yield store, plugins
    finally:
        store.close()


def require_saved(store: AlertStore) -> None:
    """Raises StorageError: nobody waits for the disk here."""
    if store.refusal:
        raise StorageError(user_message=store.refusal)


def named(store: AlertStore, ids: Iterable[str]) -> list[ArmedRule]:
    """The rules whose ids begin so. Raises InputError before anything is changed."""
    rules, found = store.rules(), []
    for typed in ids:
        fitting = [r for r in rules if r.id.startswith(typed.lower())]
        if len(fitting) != 1:
            many = "More than one rule begins" if fitting else "There is no rule that begins"
            raise InputError(user_message=f"{many} with “{typed}”: see thebot rules list.")
        found += fitting
    return found


def _row(armed: ArmedRule) -> tuple[str, ...]:
    sentence = armed.rule.sentence
    return (
        armed.id[:SHORT_ID],
        "on" if armed.enabled else "off",
        armed.symbol or "any",
        armed.interval.value if armed.interval is not None else "any",
        armed.repeat.value,
        f"{armed.name}: {sentence}" if armed.name else sentence,
    )


def _alert_row(alert: Alert) -> tuple[str, ...]:
    late = " (late)" if alert.late else ""
    return (
        utc_text(alert.event_time),
        alert.series.symbol,
        alert.type.value,
        alert.status.value + late,
        alert.message,
    )
