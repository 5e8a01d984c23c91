"""How long to wait before trying again."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def backoff(
    random: Callable[[], float],
    *,
    first: float = 1.0,
    longest: float = 30.0,
    factor: float = 2.0,
) -> Iterator[float]:
    """Delays in seconds, for ever: exponential with full jitter.

    ``random`` gives numbers from 0 to 1. The n-th delay lies between a tenth of ``first`` and
    ``first * factor ** n``, never above ``longest``; jitter keeps many clients from knocking
    at the same instant after an outage.
    """
    ceiling = first
    while True:
        yield max(first / 10, min(ceiling, longest) * random())
        ceiling = min(ceiling * factor, longest)
