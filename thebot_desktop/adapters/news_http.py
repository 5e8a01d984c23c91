"""HttpNewsFetcher: gets news pages over HTTP, politely and within bounds."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import cast

import httpx

from thebot_desktop import __version__
from thebot_desktop.adapters.rss import BODY_LIMIT, TOO_BIG
from thebot_desktop.adapters.transport.addresses import DIRECT
from thebot_desktop.adapters.transport.http_errors import no_way_out
from thebot_desktop.adapters.transport.retry_after import retry_after_s
from thebot_desktop.app.news_service import FetchedNews, NewsUnavailableError
from thebot_desktop.domain.errors import DecodeError, FatalFeedError

TIMEOUT_S = 20.0
"""For one page with all its redirects, however slowly it drips."""

REDIRECTS = 5
VERSION_LENGTH = 500
"""A longer ETag is not worth sending back."""

COUNTRY_ZONES = frozenset({"ac", "co", "com", "edu", "gov", "net", "or", "org"})
"""Second-level names under which countries register sites: site.co.uk, site.com.au."""

TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpNewsFetcher:
    """No cookies, no long waits, no big bodies, no redirects to strangers.

    ``allowed_hosts`` are hosts that any site may redirect to; ``proxy`` empty: the system's.
    """

    def __init__(
        self,
        allowed_hosts: Iterable[str] = (),
        *,
        timeout_s: float = TIMEOUT_S,
        proxy: str = "",
    ) -> None:
        self._allowed = frozenset(allowed_hosts)
        self._timeout_s = timeout_s
        self._proxy = proxy
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> FetchedNews:
        """The page at ``url``, unless it is still the one the site called ``etag``.

        Raises NewsUnavailableError when it may work later, FatalFeedError when the site says no,
        DecodeError when the page is too big.
        """
        asked = _headers(etag, last_modified)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._fetch(httpx.URL(url), asked)
        except TimeoutError as cause:
            raise NewsUnavailableError(
                f"{url}: no answer", user_message="The site did not answer in time."
            ) from cause
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as cause:
            raise FatalFeedError(
                f"{url}: {cause}", user_message="This is not a web address."
            ) from cause
        except httpx.HTTPError as cause:
            raise NewsUnavailableError(f"{url}: {cause!r}") from cause

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _fetch(self, url: httpx.URL, asked: dict[str, str]) -> FetchedNews:
        for _ in range(REDIRECTS + 1):
            async with self._get(url, asked) as response:
                if not response.has_redirect_location:
                    return await _read(response)
                target = url.join(response.headers["Location"])
            if not may_follow(url, target, self._allowed):
                raise FatalFeedError(
                    f"{url} sends on to {target}",
                    user_message="The site sends its readers on to another site.",
                )
            url = target
        raise FatalFeedError(f"{url}: too many redirects")

    @asynccontextmanager
    async def _get(self, url: httpx.URL, asked: dict[str, str]) -> AsyncIterator[httpx.Response]:
        if self._client is None:
            # Made late: reading the certificates takes longer than most of the start.
            self._client = _client_for_this_computer(self._proxy)
        async with self._client.stream("GET", url, headers=asked) as response:
            yield response


def may_follow(origin: httpx.URL, target: httpx.URL, allowed: frozenset[str]) -> bool:
    """Whether a redirect from ``origin`` leads to the same site and not out of encryption."""
    if target.scheme != "https" and (target.scheme, origin.scheme) != ("http", "http"):
        return False
    return target.host in allowed or site_of(target.host) == site_of(origin.host)


def site_of(host: str) -> str:
    """The part of ``host`` that one registers: "site.com" of "www.site.com".

    An approximation of the public suffix list; where it errs, two names of one country's
    registry count as one site, or a redirect is refused.
    """
    name = host.rstrip(".").lower()
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        labels = name.split(".")
    in_country_zone = len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in COUNTRY_ZONES
    return ".".join(labels[-3:] if in_country_zone else labels[-2:])


def _client_for_this_computer(proxy: str) -> httpx.AsyncClient:
    """The client as certificates and proxies of the environment make it, if they can."""
    try:
        return _client(proxy)
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as cause:
        raise no_way_out(cause) from None  # it may hold the proxy's password


def _client(proxy: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        proxy=proxy or None,
        headers={
            "User-Agent": f"thebot-desktop/{__version__}",
            "Accept": "application/rss+xml, application/atom+xml, text/xml, */*;q=0.5",
            "Accept-Encoding": "gzip",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        timeout=httpx.Timeout(TIMEOUT_S),
        mounts=DIRECT,
    )


def _headers(etag: str, last_modified: str) -> dict[str, str]:
    said = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in said.items() if value}


async def _read(response: httpx.Response) -> FetchedNews:
    status = response.status_code
    if status == httpx.codes.NOT_MODIFIED:
        return FetchedNews(None)
    if status in TEMPORARY:
        raise NewsUnavailableError(
            f"{response.url}: status {status}",
            user_message="The site is busy at the moment.",
            retry_after_s=retry_after_s(response.headers),
        )
    if status != httpx.codes.OK:
        raise FatalFeedError(
            f"{response.url}: status {status}",
            user_message=f"The site refused the request (status {status}).",
        )
    body = await _body(response)
    return FetchedNews(body, _version(response, "ETag"), _version(response, "Last-Modified"))


def _version(response: httpx.Response, header: str) -> str:
    """What the site calls this version, if it can be sent back."""
    value = response.headers.get(header, "")
    return value if len(value) <= VERSION_LENGTH and value.isascii() else ""


async def _body(response: httpx.Response) -> bytes:
    """The body, unpacked, given up as soon as it is longer than any feed.

    Unpacked here and not by httpx, which unpacks a whole piece at once, whatever comes out of it.
    """
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("gzip", "x-gzip", "identity", ""):
        raise NewsUnavailableError(f"{response.url}: packed as {packed!r}, which nobody asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed.endswith("gzip") else None
    body = bytearray()
    # Closed by name: a generator left half-way is otherwise ended later, by a task of its own.
    async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as pieces:
        async for piece in pieces:
            room = BODY_LIMIT + 1 - len(body)
            body += piece if unpacker is None else _unpack(unpacker, piece, room)
            if len(body) > BODY_LIMIT:
                raise DecodeError(f"{response.url}: over {BODY_LIMIT} bytes", user_message=TOO_BIG)
    return bytes(body)


def _unpack(unpacker: zlib._Decompress, piece: bytes, limit: int) -> bytes:
    try:
        return unpacker.decompress(piece, limit)
    except zlib.error as cause:
        raise NewsUnavailableError(f"broken gzip: {cause}") from cause
