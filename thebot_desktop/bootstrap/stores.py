"""Stores: candles and alerts, on disk or in memory, and what else the profile keeps."""

from __future__ import annotations

from dataclasses import dataclass

from thebot_desktop.adapters.storage.alert_store import AlertStore
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.adapters.storage.drawing_store import DrawingFiles
from thebot_desktop.adapters.storage.shelf_file import ShelfFile
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.app.candle_keeper import CandleKeeper
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.indicator_shelf import IndicatorShelf
from thebot_desktop.bootstrap.ground import Ground
from thebot_desktop.bootstrap.market import LOCAL_SOURCE, Market
from thebot_desktop.domain.errors import StorageError


@dataclass(frozen=True)
class Stores:
    candles: CandleKeeper
    alerts: AlertStore


def open_stores(ground: Ground, market: Market) -> Stores:
    """On disk; in memory where nothing is kept or the disk refuses.

    A server on this machine may tell another story tomorrow: its candles are never kept.
    """
    keep_candles = ground.keeps_market and market.source != LOCAL_SOURCE
    candle_file = ground.profile.candle_file(market.source) if keep_candles else None
    alert_file = ground.profile.alert_file if ground.keeps_alerts else None
    hooks = condition_hooks(ground.plugins.indicators)
    stores = Stores(
        CandleKeeper(CandleStore(candle_file, []), ground.faults, market.clock),
        AlertStore(alert_file, ground.plugins.rules, ground.notices, hooks),
    )

    async def close() -> None:
        stores.candles.close()
        stores.alerts.close()

    ground.supervisor.at_stop("stores", close)
    return stores


def open_drawings(ground: Ground) -> DrawingBook:
    """In the profile; in memory where nothing of this market is kept."""
    store = DrawingFiles(ground.profile.drawings) if ground.keeps_market else None
    return DrawingBook(store, ground.faults.notify)


def open_shelf(ground: Ground) -> IndicatorShelf:
    """As drawings are kept. One that cannot be read is said, and left aside."""
    if not ground.keeps_market:
        return IndicatorShelf()
    store = ShelfFile(ground.profile.shelf_file)
    try:
        return IndicatorShelf(store, store.load())
    except StorageError as error:
        ground.notices.append(error.user_message)
        return IndicatorShelf(store)
