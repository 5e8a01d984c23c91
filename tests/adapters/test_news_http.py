"""HttpNewsFetcher against a real server on loopback, and the whole way to the list of news."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager

import httpx
import pytest

from thebot_desktop import __version__
from thebot_desktop.adapters.news_http import HttpNewsFetcher, may_follow, site_of
from thebot_desktop.adapters.rss import BODY_LIMIT, RssSource
from thebot_desktop.app.news_service import FetchedNews, NewsService, NewsUnavailableError
from thebot_desktop.domain.errors import DecodeError, FatalFeedError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.news.config import NewsConfig

pytestmark = pytest.mark.usefixtures("no_tasks_left")

FEED = b"""<rss version="2.0"><channel><item><title>Bitcoin rises</title>
<link>/1</link><guid>1</guid></item></channel></rss>"""


class Site:
    """A web server that gives the answers it is told to; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers = []
        self.requests = []
        self.url = ""

    @asynccontextmanager
    async def open(self):
        self._handlers = set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/news/rss"
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()
            if self._handlers:
                await asyncio.wait(self._handlers, timeout=5)

    async def _serve(self, reader, writer):
        self._handlers.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            self.requests.append((first.split()[1], headers))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if callable(answer):
                await answer(reader, writer)
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has had enough, which is what some tests are about
        finally:
            writer.close()


def answer(body=b"", status="200 OK", **headers):
    lines = {"Content-Length": len(body), "Connection": "close"}
    lines |= {k.replace("_", "-"): v for k, v in headers.items()}
    head = "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


@pytest.fixture
async def site():
    async with Site().open() as opened:
        yield opened


@pytest.fixture
async def fetcher():
    made = HttpNewsFetcher(timeout_s=5.0)
    yield made
    await made.aclose()


async def test_a_page_is_fetched_with_its_version(site, fetcher):
    """Body, ETag and date come back; the program says who it is."""
    site.answers = [answer(FEED, ETag='"v1"', Last_Modified="Mon, 22 Dec 2025 09:00:00 GMT")]
    page = await fetcher.fetch(site.url)
    assert page == FetchedNews(FEED, '"v1"', "Mon, 22 Dec 2025 09:00:00 GMT")
    path, headers = site.requests[0]
    assert path == "/news/rss"
    assert headers["user-agent"] == f"thebot-desktop/{__version__}"
    assert "if-none-match" not in headers


async def test_an_unchanged_page_is_not_sent_again(site, fetcher):
    """The version is shown to the site, whose 304 has no body."""
    site.answers = [answer(status="304 Not Modified", ETag='"v1"')]
    page = await fetcher.fetch(site.url, etag='"v1"', last_modified="yesterday")
    assert page.body is None
    assert site.requests[0][1]["if-none-match"] == '"v1"'
    assert site.requests[0][1]["if-modified-since"] == "yesterday"


@pytest.mark.parametrize("etag", ["x" * 600, "\xfc"])
async def test_a_version_that_cannot_be_sent_back_is_forgotten(site, fetcher, etag):
    """Too long, or not in ASCII."""
    site.answers = [answer(FEED, ETag=etag)]
    assert (await fetcher.fetch(site.url)).etag == ""


async def test_packed_pages_are_unpacked(site, fetcher):
    """gzip is asked for and understood."""
    site.answers = [answer(gzip.compress(FEED), Content_Encoding="gzip")]
    assert (await fetcher.fetch(site.url)).body == FEED
    assert site.requests[0][1]["accept-encoding"] == "gzip"


async def test_cookies_are_not_kept(site, fetcher):
    """No site can recognise the program by one."""
    site.answers = [answer(FEED, Set_Cookie="who=me; Path=/")]
    await fetcher.fetch(site.url)
    await fetcher.fetch(site.url)
    assert all("cookie" not in headers for _, headers in site.requests)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "sentence", "retry_after_s"),
    [
        ("500 Oops", {}, NewsUnavailableError, "The site is busy at the moment.", 0),
        ("429 Slow", {"Retry_After": "120"}, NewsUnavailableError, "The site is busy", 120),
        (
            "503 Later",
            {
                "Date": "Mon, 22 Dec 2025 09:00:00 GMT",
                "Retry_After": "Mon, 22 Dec 2025 09:10:00 GMT",
            },
            NewsUnavailableError,
            "The site is busy",
            600,
        ),
        ("503 Later", {"Retry_After": "soon"}, NewsUnavailableError, "The site is busy", 0),
        ("404 Gone", {}, FatalFeedError, "The site refused the request (status 404).", None),
        ("403 No", {}, FatalFeedError, "The site refused the request (status 403).", None),
        ("204 Nothing", {}, FatalFeedError, "The site refused", None),
    ],
)
async def test_a_refusal_is_said_in_a_sentence(
    site, fetcher, status, headers, kind, sentence, retry_after_s
):
    """What may pass is told from what will not; the site's wish to be left alone is kept."""
    site.answers = [answer(status=status, **headers)]
    with pytest.raises(kind) as caught:
        await fetcher.fetch(site.url)
    assert caught.value.user_message.startswith(sentence)
    if retry_after_s is not None:
        assert caught.value.retry_after_s == retry_after_s


async def _without_end(reader, writer):
    writer.write(answer(b"", Content_Length=None))
    while not reader.at_eof():
        writer.write(b"x" * 65_536)
        await writer.drain()


@pytest.mark.parametrize(
    "huge",
    [
        _without_end,
        answer(gzip.compress(b"x" * (BODY_LIMIT * 50)), Content_Encoding="gzip"),
        answer(b"x" * (BODY_LIMIT + 1)),
    ],
    ids=["without end", "packed", "announced"],
)
async def test_a_body_that_is_too_big_is_given_up(site, fetcher, huge):
    """While it comes, and before it is unpacked: it never fills the memory."""
    site.answers = [huge]
    with pytest.raises(DecodeError) as caught:
        await fetcher.fetch(site.url)
    assert caught.value.user_message == "The news feed is too big."


async def test_a_body_of_just_the_limit_is_taken(site, fetcher):
    """Packed or not."""
    body = b"x" * BODY_LIMIT
    site.answers = [answer(body), answer(gzip.compress(body), Content_Encoding="gzip")]
    assert (await fetcher.fetch(site.url)).body == body
    assert (await fetcher.fetch(site.url)).body == body


async def _drip(reader, writer):
    writer.write(answer(b"", Content_Length=1000))
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _silence(reader, writer):
    await reader.read()  # until the client hangs up


@pytest.mark.parametrize("slow", [_drip, _silence])
async def test_a_slow_site_is_given_up(site, slow):
    """The limit is for the whole page: a drop now and then does not extend it."""
    site.answers = [slow]
    fetcher = HttpNewsFetcher(timeout_s=0.3)
    with pytest.raises(NewsUnavailableError) as caught:
        await fetcher.fetch(site.url)
    assert caught.value.user_message == "The site did not answer in time."
    await fetcher.aclose()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"garbage\r\n\r\n",
        answer(FEED, Content_Length=5000),
        answer(b"no gzip", Content_Encoding="gzip"),
        answer(FEED, Content_Encoding="br"),
    ],
)
async def test_a_broken_answer_may_be_better_next_time(site, fetcher, broken):
    """A closed connection, no HTTP, a cut body, a broken or unknown packing."""
    site.answers = [broken, answer(FEED)]
    with pytest.raises(NewsUnavailableError):
        await fetcher.fetch(site.url)
    assert (await fetcher.fetch(site.url)).body == FEED


async def test_no_server_is_a_site_that_cannot_be_reached(site, fetcher):
    """Nobody listens there."""
    async with Site().open() as closed:
        url = closed.url
    with pytest.raises(NewsUnavailableError) as caught:
        await fetcher.fetch(url)
    assert caught.value.user_message == "The site cannot be reached at the moment."


@pytest.mark.parametrize("url", ["", "news", "ftp://127.0.0.1/x", "http://[::1", "http://a\x00b/"])
async def test_what_is_no_address_is_refused(fetcher, url):
    """A mistake in a person's own feed is said as one."""
    with pytest.raises(FatalFeedError) as caught:
        await fetcher.fetch(url)
    assert caught.value.user_message == "This is not a web address."


async def test_settings_of_the_computer_that_cannot_be_used_are_said(site, monkeypatch):
    """A proxy of a kind that needs another library, for example."""
    monkeypatch.setenv("ALL_PROXY", "odd://127.0.0.1:9")
    fetcher = HttpNewsFetcher()
    with pytest.raises(FatalFeedError) as caught:
        await fetcher.fetch(site.url)
    assert "proxy or certificate settings" in caught.value.user_message
    await fetcher.aclose()


async def test_a_proxy_is_not_asked_for_the_demo_market(site, monkeypatch):
    """Loopback is reached directly whatever the environment says."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.answers = [answer(FEED)]
    fetcher = HttpNewsFetcher()
    assert (await fetcher.fetch(site.url)).body == FEED
    await fetcher.aclose()


async def test_a_redirect_within_the_site_is_followed(site, fetcher):
    """And the version is shown at each step."""
    site.answers = [answer(status="301 Moved", Location="/feed?x=1"), answer(FEED)]
    assert (await fetcher.fetch(site.url, etag="v")).body == FEED
    assert [(path, h["if-none-match"]) for path, h in site.requests] == [
        ("/news/rss", "v"),
        ("/feed?x=1", "v"),
    ]


@pytest.mark.parametrize(
    "location", ["http://localhost:1/x", "https://other.test/", "file:///etc/passwd"]
)
async def test_a_redirect_to_a_stranger_is_not_followed(site, fetcher, location):
    """The stranger is not even asked."""
    site.answers = [answer(status="302 Found", Location=location)]
    with pytest.raises(FatalFeedError) as caught:
        await fetcher.fetch(site.url)
    assert caught.value.user_message == "The site sends its readers on to another site."


async def test_a_redirect_in_a_circle_ends(site, fetcher):
    """After a few steps."""
    site.answers = [answer(status="302 Found", Location="/again")]
    with pytest.raises(FatalFeedError):
        await fetcher.fetch(site.url)
    assert len(site.requests) == 6


async def test_hosts_that_were_allowed_may_be_redirected_to(site):
    """Sites that have their feeds served elsewhere."""
    async with Site().open() as other:
        other.answers = [answer(FEED)]
        target = other.url.replace("127.0.0.1", "localhost")
        site.answers = [answer(status="302 Found", Location=target)]
        fetcher = HttpNewsFetcher(["localhost"])
        assert (await fetcher.fetch(site.url)).body == FEED
        await fetcher.aclose()


@pytest.mark.parametrize(
    ("origin", "target", "followed"),
    [
        ("https://site.com/rss/", "https://site.com/rss", True),
        ("https://site.com/rss", "https://www.site.com/rss", True),
        ("https://feeds.site.co.uk/", "https://www.site.co.uk/", True),
        ("http://site.com/", "https://site.com/", True),
        ("https://site.com/", "http://site.com/", False),
        ("https://site.com/", "https://evil.com/", False),
        ("https://site.co.uk/", "https://evil.co.uk/", False),
        ("https://site.com/", "https://site.com.evil.com/", False),
        ("https://site.com/", "https://127.0.0.1/", False),
        ("https://site.com/", "http://127.0.0.1/", False),
        ("https://10.0.0.1/", "https://9.0.0.1/", False),
        ("https://site.com/", "https://cdn.net/site", True),
        ("https://site.com/", "http://cdn.net/site", False),
    ],
)
def test_only_the_same_site_is_followed_and_never_out_of_encryption(origin, target, followed):
    """Under names like co.uk the part before counts too; allowed hosts are the exception."""
    verdict = may_follow(httpx.URL(origin), httpx.URL(target), frozenset({"cdn.net"}))
    assert verdict is followed


def test_a_site_is_what_one_registers():
    """Addresses made of numbers are wholes."""
    assert site_of("www.Site.com.") == "site.com"
    assert site_of("feeds.site.com.au") == "site.com.au"
    assert site_of("site.io") == "site.io"
    assert site_of("localhost") == "localhost"
    assert site_of("127.0.0.1") == "127.0.0.1"
    assert site_of("::1") == site_of("[::1]") == "::1"


async def test_news_travel_from_a_server_to_the_list(site, fetcher):
    """A bad start, then a feed, then nothing new, then a page that is no feed: news stay."""
    site.answers = [
        answer(status="500 Oops"),
        answer(FEED, ETag='"v1"'),
        answer(status="304 Not Modified"),
        answer(b"<html><body>Just a moment</body></html>"),
    ]
    faults = Observers()
    reported = []
    faults.add(reported.append)
    service = NewsService(
        NewsConfig(),
        [RssSource("demo", "Demo news", site.url)],
        fetcher,
        SimulatedClock(UnixMs(1_766_400_000_000)),
        faults,
        dice=lambda: 0.0,
    )
    running = asyncio.create_task(service.run())
    seen = []
    async with asyncio.timeout(10):
        for count in range(1, 5):
            while len(site.requests) < count or service.busy:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            seen.append((service.health[0].error, [i.title for i in service.manager.items()]))
            service.refresh_now()
    running.cancel()
    await asyncio.wait([running])
    assert seen == [
        ("The site is busy at the moment.", []),
        ("", ["Bitcoin rises"]),
        ("", ["Bitcoin rises"]),
        ("This page is not a news feed.", ["Bitcoin rises"]),
    ]
    assert site.requests[2][1]["if-none-match"] == '"v1"'
    assert [f.user_message for f in reported] == [
        "Demo news: The site is busy at the moment.",
        "Demo news: This page is not a news feed.",
    ]
    (item,) = service.manager.items()
    assert item.symbols == ("BTC",)
    assert item.link == site.url.replace("/news/rss", "/1")
