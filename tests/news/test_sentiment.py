"""Words → Sentiment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.domain.news import Sentiment
from thebot_desktop.news.sentiment import BAD, EASINGS, GOOD, NEGATIONS, sentiment_of

GOOD_NEWS, BAD_NEWS, PLAIN_NEWS = Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bitcoin surges to all-time high", GOOD_NEWS),
        ("ETF sees record inflows", GOOD_NEWS),
        ("Exchange hacked, $40M stolen", BAD_NEWS),
        ("BTC SLIPS BELOW $60K", BAD_NEWS),
        ("Altcoins suffer sell-off", BAD_NEWS),
        ("Bitcoin price unchanged on Sunday", PLAIN_NEWS),
        ("Conference opens in Lisbon", PLAIN_NEWS),
        ("", PLAIN_NEWS),
        # turned round by what stands before
        ("Bitcoin fails to recover", BAD_NEWS),
        ("No bankruptcy, says lender", GOOD_NEWS),
        ("Bitcoin won’t crash, analyst says", GOOD_NEWS),
        ("Bitcoin not likely to fall", GOOD_NEWS),
        ("Bitcoin rallies despite the crash in stocks", GOOD_NEWS),
        ("Not only did it rise, it soared", GOOD_NEWS),
        ("Nobody could not fail to gain", GOOD_NEWS),
        # a negation ends with its clause
        ("Not today: bitcoin surges", GOOD_NEWS),
        ("Miners do not sell but profits fall and losses mount", BAD_NEWS),
        # turned round by what stands beside
        ("Fears ease", GOOD_NEWS),
        ("Bitcoin erases losses", GOOD_NEWS),
        ("Bitcoin erases gains", BAD_NEWS),
        ("Gains fade", BAD_NEWS),
        ("Inflation cools", GOOD_NEWS),
        ("Traders await inflation figures", PLAIN_NEWS),
        ("Growth slows", BAD_NEWS),
        ("Outage slows network", BAD_NEWS),
        ("Bitcoin slides as sellers take profit", BAD_NEWS),
        ("SEC drops lawsuit against exchange", GOOD_NEWS),
        ("Lawsuit against exchange", BAD_NEWS),
        # one of each
        ("Bitcoin gains while ether falls", PLAIN_NEWS),
    ],
)
def test_a_headline_is_read_as_a_person_would(title, expected):
    """Good and bad words are counted; negations and easings turn them round."""
    assert sentiment_of(title) is expected


def test_the_title_weighs_more_than_the_summary():
    """A summary that repeats an old story does not outweigh the headline."""
    assert sentiment_of("Bitcoin rebounds", "It had crashed.") is GOOD_NEWS
    assert sentiment_of("Market wrap", "Bitcoin plunged.") is BAD_NEWS


def test_no_word_is_on_two_lists():
    """A word that is good and bad, or counts and turns, would be a mistake in the lexicon."""
    assert not GOOD & BAD
    assert not (GOOD | BAD) & (NEGATIONS | EASINGS)


@given(st.text())
def test_any_text_has_a_sentiment(text):
    """Nothing that a feed may send raises."""
    assert sentiment_of(text, text) in Sentiment
