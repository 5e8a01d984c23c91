"""How often and how long a rule may speak, and in which words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.test_manager import Above, Always
from tests.fakes import BTC_1M, ETH_1M, MINUTE, Core, FakeAlertLog, update
from thebot_desktop.alerts.hours import utc_time
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.terms import Terms, filled, unknown_places
from thebot_desktop.domain.market import Trade
from thebot_desktop.domain.time import UnixMs


def armed(rule=None, **terms):
    return ArmedRule("r", rule or Always(), name="Mine", terms=Terms(**terms))


def spoken(core):
    return [alert.open_time // MINUTE for alert in core.alerts.history]


def test_after_it_spoke_a_rule_is_silent_for_its_pause():
    """The time of the market counts, from one alert to the next."""
    core = Core()
    core.alerts.arm(armed(pause_minutes=3))
    for number in range(8):
        core.pipeline.apply(update(number))
    assert spoken(core) == [0, 3, 6]


def test_the_pause_of_one_rule_is_not_that_of_another():
    """Each has its own."""
    core = Core()
    core.alerts.arm(armed(pause_minutes=60))
    core.alerts.arm(ArmedRule("other", Always()))
    for number in range(3):
        core.pipeline.apply(update(number))
    assert [a.rule_id for a in core.alerts.history] == ["r", "other", "other", "other"]


def test_prices_that_dance_around_a_level_are_told_once_in_a_while():
    """For rules about each trade as well."""
    core = Core()
    core.alerts.arm(armed(Above(level=100.0), pause_minutes=1))
    for number in range(40):
        price = 99.0 if number % 2 == 0 else 101.0
        core.pipeline.apply(Trade(BTC_1M.symbol, number, price, 1.0, False, number * 5_000))
    assert [a.event_time for a in core.alerts.history] == [5_000, 65_000, 125_000, 185_000]


def test_a_pause_goes_on_after_a_restart():
    """What was said last is known from the store."""
    log = FakeAlertLog()
    first = Core(log)
    rule = armed(pause_minutes=5)
    first.alerts.arm(rule)
    first.pipeline.apply(update(0))
    second = Core(log)
    second.alerts.restore([rule], [], {("r", BTC_1M.symbol): first.alerts.history[-1].event_time})
    for number in range(1, 8):
        second.pipeline.apply(update(number))
    assert spoken(second) == [5]


def test_a_rule_that_is_over_says_nothing_and_is_switched_off():
    """It stays in the list, so that it can be used again."""
    core = Core()
    core.alerts.arm(armed(until=UnixMs(3 * MINUTE)))
    for number in range(6):
        core.pipeline.apply(update(number))
    assert spoken(core) == [0, 1, 2]
    assert [rule.enabled for rule in core.alerts.armed] == [False]
    assert not core.log.rules["r"].enabled


def test_a_message_is_said_in_the_words_of_its_author():
    """With the facts of the moment in it; what means nothing stays as it was typed."""
    core = Core()
    text = "{name}: {symbol} {interval} at {price} ({time}), {rule}, {alert} {nonsense} {"
    core.alerts.arm(armed(message=text))
    core.pipeline.apply(update(0, close=70400.5))
    (alert,) = core.alerts.history
    assert alert.message == (
        "Mine: BTCUSDT 1m at 70,400.5 (1970-01-01 00:01:00Z), Always, at 70400.5 {nonsense} {"
    )
    assert unknown_places(text) == ["nonsense"]


@given(st.text(max_size=60))
def test_any_text_may_be_a_message(text):
    """Nothing is looked up but the known words."""
    assert filled(text, {}) == text


@given(st.lists(st.integers(0, 10_000), max_size=30), st.integers(0, 30))
def test_two_alerts_are_never_nearer_than_the_pause(times, pause):
    """In whatever order they are found out."""
    terms, told, spoke = Terms(pause_minutes=pause), [], None
    for at in times:
        if terms.allow(UnixMs(at * 1000), spoke, utc_time):
            told.append(at * 1000)
            spoke = max(told)
    newest = [t for i, t in enumerate(told) if t == max(told[: i + 1])]
    gaps = [b - a for a, b in itertools.pairwise(newest)]
    assert all(gap >= pause * MINUTE for gap in gaps)


@pytest.mark.parametrize(("at", "allowed"), [(5, True), (6, False)])
def test_the_last_moment_still_counts(at, allowed):
    """Until means up to and including."""
    assert Terms(until=UnixMs(5)).allow(UnixMs(at), None, utc_time) is allowed


def crossings(core, distance, prices):
    """Prices at which a level of 100 speaks."""
    core.alerts.arm(ArmedRule("r", PriceLevel(100.0, distance=distance), BTC_1M.symbol))
    for number, price in enumerate(prices):
        core.pipeline.apply(Trade(BTC_1M.symbol, number, price, 1.0, False, number * 1000))
    return [alert.price for alert in core.alerts.history]


def test_a_price_that_dances_around_its_level_is_told_once_until_it_went_away():
    """By the distance that was asked for, on either side."""
    dance = [99.9, 100.1, 99.9, 100.2, 99.8]
    assert crossings(Core(), 0.0, dance) == dance[1:]
    assert crossings(Core(), 1.0, dance) == [100.1]
    assert crossings(Core(), 1.0, [*dance, 101.0, 100.1, 99.9, 100.1]) == [100.1, 99.9]
    assert crossings(Core(), 1.0, [*dance, 98.9, 100.1, 99.9]) == [100.1, 100.1]


def test_one_that_jumps_far_is_armed_again_at_once():
    """It has been away."""
    assert crossings(Core(), 1.0, [99.0, 102.0, 99.5]) == [102.0, 99.5]


def test_a_rule_that_is_changed_rests_no_more():
    """It is another one now."""
    core = Core()
    assert crossings(core, 5.0, [99.9, 100.1]) == [100.1]
    core.alerts.arm(ArmedRule("r", PriceLevel(100.0, distance=4.0), BTC_1M.symbol))
    core.pipeline.apply(Trade(BTC_1M.symbol, 9, 99.9, 1.0, False, 9000))
    assert [alert.price for alert in core.alerts.history] == [100.1, 99.9]


@given(st.lists(st.sampled_from([97.0, 99.5, 100.5, 103.0]), min_size=2, max_size=40))
def test_between_two_alerts_the_price_was_away(prices):
    """Whatever it did."""
    core = Core()
    core.alerts.arm(ArmedRule("r", PriceLevel(100.0, distance=2.0), BTC_1M.symbol))
    away = True
    for number, price in enumerate(prices):
        before = len(core.alerts.history)
        core.pipeline.apply(Trade(BTC_1M.symbol, number, price, 1.0, False, number * 1000))
        spoke = len(core.alerts.history) > before
        assert not spoke or away
        away = (away and not spoke) or abs(price - 100.0) >= 2.0


def test_a_rule_about_many_symbols_pauses_for_each_on_its_own():
    """One symbol that speaks does not silence the others; a restart changes nothing."""
    log = FakeAlertLog()
    rule = ArmedRule("r", Always(), terms=Terms(pause_minutes=3))
    for number, symbols in ((0, (BTC_1M,)), (1, (BTC_1M, ETH_1M)), (2, (BTC_1M, ETH_1M))):
        core = Core(log)
        core.alerts.restore([rule], log.alerts.values(), {})
        for series in symbols:
            core.pipeline.apply(update(number, series=series))
    told = [(a.series.symbol, a.event_time // MINUTE) for a in log.alerts.values()]
    assert told == [("BTCUSDT", 1), ("ETHUSDT", 2)]
