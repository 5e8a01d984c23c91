"""Notifier: which alert is told when and how: at once, together, after the quiet, or again."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.alerts.hours import LocalTime, utc_time
from thebot_desktop.alerts.hours_text import read_hours
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.app.gathering import Gathering, Later, after_a_moment
from thebot_desktop.app.kept_quiet import KeptQuiet, QuietStore, Snooze
from thebot_desktop.app.quiet import FOR_GOOD, Cap, Silence, next_morning, silence_at
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.signals import Alert, AlertStatus
from thebot_desktop.domain.time import MINUTE_MS, SECOND_MS, Clock, UnixMs

log = logging.getLogger(__name__)

BURST = 5
"""So many alerts are told one by one ..."""
BURST_MS = 3_000
"""... within this time; what comes beyond is told together."""
GROUP_ENDS_MS = 10_000
"""A group that did not grow for so long is complete."""
GROUP_LASTS_MS = MINUTE_MS
"""A group that keeps growing makes room for the next one after this."""
_REMEMBERED = 2_000


class NotificationError(TheBotError):
    user_message = "A notification could not be shown."


class Occasion(Enum):
    """Why a person is told now."""

    LIVE = "live"
    TOGETHER = "together"
    """More than one reads one by one."""
    HELD_BACK = "held back"
    """It came in the quiet, which is over."""
    AWAY = "away"
    """It was true while nobody was watching."""
    AGAIN = "again"
    """It was put off, and still waits for an answer."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is told in one piece. Of one ``group``, each takes the place of the one before."""

    alerts: tuple[Alert, ...]
    occasion: Occasion = Occasion.LIVE
    group: int = 0
    grown: bool = False
    """Whether fewer of the same group were told before."""
    complete: bool = True
    """Whether the group will not grow any more."""
    silence: Silence | None = None
    """What it was held back by."""

    @property
    def rings(self) -> bool:
        """Whether it may make a noise: only what just happened, and once."""
        silent = (Occasion.HELD_BACK, Occasion.AWAY)
        return self.occasion not in silent and not self.grown


class NotificationSink(Protocol):
    """One way to tell a person; raises NotificationError when it cannot."""

    @property
    def name(self) -> str: ...

    def tell(self, announcement: Announcement) -> None: ...


class AlertBook(Protocol):
    """What is known of alerts that were raised."""

    @property
    def history(self) -> tuple[Alert, ...]: ...

    def rule_of(self, alert: Alert) -> ArmedRule | None: ...

    def dismiss(self, alert_id: str) -> None: ...


@dataclass(slots=True)
class _Group:
    """Alerts that are told together, and may become more."""

    number: int
    began: UnixMs
    grew: UnixMs
    alerts: list[Alert] = field(default_factory=list)
    told: int = 0
    told_first: int = 0

    def ended(self, now: UnixMs) -> bool:
        return now - self.grew >= GROUP_ENDS_MS or now - self.began >= GROUP_LASTS_MS


class Notifier:
    """Tells every sink of what should be told now; the history has all alerts anyway.

    A sink that makes a noise is told ``sound_after`` seconds later, unless the person has
    noticed by then.
    """

    def __init__(
        self,
        clock: Clock,
        faults: Observers[TheBotError],
        book: AlertBook,
        *,
        config: Callable[[], AlertConfig] = AlertConfig,
        local: LocalTime = utc_time,
        later: Later = after_a_moment,
        store: QuietStore | None = None,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._book = book
        self._config = config
        self._local = local
        self._sinks: dict[str, NotificationSink] = {}
        self._noises: dict[str, NotificationSink] = {}
        self._gathering: Gathering[Alert] = Gathering(self._sort, later)
        self._burst = Cap(BURST_MS)
        self._minute = Cap(MINUTE_MS)
        self._groups: dict[Occasion, _Group] = {}
        self._numbers = 0
        self._held: list[Alert] = []
        self._held_by: Silence | None = None
        self._store = store
        self._snoozed: dict[str, Snooze] = {}
        self._put_off: dict[str, list[Alert]] = {}
        self._last_told: dict[str, Alert] = {}
        self._due: list[tuple[UnixMs, Announcement]] = []
        self._noticed: deque[str] = deque(maxlen=_REMEMBERED)
        self._was_silent: Silence | None = None
        self.muted_until: UnixMs = UnixMs(0)
        self.changed: Observers[None] = Observers()
        """The quiet began or ended."""
        self.arrived: Observers[tuple[Alert, ...]] = Observers()
        """Each alert once, quiet or not, before anyone is told."""
        self.noticed: Observers[tuple[str, ...]] = Observers()
        """Ids of alerts that the person has reacted to."""

    # Who tells.

    def add_sink(self, sink: NotificationSink, *, noise: bool = False) -> None:
        """``noise``: it can be heard, so it may have to wait."""
        (self._noises if noise else self._sinks)[sink.name] = sink

    def remove_sink(self, name: str) -> None:
        self._sinks.pop(name, None)
        self._noises.pop(name, None)

    # What the person wants.

    @property
    def silence(self) -> Silence | None:
        """Why only urgent alerts are told right now."""
        hours = read_hours(self._config().quiet_hours)
        return silence_at(self._clock.now(), self.muted_until, hours, self._local)

    @property
    def muted(self) -> bool:
        return self._clock.now() < self.muted_until

    @property
    def held_back(self) -> int:
        """How many alerts wait for the end of the quiet."""
        return len(self._held)

    def mute_for(self, milliseconds: int) -> None:
        """Show nothing for a while; 0 ends it. Alerts are kept all the same."""
        self._mute(UnixMs(self._clock.now() + milliseconds))

    def mute_until_morning(self) -> None:
        self._mute(next_morning(self._clock.now(), self._local))

    def mute_for_good(self) -> None:
        """Until somebody ends it; a restart does not."""
        self._mute(FOR_GOOD)

    def snooze(self, rule_id: str, milliseconds: int) -> None:
        """Tell nothing of this rule for a while; then again what was not dismissed."""
        now = self._clock.now()
        last = self._last_told.get(rule_id)
        waiting = self._put_off.setdefault(rule_id, [])
        if last is not None and last not in waiting:
            waiting.append(last)
        since = min((alert.raised_at for alert in waiting), default=now)
        self._snoozed[rule_id] = Snooze(now + milliseconds, since)
        self._keep_quiet()

    def restore(self, kept: KeptQuiet) -> None:
        """Go on with the quiet of an earlier run; what is over is forgotten.

        Snoozed alerts are found in the history, so it has to be there before.
        """
        kept = kept.at(self._clock.now())
        self.muted_until = UnixMs(kept.muted_until)
        self._snoozed = dict(kept.snoozes)
        self._put_off = {rule_id: [] for rule_id in kept.snoozes}
        for alert in self._book.history:
            snooze = self._snoozed.get(alert.rule_id)
            if snooze is not None and alert.raised_at >= snooze.since and not alert.missed:
                self._put_off[alert.rule_id].append(alert)
        self._was_silent = self.silence
        tell(self.changed.notify, None, self._faults)

    def notice(self, alerts: Iterable[Alert]) -> None:
        """The person pointed at these, opened or dismissed them."""
        fresh = tuple(alert.id for alert in alerts if alert.id not in self._noticed)
        if fresh:
            self._noticed.extend(fresh)
            tell(self.noticed.notify, fresh, self._faults)

    def acknowledge(self, alert: Alert) -> None:
        """The person has dealt with it: nothing more has to be done about it."""
        self.notice((alert,))
        try:
            self._book.dismiss(alert.id)
        except TheBotError as error:
            self._faults.notify(error)

    def was_noticed(self, alert: Alert) -> bool:
        return alert.id in self._noticed or self._is_dismissed(alert)

    def telling_of(self, alert: Alert) -> Telling:
        """How its rule wants it told."""
        armed = self._book.rule_of(alert)
        return Telling() if armed is None else armed.telling

    # What happens.

    def deliver(self, alert: Alert) -> None:
        """Tell people of ``alert``, with others that come at the same time."""
        self._gathering.add(alert)

    def tell_now(self) -> None:
        """Wait for no others."""
        self._gathering.end()

    def _sort(self, arrived: list[Alert]) -> None:
        """Decide about what came since the last time."""
        tell(self.arrived.notify, tuple(arrived), self._faults)
        silence = self.silence
        live = [alert for alert in arrived if self._is_live(alert, silence)]
        self._tell_live(sorted(live, key=lambda a: not self.telling_of(a).urgent))

    def flush(self) -> None:
        """Tell what had to wait. Called once a second."""
        now, silence = self._clock.now(), self.silence
        if silence is not self._was_silent:
            self._was_silent = silence
            tell(self.changed.notify, None, self._faults)
        if self._held and silence is None:
            held, self._held = tuple(self._held), []
            self._announce(Announcement(held, Occasion.HELD_BACK, silence=self._held_by))
        self._end_snoozes(now)
        for occasion in tuple(self._groups):
            self._tell_group(occasion, now)
        self._make_noise(now)

    def _is_live(self, alert: Alert, silence: Silence | None) -> bool:
        """Whether it is told now; what has to wait is put where it waits."""
        now = self._clock.now()
        if alert.missed:
            self._grow(Occasion.AWAY, [alert])
        elif self._is_snoozed(alert.rule_id, now):
            self._put_off[alert.rule_id].append(alert)
        elif silence is not None and not self.telling_of(alert).urgent:
            self._hold([alert], silence)
        else:
            return True
        return False

    def _tell_live(self, alerts: list[Alert]) -> None:
        """One by one as long as a person can follow, else together."""
        if not alerts:
            return
        now = self._clock.now()
        room = min(
            self._burst.room(now, BURST), self._minute.room(now, self._config().most_per_minute)
        )
        open_group = self._groups.get(Occasion.TOGETHER)
        if len(alerts) <= room and (open_group is None or open_group.ended(now)):
            self._burst.take(now, len(alerts))
            self._minute.take(now, len(alerts))
            for alert in alerts:
                self._announce(Announcement((alert,)))
            return
        self._grow(Occasion.TOGETHER, alerts)
        if not self._groups[Occasion.TOGETHER].told:
            self._tell_group(Occasion.TOGETHER, now)

    def _hold(self, alerts: list[Alert], silence: Silence) -> None:
        self._held += alerts
        self._held_by = silence

    def _grow(self, occasion: Occasion, alerts: list[Alert]) -> None:
        now = self._clock.now()
        group = self._groups.get(occasion)
        if group is not None and group.told and group.ended(now):
            self._tell_group(occasion, now)
            group = None
        if group is None:
            self._numbers += 1
            group = self._groups[occasion] = _Group(self._numbers, now, now)
        group.alerts += alerts
        group.grew = now

    def _tell_group(self, occasion: Occasion, now: UnixMs) -> None:
        """As many as it has now. One of the past waits for the quiet to end, and for a window."""
        group = self._groups[occasion]
        if occasion is Occasion.AWAY and (self.silence is not None or not self._sinks):
            return
        ended = group.ended(now)
        if ended:
            del self._groups[occasion]
        more = len(group.alerts) > group.told
        if more or (ended and group.told > group.told_first):
            told, group.told = group.told, len(group.alerts)
            group.told_first = group.told_first or group.told
            self._announce(
                Announcement(
                    tuple(group.alerts), occasion, group.number, grown=told > 0, complete=ended
                )
            )

    def _end_snoozes(self, now: UnixMs) -> None:
        over = [rule_id for rule_id in self._snoozed if not self._is_snoozed(rule_id, now)]
        for rule_id in over:
            del self._snoozed[rule_id]
            waiting = self._put_off.pop(rule_id, [])
            again = [alert for alert in waiting if not self._is_dismissed(alert)]
            urgent = bool(again) and self.telling_of(again[-1]).urgent
            silence = None if urgent else self.silence
            if again and silence is not None:
                self._hold(again, silence)
            elif again:
                self._announce(Announcement(tuple(again), Occasion.AGAIN))

    def _announce(self, announcement: Announcement) -> None:
        for alert in announcement.alerts:
            self._last_told[alert.rule_id] = alert
        for sink in tuple(self._sinks.values()):
            self._try(sink, announcement)
        if announcement.rings and self._noises:
            now = self._clock.now()
            wait_ms = self._config().sound_after * SECOND_MS
            self._due.append((UnixMs(now + wait_ms), announcement))
            self._make_noise(now)

    def _make_noise(self, now: UnixMs) -> None:
        due = [announcement for at, announcement in self._due if at <= now]
        self._due = [(at, announcement) for at, announcement in self._due if at > now]
        for announcement in due:
            if self._config().sound_after and not self._is_still_wanted(announcement):
                continue
            for sink in tuple(self._noises.values()):
                self._try(sink, announcement)

    def _is_still_wanted(self, announcement: Announcement) -> bool:
        """A noise that had to wait may be about what was noticed, or come into the quiet."""
        alerts = announcement.alerts
        if self.silence is not None and not any(self.telling_of(a).urgent for a in alerts):
            return False
        return not all(map(self.was_noticed, alerts))

    def _mute(self, until: UnixMs) -> None:
        self.muted_until = until
        self._was_silent = self.silence
        self._keep_quiet()
        tell(self.changed.notify, None, self._faults)

    def _is_snoozed(self, rule_id: str, now: UnixMs) -> bool:
        snooze = self._snoozed.get(rule_id)
        return snooze is not None and snooze.until > now

    def _keep_quiet(self) -> None:
        """A disk that refuses is told of; the quiet holds in this run all the same."""
        if self._store is None:
            return
        quiet = KeptQuiet(self.muted_until, dict(self._snoozed)).at(self._clock.now())
        try:
            self._store.save(quiet)
        except TheBotError as error:
            self._faults.notify(error)

    def _is_dismissed(self, alert: Alert) -> bool:
        found = (a for a in reversed(self._book.history) if a.id == alert.id)
        known = next(found, None)
        return known is not None and known.status is AlertStatus.DISMISSED

    def _try(self, sink: NotificationSink, announcement: Announcement) -> None:
        try:
            sink.tell(announcement)
        except TheBotError as error:
            log.warning("notification by %s failed: %s", sink.name, error)
            self._faults.notify(error)
