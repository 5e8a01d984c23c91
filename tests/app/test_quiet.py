"""When a person wants peace, and how much comes through."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.hours import Hours, utc_time
from thebot_desktop.app.quiet import Cap, Silence, next_morning, silence_at
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, UnixMs

MIDNIGHT = UnixMs(20_000 * DAY_MS)
NIGHT = Hours(22 * 60, 7 * 60)


def test_a_mute_comes_before_the_hours():
    """It is the one that can be ended."""
    assert silence_at(MIDNIGHT, UnixMs(MIDNIGHT + 1), NIGHT, utc_time) is Silence.MUTED
    assert silence_at(MIDNIGHT, MIDNIGHT, NIGHT, utc_time) is Silence.HOURS
    assert silence_at(UnixMs(MIDNIGHT + 12 * HOUR_MS), MIDNIGHT, NIGHT, utc_time) is None
    assert silence_at(MIDNIGHT, MIDNIGHT, None, utc_time) is None


@given(st.integers(0, 400 * DAY_MS).map(UnixMs), st.integers(-14 * 60, 14 * 60))
def test_the_next_morning_is_eight_o_clock_within_a_day(now, offset):
    """By the clock of the person, wherever that is."""

    def local(at):
        return utc_time(UnixMs(at + 20 * DAY_MS + offset * MINUTE_MS))

    morning = next_morning(now, local)
    assert 0 < morning - now <= DAY_MS
    assert local(morning)[1] == 8 * 60


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 9))), st.integers(1, 8))
def test_no_stretch_has_more_than_the_cap(asked, most):
    """However the wishes are spread."""
    cap, now, taken = Cap(3_000), 0, []
    for wait, wanted in asked:
        now += wait
        count = min(wanted, cap.room(UnixMs(now), most))
        cap.take(UnixMs(now), count)
        taken += [now] * count
    for at in taken:
        assert sum(at <= other < at + 3_000 for other in taken) <= most


def test_room_comes_back_after_the_span():
    """All of it."""
    cap = Cap(3_000)
    cap.take(UnixMs(0), 5)
    assert cap.room(UnixMs(2_999), 5) == 0
    assert cap.room(UnixMs(3_000), 5) == 5
