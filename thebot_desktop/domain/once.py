"""once(): a way out that may be taken twice without harm."""

from __future__ import annotations

from collections.abc import Callable


def once(action: Callable[[], None]) -> Callable[[], None]:
    """``action`` for the first call, nothing for all later ones."""
    done = False

    def call() -> None:
        nonlocal done
        if not done:
            done = True
            action()

    return call
