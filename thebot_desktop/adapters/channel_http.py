"""HttpPost: hands JSON to a web server, and tells what it answered in our own words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpx

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import DIRECT
from thebot_desktop.adapters.transport.http_errors import no_way_out
from thebot_desktop.adapters.transport.retry_after import retry_after_s
from thebot_desktop.app.channels import HttpAnswer, host_of
from thebot_desktop.domain.errors import DeliveryError, FatalFeedError
from thebot_desktop.domain.time import HOUR_MS, SECOND_MS

TIMEOUT_S = 20.0
"""For one answer, however slowly it drips."""
BODY_LIMIT = 64_000
"""Nobody needs more of an answer."""
EXCERPT = 120
LONGEST_PAUSE_MS = HOUR_MS

_MAY_PASS = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_PASSWORD = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_ADDRESS = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED)


class HttpPost:
    """No cookies, no redirects, no connection kept: the next alert may come in a week.

    Errors name the host only: the rest of an address may be a secret. ``proxy`` empty: the
    system's.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, proxy: str = "") -> None:
        self._timeout_s = timeout_s
        self._proxy = proxy
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Whatever the server answers. Raises DeliveryError where it does not."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._post(url, body, headers)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError) as cause:
            # Texts of these hold addresses and headers.
            raise _unreachable(host_of(url), cause) from None

    async def aclose(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        client = await self._open()
        kind = {"Content-Type": "application/json"}
        async with client.stream("POST", url, content=body, headers={**kind, **headers}) as answer:
            pause_ms = int(retry_after_s(answer.headers) * SECOND_MS)
            after_ms = min(pause_ms, LONGEST_PAUSE_MS) or None
            return HttpAnswer(answer.status_code, await _beginning(answer), after_ms)

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._client is None:
                for talkative in ("httpx", "httpcore"):
                    # They write whole addresses and headers, in which there are secrets.
                    logging.getLogger(talkative).setLevel(logging.WARNING)
                # In a thread: reading the certificates would hold the window up.
                tls = await asyncio.to_thread(httpx.create_ssl_context)
                self._client = _client(tls, self._proxy)
            return self._client


def refusal(answer: HttpAnswer, who: str, said: str = "") -> DeliveryError:
    """An answer that is no success; ``said`` is what the server told about it."""
    status = answer.status
    number = f"HTTP {status}"
    again = status in _MAY_PASS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        sentence = f"{who} asks for a pause ({number})"
    elif again:
        sentence = f"{who} has trouble ({number})"
    elif status in _PASSWORD:
        sentence = f"{who} refused: the password or token is not right ({number})"
    elif status in _ADDRESS:
        sentence = f"{who} has nothing at this address ({number})"
    elif status < HTTPStatus.BAD_REQUEST:
        sentence = f"{who} sends on to another address, which is not followed ({number})"
    else:
        sentence = f"{who} refused the message ({number})"
    whole = f"{sentence}: {said}" if said else f"{sentence}."
    return DeliveryError(whole, user_message=whole, again=again, after_ms=answer.after_ms)


def is_success(answer: HttpAnswer) -> bool:
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def in_words(answer: HttpAnswer) -> str:
    """``200 OK``."""
    try:
        return f"{answer.status} {HTTPStatus(answer.status).phrase}"
    except ValueError:
        return str(answer.status)


def excerpt(body: bytes) -> str:
    """The beginning of what a server said, on one line; nothing of a page for browsers."""
    text = " ".join(body[: 4 * EXCERPT].decode(errors="replace").split())
    if text.startswith("<"):
        return ""
    shown = "".join(letter for letter in text if letter.isprintable())
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def _unreachable(host: str, cause: Exception) -> DeliveryError:
    again = True
    match cause:
        case TimeoutError() | httpx.TimeoutException():
            sentence = f"{host} did not answer in time."
        case httpx.ProxyError():
            sentence = f"The proxy does not let us through to {host}."
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            sentence, again = f"The address or a header for {host} cannot be used.", False
        case ValueError():
            sentence, again = f"The address or a header for {host} cannot be used.", False
        case _:
            sentence = f"{host} cannot be reached."
    return DeliveryError(f"{host}: {type(cause).__name__}", user_message=sentence, again=again)


def _client(tls: SSLContext, proxy: str) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            verify=tls,
            proxy=proxy or None,
            mounts=DIRECT,
            headers={"User-Agent": f"thebot-desktop/{__version__}", "Accept-Encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=httpx.Timeout(TIMEOUT_S),
        )
    except (ImportError, ValueError, httpx.InvalidURL) as cause:
        odd: FatalFeedError = no_way_out(cause)
        # The cause may hold the proxy's password.
        raise DeliveryError(str(odd), user_message=odd.user_message, again=False) from None


async def _beginning(answer: httpx.Response) -> bytes:
    """As it comes over the line: nothing is unpacked that nobody asked to be packed."""
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) >= BODY_LIMIT:
            break
    return bytes(body[:BODY_LIMIT])
