"""Webhook: the alert as JSON, in a form of the person's own, to any web server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import msgspec
from msgspec import Meta

from thebot_desktop.adapters.channel_http import excerpt, in_words, is_success, refusal
from thebot_desktop.app.channels import (
    Channel,
    ChannelTools,
    OutsideMessage,
    SecretField,
    header_value,
    host_of,
    web_address,
)
from thebot_desktop.app.texts import LongText
from thebot_desktop.domain.errors import ParameterError

PLACES = (
    *("id", "rule", "kind", "symbol", "interval", "bar", "price", "time", "late", "state"),
    *("message", "title", "text", "alert"),
)
"""What can be filled in; ``alert`` is all fields together."""
TEMPLATE = '{\n "text": "{text}",\n "alert": "{alert}"\n}'
LONGEST_TEMPLATE = 10_000
SECRET_PLACE = "{secret}"
OURS = ("host", "connection", "content-length", "transfer-encoding", "content-type")
"""Headers that are made here."""

_PLACE = re.compile(r"\{([a-z]+)\}")


class Webhook(Channel, frozen=True):
    """The template is JSON before and after it is filled: values cannot break out of it."""

    title: ClassVar[str] = "Webhook"
    secrets: ClassVar[tuple[SecretField, ...]] = (
        SecretField("bearer", "Bearer token", "Sent in the header Authorization.", required=False),
        SecretField("header", "Value of the header", required=False),
        SecretField(
            "address",
            "Secret part of the address",
            "Stands where the address has {secret}.",
            required=False,
        ),
    )

    url: Annotated[
        str,
        Meta(
            title="Address",
            description="Whoever knows it can read along if it begins with http:// only. "
            "Write {secret} for a part that nobody may read.",
            pattern=r"^https?://\S+$",
            max_length=2000,
        ),
    ] = ""
    template: Annotated[
        LongText,
        Meta(
            title="JSON",
            description="Filled in: " + " ".join(f"{{{place}}}" for place in PLACES) + ". "
            "A text that is nothing but one of them becomes its value, be it a number.",
            min_length=1,
            max_length=LONGEST_TEMPLATE,
        ),
    ] = LongText(TEMPLATE)
    header_name: Annotated[
        str,
        Meta(
            title="Header of its own",
            description="For servers that want a key: X-Api-Key. Its value is kept below.",
            pattern=r"^[A-Za-z0-9-]*$",
            max_length=80,
        ),
    ] = ""

    def __post_init__(self) -> None:
        if self.url:
            web_address(self.url)
            if SECRET_PLACE in host_of(self.url):
                raise ParameterError(user_message="The name of the server cannot be secret.")
        if self.header_name.lower() in OURS:
            sentence = f"The header {self.header_name} is made by the program."
            raise ParameterError(user_message=sentence)
        _check(read_template(self.template))

    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        headers = {"Idempotency-Key": quote(message.alert_id, safe="/-_.~:")}
        if bearer := await tools.secret("bearer"):
            headers["Authorization"] = f"Bearer {header_value(bearer, 'Bearer token')}"
        if self.header_name and (value := await tools.secret("header")):
            headers[self.header_name] = header_value(value, "Value of the header")
        url = self.url
        if SECRET_PLACE in url:
            part = await tools.secret("address")
            url = url.replace(SECRET_PLACE, quote(part, safe="/-_.~"))
        body = msgspec.json.encode(_filled(read_template(self.template), _values(message)))
        answer = await tools.post(url, body, headers)
        if not is_success(answer):
            raise refusal(answer, host_of(url), excerpt(answer.body))
        return in_words(answer)


def read_template(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Raises ParameterError with a sentence when it is no JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ParameterError(
            str(error), user_message=f"The template is not JSON: {error}."
        ) from error


def _check(node: object) -> None:
    """Raises ParameterError for a place that means nothing."""
    match node:
        case dict():
            for value in node.values():
                _check(value)
        case list():
            for value in node:
                _check(value)
        case str():
            unknown = [name for name in _PLACE.findall(node) if name not in PLACES]
            if unknown:
                raise ParameterError(user_message=f"“{{{unknown[0]}}}” cannot be filled in.")


def _values(message: OutsideMessage) -> dict[str, object]:
    line = message.line
    return {**line, "title": message.title, "text": message.whole, "alert": line}


def _filled(node: object, values: Mapping[str, object]) -> object:
    match node:
        case dict():
            return {key: _filled(value, values) for key, value in node.items()}
        case list():
            return [_filled(value, values) for value in node]
        case str():
            whole = _PLACE.fullmatch(node)
            if whole is not None:
                return values[whole[1]]
            return _PLACE.sub(lambda found: _word(values[found[1]]), node)
        case _:
            return node


def _word(value: object) -> str:
    """Within a text: texts as they are, all else as JSON has it."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
