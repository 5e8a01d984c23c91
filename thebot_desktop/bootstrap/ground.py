"""Ground: profile, settings, log, tasks and plug-ins, on which everything else stands."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from thebot_desktop import __version__
from thebot_desktop.adapters.interrupter import Interrupter
from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.adapters.storage.plugin_permissions import PermissionFile
from thebot_desktop.adapters.storage.profile import Profile, start_logging
from thebot_desktop.adapters.storage.profile_lock import ProfileLock
from thebot_desktop.adapters.storage.settings_file import SettingsFile
from thebot_desktop.app.mode import Mode
from thebot_desktop.app.plugin_fence import Surroundings
from thebot_desktop.app.plugins import Permissions, PluginBook
from thebot_desktop.app.settings import Settings
from thebot_desktop.app.settings_service import SettingsService, SettingsStore
from thebot_desktop.app.supervisor import Supervisor
from thebot_desktop.app.time_zones import known_zone, local_time, trouble_with_zone
from thebot_desktop.bootstrap.launch import Launch
from thebot_desktop.bootstrap.plugins import Plugins, find_plugins
from thebot_desktop.domain.errors import StorageError, TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs

log = logging.getLogger(__name__)

IN_USE = (
    "Another THEBOT is running with this profile, the window or “thebot watch”: "
    "it may be the one that tells of an alert."
)


@dataclass(frozen=True)
class Ground:
    """What everything else stands on: profile, settings, faults, tasks, plug-ins."""

    launch: Launch
    profile: Profile
    settings: SettingsService
    faults: Observers[TheBotError]
    supervisor: Supervisor
    plugins: Plugins
    book: PluginBook
    notices: list[str]
    alone: bool = True
    """Whether no other program tells of the alerts of this profile."""

    @property
    def writes(self) -> bool:
        """Whether settings and logs are kept."""
        return self.launch.keep and not self.launch.safe_mode

    @property
    def keeps_alerts(self) -> bool:
        """Whether rules and alerts are those of the profile."""
        return self.keeps_market or (self.launch.keep_alerts and self.alone)

    @property
    def keeps_market(self) -> bool:
        """Whether candles, alerts and rules are kept: never those of a recording."""
        return self.writes and self.launch.mode is not Mode.REPLAY

    @property
    def tells_alerts(self) -> bool:
        """Whether it is this program that sees to the alerts of the profile."""
        return self.keeps_alerts and self.alone

    def local_time(self, at: UnixMs) -> tuple[int, int]:
        """Weekday and minute of the day in the zone of the settings."""
        return local_time(known_zone(self.settings.current.chart.zone), at)


def lay_ground(launch: Launch) -> Ground:
    """Profile, settings and log; a broken file costs a notice, never the start."""
    notices: list[str] = []
    faults: Observers[TheBotError] = Observers()
    faults.add(_log_fault)
    profile = Profile.of(launch.profile, "demo" if launch.mode is Mode.DEMO else "")
    file = SettingsFile(profile.settings_file)
    saved = Settings() if launch.safe_mode else file.load(notices)
    writes = launch.keep and not launch.safe_mode
    store: SettingsStore = file if writes else _NoStore()
    settings = SettingsService(saved, store, faults, launch.overrides())
    notices.extend(filter(None, [trouble_with_zone(settings.current.chart.zone)]))
    level = settings.current.logging.level.value
    start_logging(profile if writes else None, level, notices)
    log.info(
        "thebot %s starts, %s market, profile %s", __version__, launch.mode.value, profile.folder
    )
    plugins = find_plugins()
    interrupter = Interrupter(lambda: settings.current.plugins.stop_seconds)
    supervisor = Supervisor(faults)
    supervisor.at_stop("interrupter", interrupter.aclose)
    around = Surroundings(
        config=lambda: settings.current.plugins, limited=interrupter.limited, faults=faults
    )
    book = _plugin_book(launch, profile, plugins, around, notices)
    alone = _take_lock(launch, profile, supervisor, notices)
    return Ground(launch, profile, settings, faults, supervisor, plugins, book, notices, alone)


def _take_lock(
    launch: Launch, profile: Profile, supervisor: Supervisor, notices: list[str]
) -> bool:
    """Where alerts are kept; whether nobody else tells of them."""
    kept = (launch.keep and not launch.safe_mode) or launch.keep_alerts
    if not kept or launch.mode is Mode.REPLAY:
        return True
    lock = ProfileLock(profile.lock_file)

    async def release() -> None:
        lock.release()

    supervisor.at_stop("profile lock", release)
    alone = lock.take()
    if not alone:
        notices.append(IN_USE)
    return alone


def _plugin_book(
    launch: Launch,
    profile: Profile,
    plugins: Plugins,
    around: Surroundings,
    notices: list[str],
) -> PluginBook:
    """With everything loaded that was allowed earlier; rules and charts may be made of it."""
    if launch.safe_mode:
        return PluginBook()
    store = PermissionFile(profile.permission_file)
    try:
        permissions = store.load()
    except StorageError as error:
        notices.append(error.user_message)
        permissions = Permissions()
    book = PluginBook(
        PluginFolder(profile.folder),
        indicators=plugins.indicators,
        rules=plugins.rules,
        around=around,
        permissions=permissions,
        store=store if launch.keep else None,
    )
    book.look()
    return book


def _log_fault(error: TheBotError) -> None:
    log.warning("%s: %s", type(error).__name__, error)
    log.debug("caused by", exc_info=error)


class _NoStore:
    """Settings of a run that keeps nothing."""

    def save(self, settings: Settings) -> None:
        log.debug("settings are not kept in this run")
