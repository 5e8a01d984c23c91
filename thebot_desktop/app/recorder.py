"""CandleRecorder: keeps each candle that became final, a few at a time."""

from __future__ import annotations

from collections import defaultdict

from thebot_desktop.app.history import CandleArchive
from thebot_desktop.domain.errors import StorageError, TheBotError
from thebot_desktop.domain.market import Candle, CandleUpdate, Origin, SeriesKey
from thebot_desktop.domain.observers import Observers


class CandleRecorder:
    """Gathers candles as they close; ``flush`` writes them in one transaction per series.

    A disk that refuses them is reported once; the candles stay in memory and are tried again,
    the newest ``MOST`` of them.
    """

    MOST = 10_000

    def __init__(self, archive: CandleArchive, faults: Observers[TheBotError]) -> None:
        self._archive = archive
        self._faults = faults
        self._waiting: list[CandleUpdate] = []
        self._refused = False

    def add(self, update: CandleUpdate) -> None:
        self._waiting.append(update)

    def flush(self) -> None:
        if not self._waiting:
            return
        groups: defaultdict[tuple[SeriesKey, Origin], list[Candle]] = defaultdict(list)
        for update in self._waiting:
            groups[update.series, update.origin].append(update.candle)
        try:
            for (series, origin), candles in groups.items():
                self._archive.save(series, candles, origin)
        except StorageError as error:
            self._waiting = self._waiting[-self.MOST :]
            if not self._refused:
                self._refused = True
                self._faults.notify(error)
            return
        self._waiting.clear()
        self._refused = False
