"""Files of alerts that people keep and share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rule_codec import NO_FILE, RuleCodec, is_same
from thebot_desktop.domain.errors import InputError, StorageError

LARGEST_BYTES = 8_000_000


def write_rules(path: Path, codec: RuleCodec, rules: Iterable[ArmedRule]) -> None:
    """Raises StorageError."""
    try:
        path.write_bytes(codec.write_file(rules))
    except OSError as error:
        sentence = f"The alerts could not be written to {path}."
        raise StorageError(str(error), user_message=sentence) from error


def read_rules(path: Path, codec: RuleCodec) -> list[ArmedRule]:
    """Raises StorageError where there is no such file, InputError where it makes no sense."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError("too large", user_message=NO_FILE)
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(str(error), user_message=f"{path} could not be read.") from error
    return codec.read_file(content)


def take_in(alerts: AlertManager, rules: Iterable[ArmedRule]) -> int:
    """Arm what is not there already, under ids of its own; how many that were."""
    taken = 0
    for rule in rules:
        if not any(is_same(rule, known) for known in alerts.armed):
            alerts.arm(replace(rule, id=uuid.uuid4().hex))
            taken += 1
    return taken
