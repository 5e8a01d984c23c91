"""CandleRecorder: keeps each candle that became final, a few at a time."""

from __future__ import annotations

from collections import defaultdict

from thebot_desktop.app.history import CandleArchive
from thebot_desktop.domain.market import Candle, CandleUpdate, Origin, SeriesKey


class CandleRecorder:
    """Gathers candles as they close; ``flush`` writes them in one transaction per series."""

    def __init__(self, archive: CandleArchive) -> None:
        self._archive = archive
        self._waiting: list[CandleUpdate] = []

    def add(self, update: CandleUpdate) -> None:
        self._waiting.append(update)

    def flush(self) -> None:
        groups: defaultdict[tuple[SeriesKey, Origin], list[Candle]] = defaultdict(list)
        for update in self._waiting:
            groups[update.series, update.origin].append(update.candle)
        self._waiting.clear()
        for (series, origin), candles in groups.items():
            self._archive.save(series, candles, origin)
