"""Email: a message through the server of one's provider."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.app.channels import (
    LOOPBACK,
    Channel,
    ChannelTools,
    Mail,
    MailSecurity,
    OutsideMessage,
    SecretField,
)
from thebot_desktop.domain.errors import DeliveryError, ParameterError

LONGEST_SUBJECT = 150
ADDRESS = r"^[^@\s<>,;\"()]+@[^@\s<>,;\"()]+$"


class Email(Channel, frozen=True):
    title: ClassVar[str] = "E-mail"
    secrets: ClassVar[tuple[SecretField, ...]] = (
        SecretField(
            "password",
            "Password",
            "Many providers want one that is made for programs only.",
            required=False,
        ),
    )

    host: Annotated[
        str,
        Meta(
            title="Server",
            description="For outgoing mail (SMTP), such as smtp.example.com.",
            pattern=r"^[A-Za-z0-9.:-]+$",
            max_length=255,
        ),
    ] = ""
    port: Annotated[
        int,
        Meta(ge=1, le=65535, title="Port", description="587 for STARTTLS, 465 for TLS."),
    ] = 587
    security: Annotated[MailSecurity, Meta(title="Encryption")] = MailSecurity.STARTTLS
    user: Annotated[
        str,
        Meta(title="User", description="Empty where the server wants none.", max_length=255),
    ] = ""
    sender: Annotated[str, Meta(title="From", pattern=ADDRESS, max_length=255)] = ""
    to: Annotated[
        tuple[Annotated[str, Meta(pattern=ADDRESS, max_length=255)], ...],
        Meta(title="To", min_length=1, max_length=20),
    ] = ()

    def __post_init__(self) -> None:
        if self.user and self.security is MailSecurity.NONE and self.host not in LOOPBACK:
            raise ParameterError(
                user_message="Without encryption everybody on the way could read the password."
            )

    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        password = await tools.secret("password") if self.user else ""
        if self.user and not password:
            sentence = "Password: nothing is kept in the keyring."
            raise DeliveryError("no password", user_message=sentence, again=False)
        mail = Mail(
            host=self.host,
            port=self.port,
            security=self.security,
            user=self.user,
            sender=self.sender,
            to=self.to,
            subject=_subject(message),
            text=message.whole + "\n",
            message_id=self._message_id(message.alert_id),
            at=message.at,
        )
        return await tools.send_mail(mail, password)

    def _message_id(self, alert_id: str) -> str:
        """The same for each attempt, so that one that arrives twice is shown once."""
        digest = blake2b(alert_id.encode(), digest_size=16).hexdigest()
        domain = self.sender.rpartition("@")[2]
        return f"<thebot.{digest}@{domain if domain.isascii() else 'localhost'}>"


def _subject(message: OutsideMessage) -> str:
    """On one line, whatever the alert says."""
    words = f"{message.title}: {message.line.get('message', '')}"
    line = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
