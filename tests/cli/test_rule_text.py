"""Rules that are no conditions, as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.rules.calendar_near import CalendarNear, When
from thebot_desktop.alerts.rules.candle_pattern import CandlePattern, Meaning, Pattern
from thebot_desktop.alerts.rules.fear_greed import FearGreed, Way
from thebot_desktop.alerts.rules.feed_silent import FeedSilent
from thebot_desktop.alerts.rules.large_trade import LargeTrade, Side
from thebot_desktop.alerts.rules.news_words import NewsWords, Tone
from thebot_desktop.alerts.rules.percent_move import Move, PercentMove
from thebot_desktop.alerts.rules.price_range import Passing, PriceRange
from thebot_desktop.alerts.rules.program_fault import ProgramFault
from thebot_desktop.alerts.rules.several_move import SeveralMove
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.alerts.rules.volume_burst import VolumeBurst
from thebot_desktop.cli.rule_text import FORMS, read_rule
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.news import Impact
from thebot_desktop.domain.signals import Strength

WORDS = st.text("abcdefgxyz", min_size=1, max_size=8).filter(lambda w: w not in ("a", "say"))
PHRASES = st.lists(WORDS, max_size=4, unique=True)
PERCENTS = st.integers(1, 4000).map(lambda n: n / 100)
RULES = st.one_of(
    st.builds(PercentMove, PERCENTS, st.integers(1, 1000), st.sampled_from(Move)),
    st.builds(VolumeBurst, st.integers(2, 500).map(float), st.integers(1, 1000)),
    st.builds(CandlePattern, st.sampled_from(Pattern), st.sampled_from(Meaning)),
    st.builds(Spread, PERCENTS, st.integers(0, 86_400)),
    st.builds(LargeTrade, st.integers(1, 10**9).map(float), st.sampled_from(Side)),
    st.builds(
        lambda words, every, tone, source: NewsWords(
            ", ".join(words), every and len(words) > 1, tone, source
        ),
        PHRASES,
        st.booleans(),
        st.sampled_from(Tone),
        st.sampled_from(["", "coindesk"]),
    ),
    st.builds(
        lambda ends, passing: PriceRange(*sorted(ends), passing),
        st.tuples(st.integers(1, 90_000).map(float), st.integers(1, 90_000).map(float)),
        st.sampled_from(Passing),
    ),
    st.builds(
        SeveralMove,
        st.sampled_from(["ETHUSDT, SOLUSDT", "BTCUSDT, ETHUSDT, SOLUSDT, XRPUSDT"]),
        st.integers(2, 4),
        PERCENTS,
        st.integers(1, 1000),
        st.sampled_from(Move),
    ),
    st.builds(
        SignalStrength, st.sampled_from(Strength), st.integers(0, 100).map(lambda n: n / 100)
    ),
    st.builds(CalendarNear, st.integers(1, 1440), st.sampled_from(When), st.sampled_from(Impact)),
    st.just(CalendarNear(0)),
    st.builds(FearGreed, st.integers(0, 100), st.sampled_from(Way)),
    st.builds(FeedSilent, st.integers(5, 86_400)),
    st.just(ProgramFault()),
)


@given(RULES)
def test_what_a_rule_says_of_itself_can_be_typed(rule):
    """As the list of rules shows it."""
    assert read_rule(rule.sentence) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("price moves 2% in 5 bars", PercentMove(2.0, 5)),
        ("price falls by 1.5 % within a bar", PercentMove(1.5, 1, Move.FALLS)),
        ("volume 4x average of 30 bars", VolumeBurst(4.0, 30)),
        ("  Price  FALLS by 2 % within 3 BARS ", PercentMove(2.0, 3, Move.FALLS)),
        ("pattern", CandlePattern()),
        ("pattern bearish", CandlePattern(meaning=Meaning.BEARISH)),
        ("pattern hammer bullish", CandlePattern(Pattern("Hammer"), Meaning.BULLISH)),
        ("spread is 0.2% or more", Spread(0.2, 0)),
        ("purchase worth 1,000,000", LargeTrade(1e6, Side.BUY)),
        ("price leaves range 1,000 to 2,000.5", PriceRange(1000.0, 2000.5, Passing.LEAVES)),
        (
            "2 of btcusdt,ethusdt move 1% in a bar",
            SeveralMove("BTCUSDT,ETHUSDT", 2, 1.0, 1),
        ),
        ("signal is very strong", SignalStrength(Strength.VERY_STRONG)),
        ("event of low impact or more begins", CalendarNear(0, impact=Impact.LOW)),
        ("fear and greed rises to 80", FearGreed(80, Way.RISES)),
        ("news", NewsWords()),
        (
            "negative news say hack, stolen funds",
            NewsWords("hack, stolen funds", False, Tone.NEGATIVE),
        ),
        ("news from coindesk say etf and sec", NewsWords("etf, sec", True, source="coindesk")),
    ],
)
def test_short_forms(text, rule):
    """As one types them."""
    assert read_rule(text) == rule


@pytest.mark.parametrize(
    "text",
    ["RSI(14) < 30", "spread > 0.1", "price crosses above 7", "news_sentiment > 0.5", "close > 1"],
)
def test_conditions_are_left_to_others(text):
    """They have a language of their own."""
    assert read_rule(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("price rises by 2000 % within 3 bars", "Price moves by percent"),
        ("pattern hamer", "Did you mean hammer"),
        ("1 of BTCUSDT, ETHUSDT rise by 1 % within 3 bars", "Several symbols move"),
        ("event of huge impact begins", "Event of the calendar"),
        ("fear and greed falls to 120", "Fear and greed"),
        ("news say a or b and c", "Either all"),
        ("nothing is heard for 1 second", "Market data is silent"),
    ],
)
def test_what_does_not_go_is_said(text, why):
    """In a sentence."""
    with pytest.raises(InputError) as refused:
        read_rule(text)
    assert why in refused.value.user_message


def test_the_help_names_forms_that_are_read():
    """Each of its examples but the price, which the command itself reads."""
    examples = [line.strip().split("  ")[0] for line in FORMS.splitlines()[2:]]
    assert len(examples) == 13
    assert all(read_rule(example) is not None for example in examples)
