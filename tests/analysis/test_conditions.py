"""The language of conditions."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.condition_nodes import (
    And,
    Between,
    Comparison,
    Lasting,
    Not,
    Or,
    Relation,
)
from thebot_desktop.analysis.conditions import (
    MOST_BARS,
    Condition,
    condition_hooks,
    parse_condition,
    parse_value,
)
from thebot_desktop.analysis.expressions import IndicatorOutput
from thebot_desktop.analysis.facts import FactName, FactOf
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.sight import Column, OtherValue
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval, Symbol

CATALOGUE = indicator_catalogue({"rsi": Rsi, "ema_cross": EmaCross})
EMA = CATALOGUE["EMA"]
MACD = CATALOGUE["MACD"]

outputs = st.sampled_from(
    [
        IndicatorOutput(EMA(20), "real"),
        IndicatorOutput(Rsi(7), "real"),
        IndicatorOutput(MACD(), "macdhist"),
        IndicatorOutput(MACD(5, 35, 5), "macd"),
        IndicatorOutput(EmaCross(), "slow"),
    ]
)
own_values = st.sampled_from(list(Column)) | outputs
other_values = st.builds(
    OtherValue,
    own_values,
    st.sampled_from([None, Symbol("ETHUSDT"), Symbol("1INCHUSDT"), Symbol("1E5USDT")]),
    st.none() | st.sampled_from(list(Interval)),
).filter(lambda other: other.symbol is not None or other.interval is not None)
facts = st.builds(FactOf, st.sampled_from(list(FactName))) | st.builds(
    FactOf, st.sampled_from([f for f in FactName if f.of_symbol]), st.just(Symbol("币安人生USDT"))
)
series_values = own_values | other_values | facts
numbers = st.floats(-1e9, 1e9)
comparisons = st.builds(
    Comparison, series_values, st.sampled_from(list(Relation)), series_values | numbers
) | st.builds(Comparison, numbers, st.sampled_from(list(Relation)), series_values)
ranges = st.builds(Between, series_values, series_values | numbers, series_values | numbers)
ranges |= st.builds(Between, numbers, series_values, numbers)
states = comparisons.filter(lambda c: not c.momentary) | ranges
lasting = st.builds(Lasting, states, st.integers(1, MOST_BARS))


def _groups(children):
    parts = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.builds(And, parts) | st.builds(Or, parts) | st.builds(Not, children)


nodes = st.recursive(comparisons | ranges | lasting, _groups, max_leaves=10)


@settings(max_examples=400, deadline=None)
@given(nodes)
def test_what_is_printed_reads_back_as_the_same_condition(node):
    """However it is built, parentheses stand where they are needed."""
    condition = Condition(node)
    assert parse_condition(condition.text, CATALOGUE) == condition
    assert condition.sentence


@settings(max_examples=200, deadline=None)
@given(nodes)
def test_it_survives_a_file_as_its_text(node):
    """A document that holds conditions stays readable, and is checked when it is read."""
    encode, decode = condition_hooks(CATALOGUE)
    raw = msgspec.json.encode({"when": Condition(node)}, enc_hook=encode)
    read = msgspec.json.decode(raw, type=dict[str, Condition], dec_hook=decode)
    assert read == {"when": Condition(node)}


@pytest.mark.parametrize(
    ("text", "normal", "sentence"),
    [
        (
            "close crosses above EMA(20)",
            "close crosses above EMA(20)",
            "close crosses above EMA(20)",
        ),
        ("CLOSE Is Above 70400.50", "close > 70400.5", "close is above 70,400.5"),
        ("rsi<30", "RSI(14) < 30", "RSI(14) is below 30"),
        ("volume>=2e3", "volume >= 2000", "volume is at or above 2,000"),
        (
            "macd.macd crosses macd.macdsignal",
            "MACD(12,26,9).macd crosses MACD(12,26,9).macdsignal",
            "MACD(12,26,9).macd crosses MACD(12,26,9).macdsignal",
        ),
        (
            "close>1 and close<9 or not open>1",
            "close > 1 and close < 9 or not open > 1",
            "(close is above 1 and close is below 9) or it is not true that open is above 1",
        ),
        (
            "close>1 and (close<9 or open>1)",
            "close > 1 and (close < 9 or open > 1)",
            "close is above 1 and (close is below 9 or open is above 1)",
        ),
        ("((close > 1))", "close > 1", "close is above 1"),
        ("close > -5", "close > -5", "close is above -5"),
        (
            "rsi is between 30 and 70 and close>1",
            "RSI(14) between 30 and 70 and close > 1",
            "RSI(14) is between 30 and 70 and close is above 1",
        ),
        (
            "not 5 between low and high",
            "not 5 between low and high",
            "it is not true that 5 is between low and high",
        ),
        ("rsi < 30 for 3 bars", "RSI(14) < 30 for 3 bars", "RSI(14) is below 30 for 3 bars"),
        ("rsi < 30 For 1 Bar", "RSI(14) < 30 for 1 bars", "RSI(14) is below 30 for 1 bar"),
        (
            "ethusdt : Close @ 1H > 3000",
            "ETHUSDT:close@1h > 3000",
            "the close of ETHUSDT on 1h is above 3,000",
        ),
        (
            "close > 1inchusdt:EMA(20)",
            "close > 1INCHUSDT:EMA(20)",
            "close is above the EMA(20) of 1INCHUSDT",
        ),
        (
            "macd.macdhist@1M>0 and rsi@1m<30",
            "MACD(12,26,9).macdhist@1M > 0 and RSI(14)@1m < 30",
            "the MACD(12,26,9).macdhist on 1M is above 0 and the RSI(14) on 1m is below 30",
        ),
        (
            "spread < 0.05 and ethusdt:News_Sentiment > 0.2",
            "spread < 0.05 and ETHUSDT:news_sentiment > 0.2",
            "the spread in percent is below 0.05 and the news sentiment of ETHUSDT is above 0.2",
        ),
    ],
)
def test_it_has_one_normal_form_and_a_plain_sentence(text, normal, sentence):
    """However it was typed."""
    condition = parse_condition(text, CATALOGUE)
    assert condition.text == normal
    assert condition.sentence == sentence
    assert repr(condition) == f"Condition({normal!r})"


def test_and_binds_before_or():
    """As everywhere."""
    a, b, c = (Comparison(Column.CLOSE, Relation.ABOVE, float(n)) for n in (1, 2, 3))
    assert parse_condition("close>1 or close>2 and close>3", CATALOGUE).root == Or((a, And((b, c))))
    assert parse_condition("not close>1 and close>2", CATALOGUE).root == And((Not(a), b))


def test_it_says_which_indicators_it_needs():
    """Each once, with the parameters it needs them with."""
    condition = parse_condition(
        "RSI(7) < 30 and (close > EMA(20) or RSI(7) crosses RSI(14)) and MACD.macdhist > 0",
        CATALOGUE,
    )
    assert condition.indicators == (Rsi(7), EMA(20), Rsi(14), MACD())
    assert parse_condition("close > open", CATALOGUE).indicators == ()
    assert parse_condition("not RSI(14) > 5", CATALOGUE).indicators == (Rsi(14),)


def test_it_says_which_other_series_and_facts_it_looks_at():
    """Each once; what is not said is as in the series it is asked of."""
    condition = parse_condition(
        "close@1h > EMA(20)@1h and ETHUSDT:close > 1 and (ETHUSDT:RSI(14)@4h > 1 or close > 2) "
        "and SOLUSDT:spread < 1 and spread < 1 and fear_greed < 20",
        CATALOGUE,
    )
    eth, sol = Symbol("ETHUSDT"), Symbol("SOLUSDT")
    h1, h4 = Interval.H1, Interval.H4
    assert condition.others == ((None, h1), (eth, None), (eth, h4), (sol, None))
    assert condition.indicators == ()
    assert [fact.text for fact in condition.facts] == ["SOLUSDT:spread", "spread", "fear_greed"]
    assert parse_condition("close > EMA(20)", CATALOGUE).others == ()


def test_equal_conditions_count_as_one():
    """However they were written."""
    texts = ("close > 1", "CLOSE above 1.0", "(close > 1)", "close > 2")
    assert len({parse_condition(text, CATALOGUE) for text in texts}) == 2


@pytest.mark.parametrize(
    ("text", "sentence", "position"),
    [
        ("", "Expected a price, an indicator or a number (at character 1).", 0),
        ("close", "Expected above, below, crosses, between, >, <, >= or <= instead of the", 5),
        ("close = 5", "Expected above, below, crosses, between, >, <, >= or <= instead of", 6),
        (
            "close >",
            "Expected a price, an indicator or a number after “close >” (at character 8).",
            7,
        ),
        ("close > and 5", "Expected a price, an indicator or a number after “close >”", 8),
        ("close > (5)", "Expected a number instead of “(”", 8),
        ("clos > 3", "There is no value “clos” (at character 1). Did you mean close", 0),
        ("close > EMA(0)", "Time Period of EMA must be between 1 and 100,000, not 0", 12),
        ("5 > 3", "Two numbers always compare the same", 0),
        ("MACD > 0", "MACD has several outputs: write MACD(12,26,9).macd or", 0),
        ("MACD.mcd > 0", "There is no output of MACD named “mcd”", 5),
        ("(close > 5", "Expected “)” instead of the end", 10),
        ("5 between 3 and 9", "Three numbers always compare the same", 2),
        ("close between 3", "Expected “and” instead of the end", 15),
        ("close crosses 5 for 3 bars", "A crossing lasts no longer than a bar", 16),
        ("close > 5 for 0 bars", "Expected a whole number from 1 to 1,000", 14),
        ("close > 5 for 1.5 bars", "Expected a whole number from 1 to 1,000", 14),
        ("close > 5 for 2000 bars", "Expected a whole number from 1 to 1,000", 14),
        ("close > 5 for 3", "Expected “bars” instead of the end", 15),
        ("close > 5)", "“)” is not expected", 9),
        ("close > 70,400", "“,” is not expected", 10),
        ("close > 5 and", "Expected a price, an indicator or a number after “close > 5 and”", 13),
        ("not", "Expected a price, an indicator or a number after “not”", 3),
        ("(" * 60 + "close > 5", "More than 50 parentheses are open", 51),
        ("close@7h > 5", "“7h” is no interval. There are 1s, 1m, 3m", 6),
        ("close@ > 5", "Expected an interval such as 4h instead of “>”", 7),
        ("ETHUSDT: > 5", "Expected a price or an indicator instead of “>”", 9),
        ("ETHUSDT:7 > 5", "Expected a price or an indicator instead of “7”", 8),
        ("ETH_USDT:close > 5", "“ETH_USDT” is not a symbol such as BTCUSDT", 0),
        ("ETHUSDT:clos > 5", "There is no value “clos” (at character 9). Did you mean close", 8),
        ("ETHUSDT:fear_greed > 5", "“fear_greed” is about no symbol: leave out “ETHUSDT:”", 8),
        ("spread@1h > 5", "“spread” has no interval", 6),
        ("5@1h > close", "Expected above, below, crosses, between, >, <, >= or <= instead of", 1),
        ("sprea > 5", "There is no value “sprea” (at character 1). Did you mean spread", 0),
        ("not " * 60 + "close > 5", "More than 50 parentheses are open", 204),
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_its_place(text, sentence, position):
    """What is wrong, where, and what was probably meant."""
    with pytest.raises(InputError) as refused:
        parse_condition(text, CATALOGUE)
    assert refused.value.user_message.startswith(sentence)
    assert refused.value.position == position


def test_a_condition_whose_normal_form_could_not_be_read_again_is_refused():
    """Short forms grow when the defaults are written out."""
    with pytest.raises(InputError, match="longer than"):
        parse_condition(" or ".join(["SAREXT>open"] * 100), CATALOGUE)


def test_a_file_with_a_condition_of_an_indicator_that_is_gone_is_refused_with_the_sentence():
    """As any other wrong value is: with a ValidationError."""
    _, decode = condition_hooks(CATALOGUE)
    with pytest.raises(msgspec.ValidationError, match="There is no value “GONE”"):
        msgspec.json.decode(b'"GONE(3) > 5"', type=Condition, dec_hook=decode)


def test_the_hooks_know_nothing_else():
    """Whatever has no text form is still refused."""
    encode, decode = condition_hooks(CATALOGUE)
    with pytest.raises(NotImplementedError):
        encode(object())
    with pytest.raises(NotImplementedError):
        decode(object, "x")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "close",
                "and",
                "or",
                "not",
                "(",
                ")",
                ">",
                "<=",
                "crosses",
                "above",
                "is",
                "between",
                "for",
                "bars",
                "RSI(14)",
                "5",
            ]
        ),
        max_size=12,
    )
)
def test_any_text_is_either_read_or_refused(parts):
    """Nothing but an InputError is ever raised."""
    try:
        condition = parse_condition(" ".join(parts), CATALOGUE)
    except InputError:
        return
    assert parse_condition(condition.text, CATALOGUE) == condition


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("close", Column.CLOSE),
        (" 70400.5", 70400.5),
        ("rsi(7)", IndicatorOutput(Rsi(7), "real")),
        ("MACD.macd", IndicatorOutput(MACD(), "macd")),
    ],
)
def test_a_single_value_is_read_too(text, value):
    """As one writes it in a field of its own."""
    assert parse_value(text, CATALOGUE) == value


@pytest.mark.parametrize("text", ["", "close > 5", "nothing", "RSI(14", "MACD"])
def test_what_is_no_single_value_is_refused(text):
    """With a sentence."""
    with pytest.raises(InputError):
        parse_value(text, CATALOGUE)
