"""KeyringSecrets: passwords and tokens in the system's keyring, and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeVar

from thebot_desktop.app.given_secrets import PREFIX
from thebot_desktop.domain.errors import SecretError

log = logging.getLogger(__name__)

T = TypeVar("T")

SERVICE = "thebot-desktop"
ANSWER_S = 60.0
"""A person may have to unlock the keyring first."""
SAFE_PRIORITY = 1
"""Backends below keep secrets in plain files, or do not keep them at all."""
NO_KEYRING = (
    "This desktop has no keyring that passwords could be kept in. The environment can give them "
    f"too, as {PREFIX}<CHANNEL>_<FIELD>: “thebot watch --help” says more."
)
BUSY = "The system's keyring does not answer: is it waiting to be unlocked?"


class Keyring(Protocol):
    """What the library's backends have in common."""

    @property
    def priority(self) -> float: ...

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def system_keyring() -> Keyring:
    """The one of this desktop. Slow: it looks around, and may ask."""
    import keyring

    found: Keyring = keyring.get_keyring()
    return found


class KeyringSecrets:
    """The keyring is asked in a thread of its own, one question after the other."""

    def __init__(
        self,
        profile: Path,
        keyring: Callable[[], Keyring] = system_keyring,
        *,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._profile = _profile_name(profile)
        self._find = keyring
        self._answer_s = answer_s
        self._turn = asyncio.Lock()
        self._open: asyncio.Future[Any] | None = None
        """The answer to the last question; one keyring window at a time is enough."""

    async def get(self, channel: str, field: str) -> str:
        """Empty where there is none. Raises SecretError, as all the others."""
        entry = self._entry(channel, field)
        return await self._ask(lambda keyring: keyring.get_password(entry, field) or "")

    async def set(self, channel: str, field: str, secret: str) -> None:
        entry = self._entry(channel, field)
        await self._ask(lambda keyring: keyring.set_password(entry, field, secret))

    async def remove(self, channel: str, field: str) -> None:
        entry = self._entry(channel, field)

        def remove(keyring: Keyring) -> None:
            if keyring.get_password(entry, field) is not None:
                keyring.delete_password(entry, field)

        await self._ask(remove)

    def _entry(self, channel: str, field: str) -> str:
        plain = channel.replace("%", "%25").replace("/", "%2F")
        return f"{SERVICE}/{self._profile}/{plain}/{field}"

    async def _ask(self, question: Callable[[Keyring], T]) -> T:
        async with self._turn:
            if self._open is not None:
                await asyncio.wait([self._open], timeout=self._answer_s)
                if not self._open.done():
                    raise SecretError("an earlier question is not answered", user_message=BUSY)
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[T] = loop.create_future()

            def ask() -> None:
                try:
                    tell = partial(answer.set_result, question(_safe(self._find())))
                except Exception as cause:  # noqa: BLE001 - backends raise what their system does
                    tell = partial(answer.set_exception, _in_our_words(cause))
                with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                    loop.call_soon_threadsafe(tell)

            # A daemon: a question that nobody answers must not keep the program from ending.
            Thread(target=ask, name="keyring", daemon=True).start()
            self._open = answer
            answer.add_done_callback(_take_note)
            try:
                async with asyncio.timeout(self._answer_s):
                    return await asyncio.shield(answer)
            except TimeoutError:
                raise SecretError("no answer", user_message=BUSY) from None


def _safe(keyring: Keyring) -> Keyring:
    """``keyring`` if it is one. Raises SecretError."""
    backends = getattr(keyring, "backends", None)
    first = next(iter(backends), keyring) if backends is not None else keyring
    if first.priority < SAFE_PRIORITY:
        raise SecretError(type(first).__name__, user_message=NO_KEYRING)
    return keyring


def _take_note(answer: asyncio.Future[T]) -> None:
    """Whoever asked may be gone; a refusal is no surprise then."""
    if not answer.cancelled():
        answer.exception()


def _in_our_words(cause: Exception) -> SecretError:
    """By its kind only: the texts of backends may hold what they were given."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(cause, SecretError):
        return cause
    log.warning("the keyring failed: %s", type(cause).__name__)
    sentence = "The system's keyring refused."
    if isinstance(cause, KeyringLocked):
        sentence = "The system's keyring is locked."
    elif isinstance(cause, (NoKeyringError, InitError)):
        sentence = NO_KEYRING
    return SecretError(type(cause).__name__, user_message=sentence)


def _profile_name(folder: Path) -> str:
    """What tells profiles apart, also those in folders of one name."""
    digest = blake2b(str(folder.absolute()).encode(), digest_size=4).hexdigest()
    return f"{folder.name}-{digest}"
