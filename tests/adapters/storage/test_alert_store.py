"""Alerts, rules and signals on disk."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest

from tests.fakes import BTC_1M, signal
from thebot_desktop.adapters.storage.alert_store import AlertStore
from thebot_desktop.adapters.storage.patient_writer import RETRY_CHECKS
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import (
    Alert,
    AlertStatus,
    AlertType,
    Delivery,
    DeliveryState,
)
from thebot_desktop.domain.time import UnixMs


class Level(Rule, frozen=True):
    title = "Level"
    price: float = 1.0


class Named(Rule, frozen=True):
    title = "Named"
    text: str = ""


TYPES = {"level": Level, "named": Named}


def alert(number, status=AlertStatus.ACTIVE):
    key = f"k{number}"
    return Alert(
        key, key, "r", "rule", AlertType.BUY, BTC_1M, 0, 1.5, "x", number, 0, 0, status=status
    )


def test_an_alert_is_kept_once_with_its_last_status(tmp_path):
    """A key that is known is not new; a restart finds what became of it."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    assert store.save_alert(alert(1))
    assert not store.save_alert(alert(1))
    assert store.save_alert(alert(2))
    store.update_status("k1", AlertStatus.DISMISSED)
    store.close()
    again = AlertStore(path, TYPES, [])
    assert again.alerts(10) == [alert(1, AlertStatus.DISMISSED), alert(2)]
    assert again.alerts(1) == [alert(2)]
    again.close()


def test_rules_of_every_kind_come_back_equal_and_in_order(tmp_path):
    """The kind is written beside the parameters; a change keeps the place."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    first = ArmedRule("1", Level(5.0), "BTCUSDT", Interval.H1, Repeat.ONCE)
    second = ArmedRule("2", Named("close > 1"))
    store.save_rule(first)
    store.save_rule(second)
    changed = msgspec.structs.replace(first, enabled=False)
    store.save_rule(changed)
    assert store.rules() == [changed, second]
    store.delete_rule("2")
    assert store.rules() == [changed]
    store.close()


def test_a_rule_of_a_kind_that_is_gone_is_skipped_and_stays_in_the_file(tmp_path, caplog):
    """A plug-in that is missing today may be back tomorrow."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    store.save_rule(ArmedRule("1", Named("x")))
    store.close()
    poorer = AlertStore(path, {"level": Level}, [])
    assert poorer.rules() == []
    poorer.close()
    again = AlertStore(path, TYPES, [])
    assert len(again.rules()) == 1
    again.close()


def test_signals_are_kept_once_each():
    """The same opinion on the same candle is one row."""
    store = AlertStore(None, TYPES, [])
    store.save_signals([signal(1), signal(1), signal(2)])
    store.check()
    store.close()


def test_an_alert_the_disk_refuses_is_told_once_and_the_refusal_is_said(tmp_path, caplog):
    """Better a person who knows than a row in a file."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    other = sqlite3.connect(path)
    other.execute("DROP TABLE alerts")
    other.commit()
    other.close()
    assert store.save_alert(alert(1))
    assert not store.save_alert(alert(1))
    with pytest.raises(StorageError):
        store.check()
    store.check()
    store.close()


def test_what_the_disk_refused_is_written_when_it_can(tmp_path, caplog):
    """Alerts, what became of them, rules and signals, in their order."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    store.save_alert(alert(0))
    pages = store._database._connection.execute("PRAGMA page_count").fetchone()[0]
    store._database._connection.execute(f"PRAGMA max_page_count = {pages}")
    many = ArmedRule("big", Named("x" * 20_000))
    store.save_rule(many)
    assert "full" in store.refusal
    with pytest.raises(StorageError):
        store.check()
    assert store.save_alert(alert(1))
    assert not store.save_alert(alert(1))
    assert not store.save_alert(alert(0))
    store.update_status("k1", AlertStatus.DISMISSED)
    store.save_signals([signal(1)])
    for _ in range(RETRY_CHECKS):
        store.check()
    assert store.refusal
    store._database._connection.execute("PRAGMA max_page_count = 1000000")
    for _ in range(RETRY_CHECKS):
        store.check()
    assert store.refusal == ""
    assert store.alerts(5) == [alert(0), alert(1, AlertStatus.DISMISSED)]
    assert store.rules() == [many]
    store.close()


def test_a_last_attempt_is_made_at_the_end(tmp_path, caplog):
    """Somebody may have made room in the meantime."""
    path = tmp_path / "a.sqlite"
    store = AlertStore(path, TYPES, [])
    store._database._connection.execute("PRAGMA query_only = ON")
    store.save_alert(alert(1))
    assert store.refusal
    store._database._connection.execute("PRAGMA query_only = OFF")
    store.close()
    again = AlertStore(path, TYPES, [])
    assert again.alerts(5) == [alert(1)]
    again.close()


def test_the_newest_signals_come_back_and_older_ones_are_let_go(tmp_path):
    """In order; what is beyond the number leaves the file."""
    path = tmp_path / "alerts.sqlite"
    store = AlertStore(path, TYPES, [])
    kept = [signal(number) for number in range(10)]
    store.save_signals(reversed(kept))
    assert store.signals(20) == kept
    assert store.signals(4) == kept[6:]
    assert store.signals(20) == kept[6:]
    store.close()


def test_a_signal_that_cannot_be_read_is_skipped(tmp_path, caplog):
    """The others come back; the log says which."""
    path = tmp_path / "alerts.sqlite"
    store = AlertStore(path, TYPES, [])
    store.save_signals([signal(1), signal(2)])
    store.close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE signals SET document='{}' WHERE open_time=60000")
    database.close()
    again = AlertStore(path, TYPES, [])
    assert again.signals(10) == [signal(2)]
    assert "cannot be read" in caplog.text
    again.close()


def test_signals_of_one_indicator_can_be_deleted(tmp_path):
    """By its name, whatever its parameters; others whose names begin alike stay."""
    store = AlertStore(tmp_path / "alerts.sqlite", TYPES, [])
    sources = ("RSI", "RSI(14)", "RSI(7,20)", "RSIX(14)", "MY_RSI", "R_I(14)")
    store.save_signals([signal(1, source=source) for source in sources])
    store.delete_signals("RSI")
    assert {s.source for s in store.signals(20)} == {"RSIX(14)", "MY_RSI", "R_I(14)"}
    store.delete_signals("R_I")
    assert {s.source for s in store.signals(20)} == {"RSIX(14)", "MY_RSI"}
    store.close()


def test_rules_are_read_as_soon_as_their_kind_is_known(tmp_path):
    """Those of a kind that is gone stay in the store."""
    store = AlertStore(tmp_path / "alerts.sqlite", TYPES, [])
    first, second = ArmedRule("1", Level(5.0)), ArmedRule("2", Named("a"))
    store.save_rule(first)
    store.save_rule(second)
    store.learn({"level": Level})
    assert store.rules() == [first]
    store.learn({})
    store.learn(TYPES)
    assert store.rules() == [first, second]
    store.close()


def test_an_alert_and_where_it_is_to_go_are_kept_together(tmp_path):
    """Known again after the end, in the order they are due; a known alert queues nothing."""
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    later = Delivery("k1", "mail", UnixMs(90))
    now = Delivery("k1", "hook", UnixMs(10))
    assert store.save_alert(alert(1), (later, now))
    assert not store.save_alert(alert(1), (Delivery("k1", "other", UnixMs(1)),))
    store.close()
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    assert store.deliveries() == [now, later]
    done = Delivery(now.alert_id, "hook", now.due_at, DeliveryState.SENT, 2, "200 OK")
    store.save_delivery(done)
    assert store.deliveries(DeliveryState.QUEUED) == [later]
    assert store.deliveries(DeliveryState.SENT) == [done]
    assert store.alert(now.alert_id) == alert(1)
    assert store.alert("unknown") is None
    store.close()


def test_until_when_was_watched_is_kept_by_symbol(tmp_path):
    """The newest word counts."""
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    store.note_watched({Symbol("BTCUSDT"): (70_000.5, UnixMs(10)), Symbol("ETHUSDT"): (9.0, 11)})
    store.note_watched({Symbol("BTCUSDT"): (71_000.0, UnixMs(20))})
    store.close()
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    assert store.watched() == {"BTCUSDT": (71_000.0, 20), "ETHUSDT": (9.0, 11)}
    store.close()


def test_when_each_rule_spoke_last_is_known_by_symbol(tmp_path):
    """The newest counts, in whatever order they were kept."""
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    for number in (5, 9, 7):
        store.save_alert(alert(number))
    assert store.spoke() == {("r", "BTCUSDT"): 9}
    store.close()


def test_a_renamed_channel_is_followed_by_rules_and_deliveries(tmp_path):
    """Also by a rule that cannot be read right now; others stay as they are."""
    store = AlertStore(tmp_path / "a.sqlite", TYPES, [])
    store.save_alert(
        alert(1), (Delivery("k1", "Phone", UnixMs(5)), Delivery("k1", "Bell", UnixMs(5)))
    )
    channels = {"a": ("Phone", "Bell"), "b": ("Bell",), "c": ("Phone",), "d": None}
    for rule_id, names in channels.items():
        rule = Named(text="Phone") if rule_id == "c" else Level(1.25)
        store.save_rule(ArmedRule(rule_id, rule, telling=Telling(channels=names)))
    store.learn({"level": Level})
    store.rename_channel("Phone", "My phone")
    store.learn(TYPES)
    assert {d.channel for d in store.deliveries(DeliveryState.QUEUED)} == {"My phone", "Bell"}
    rules = {armed.id: armed for armed in store.rules()}
    assert {i: armed.telling.channels for i, armed in rules.items()} == {
        "a": ("My phone", "Bell"),
        "b": ("Bell",),
        "c": ("My phone",),
        "d": None,
    }
    assert rules["c"].rule == Named(text="Phone")
    store.close()
