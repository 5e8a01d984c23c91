"""Whatever is typed as a condition is read or refused with a sentence, and reads back the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import parse_condition, parse_value
from thebot_desktop.analysis.facts import FactName
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.sight import value_text
from thebot_desktop.analysis.tokens import ExpressionError
from thebot_desktop.app.discovery import discover

CATALOGUE = indicator_catalogue(discover(indicators, Indicator))
PIECES = st.sampled_from(
    [
        *("close", "open", "volume", "RSI", "RSI(14)", "EMA(20)", "MACD", ".macd", ".real"),
        *("ETHUSDT:", "ethusdt", ":", "@", "@1h", "@1M", "@1m", "@7h", "1INCHUSDT:", "1E5USDT:"),
        *("币安人生USDT:", "ß:", "ΐ:", "_:", "1e5", "1.5:", ".5", "-", "+", "(", ")", ",", "="),
        *(">", "<", ">=", "<=", "above", "below", "crosses", "is", "between", "and", "or", "not"),
        *("for", "3 bars", "bars", "5", "0", "1e999", "²", "٣", "§", "\n", "\x00", "'", '"'),
        *(fact.value for fact in FactName),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda gap: gap.join(parts))
)
SOUND = st.lists(
    st.builds(
        "{0}{1}{2} > {3}".format,
        st.sampled_from(["", "ETHUSDT:", "1inchusdt :"]),
        st.sampled_from(["close", "rsi", "EMA(9)", "macd(5,8).macd"]),
        st.sampled_from(["", "@1h", " @ 1M", "@15M"]),
        st.sampled_from(["5", "spread", "ETHUSDT:close@4h", "ethusdt:NEWS_SENTIMENT"]),
    ),
    min_size=1,
    max_size=4,
).map(" and not ".join)


def read(parse, text):
    """What was read, and what was refused: one of them."""
    try:
        return parse(text, CATALOGUE), None
    except ExpressionError as refused:
        return None, refused


@settings(max_examples=1500, deadline=None)
@given(TEXTS | SOUND | st.text(max_size=40))
def test_a_condition_is_read_or_refused(text):
    """In a sentence, with a place in the text; what is read reads back as the same."""
    condition, refused = read(parse_condition, text)
    if refused is not None:
        assert 0 <= refused.position <= len(text)
        assert refused.user_message[0].isupper() or not refused.user_message[0].isalpha()
        assert refused.user_message[-1] in ".?"
        return
    assert parse_condition(condition.text, CATALOGUE) == condition
    assert condition.sentence


@given(SOUND)
def test_sound_conditions_are_read(text):
    """None of them is refused."""
    assert parse_condition(text, CATALOGUE).others is not None


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_a_single_value_is_read_or_refused(text):
    """As the fields of a form do."""
    value, refused = read(parse_value, text)
    if refused is not None:
        assert 0 <= refused.position <= len(text)
        return
    assert parse_value(value_text(value), CATALOGUE) == value
