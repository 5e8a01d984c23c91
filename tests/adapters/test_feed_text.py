"""Plain text out of what feeds send."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.feed_text import (
    INPUT_LIMIT,
    INVISIBLE,
    plain_text,
    shortened,
    without_markup,
)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Bitcoin <b>rises</b>", "Bitcoin rises"),
        ("<p>One</p><p>Two</p>line<br/>break", "One Two line break"),
        ("a&nbsp;b &amp; c &ndash; d&#8217;s &euro;5", "a b & c – d’s €5"),
        (
            "&lt;b&gt;bold&lt;/b&gt; and &amp;lt;i&amp;gt;double&amp;lt;/i&amp;gt;",
            "bold and double",
        ),
        ("price < 100 and > 90, 5<6", "price < 100 and > 90, 5<6"),
        ("before<!-- a > comment -->after", "before after"),
        ("before<script>alert('x < y')</SCRIPT >after", "before after"),
        ("before<style>p{}", "before"),
        ("cut <a href='x", "cut"),
        ('<img src="x" alt="a > b">c', 'b">c'),
        ("  many\n\n\t spaces ", "many spaces"),
        ("evil\u202etxt.exe\u200b\x00\x07", "eviltxt.exe"),
        ("<\u200bscript>x</script>y", "y"),
        ("family 👨‍👩‍👧 stays", "family 👨‍👩‍👧 stays"),
        ("<![CDATA[x]]>y", "y"),
        ("", ""),
    ],
)
def test_markup_is_taken_out_and_text_is_left(sent, read):
    """What a person reads on the site, in one line."""
    assert plain_text(sent, 100) == read


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "&lt;",
                "&amp;",
                "amp;",
                "lt;",
                "script",
                "/",
                "!--",
                "-->",
                "\u200b",
                "b",
                " ",
            ]
        )
    ).map("".join)
    | st.text()
)
def test_whatever_is_sent_no_tag_and_no_invisible_character_is_left(sent):
    """A label that guesses whether text is rich text must never guess yes."""
    read = plain_text(sent, 200)
    assert not re.search(r"<[A-Za-z/!?]", read)
    assert not INVISIBLE.search(read)
    assert "\n" not in read
    assert len(read) <= 200


@given(st.text(alphabet=st.characters(exclude_characters="<&"), max_size=50))
def test_text_without_markup_keeps_its_words(text):
    """Nothing but spaces and invisible characters is touched."""
    assert plain_text(text, 1000) == " ".join(INVISIBLE.sub("", text).split())


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "<script>", "&lt;", "&amp;", "</", "<b><i>"])
def test_hostile_text_costs_no_more_than_plain_text(piece):
    """The time taken grows with the length, never with its square."""
    text = piece * (INPUT_LIMIT // len(piece))
    start = time.perf_counter()
    without_markup(text)
    plain_text(text * 10, 500)
    assert time.perf_counter() - start < 1.0


def test_long_text_is_cut_at_a_word_and_marked():
    """The limit includes the mark; a word longer than half of it is cut itself."""
    assert shortened("one two three", 13) == "one two three"
    assert shortened("one two three four", 13) == "one two…"
    assert shortened("a " + "x" * 50, 20) == "a " + "x" * 17 + "…"
