"""Indicators as one writes them."""

from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.expressions import (
    IndicatorOutput,
    parse_indicator,
    parse_outputs,
)
from thebot_desktop.analysis.indicator import parameters_of
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.talib_library import AverageType
from thebot_desktop.analysis.wording import exact
from thebot_desktop.domain.errors import InputError

CATALOGUE = indicator_catalogue({"rsi": Rsi, "ema_cross": EmaCross})


def _values(parameter):
    if issubclass(parameter.kind, Enum):
        return st.sampled_from(list(parameter.kind))
    low = -1e6 if parameter.minimum is None else parameter.minimum
    high = 1e6 if parameter.maximum is None else parameter.maximum
    if parameter.kind is int:
        return st.integers(int(low), int(high))
    return st.floats(low, high)


@st.composite
def indicators(draw):
    """Any indicator of the catalogue with any parameters it accepts."""
    kind = CATALOGUE[draw(st.sampled_from(list(CATALOGUE)))]
    parameters = {p.name: draw(_values(p)) for p in parameters_of(kind)}
    try:
        return kind(**parameters)
    except InputError:
        return kind()


@settings(max_examples=400, deadline=None)
@given(indicators())
def test_what_is_printed_reads_back_as_the_same_indicator(indicator):
    """For every indicator and all parameters, to the last digit."""
    assert parse_indicator(indicator.label, CATALOGUE) == indicator


@settings(max_examples=200, deadline=None)
@given(indicators())
def test_names_of_parameters_and_case_and_space_do_not_matter(indicator):
    """Keywords in any order say the same as places."""
    fields = [(p.name, getattr(indicator, p.name)) for p in parameters_of(type(indicator))]
    words = [f"{k.upper()} = {exact(v)}" for k, v in fields[::-1]]
    assert (
        parse_indicator(f" {indicator.name.lower()} ( {' , '.join(words)} ) ", CATALOGUE)
        == indicator
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("RSI(14)", "RSI(14)"),
        ("rsi", "RSI(14)"),
        ("RSI()", "RSI(14)"),
        ("RSI(timeperiod=21)", "RSI(21)"),
        ("RSI(14, upper=80)", "RSI(14,30,80)"),
        ("RSI(14.0)", "RSI(14)"),
        ("MACD(12,26,9)", "MACD(12,26,9)"),
        ("BBANDS(20,2,2)", "BBANDS(20,2,2)"),
        ("bbands(20,2,2,ema)", "BBANDS(20,2,2,EMA)"),
        ("MA(30,1)", "MA(30,EMA)"),
        ("STOCH(14,3,3)", "STOCH(14,3,3)"),
        ("emacross(9,21)", "EMACROSS(9,21)"),
        ("OBV", "OBV"),
        ("OBV()", "OBV"),
    ],
)
def test_short_forms_are_understood(text, label):
    """What is left out is the default."""
    assert parse_indicator(text, CATALOGUE).label == label


@pytest.mark.parametrize(
    ("text", "sentence", "position"),
    [
        ("RIS(14)", "There is no indicator “RIS” (at character 1). Did you mean", 0),
        ("XYZZY", "There is no indicator “XYZZY” (at character 1).", 0),
        ("RSI(1)", "Time Period of RSI must be between 2 and 100,000, not 1 (at character 5).", 4),
        ("RSI(14.5)", "Time Period of RSI must be a whole number, not 14.5", 4),
        ("RSI(14,0)", "Oversold below of RSI must be between 1 and 99, not 0", 7),
        ("RSI(14,30,70,1)", "RSI takes 3 parameters", 13),
        ("OBV(1)", "OBV takes no parameters", 4),
        ("RSI(14", "Expected “)” instead of the end (at character 7).", 6),
        ("RSI 14", "“14” is not expected", 4),
        ("RSI(14) x", "“x” is not expected", 8),
        ("RSI(14).real", "“.” is not expected", 7),
        ("", "Expected the name of an indicator instead of the end", 0),
        ("14", "Expected the name of an indicator instead of “14”", 0),
        ("RSI(x)", "Expected a number instead of “x”", 4),
        (
            "RSI(period=3)",
            "There is no parameter of RSI named “period” (at character 5). Did you mean timeperiod",
            4,
        ),
        ("RSI(timeperiod=3,timeperiod=4)", "“timeperiod” is given twice", 17),
        ("RSI(upper=80,14)", "A parameter without a name cannot follow one with a name", 13),
        ("MA(30,XMA)", "“XMA” is none of SMA, EMA", 6),
        ("SAR(-1)", "Acceleration Factor of SAR must be at least 0, not -1", 4),
        ("MAVP(20,10)", "TA-Lib does not accept MAVP(20,10) (at character 1).", 0),
        ("EMACROSS(50,20)", "The slow period of EMACROSS must be longer than the fast one", 0),
        ("RSI(14,80,70)", "RSI is overbought above 70", 0),
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_its_place(text, sentence, position):
    """What is wrong, where, and what was probably meant."""
    with pytest.raises(InputError) as refused:
        parse_indicator(text, CATALOGUE)
    assert refused.value.user_message.startswith(sentence)
    assert refused.value.position == position


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["RSI", "MACD", "(", ")", ",", "=", ".", "14", "-", "real", " "])))
def test_any_text_is_either_read_or_refused(parts):
    """Nothing but an InputError is ever raised."""
    try:
        indicator = parse_indicator("".join(parts), CATALOGUE)
    except InputError:
        return
    assert parse_indicator(indicator.label, CATALOGUE) == indicator


def test_an_output_is_named_after_a_point():
    """In any case; without one all of them are meant."""
    macd = CATALOGUE["MACD"]()
    assert parse_outputs("macd(12,26,9).MACDHIST", CATALOGUE) == (macd, ("macdhist",))
    assert parse_outputs("MACD", CATALOGUE) == (macd, ("macd", "macdsignal", "macdhist"))
    assert IndicatorOutput(macd, "macdhist").text == "MACD(12,26,9).macdhist"
    assert IndicatorOutput(Rsi(), "real").text == "RSI(14)"


def test_an_unknown_output_is_answered_with_those_that_are_like_it():
    """As an unknown indicator is."""
    with pytest.raises(InputError) as refused:
        parse_outputs("MACD.hist", CATALOGUE)
    assert refused.value.user_message == (
        "There is no output of MACD named “hist” (at character 6). Did you mean macdhist?"
    )


def test_choices_are_kept_by_the_name_of_the_library():
    """Whether they were given by name or by number."""
    assert parse_indicator("MA(30,ema)", CATALOGUE).matype is AverageType.EMA
    assert parse_indicator("MA(30,1)", CATALOGUE).matype is AverageType.EMA
