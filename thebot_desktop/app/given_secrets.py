"""GivenSecrets: passwords and tokens that the environment gives, where there is no keyring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from thebot_desktop.domain.errors import DeliveryError

PREFIX = "THEBOT_SECRET_"
HELP = (
    f"Where there is no keyring, passwords and tokens can be given as {PREFIX}<CHANNEL>_<FIELD> "
    "in the environment, such as "
    f"{PREFIX}MY_PHONE_TOKEN for the field “token” of “My phone”: in capitals, with _ for "
    "everything but A-Z and 0-9. They come before those of the keyring, are never kept, and "
    "programs that are run for an alert do not get them."
)


class GivenSecrets:
    """Read-only; what it holds is in no text of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._held = {
            name: value.strip()
            for name, value in environment.items()
            if name.startswith(PREFIX) and value.strip()
        }

    def has(self, channel: str, field: str) -> bool:
        return variable_of(channel, field) in self._held

    def get(self, channel: str, field: str, channels: Iterable[str]) -> str:
        """Empty where there is none.

        Raises DeliveryError where another of the ``channels`` is written in the same way: a
        secret must not go to the wrong place.
        """
        name = variable_of(channel, field)
        found = self._held.get(name, "")
        plain = _plain(channel)
        double = next((c for c in channels if c != channel and _plain(c) == plain), None)
        if found and double is not None:
            sentence = (
                f"{name} could be meant for “{channel}” or “{double}”: rename one of the channels."
            )
            raise DeliveryError(name, user_message=sentence, again=False)
        return found


def variable_of(channel: str, field: str) -> str:
    """The name of the variable that gives the secret ``field`` of ``channel``."""
    return f"{PREFIX}{_plain(channel)}_{_plain(field)}"


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What other programs may have of it."""
    return {name: value for name, value in environment.items() if not name.startswith(PREFIX)}


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", text.upper())
