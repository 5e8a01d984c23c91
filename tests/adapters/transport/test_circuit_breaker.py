"""When a failing host is left alone, and how it is trusted again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.transport.circuit_breaker import (
    TOGETHER_SECONDS,
    BreakerState,
    CircuitBreaker,
)
from thebot_desktop.market.network_config import NetworkConfig

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


class Timeline:
    """A breaker on a clock that the test moves."""

    def __init__(self, config=NetworkConfig()):  # noqa: B008 - it is frozen
        self.now = 1000.0
        self.breaker = CircuitBreaker(config, lambda: self.now)

    @property
    def state(self):
        return self.breaker.state

    def fail(self, times=1):
        for _ in range(times):
            self.now += TOGETHER_SECONDS
            self.breaker.failed()


def test_five_failures_in_a_row_open_it_for_a_minute():
    """Not four; the pause is told in seconds."""
    line = Timeline()
    line.fail(4)
    assert line.state is CLOSED
    line.fail()
    assert (line.state, line.breaker.seconds_left, line.breaker.failures) == (OPEN, 60.0, 5)
    line.now += 59.9
    assert line.state is OPEN
    line.now += 0.2
    assert line.state is HALF_OPEN


def test_a_success_in_between_starts_the_count_anew():
    """Only failures in a row say that a host is in trouble."""
    line = Timeline()
    line.fail(4)
    line.breaker.succeeded()
    line.fail(4)
    assert line.state is CLOSED


def test_failures_at_one_moment_count_once():
    """Thirty charts that ask at once must not turn one hiccup into a pause."""
    line = Timeline()
    for _ in range(30):
        line.now += TOGETHER_SECONDS / 100
        line.breaker.failed()
    assert line.state is CLOSED
    assert line.breaker.failures == 1


def test_two_successes_after_the_pause_close_it():
    """One may be luck."""
    line = Timeline()
    line.fail(5)
    line.now += 60
    line.breaker.succeeded()
    assert line.state is HALF_OPEN
    line.breaker.succeeded()
    assert (line.state, line.breaker.failures) == (CLOSED, 0)
    line.fail(4)
    assert line.state is CLOSED


@pytest.mark.parametrize("successes", [0, 1])
def test_one_failure_on_trial_opens_it_again_for_the_full_pause(successes):
    """Whatever went well before."""
    line = Timeline()
    line.fail(5)
    line.now += 60
    for _ in range(successes):
        line.breaker.succeeded()
    line.breaker.failed()
    assert (line.state, line.breaker.seconds_left, line.breaker.failures) == (OPEN, 60.0, 6)


def test_a_pause_ends_at_once_when_there_is_reason():
    """But trust is not given back with it; without a pause nothing happens."""
    line = Timeline()
    line.breaker.probe_now()
    assert line.state is CLOSED
    line.fail(5)
    line.breaker.probe_now()
    assert (line.state, line.breaker.seconds_left) == (HALF_OPEN, 0.0)
    line.breaker.failed()
    assert line.state is OPEN


def test_what_was_asked_before_the_pause_and_is_answered_in_it_changes_nothing():
    """Neither way."""
    line = Timeline()
    line.fail(5)
    line.now += 10
    line.breaker.succeeded()
    line.breaker.failed()
    assert (line.state, line.breaker.seconds_left, line.breaker.failures) == (OPEN, 50.0, 5)


ACTIONS = st.lists(
    st.sampled_from(["fail", "fail", "ok", "probe"]) | st.floats(0.0, 90.0), max_size=60
)


@given(
    actions=ACTIONS,
    failures=st.integers(1, 4),
    seconds=st.integers(1, 60),
    successes=st.integers(1, 3),
)
def test_whatever_happens_it_opens_and_closes_by_its_rules(actions, failures, seconds, successes):
    """Against a model that keeps the whole past and looks it through each time."""
    line = Timeline(
        NetworkConfig(
            breaker_failures=failures, breaker_seconds=seconds, breaker_successes=successes
        )
    )
    bad = good = 0
    open_until = counted_at = -1.0
    is_trusted = True
    for action in actions:
        is_open = not is_trusted and line.now < open_until
        if isinstance(action, float):
            line.now += action
        elif action == "fail":
            line.breaker.failed()
            is_counted = is_trusted and line.now - counted_at >= TOGETHER_SECONDS
            bad += is_counted
            counted_at = line.now if is_counted else counted_at
            if not is_open and (not is_trusted or (is_counted and bad >= failures)):
                is_trusted, open_until, good = False, line.now + seconds, 0
        elif action == "ok":
            line.breaker.succeeded()
            good += not is_open
            if is_trusted or good >= successes:
                is_trusted, bad = True, 0
        elif action == "probe":
            line.breaker.probe_now()
            open_until = line.now
        expected = CLOSED if is_trusted else OPEN if line.now < open_until else HALF_OPEN
        assert line.state is expected
        assert 0.0 <= line.breaker.seconds_left <= seconds
        assert (line.breaker.seconds_left > 0) == (expected is OPEN)
