"""The time of day where the person is, which is the time zone of the charts."""

from __future__ import annotations

from thebot_desktop.alerts.hours import LocalTime
from thebot_desktop.app.settings_service import SettingsService
from thebot_desktop.app.time_zones import known_zone, local_time
from thebot_desktop.domain.time import UnixMs


def local_clock(settings: SettingsService) -> LocalTime:
    """It follows the settings."""

    def at(time: UnixMs) -> tuple[int, int]:
        return local_time(known_zone(settings.current.chart.zone), time)

    return at
