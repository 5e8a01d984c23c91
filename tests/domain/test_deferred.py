"""What nobody looks at is never made."""

from __future__ import annotations

from thebot_desktop.domain.deferred import Deferred


def test_it_is_made_once_and_only_when_somebody_looks():
    """Then it is what it was made to be, however often one looks."""
    made = []

    def make():
        made.append(True)
        return (1, 2, 3)

    numbers = Deferred(make)
    assert not made
    assert list(numbers) == [1, 2, 3]
    assert (len(numbers), numbers[-1], numbers[1:]) == (3, 3, (2, 3))
    assert made == [True]
