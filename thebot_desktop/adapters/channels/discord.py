"""Discord: a message to the channel that a webhook of its server belongs to."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from msgspec import Struct

from thebot_desktop.adapters.channel_http import excerpt, in_words, is_success, refusal
from thebot_desktop.app.channels import (
    Channel,
    ChannelTools,
    HttpAnswer,
    OutsideMessage,
    SecretField,
    encrypted_address,
)
from thebot_desktop.domain.errors import DeliveryError, ParameterError
from thebot_desktop.domain.time import SECOND_MS

LONGEST_TEXT = 2000
LONGEST_PAUSE_S = 3600.0


class _Reply(Struct, frozen=True):
    id: str = ""
    message: str = ""
    retry_after: float = 0.0


class Discord(Channel, frozen=True):
    """Whoever has the address can write there: it is the secret. Nobody is pinged."""

    title: ClassVar[str] = "Discord"
    secrets: ClassVar[tuple[SecretField, ...]] = (
        SecretField(
            "url",
            "Address of the webhook",
            "In Discord: Edit channel, Integrations, Webhooks, Copy webhook URL.",
        ),
    )

    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        url = _with_answer(await tools.secret("url"))
        body = msgspec.json.encode(
            {"content": message.whole[:LONGEST_TEXT], "allowed_mentions": {"parse": []}}
        )
        answer = await tools.post(url, body, {})
        reply = _read(answer)
        if is_success(answer):
            return f"message {reply.id[:40]}" if reply.id.isdecimal() else in_words(answer)
        pause_s = min(max(reply.retry_after, 0.0), LONGEST_PAUSE_S)
        told = msgspec.structs.replace(answer, after_ms=int(pause_s * SECOND_MS) or answer.after_ms)
        raise refusal(told, "Discord", excerpt(reply.message.encode()))


def _with_answer(url: str) -> str:
    """``url`` asking for the message to be confirmed. Raises DeliveryError."""
    try:
        parts = urlsplit(encrypted_address(url.strip()))
    except ParameterError:
        sentence = "This is not the address of a webhook: it begins with https://discord.com/api/."
        raise DeliveryError("not an address", user_message=sentence, again=False) from None
    query = dict(parse_qsl(parts.query)) | {"wait": "true"}
    return urlunsplit((*parts[:3], urlencode(query), ""))


def _read(answer: HttpAnswer) -> _Reply:
    """Anything but a reply of Discord is as good as none."""
    try:
        return msgspec.json.decode(answer.body, type=_Reply)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Reply()
