"""Tests of the numbers hashed from seed and position."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.exchange_simulator.noise import (
    Seeds,
    mix,
    normal,
    seed_of,
    several,
    slow_noise,
    uniform,
)


@given(st.integers(0, 2**63 - 2000), st.integers(0, 999))
def test_a_number_is_the_same_alone_and_among_others(start: int, index: int) -> None:
    """Asking for one position gives what asking for a thousand gives there."""
    seed = seed_of(7, "alone")
    positions = np.arange(1000) + start
    one = start + index
    assert uniform(seed, positions)[index] == uniform(seed, one)[0]
    assert normal(seed, positions)[index] == normal(seed, one)[0]
    assert (several(seed, positions, 6)[:, index] == several(seed, one, 6)[:, 0]).all()


def test_seeds_and_purposes_give_unrelated_numbers() -> None:
    """Neither another seed, nor another name, nor another purpose repeats a number."""
    sources = [seed_of(1, "BTC"), seed_of(2, "BTC"), seed_of(1, "ETH"), Seeds(1, "BTC").of(3)]
    drawn = np.concatenate([mix(seed, np.arange(5000)) for seed in sources])
    assert len(np.unique(drawn)) == len(drawn)


def test_numbers_have_the_spread_they_promise() -> None:
    """Uniform ones fill 0 to 1 evenly, normal ones have mean 0 and deviation 1."""
    seed = seed_of(3, "spread")
    flat, bell = uniform(seed, np.arange(100_000)), normal(seed, np.arange(100_000))
    assert flat.min() >= 0
    assert flat.max() < 1
    assert abs(flat.mean() - 0.5) < 0.01
    assert abs(bell.mean()) < 0.02
    assert abs(bell.std() - 1) < 0.02
    assert abs(np.corrcoef(bell[:-1], bell[1:])[0, 1]) < 0.02


def test_slow_noise_never_jumps() -> None:
    """Between two positions it moves by no more than two parts of its period."""
    values = slow_noise(seed_of(1, "slow"), np.arange(10_000), 50)
    assert np.abs(np.diff(values)).max() <= 2 / 50 + 1e-9
    assert np.abs(values).max() <= 1


def test_several_swings_at_once_are_those_made_one_by_one() -> None:
    """Each with a seed and a period of its own."""
    seeds, days = Seeds(3, "swings"), np.arange(20_000, 20_050)
    periods = (1, 4, 15)
    column = seeds.column(9, periods).reshape(-1, 1)
    together = slow_noise(column, days, np.array(periods).reshape(-1, 1))
    for period, swing in zip(periods, together, strict=True):
        assert (swing == slow_noise(seeds.of(9, period), days, period)).all()
