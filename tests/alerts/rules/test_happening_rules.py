"""Rules on news, trades, silence and faults speak of what they are meant for."""

from __future__ import annotations

import pytest

from thebot_desktop.alerts.happenings import Fault, NewsArrived, Silence, TradeMade
from thebot_desktop.alerts.rules.feed_silent import FeedSilent
from thebot_desktop.alerts.rules.large_trade import LargeTrade, Side
from thebot_desktop.alerts.rules.news_words import NewsWords, Tone
from thebot_desktop.alerts.rules.program_fault import ProgramFault
from thebot_desktop.domain.news import NewsItem, Sentiment


def arrived(title, sentiment=Sentiment.NEUTRAL, source="wire", summary=""):
    item = NewsItem("1", source, title, "", 5, summary, sentiment=sentiment)
    return NewsArrived("news/1", 5, item=item)


@pytest.mark.parametrize(
    ("rule", "title", "speaks"),
    [
        (NewsWords(), "Anything at all", True),
        (NewsWords("etf"), "ETF approved", True),
        (NewsWords("etf"), "Netflix falls", False),
        (NewsWords("spot etf, hack"), "A spot  ETF at last", True),
        (NewsWords("spot etf"), "ETF spot", False),
        (NewsWords("etf, sec", every=True), "SEC says yes to ETF", True),
        (NewsWords("etf, sec", every=True), "SEC says no", False),
        (NewsWords("(c++"), "Written in (C++ they say", True),
    ],
)
def test_news_are_told_by_whole_words_in_any_case(rule, title, speaks):
    """One of the phrases, or all of them."""
    assert (rule.check_happening(arrived(title)) is not None) is speaks


@pytest.mark.parametrize(
    ("tone", "sentiment", "speaks"),
    [
        (Tone.ANY, Sentiment.NEUTRAL, True),
        (Tone.POSITIVE, Sentiment.POSITIVE, True),
        (Tone.POSITIVE, Sentiment.NEGATIVE, False),
        (Tone.STRONG, Sentiment.NEGATIVE, True),
        (Tone.STRONG, Sentiment.NEUTRAL, False),
    ],
)
def test_news_may_have_to_be_good_or_bad(tone, sentiment, speaks):
    """As their words are."""
    verdict = NewsWords(tone=tone).check_happening(arrived("x", sentiment))
    assert (verdict is not None) is speaks


def test_news_may_have_to_come_from_one_source():
    """And a summary counts as well as the title."""
    rule = NewsWords("burns", source="Wire")
    assert rule.check_happening(arrived("x", summary="A bridge burns"))
    assert rule.check_happening(arrived("x burns", source="other")) is None
    assert rule.sentence == "news from Wire say “burns”"


@pytest.mark.parametrize(
    ("side", "is_buy", "quantity", "speaks"),
    [
        (Side.EITHER, True, 2.0, True),
        (Side.EITHER, True, 1.9, False),
        (Side.SELL, True, 2.0, False),
        (Side.SELL, False, 2.0, True),
    ],
)
def test_a_trade_is_large_by_its_value(side, is_buy, quantity, speaks):
    """Price by quantity, on the side that is asked for."""
    trade = TradeMade("t", 5, "BTCUSDT", price=50_000.0, quantity=quantity, is_buy=is_buy)
    assert (LargeTrade(100_000.0, side).check_happening(trade) is not None) is speaks


def test_a_silence_is_told_when_it_is_long_enough():
    """With what is silent."""
    rule = FeedSilent(60)
    assert rule.check_happening(Silence("s", 5, "BTCUSDT", seconds=59.0)) is None
    assert "BTCUSDT" in rule.check_happening(Silence("s", 5, "BTCUSDT", seconds=60.0)).message
    assert "the market" in rule.check_happening(Silence("s", 5, seconds=61.0)).message


def test_a_fault_is_told_in_its_own_words():
    """As the person would read it in the window."""
    verdict = ProgramFault().check_happening(Fault("f", 5, sentence="The disk is full."))
    assert verdict.message == "The disk is full."
