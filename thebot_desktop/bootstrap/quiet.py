"""The mute and the snoozes of the profile, where this program is the one that tells of alerts."""

from __future__ import annotations

from thebot_desktop.adapters.storage.quiet_file import QuietFile
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.domain.errors import StorageError


def open_quiet(ground: Ground) -> QuietFile | None:
    """None where another program does it, or alerts are not kept."""
    return QuietFile(ground.profile.quiet_file) if ground.tells_alerts else None


def restore_quiet(ground: Ground, file: QuietFile | None, notifier: Notifier) -> None:
    """As an earlier run left it. What cannot be read is said, and nothing is muted then."""
    if file is None:
        return
    try:
        notifier.restore(file.load())
    except StorageError as error:
        ground.notices.append(error.user_message)
