"""Alerts, armed rules and signals on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, Union

import msgspec

from thebot_desktop.adapters.storage.database import open_or_memory
from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.signals import Alert, AlertStatus, Signal

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
"""


Hooks: TypeAlias = tuple[Callable[[object], object] | None, Callable[[type, object], object] | None]


class AlertStore:
    """Each row is the JSON of one Struct, beside the columns it is looked up by.

    When the disk refuses an alert it is told all the same: its key is remembered for this run,
    and the refusal is raised as StorageError by ``check``. ``hooks`` are msgspec's, for parameters
    of rules that have a text form.
    """

    def __init__(
        self,
        path: Path | None,
        rule_types: Mapping[str, type[Rule]],
        notices: list[str],
        hooks: Hooks = (None, None),
    ) -> None:
        self._database = open_or_memory(path, SCHEMA, notices)
        rule: Any = Union[tuple(rule_types.values())] if rule_types else Rule  # noqa: UP007
        encode, decode = hooks
        self._rule_encoder = msgspec.json.Encoder(enc_hook=encode)
        self._rule_decoder = msgspec.json.Decoder(_armed_type(rule), dec_hook=decode)
        self._told_unsaved: set[str] = set()
        self._failure: StorageError | None = None

    def save_alert(self, alert: Alert) -> bool:
        """Keep ``alert``; False if its key is known already."""
        if alert.key in self._told_unsaved:
            return False
        try:
            with self._database.transaction() as connection:
                done = connection.execute(
                    "INSERT OR IGNORE INTO alerts VALUES (?,?,?,?,?)",
                    (alert.key, alert.id, alert.event_time, alert.status.value, _json(alert)),
                )
        except StorageError as error:
            self._failure = error
            self._told_unsaved.add(alert.key)
            log.exception("alert %s could not be saved", alert.id)
            return True
        return done.rowcount == 1

    def update_status(self, alert_id: str, status: AlertStatus) -> None:
        self._attempt("UPDATE alerts SET status=? WHERE id=?", (status.value, alert_id))

    def save_rule(self, rule: ArmedRule) -> None:
        self._attempt(
            "INSERT INTO rules VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM rules), ?)"
            " ON CONFLICT (id) DO UPDATE SET document=excluded.document",
            (rule.id, self._rule_encoder.encode(rule)),
        )

    def delete_rule(self, rule_id: str) -> None:
        self._attempt("DELETE FROM rules WHERE id=?", (rule_id,))

    def save_signals(self, signals: Iterable[Signal]) -> None:
        rows = [
            (s.series.symbol, s.series.interval.value, s.source, s.open_time, _json(s))
            for s in signals
        ]
        try:
            with self._database.transaction() as connection:
                connection.executemany("INSERT OR IGNORE INTO signals VALUES (?,?,?,?,?)", rows)
        except StorageError as error:
            self._failure = error
            log.exception("signals could not be saved")

    def alerts(self, newest: int) -> list[Alert]:
        """The newest alerts, oldest first. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT document, status FROM alerts ORDER BY event_time DESC LIMIT ?", (newest,)
            ).fetchall()
        found = []
        for document, status in reversed(rows):
            try:
                alert = msgspec.json.decode(document, type=Alert)
            except msgspec.MsgspecError:
                log.warning("an alert in the store cannot be read: %.200r", document)
                continue
            found.append(msgspec.structs.replace(alert, status=AlertStatus(status)))
        return found

    def rules(self) -> list[ArmedRule]:
        """All rules, in the order they were made. One that cannot be read is left in the store."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT document FROM rules ORDER BY position").fetchall()
        found: list[ArmedRule] = []
        for (document,) in rows:
            try:
                read = self._rule_decoder.decode(document)
            except msgspec.MsgspecError:
                log.warning("a rule in the store cannot be read: %.200r", document)
                continue
            found.append(ArmedRule(**msgspec.structs.asdict(read)))
        return found

    def check(self) -> None:
        """Raise the newest failure to save, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def close(self) -> None:
        self._database.close()

    def _attempt(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            with self._database.transaction() as connection:
                connection.execute(statement, values)
        except StorageError as error:
            self._failure = error
            log.exception("the store refused %.60s", statement)


def _armed_type(rule: Any) -> Any:  # noqa: ANN401 - a union made at run time has no better type
    """ArmedRule whose ``rule`` may be any of the rule types found."""
    return msgspec.defstruct(
        "ArmedRule",
        [("rule", rule)],
        bases=(ArmedRule,),
        frozen=True,
        kw_only=True,
    )


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
