"""Links out of feeds."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.feed_links import clean_link


@pytest.mark.parametrize(
    ("sent", "opened"),
    [
        ("https://site.test/a?b=1&c=2#d", "https://site.test/a?b=1&c=2#d"),
        ("http://127.0.0.1:8000/news/5", "http://127.0.0.1:8000/news/5"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("  https://Site.Test/A \n", "https://site.test/A"),
        (
            "https://site.test/a?utm_source=rss&id=7&utm_medium=x&fbclid=y",
            "https://site.test/a?id=7",
        ),
        ("https://site.test/a?utm_source=rss", "https://site.test/a"),
        ('https://site.test/a b?q="<x>"', "https://site.test/a%20b?q=%22%3Cx%3E%22"),
        ("https://site.test/caf%C3%A9/é", "https://site.test/caf%C3%A9/%C3%A9"),
        ("/news/5", "https://base.test/news/5"),
        ("//other.test/x", "https://other.test/x"),
        ("HTTPS://site.test", "https://site.test"),
    ],
)
def test_web_addresses_come_out_clean(sent, opened):
    """Tracking parameters go, all others stay; relative links lead to the feed's own site."""
    assert clean_link(sent, "https://base.test/feed") == opened


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://site.test/x",
        "mailto:a@b.test",
        "https://user:word@site.test/",
        "https://site.test@evil.test/",
        "https://site.test\\@evil.test/",
        "https://",
        "https:///path",
        "https://site.test:port/",
        "http://[::1",
        "https://bad host/",
        "https://site.test/" + "x" * 2_000,
    ],
)
def test_what_is_no_plain_web_address_is_dropped(sent):
    """No scripts, files, mails, hidden user names or broken addresses reach the browser."""
    assert clean_link(sent) == ""


@given(st.text() | st.text().map("https://site.test/{}".format))
def test_any_text_gives_a_web_address_or_nothing(sent):
    """And a clean link stays as it is when cleaned again."""
    link = clean_link(sent, "https://base.test/")
    if link:
        assert urlsplit(link).scheme in ("http", "https")
        assert link.isprintable()
        assert clean_link(link) in (link, "")
