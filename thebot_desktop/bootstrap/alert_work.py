"""What is done about alerts besides raising them: what was kept, channels, outbox, catching up."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thebot_desktop.adapters.outside import OutsideWorld
from thebot_desktop.adapters.secrets import KeyringSecrets
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.app.catch_up import CatchUp, Load
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.channels import NamedChannel
from thebot_desktop.app.given_secrets import GivenSecrets
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.app.outbox import Outbox
from thebot_desktop.app.plugin_rules import renewed
from thebot_desktop.app.routing import ScreenLog
from thebot_desktop.bootstrap.feed import Feed
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.bootstrap.stores import Stores
from thebot_desktop.domain.errors import PluginError, StorageError, TheBotError
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import Clock

if TYPE_CHECKING:
    from thebot_desktop.bootstrap.engine import Engine


@dataclass(frozen=True)
class AlertWork:
    """What is done about alerts besides raising them, where no other program does it."""

    outbox: Outbox
    screen: ScreenLog
    catch_up: CatchUp


def open_channels(ground: Ground, clock: Clock) -> ChannelBook:
    """Those of the profile. Nothing leaves the machine where its alerts are not kept."""
    if not ground.keeps_alerts:
        return ChannelBook()
    kinds = ground.plugins.channels
    outside = OutsideWorld(proxy=ground.settings.current.network.proxy)
    ground.supervisor.at_stop("channels outside", outside.aclose)
    store = ChannelFile(ground.profile.channel_file, kinds)
    kept: tuple[NamedChannel, ...] = ()
    try:
        kept = store.load()
    except StorageError as error:
        ground.notices.append(error.user_message)
    return ChannelBook(
        kinds,
        outside=outside,
        secrets=KeyringSecrets(ground.profile.folder),
        store=store,
        channels=kept,
        clock=clock,
        given=GivenSecrets(os.environ),
    )


def restore(
    ground: Ground, stores: Stores, alerts: AlertManager, signals: SignalAggregator
) -> None:
    """What earlier runs left. What cannot be read is said, and left in the file."""
    kept, settings = stores.alerts, ground.settings.current
    try:
        alerts.restore(kept.rules(), kept.alerts(settings.alerts.history_size), kept.spoke())
        signals.restore(kept.signals(settings.signals.history_size))
    except StorageError as error:
        ground.notices.append(error.user_message)


def alert_work(
    ground: Ground, market: Market, stores: Stores, feed: Feed, engine: Engine
) -> AlertWork | None:
    """From now on each alert is seen to; what was missed is known from the last run's notes.

    None where another program does it, or alerts are not kept.
    """
    if not ground.tells_alerts:
        return None
    catch_up = CatchUp(
        stores.alerts,
        _loader(feed, stores, ground.faults),
        stream=engine.stream,
        subscriber=engine.subscriber,
        alerts=engine.alerts,
        signals=engine.signals,
        clock=market.clock,
        spawn=ground.supervisor.spawn,
        faults=ground.faults,
    )
    outbox = Outbox(stores.alerts, engine.channels.send, market.clock, ground.faults)
    screen = ScreenLog(stores.alerts)

    def see_to(alert: Alert) -> None:
        outbox.wake()
        # Whoever else listens is told first: what is noted as told is not told again.
        asyncio.get_running_loop().call_soon(screen.note, alert)

    def rename(old: str, new: str) -> None:
        stores.alerts.rename_channel(old, new)
        outbox.rename(old, new)
        engine.alerts.exchange(stores.alerts.rules())

    engine.alerts.raised.add(see_to)
    engine.channels.rename_elsewhere = rename
    try:
        catch_up.restore()
    except StorageError as error:
        ground.notices.append(error.user_message)
    return AlertWork(outbox, screen, catch_up)


def _loader(feed: Feed, stores: Stores, faults: Observers[TheBotError]) -> Load | None:
    """More candles than memory holds, from disk and the exchange; None where there is none."""
    source = feed.history
    if source is None:
        return None

    async def load(series: SeriesKey, count: int) -> Candles:
        return await HistoryLoader(source, stores.candles, count, faults).load(series)

    return load


def renew_rules(ground: Ground, stores: Stores, alerts: AlertManager) -> None:
    """Rules may be made of a plug-in that is another one now. Raises StorageError."""
    plugins = ground.plugins
    stores.alerts.learn(plugins.rules)
    armed = renewed(alerts.armed, stores.alerts.rules(), plugins.rules, plugins.indicators)
    if armed == alerts.armed:
        return
    lost = {a.id for a in alerts.armed} - {a.id for a in armed}
    alerts.exchange(armed)
    if lost:
        sentence = "An alert is" if len(lost) == 1 else f"{len(lost)} alerts are"
        raise PluginError(
            user_message=f"{sentence} set aside until the plug-in is back that it is made of."
        )


def follow_rules(stores: Stores, alerts: AlertManager) -> None:
    """A chore: ``thebot rules`` may have changed what is armed. Raises StorageError."""
    if not stores.alerts.changed_elsewhere():
        return
    stored = stores.alerts.rules()
    if tuple(stored) != alerts.armed:
        alerts.exchange(stored)
