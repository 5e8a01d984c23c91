"""Changes that may be refused."""

from __future__ import annotations

from thebot_desktop.domain.errors import StorageError
from thebot_desktop.ui.attempts import attempt


class Host:
    def __init__(self):
        self.said = []

    def notify_person(self, text):
        self.said.append(text)


def test_a_change_that_is_refused_is_told():
    """And whoever asked for it knows that it was not made."""
    host, made = Host(), []

    def refuse():
        raise StorageError(user_message="The disk is full.")

    assert attempt(host, lambda: made.append(1))
    assert (made, host.said) == ([1], [])
    assert not attempt(host, refuse)
    assert host.said == ["The disk is full."]
