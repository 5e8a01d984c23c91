"""Mailer: hands one message to an SMTP server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx

from thebot_desktop.app.channels import HIDDEN, Mail, MailSecurity
from thebot_desktop.domain.errors import DeliveryError

if TYPE_CHECKING:
    import aiosmtplib

TIMEOUT_S = 30.0
"""For the whole conversation."""
OUR_NAME = "[127.0.0.1]"
"""How this computer introduces itself: its real name is nobody's business."""
EXCERPT = 120
FOR_GOOD = 500
"""From this code on the server will say the same again."""


class Mailer:
    """``tls`` makes what encrypted connections are checked by; in a thread, for it reads files."""

    def __init__(
        self,
        *,
        tls: Callable[[], ssl.SSLContext] = httpx.create_ssl_context,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._tls = tls
        self._timeout_s = timeout_s

    async def send(self, mail: Mail, password: str) -> str:
        """What the server said. Raises DeliveryError."""
        import aiosmtplib

        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._send(mail, password)
        except aiosmtplib.SMTPException as cause:
            raise _refused(mail.host, cause, password) from None
        except (TimeoutError, OSError) as cause:
            raise _unreachable(mail.host, cause) from None
        except ValueError as cause:
            sentence = "The address of a sender or receiver cannot be used."
            raise DeliveryError(type(cause).__name__, user_message=sentence, again=False) from None

    async def _send(self, mail: Mail, password: str) -> str:
        import aiosmtplib

        encrypted = mail.security is not MailSecurity.NONE
        client = aiosmtplib.SMTP(
            hostname=mail.host,
            port=mail.port,
            username=mail.user or None,
            password=password or None,
            local_hostname=OUR_NAME,
            timeout=self._timeout_s,
            use_tls=mail.security is MailSecurity.TLS,
            start_tls=mail.security is MailSecurity.STARTTLS,
            tls_context=await asyncio.to_thread(self._tls) if encrypted else None,
        )
        async with client:
            refused, said = await client.send_message(_message(mail))
        words = _excerpt(said)
        return f"{words}; refused: {', '.join(refused)}" if refused else words


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.at / 1000, UTC))
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _refused(host: str, cause: aiosmtplib.SMTPException, password: str) -> DeliveryError:
    import aiosmtplib as smtp

    match cause:
        case smtp.SMTPTimeoutError() | smtp.SMTPServerDisconnected():
            return _unreachable(host, cause)
        case smtp.SMTPConnectError() if not isinstance(cause, smtp.SMTPResponseException):
            return _unreachable(host, cause)
        case smtp.SMTPRecipientsRefused():
            first = cause.recipients[0]
            return _said_no(f"{host} refused the receiver", first.code, first.message, password)
        case smtp.SMTPAuthenticationError():
            return _said_no(f"{host} refused user or password", cause.code, cause.message, password)
        case smtp.SMTPResponseException():
            return _said_no(f"{host} refused the message", cause.code, cause.message, password)
        case _:
            sentence = f"{host} does not offer what is set here: another kind of encryption may do."
            return DeliveryError("not supported", user_message=sentence, again=False)


def _said_no(sentence: str, code: int, message: str, password: str) -> DeliveryError:
    """The server may have repeated the password."""
    told = message.replace(password, HIDDEN) if password else message
    whole = f"{sentence} ({code}): {_excerpt(told)}"
    return DeliveryError(whole, user_message=whole, again=code < FOR_GOOD)


def _unreachable(host: str, cause: BaseException) -> DeliveryError:
    import aiosmtplib as smtp

    roots = (cause, cause.__cause__, cause.__context__)
    again = True
    if any(isinstance(root, ssl.SSLCertVerificationError) for root in roots):
        sentence = f"The identity of {host} could not be verified: its certificate is not trusted."
    elif any(isinstance(root, ssl.SSLError) for root in roots):
        sentence = f"No secure connection to {host} could be made: another port may do."
        again = False
    elif isinstance(cause, TimeoutError | smtp.SMTPTimeoutError):
        sentence = f"{host} did not answer in time."
    elif isinstance(cause, smtp.SMTPServerDisconnected):
        sentence = f"{host} hung up."
    else:
        sentence = f"{host} cannot be reached."
    return DeliveryError(f"{host}: {type(cause).__name__}", user_message=sentence, again=again)


def _excerpt(said: str) -> str:
    """On one line."""
    text = "".join(letter for letter in " ".join(said.split()) if letter.isprintable())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
