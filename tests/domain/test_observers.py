"""Telling everyone, whatever one of them does."""

from __future__ import annotations

import pytest

from thebot_desktop.domain.errors import ObserverError, StorageError
from thebot_desktop.domain.observers import Observers, tell


def test_everyone_is_told_before_a_failure_is_raised():
    """One that raises takes nothing from the others."""
    told = []
    observers = Observers()
    observers.add(lambda value: 1 / 0)
    observers.add(told.append)
    with pytest.raises(ExceptionGroup) as caught:
        observers.notify(7)
    assert told == [7]
    assert caught.group_contains(ZeroDivisionError)


def test_one_that_was_removed_is_told_no_more():
    """add answers with the way out."""
    told = []
    observers = Observers()
    remove = observers.add(told.append)
    observers.notify(1)
    remove()
    observers.notify(2)
    assert told == [1]
    assert len(observers) == 0


def test_a_failure_becomes_a_fault_and_ours_keep_their_kind():
    """tell reports instead of raising."""
    faults, observers = Observers(), Observers()
    reported = []
    faults.add(reported.append)

    def fail(error):
        raise error

    observers.add(fail)
    tell(observers.notify, ValueError("x"), faults)
    tell(observers.notify, StorageError("full"), faults)
    assert [type(f) for f in reported] == [ObserverError, StorageError]
    assert isinstance(reported[0].__cause__, ValueError)
