"""Tests of the exchange's limits."""

from __future__ import annotations

from thebot_desktop.exchange_simulator.limits import RateLimit, RateLimits, WeightLimit

MINUTE = 60_000


def test_weight_is_counted_by_the_minute() -> None:
    """Used up, it is refused until the minute is over; then there is new."""
    limit = WeightLimit(100, ban_after=10, ban_seconds=120)
    assert limit.spend(60, 0) is None
    assert limit.used == 60
    refusal = limit.spend(60, 45_500)
    assert refusal is not None
    assert (refusal.status, refusal.retry_after) == (429, 15)
    assert "current limit is 100 request weight" in refusal.message
    assert limit.spend(60, MINUTE) is None


def test_whoever_goes_on_is_banned() -> None:
    """After so many ignored refusals: 418, longer each time, the end told in epoch ms."""
    limit = WeightLimit(10, ban_after=2, ban_seconds=120)
    limit.spend(10, 0)
    statuses = [limit.spend(1, 1000 * n).status for n in range(1, 4)]
    assert statuses == [429, 429, 418]
    refusal = limit.spend(1, 30_000)
    assert refusal is not None
    assert refusal.retry_after == 93
    assert "IP banned until 123000." in refusal.message
    assert limit.spend(1, 123_000) is None


def test_a_second_ban_is_longer() -> None:
    """Twice as long as the first."""
    limit = WeightLimit(0, ban_after=0, ban_seconds=100)
    assert limit.spend(1, 0).retry_after == 100
    assert limit.spend(1, 100_000).retry_after == 200


def test_so_many_in_a_time_and_no_more() -> None:
    """The sixth within a second is one too many, the sixth after it is not."""
    limit = RateLimit(5, 1.0)
    assert [limit.exceeded(n * 0.1) for n in range(6)] == [False] * 5 + [True]
    calm = RateLimit(5, 1.0)
    assert not any(calm.exceeded(n * 0.21) for n in range(50))


def test_requests_are_counted_over_five_minutes() -> None:
    """However little they weigh; then it is refused until the five minutes are over."""
    limit = WeightLimit(1000, ban_after=10, ban_seconds=120, raw_limit=3)
    assert [limit.spend(1, 60_000 * n) for n in range(3)] == [None] * 3
    refusal = limit.spend(1, 4 * MINUTE)
    assert refusal is not None
    assert (refusal.status, refusal.retry_after) == (429, 60)
    assert "3 requests per 5 MINUTE" in refusal.message
    assert limit.spend(1, 5 * MINUTE) is None


def test_each_address_has_its_own_limit() -> None:
    """One that is too busy does not harm another."""
    limits = RateLimits(2, 300.0)
    assert [limits.exceeded("127.0.0.1", n) for n in range(3)] == [False, False, True]
    assert not limits.exceeded("127.0.0.2", 3)
    assert not limits.exceeded("127.0.0.1", 305)
