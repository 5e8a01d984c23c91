"""Changes that may be refused, by a disk that is full or a file that is locked."""

from __future__ import annotations

from collections.abc import Callable

from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.ui.host import WindowHost


def attempt(host: WindowHost, change: Callable[[], None]) -> bool:
    """Whether it went well; if not, the person is told why."""
    try:
        change()
    except TheBotError as error:
        host.notify_person(error.user_message)
        return False
    return True
