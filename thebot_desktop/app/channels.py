"""Channel: one way to tell a person of an alert outside of this machine."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Annotated, ClassVar, Protocol
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.alerts.alert_line import line_of
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.errors import DeliveryError, ParameterError
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import UnixMs, utc_text

LONGEST_NAME = 80
LONGEST_DELAY_MINUTES = 24 * 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SecretField(Struct, frozen=True):
    """A password or token of a channel: it is kept in the keyring, and nowhere else."""

    name: str
    title: str
    description: str = ""
    required: bool = True


class OutsideMessage(Struct, frozen=True):
    """An alert on its way out: ``line`` is for programs, ``title`` and ``text`` for people."""

    alert_id: str
    line: dict[str, object]
    title: str
    text: str
    at: UnixMs

    @classmethod
    def of(cls, alert: Alert) -> OutsideMessage:
        return cls(alert.id, line_of(alert), _title(alert), _text(alert), alert.raised_at)

    @property
    def whole(self) -> str:
        """Title and text, for where there is only one field."""
        return f"{self.title}\n{self.text}"

    @property
    def json(self) -> bytes:
        return msgspec.json.encode(self.line)


class HttpAnswer(Struct, frozen=True):
    """``after_ms`` is how long the server asks to be left alone."""

    status: int
    body: bytes
    after_ms: int | None = None


class MailSecurity(Enum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def title(self) -> str:
        return {"starttls": "STARTTLS", "tls": "TLS from the start", "none": "None"}[self.value]


class Mail(Struct, frozen=True):
    """A message and the server that takes it; the password is told apart from it."""

    host: str
    port: int
    security: MailSecurity
    user: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    at: UnixMs


class ProgramEnd(Struct, frozen=True):
    """How a program ended: negative exit codes are signals, as usual."""

    exit_code: int
    output: str
    """The beginning of what it printed."""


class Outside(Protocol):
    """The world as far as channels may touch it. Everything here raises DeliveryError."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """JSON to an address; any answer is returned, redirects are not followed."""
        ...

    async def send_mail(self, mail: Mail, password: str) -> str:
        """What the server said about it."""
        ...

    async def run_program(
        self, command: tuple[str, ...], stdin: bytes, timeout_s: float
    ) -> ProgramEnd:
        """Without a shell. One that takes longer is ended."""
        ...


HIDDEN = "•••"
SHORTEST_HIDDEN = 4
"""Shorter secrets would blot out half of each sentence."""
SHORTEST_PART = 8
"""Parts of a secret address that are as long as this are secrets themselves."""


class ChannelTools:
    """What a channel works with while it sends: the outside, and its own secrets.

    A server may repeat what it was sent: secrets are blotted out of all that comes back.
    """

    def __init__(self, outside: Outside, secret: Callable[[str], Awaitable[str]]) -> None:
        self._outside = outside
        self._secret = secret
        self._hidden: list[str] = []

    async def secret(self, name: str) -> str:
        """By the name of its field; empty where an optional one is not set.

        Raises DeliveryError for one that is needed and missing, and SecretError.
        """
        found = await self._secret(name)
        self._hidden += _forms(found)
        return found

    def hide(self, text: str) -> str:
        """``text`` without the secrets that were asked for."""
        for form in self._hidden:
            text = text.replace(form, HIDDEN)
        return text

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        answer = await self._outside.post(url, body, headers)
        shown = answer.body
        for form in self._hidden:
            shown = shown.replace(form.encode(), HIDDEN.encode())
        return msgspec.structs.replace(answer, body=shown)

    async def send_mail(self, mail: Mail, password: str) -> str:
        return self.hide(await self._outside.send_mail(mail, password))

    async def run_program(
        self, command: tuple[str, ...], stdin: bytes, timeout_s: float
    ) -> ProgramEnd:
        return await self._outside.run_program(command, stdin, timeout_s)


class Channel(Struct, frozen=True, tag=True):
    """Base of all channels: the fields are its settings, ``secrets`` what nobody may read.

    It can be made without anything filled in: forms begin that way.
    """

    title: ClassVar[str]
    secrets: ClassVar[tuple[SecretField, ...]] = ()

    @abstractmethod
    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        """What came back, in a few words. Raises DeliveryError.

        No text of an error holds a secret, nor an address that has one in it.
        """
        raise NotImplementedError


ALL_TYPES = tuple(AlertType)


class NamedChannel(Struct, frozen=True):
    """A channel as a person set it up. Rules and deliveries know it by its name."""

    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
    channel: Channel
    on: bool = True
    types: tuple[AlertType, ...] = ALL_TYPES
    """Alerts of these types go there, unless their rule says otherwise."""
    after_minutes: Annotated[int, Meta(ge=0, le=LONGEST_DELAY_MINUTES)] = 0
    """Only what was not acknowledged for so long; 0 for at once."""
    secrets: tuple[str, ...] = ()
    """The fields that have a secret: a keyring is not asked for others, which may be missing."""

    def takes(self, alert: Alert) -> bool:
        return self.on and alert.type in self.types


def web_address(text: str) -> str:
    """``text`` if it is the address of a web server. Raises ParameterError with a sentence."""
    try:
        parts = urlsplit(text)
        port_is_possible = parts.port != 0
    except ValueError:
        parts, port_is_possible = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_possible:
        raise ParameterError(
            "no web address", user_message="An address begins with https:// or http://."
        )
    if not text.isprintable() or " " in text or "\\" in text:
        raise ParameterError("odd letters", user_message="An address has no spaces in it.")
    if "@" in parts.netloc:
        raise ParameterError(
            "name and password in an address",
            user_message="A password does not belong into an address: it would be kept in a file.",
        )
    return text


def encrypted_address(text: str) -> str:
    """``text`` if nobody on the way can read along. Raises ParameterError with a sentence."""
    parts = urlsplit(web_address(text))
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ParameterError(
            "not encrypted", user_message="The address has to begin with https:// here."
        )
    return text


def host_of(url: str) -> str:
    """The part of an address that may be told to anybody."""
    return urlsplit(url).hostname or "the server"


def header_value(text: str, title: str) -> str:
    """``text`` if it can be sent in a header. Raises DeliveryError."""
    if not text.isascii() or not text.isprintable():
        sentence = f"{title}: there are characters in it that cannot be sent."
        raise DeliveryError("unusual characters", user_message=sentence, again=False)
    return text


def _forms(secret: str) -> list[str]:
    """A secret as it may come back, longest first: as it is, as part of an address, in parts."""
    forms = {secret, quote(secret, safe="/-_.~"), quote(secret, safe="")}
    if secret.startswith(("http://", "https://")):
        tail = secret.partition("://")[2].partition("/")[2]
        forms |= {tail, *(part for part in tail.split("/") if len(part) >= SHORTEST_PART)}
    return sorted((f for f in forms if len(f) >= SHORTEST_HIDDEN), key=len, reverse=True)


def _title(alert: Alert) -> str:
    about = f"{alert.series.symbol} · " if alert.has_chart else ""
    late = " · late" if alert.late else ""
    return f"{about}{alert.type.value}{late}"


def _text(alert: Alert) -> str:
    facts = [f"Price {readable(alert.price)}"] if alert.price else []
    if alert.has_chart:
        facts.append(alert.series.interval.value)
    facts.append(utc_text(alert.event_time))
    lines = [alert.message, ", ".join(facts)]
    if alert.missed:
        lines.append("It was true while nobody was watching.")
    elif alert.late:
        lines.append("It was found out afterwards.")
    return "\n".join(lines)
