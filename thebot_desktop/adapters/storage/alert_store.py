"""Alerts, armed rules and signals on disk."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from thebot_desktop.adapters.storage.database import open_or_memory
from thebot_desktop.adapters.storage.patient_writer import PatientWriter, Work
from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.alerts.rule_codec import Hooks, RuleCodec
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, Delivery, DeliveryState, Signal
from thebot_desktop.domain.time import UnixMs

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
  key TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, event_time INTEGER NOT NULL,
  status TEXT NOT NULL, document BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS alerts_by_time ON alerts (event_time);
CREATE TABLE IF NOT EXISTS rules (id TEXT PRIMARY KEY, position INTEGER, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS signals (
  symbol TEXT NOT NULL, interval TEXT NOT NULL, source TEXT NOT NULL, open_time INTEGER NOT NULL,
  document BLOB NOT NULL, PRIMARY KEY (symbol, interval, source, open_time)
);
CREATE TABLE IF NOT EXISTS deliveries (
  alert_id TEXT NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (alert_id, channel)
);
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS watched (
  symbol TEXT PRIMARY KEY, price REAL NOT NULL, at INTEGER NOT NULL
);
"""


class AlertStore:
    """Each row is the JSON of one Struct, beside the columns it is looked up by.

    When the disk refuses an alert it is told all the same: its key is remembered for this run,
    and the alert waits for the disk. ``hooks`` are msgspec's, for parameters of rules that have a
    text form.
    """

    def __init__(
        self,
        path: Path | None,
        rule_types: Mapping[str, type[Rule]],
        notices: list[str],
        hooks: Hooks = (None, None),
    ) -> None:
        self._database = open_or_memory(path, SCHEMA, notices)
        self.codec = RuleCodec(rule_types, hooks)
        self._writer = PatientWriter(self._database)
        self._waiting_keys: set[str] = set()
        self._version = self._database.version()

    @property
    def refusal(self) -> str:
        """Why something waits to be saved; empty when nothing does."""
        return self._writer.refusal

    def learn(self, rule_types: Mapping[str, type[Rule]]) -> None:
        """Read rules of these kinds from now on; those of others are left in the store."""
        self.codec.learn(rule_types)

    def save_alert(self, alert: Alert, deliveries: tuple[Delivery, ...] = ()) -> bool:
        """Keep ``alert`` and where it is to go; False if its key is known already."""
        if alert.key in self._waiting_keys or self._knows(alert.key):
            return False
        row = (alert.key, alert.id, alert.event_time, alert.status.value, _json(alert))
        work: list[Work] = [("INSERT OR IGNORE INTO alerts VALUES (?,?,?,?,?)", [row])]
        if deliveries:
            rows = [_delivery_row(delivery) for delivery in deliveries]
            work.append(("INSERT OR IGNORE INTO deliveries VALUES (?,?,?,?,?,?)", rows))
        if not self._writer.write_together(work):
            self._waiting_keys.add(alert.key)
        return True

    def save_delivery(self, delivery: Delivery) -> None:
        """What became of it so far."""
        self._writer.write(
            "INSERT OR REPLACE INTO deliveries VALUES (?,?,?,?,?,?)", [_delivery_row(delivery)]
        )

    def rename_channel(self, old: str, new: str) -> None:
        """Deliveries and rules that name ``old`` name ``new``; all of them or none.

        Also rules that cannot be read right now. Raises StorageError.
        """
        if self._writer.refusal:
            raise StorageError("work waits to be saved", user_message=self._writer.refusal)
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE OR REPLACE deliveries SET channel=? WHERE channel=?", (new, old)
            )
            rows = connection.execute("SELECT id, document FROM rules").fetchall()
            changed = [(_with_channel(document, old, new), rule) for rule, document in rows]
            connection.executemany(
                "UPDATE rules SET document=? WHERE id=?",
                [row for row in changed if row[0] is not None],
            )

    def deliveries(self, state: DeliveryState | None = None) -> list[Delivery]:
        """All, or those in one state, in the order they are due. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT alert_id, channel, due_at, state, attempts, note FROM deliveries"
                " WHERE ? IN ('', state) ORDER BY due_at, rowid",
                (state.value if state is not None else "",),
            ).fetchall()
        return [_delivery(row) for row in rows]

    def deliveries_of(self, alert_id: str) -> list[Delivery]:
        """Where one alert went, in the order it was due. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT alert_id, channel, due_at, state, attempts, note FROM deliveries"
                " WHERE alert_id=? ORDER BY due_at, rowid",
                (alert_id,),
            ).fetchall()
        return [_delivery(row) for row in rows]

    def alert(self, alert_id: str) -> Alert | None:
        """One alert by its id. Raises StorageError."""
        found = self._read("WHERE id=?", (alert_id,))
        return found[0] if found else None

    def note_watched(self, prices: Mapping[Symbol, tuple[float, UnixMs]]) -> None:
        """These symbols were watched until now, and so was their price."""
        rows = [(symbol, price, at) for symbol, (price, at) in prices.items()]
        self._writer.write("INSERT OR REPLACE INTO watched VALUES (?,?,?)", rows)

    def watched(self) -> dict[Symbol, tuple[float, UnixMs]]:
        """By symbol the last price that was heard, and when. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT symbol, price, at FROM watched").fetchall()
        return {Symbol(symbol): (price, UnixMs(at)) for symbol, price, at in rows}

    def update_status(self, alert_id: str, status: AlertStatus) -> None:
        self._writer.write("UPDATE alerts SET status=? WHERE id=?", [(status.value, alert_id)])

    def save_rule(self, rule: ArmedRule) -> None:
        self._writer.write(
            "INSERT INTO rules VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM rules), ?)"
            " ON CONFLICT (id) DO UPDATE SET document=excluded.document",
            [(rule.id, self.codec.encode(rule))],
        )

    def delete_rule(self, rule_id: str) -> None:
        self._writer.write("DELETE FROM rules WHERE id=?", [(rule_id,)])

    def save_signals(self, signals: Iterable[Signal]) -> None:
        rows = [
            (s.series.symbol, s.series.interval.value, s.source, s.open_time, _json(s))
            for s in signals
        ]
        self._writer.write("INSERT OR IGNORE INTO signals VALUES (?,?,?,?,?)", rows)

    def delete_signals(self, indicator: str) -> None:
        """Of all sources that are an indicator of this name."""
        self._writer.write(
            "DELETE FROM signals WHERE ? IN (source, substr(source, 1, instr(source, '(') - 1))",
            [(indicator,)],
        )

    def alerts(self, newest: int) -> list[Alert]:
        """The newest alerts, oldest first. Raises StorageError."""
        return self._read("ORDER BY event_time DESC LIMIT ?", (newest,))[::-1]

    def _read(self, which: str, parameters: tuple[object, ...]) -> list[Alert]:
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"SELECT document, status FROM alerts {which}",
                parameters,
            ).fetchall()
        found = []
        for document, status in rows:
            try:
                alert = msgspec.json.decode(document, type=Alert)
            except msgspec.MsgspecError:
                log.warning("an alert in the store cannot be read: %.200r", document)
                continue
            found.append(msgspec.structs.replace(alert, status=AlertStatus(status)))
        return found

    def spoke(self) -> dict[tuple[str, Symbol], UnixMs]:
        """By rule and symbol, of which time it spoke last. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT json_extract(CAST(document AS TEXT), '$.rule_id'),"
                " json_extract(CAST(document AS TEXT), '$.series.symbol'), MAX(event_time)"
                " FROM alerts GROUP BY 1, 2"
            ).fetchall()
        return {(str(rule), Symbol(str(symbol))): UnixMs(at) for rule, symbol, at in rows}

    def signals(self, newest: int) -> list[Signal]:
        """The newest signals, oldest first; older ones are let go. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT open_time, document FROM signals ORDER BY open_time DESC LIMIT ?",
                (newest,),
            ).fetchall()
        if len(rows) == newest:
            self._writer.write("DELETE FROM signals WHERE open_time < ?", [(rows[-1][0],)])
        found = []
        for _, document in reversed(rows):
            try:
                found.append(msgspec.json.decode(document, type=Signal))
            except msgspec.MsgspecError:
                log.warning("a signal in the store cannot be read: %.200r", document)
        return found

    def rules(self) -> list[ArmedRule]:
        """All rules, in the order they were made. One that cannot be read is left in the store."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT document FROM rules ORDER BY position").fetchall()
        found: list[ArmedRule] = []
        for (document,) in rows:
            try:
                found.append(self.codec.decode(document))
            except InputError:
                log.warning("a rule in the store cannot be read: %.200r", document)
        return found

    def changed_elsewhere(self) -> bool:
        """Whether another process wrote since this was asked last. Raises StorageError."""
        before, self._version = self._version, self._database.version()
        return self._version != before

    def check(self) -> None:
        """A chore: what waits is tried again. Raises a refusal to save, once."""
        self._writer.check()

    def close(self) -> None:
        """One last attempt, then let go of the file."""
        if self._writer.refusal:
            self._writer.retry()
        self._database.close()

    def _knows(self, key: str) -> bool:
        try:
            with self._database.transaction() as connection:
                found = connection.execute("SELECT 1 FROM alerts WHERE key=?", (key,)).fetchone()
        except StorageError:
            log.exception("whether the alert %s is known could not be found out", key)
            return False
        return found is not None


def _with_channel(document: bytes, old: str, new: str) -> bytes | None:
    """A rule that names ``new`` instead; None where it does not name ``old``."""
    try:
        rule = msgspec.json.decode(document, type=dict[str, Any])
        telling = msgspec.convert(rule.get("telling", {}), Telling)
    except msgspec.MsgspecError:
        return None
    if telling.channels is None or old not in telling.channels:
        return None
    named = dict.fromkeys(new if name == old else name for name in telling.channels)
    rule["telling"]["channels"] = list(named)
    return _json(rule)


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


def _delivery_row(delivery: Delivery) -> tuple[object, ...]:
    d = delivery
    return (d.alert_id, d.channel, d.state.value, d.due_at, d.attempts, d.note)


def _delivery(row: tuple[str, str, int, str, int, str]) -> Delivery:
    alert_id, channel, due_at, state, attempts, note = row
    return Delivery(alert_id, channel, UnixMs(due_at), DeliveryState(state), attempts, note)
