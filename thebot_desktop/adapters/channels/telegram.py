"""Telegram: a message of a bot to a person, a group or a channel."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.adapters.channel_http import excerpt, is_success, refusal
from thebot_desktop.app.channels import (
    Channel,
    ChannelTools,
    HttpAnswer,
    OutsideMessage,
    SecretField,
    encrypted_address,
    host_of,
)
from thebot_desktop.domain.errors import DeliveryError
from thebot_desktop.domain.time import SECOND_MS

LONGEST_TEXT = 4096
LONGEST_PAUSE_S = 3600

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class _Message(Struct, frozen=True):
    message_id: int = 0


class _Parameters(Struct, frozen=True):
    retry_after: int = 0
    migrate_to_chat_id: int = 0


class _Reply(Struct, frozen=True):
    ok: bool = False
    description: str = ""
    result: _Message | None = None
    parameters: _Parameters = _Parameters()


class Telegram(Channel, frozen=True):
    title: ClassVar[str] = "Telegram"
    secrets: ClassVar[tuple[SecretField, ...]] = (
        SecretField("token", "Bot token", "From @BotFather: 123456:ABC-DEF…"),
    )

    chat_id: Annotated[
        str,
        Meta(
            title="Chat",
            description="The number of a person or group that has written to the bot, "
            "or the @name of a channel.",
            pattern=r"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{3,64})$",
        ),
    ] = ""
    base_url: Annotated[
        str,
        Meta(
            title="Server",
            description="Another one only for who runs a Bot API server.",
            pattern=r"^https?://\S+$",
            max_length=500,
        ),
    ] = "https://api.telegram.org"

    def __post_init__(self) -> None:
        if self.base_url:
            encrypted_address(self.base_url)

    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        token = await tools.secret("token")
        if not _TOKEN.fullmatch(token):
            # It becomes a part of the address.
            sentence = "This is not the token of a bot: it has the form 123456:ABC-DEF…"
            raise DeliveryError("not a token", user_message=sentence, again=False)
        body = msgspec.json.encode(
            {
                "chat_id": self.chat_id,
                "text": message.whole[:LONGEST_TEXT],
                "link_preview_options": {"is_disabled": True},
            }
        )
        url = f"{self.base_url.rstrip('/')}/bot{token}/sendMessage"
        answer = await tools.post(url, body, {})
        reply = _read(answer)
        if is_success(answer) and reply.ok and reply.result is not None:
            return f"message {reply.result.message_id}"
        raise _refused(answer, reply, host_of(self.base_url))


def _read(answer: HttpAnswer) -> _Reply:
    """Anything but a reply of Telegram is as good as none."""
    try:
        return msgspec.json.decode(answer.body, type=_Reply)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Reply()


def _refused(answer: HttpAnswer, reply: _Reply, host: str) -> DeliveryError:
    if is_success(answer):
        return DeliveryError(user_message=f"Something else than Telegram answered from {host}.")
    if moved := reply.parameters.migrate_to_chat_id:
        sentence = f"The group has become another one: its number is {moved} now."
        return DeliveryError(user_message=sentence, again=False)
    pause_s = min(max(reply.parameters.retry_after, 0), LONGEST_PAUSE_S)
    after_ms = pause_s * SECOND_MS or answer.after_ms
    told = msgspec.structs.replace(answer, after_ms=after_ms)
    return refusal(told, "Telegram", excerpt(reply.description.encode()))
