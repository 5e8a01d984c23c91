"""RSS and Atom → NewsItems, on real feeds and on broken ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thebot_desktop.adapters.rss import (
    BODY_LIMIT,
    ITEM_LIMIT,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    RssSource,
    parse_feed,
)
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.time import UnixMs

NOW = UnixMs(1_766_400_000_000)
URL = "https://site.test/feed"


def parse(body, source="site"):
    data = body if isinstance(body, bytes) else body.encode()
    return parse_feed(data, source=source, url=URL, received_at=NOW)


def rss(*items: str) -> str:
    inner = "".join(f"<item>{i}</item>" for i in items)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{inner}</channel></rss>'
    )


def ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


# file, title, published, how the summary begins, how the link begins
RECORDED = [
    (
        "feedrs-atom_example_reddit.xml",
        "Hey Rustaceans! Got an easy question? Ask here (21/2020)!",
        "2020-05-18T05:44:47Z",
        "Mystified about strings? Borrow checker have you in a headlock?",
        "https://www.reddit.com/r/rust/comments/glvkc5/",
    ),
    (
        "feedrs-atom_mediarss_youtube_1.xml",
        "Navigating with Quantum Entanglement",
        "2020-12-22T19:15:01Z",
        "Check Out Weathered on PBS Terra",
        "https://www.youtube.com/watch?v=0A1ouV7iD8o",
    ),
    (
        "feedrs-rss_1.0_iso8859.xml",
        "Digitalministerium: Neue Glasfaserförderung mit Schnellkasse",
        "2023-01-25T18:03:02Z",
        "Ab April soll es wieder Förderung für den Ausbau von Glasfaser geben.",
        "https://www.golem.de/news/",
    ),
    (
        "feedrs-rss_2.0_cloudflare.xml",
        "Privacy-Preserving Compromised Credential Checking",
        "2021-10-14T12:59:53Z",
        "Announcing a public demo",
        "https://blog.cloudflare.com/privacy-preserving-",
    ),
    (
        "feedrs-rss_2.0_ilmessaggero.xml",
        "Missili Polonia, cosa è successo? Tensione Nato-Russia, Mosca: non siamo stati noi",
        "2022-11-15T23:38:15Z",
        "Non sono ancora le 16",
        "https://www.ilmessaggero.it/mondo/",
    ),
    (
        "feedrs-rss_2.0_kdist.xml",
        "5.7-rc4: mainline",
        "2020-05-03T21:56:15Z",
        "Version: 5.7-rc4 (mainline) Released: 2020-05-03 Source: linux-5.7-rc4.tar.gz",
        "http://www.kernel.org/",
    ),
    (
        "feedrs-rss_2.0_nbcny.xml",
        "NYC cops search for stabbing suspect after leaving 18-year-old to bleed out on sidewalk",
        "2023-12-16T14:02:33Z",
        "A young man was left for dead",
        "https://www.nbcnewyork.com/news/local/",
    ),
    (
        "feedrs-rss_2.0_spiegel.xml",
        "07.02. – die Wochenvorschau: Lockdown-Verlängerung, Kriegsverbrecher vor Gericht, "
        "Super Bowl, Karneval",
        "2021-02-06T23:01:00Z",
        "Die wichtigsten Nachrichten aus der SPIEGEL-Redaktion.",
        "https://omny.fm/shows/spiegel-update-die-nachrichten/",
    ),
]


@pytest.mark.parametrize(
    ("name", "title", "published", "summary", "link"), RECORDED, ids=[r[0] for r in RECORDED]
)
def test_a_real_feed_is_read_as_its_site_meant_it(recorded, name, title, published, summary, link):
    """Encodings, languages, odd dates, CDATA, Atom and RSS 1.0, from sites as they are."""
    (item,) = parse((recorded / "news/feeds" / name).read_bytes())
    assert item.title == title
    assert item.published_at == ms(published)
    assert item.summary.startswith(summary)
    assert item.link.startswith(link)
    for text in (item.title, item.summary):
        assert not re.search(r"<[A-Za-z/!]|&(?:lt|gt|amp|quot|nbsp|#\d+);", text)
        assert text == " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("feedparser-demoronize-1.xml", ["don’t"]),
        ("feedparser-rss_incomplete_cdata.xml", []),
        ("feedparser-rss_item_link_corrupted_ampersands.xml", []),
        ("feedparser-undeclared_namespace.xml", []),
        ("feedparser-utf-16le-bom.xml", []),
    ],
)
def test_a_broken_feed_gives_what_can_be_read(recorded, name, titles):
    """Cut CDATA, cut tags, undeclared namespaces, UTF-16, windows-1252 quotes: no error."""
    assert [i.title for i in parse((recorded / "news/feeds" / name).read_bytes())] == titles


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!doctype html><html><head><title>Just a moment...</title></head><body>x</body></html>",
        b'{"error": "not found"}',
        b"Service Unavailable",
        b"\x1f\x8b\x08\x00\x00",
        b"\x89PNG\r\n\x1a\n",
        b"/etc/passwd",
        b"http://127.0.0.1:1/feed",
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(body):
    """A page, an error text, a picture; a body that looks like a path or address is not opened."""
    with pytest.raises(DecodeError) as caught:
        parse(body)
    assert caught.value.user_message == "This page is not a news feed."


def test_a_body_beyond_the_limit_is_refused_unread():
    """Whatever it holds."""
    with pytest.raises(DecodeError) as caught:
        parse(rss("<title>x</title>").encode() + b" " * BODY_LIMIT)
    assert caught.value.user_message == "The news feed is too big."


@given(st.binary(max_size=400))
@example(b'<?xml version="1.0" encoding="base64"?><rss version="2.0"></rss>')
@example(b'<?xml version="1.0" encoding="undefined"?><rss version="2.0"></rss>')
@example(b'<?xml version="1.0" encoding="\xff"?><rss version="2.0"></rss>')
@example(b'<?xml version="1.0" encoding="unicode_escape"?><rss version="2.0">\\q</rss>')
@example(b"\x00\x00\xfe\xff<rss")
@example(b"<rss>" * 3000)
def test_any_bytes_are_a_feed_or_a_decode_error(body):
    """Nothing else is ever raised."""
    try:
        items = parse(body)
    except DecodeError:
        return
    assert all(i.title and i.id for i in items)


@given(st.binary(max_size=30), st.integers(0, 400), st.integers(0, 30))
def test_a_damaged_feed_is_a_feed_or_a_decode_error(piece, at, length):
    """Bytes overwritten, inserted or cut out anywhere in a good one."""
    good = rss(
        "<title>Bitcoin &amp; co</title><link>https://site.test/1</link><guid>1</guid>"
        "<pubDate>Thu, 14 Oct 2021 12:59:53 GMT</pubDate>"
        "<description><![CDATA[<p>One</p>]]></description>"
    ).encode()
    try:
        items = parse(good[:at] + piece + good[at + length :])
    except DecodeError:
        return
    assert all(i.published_at <= NOW for i in items)


def test_entities_are_not_expanded_and_files_are_not_read(tmp_path):
    """Neither the billion laughs nor a document type that names a file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("sesame")
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    for doctype in (laughs, f'<!ENTITY l9 SYSTEM "{secret.as_uri()}">'):
        body = f"<!DOCTYPE rss [{doctype}]>" + rss("<title>a &l9; b</title>").split("?>")[1]
        for item in parse(f'<?xml version="1.0"?>{body}'):
            assert "sesame" not in item.title
            assert len(item.title) <= TITLE_LENGTH


def test_an_item_without_a_title_takes_it_from_its_summary():
    """An item that says nothing at all is left out."""
    items = parse(rss("<description>Only this.</description>", "<guid>2</guid>", ""))
    assert [(i.title, i.summary) for i in items] == [("Only this.", "")]


def test_an_item_without_a_link_or_with_a_bad_one_has_none():
    """A guid that is an address serves as the link, as feeds mean it."""
    items = parse(
        rss(
            "<title>none</title>",
            "<title>bad</title><link>javascript:alert(1)</link>",
            "<title>guid</title><guid>https://site.test/5</guid>",
            "<title>tracked</title><link>https://site.test/6?utm_source=rss&amp;a=1</link>",
            "<title>relative</title><link>/7</link>",
        )
    )
    assert [i.link for i in items] == [
        "",
        "",
        "https://site.test/5",
        "https://site.test/6?a=1",
        "https://site.test/7",
    ]


def test_an_item_without_a_date_or_from_the_future_is_from_now():
    """A wrong clock at the site does not keep its items on top for hours."""
    items = parse(
        rss(
            "<title>undated</title>",
            "<title>nonsense</title><pubDate>soon</pubDate>",
            "<title>epoch</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
            "<title>future</title><pubDate>Thu, 14 Oct 2094 12:59:53 GMT</pubDate>",
        )
    )
    assert {i.published_at for i in items} == {NOW}
    assert len(items) == 4


def test_dates_that_only_feedparser_reads_are_used():
    """Its formats come second to ours."""
    (item,) = parse(rss("<title>x</title><pubDate>Sun Nov  6 08:49:37 2022</pubDate>"))
    assert item.published_at == ms("2022-11-06T08:49:37Z")


def ids(*items: str, source: str = "site") -> list[str]:
    return [i.id for i in parse(rss(*items), source)]


def test_an_id_is_made_of_guid_or_link_or_title():
    """The first of them that there is; the same each time; not of what comes after it."""
    assert ids("<title>a</title><guid>5</guid>") == ids("<title>b</title><guid> 5 </guid>")
    assert ids("<title>a</title><link>https://x.test/1?utm_a=1</link>") == ids(
        "<title>b</title><link>https://x.test/1</link>"
    )
    assert ids("<title>a</title>") == ids("<title>a</title><description>more</description>")
    assert ids("<title>a</title>") != ids("<title>b</title>")


def test_a_guid_that_is_no_address_belongs_to_its_source():
    """Two sites both count from 1; an address is the same article wherever it is listed."""
    number = "<title>a</title><guid isPermaLink='false'>1</guid>"
    address = "<title>a</title><guid>https://x.test/1</guid>"
    assert ids(number, source="one") != ids(number, source="two")
    assert ids(address, source="one") == ids(address, source="two")


def test_an_item_listed_twice_is_read_once():
    """The first counts."""
    items = parse(rss("<title>a</title><guid>1</guid>", "<title>b</title><guid>1</guid>"))
    assert [i.title for i in items] == ["a"]


def test_texts_and_lists_without_end_are_cut():
    """A feed cannot fill the memory or the screen."""
    (item,) = parse(rss(f"<title>{'t ' * 5000}</title><description>{'d' * 50_000}</description>"))
    assert len(item.title) <= TITLE_LENGTH
    assert len(item.summary) <= SUMMARY_LENGTH
    assert len(parse(rss(*(f"<title>{n}</title>" for n in range(ITEM_LIMIT + 50))))) == ITEM_LIMIT


def test_a_source_may_be_any_address():
    """A person's own feed, or the demo market's."""
    source = RssSource("demo", "Demo news", "http://127.0.0.1:9/news/rss")
    assert source.request().url == "http://127.0.0.1:9/news/rss"
    (item,) = source.parse(rss("<title>x</title><link>/news/1</link>").encode(), NOW)
    assert (item.source, item.link) == ("demo", "http://127.0.0.1:9/news/1")


def test_feedparser_is_not_loaded_before_the_first_feed():
    """It would be a part of every start, also of those without news."""
    code = (
        "import sys, thebot_desktop.adapters.rss, thebot_desktop.adapters.news.coindesk;"
        "sys.exit('feedparser' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
