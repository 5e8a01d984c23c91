"""The health document: what is told of a running program."""

from __future__ import annotations

import os
from pathlib import Path

from thebot_desktop import __version__
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.health import HealthDocument, HealthService, SeriesHealth
from thebot_desktop.bootstrap.feed import Feed
from thebot_desktop.bootstrap.stores import Stores


def health_of(
    service: HealthService, context: AppContext, feed: Feed, stores: Stores
) -> HealthDocument:
    now = context.clock.now()
    state = service.state
    series = tuple(
        SeriesHealth(
            str(s), len(context.stream.candles(s)), context.stream.freshness.of_series(s, now)
        )
        for s in context.session.series
    )
    return HealthDocument(
        version=__version__,
        mode=context.mode.value,
        source=context.source,
        state=state.state.value if state is not None else "connecting",
        reason=state.reason if state is not None else "",
        freshness=service.freshness,
        at=now,
        feed=feed.statistics(),
        series=series,
        holes_open=service.holes_open,
        candles_repaired=service.repaired,
        alerts=len(context.alerts.history),
        signals=len(context.signals.get_signals()),
        faults=service.faults,
        memory_mb=resident_mb(),
        not_stored=stores.candles.refusal or stores.alerts.refusal,
        latency_ms=context.stream.freshness.latency_ms(now),
        clock_offset_ms=context.stream.freshness.exchange_clock.offset_ms,
    )


def resident_mb() -> float | None:
    """Resident memory of this process, None where the system does not tell cheaply."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576
