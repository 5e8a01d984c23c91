"""SeriesGuard: every closed candle of one series exactly once, in order, without a hole."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from thebot_desktop.domain.market import Candle, CandleUpdate, Origin, SeriesKey
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.fillers import LIMIT, fillers, origin_of

HELD_LIMIT = 1000
"""How many candles may wait for a repair before they are forgotten and asked for again."""


class Hole(Struct, frozen=True, gc=False):
    """Missing candles, from the first to the last missing open time."""

    first: UnixMs
    last: UnixMs


class SeriesGuard:
    """Puts the updates of one series in order and says what is missing between them.

    Updates wait here, one per open time, until everything before them has been delivered.
    Whoever owns the guard looks at ``hole`` after each ``accept``, fetches that stretch and
    hands it to ``fill``. Until ``start`` all updates wait: history comes first. With ``bridges``
    flat candles take the place of those that the exchange does not have.
    """

    def __init__(
        self, series: SeriesKey, *, held_limit: int = HELD_LIMIT, bridges: bool = True
    ) -> None:
        self.series = series
        self.started = False
        self.last_closed: UnixMs | None = None
        self._limit = held_limit
        self._bridges = bridges
        self._expected: UnixMs | None = None
        self._held: dict[UnixMs, CandleUpdate] = {}
        self._forming: CandleUpdate | None = None
        self._close_price: float | None = None

    @property
    def expected(self) -> UnixMs | None:
        """Open time of the next candle to be closed; None until the series is under way."""
        return self._expected

    @property
    def held(self) -> int:
        """How many candles wait for what is missing before them."""
        return len(self._held)

    @property
    def oldest_held(self) -> UnixMs | None:
        return min(self._held, default=None)

    @property
    def hole(self) -> Hole | None:
        """What must be fetched before the waiting updates can be delivered."""
        if not self.started or not self._held or self._expected is None:
            return None
        last = self._last_missing(max(self._held))
        return None if last is None else Hole(self._expected, last)

    def start(
        self, last_closed: UnixMs | None, close_price: float | None = None
    ) -> list[CandleUpdate]:
        """History up to ``last_closed`` has been delivered; what waited and is newer follows.

        Without any history the oldest waiting update, or the next to come, opens the series.
        ``close_price`` is that of the last candle of the history.
        """
        self.started = True
        self._close_price = close_price
        if last_closed is not None:
            self.last_closed = last_closed
            self._expected = self.series.interval.next_open(last_closed)
        return self._release()

    def accept(self, update: CandleUpdate) -> list[CandleUpdate]:
        """What may be delivered now that ``update`` is known, oldest first."""
        open_time = update.candle.open_time
        if self._expected is not None and open_time < self._expected:
            return []
        known = self._known(open_time)
        if known is not None and not _is_newer(update, known):
            return []
        if open_time == self._expected and not (update.closed or self._held) and self.started:
            # Nothing waits and nothing is missing: nearly every update comes this way.
            self._forming = update
            return [update]
        self._hold(update)
        return self._release()

    def fill(self, candles: Iterable[Candle], settled: UnixMs | None = None) -> list[CandleUpdate]:
        """What may be delivered now that ``candles`` were fetched, oldest first.

        Up to the open time ``settled`` the source has said all that it will ever say: a candle
        missing there is a hole of the exchange itself, and a flat one takes its place unless
        the hole is a long one. A fetched candle that knows fewer trades
        than the stream has shown lags behind and waits to be fetched again, unless it is settled.
        """
        for candle in candles:
            if self._is_wanted(candle, settled):
                self._held[candle.open_time] = CandleUpdate(
                    self.series.symbol,
                    self.series.interval,
                    candle,
                    closed=True,
                    event_time=self.series.interval.close_of(candle.open_time),
                    origin=Origin.REPAIRED,
                )
        released = self._release()
        if settled is not None:
            released += self._skip(settled)
        return released

    def _known(self, open_time: UnixMs) -> CandleUpdate | None:
        held = self._held.get(open_time)
        if held is not None:
            return held
        forming = self._forming
        return forming if forming is not None and forming.candle.open_time == open_time else None

    def _hold(self, update: CandleUpdate) -> None:
        self._held[update.candle.open_time] = update
        if len(self._held) > self._limit:
            newest = max(self._held)
            self._held = {newest: self._held[newest]}

    def _is_wanted(self, candle: Candle, settled: UnixMs | None) -> bool:
        open_time = candle.open_time
        if self._expected is not None and open_time < self._expected:
            return False
        known = self._known(open_time)
        if known is None:
            return True
        if known.closed:
            return False
        return candle.trades >= known.candle.trades or (
            settled is not None and open_time <= settled
        )

    def _release(self) -> list[CandleUpdate]:
        """Deliver waiting updates as long as each joins the one before it."""
        if not self.started or not self._held:
            return []
        if self._expected is None:
            self._expected = min(self._held)
        released: list[CandleUpdate] = []
        self._forget_before(self._expected)
        while (update := self._held.get(self._expected)) is not None:
            is_newest = len(self._held) == 1
            if not update.closed:
                if is_newest:
                    self._held.clear()
                    self._forming = update
                    released.append(update)
                break
            del self._held[self._expected]
            self._close(update)
            released.append(_quiet(update) if is_newest else _late(update))
        return released

    def _skip(self, settled: UnixMs) -> list[CandleUpdate]:
        """Go past what the exchange does not have, up to ``settled``."""
        released: list[CandleUpdate] = []
        while (hole := self.hole) is not None and hole.first <= settled:
            ahead = [when for when, held in self._held.items() if held.closed]
            ahead.append(max(self._held))
            following = min(when for when in ahead if when > hole.first)
            after_hole = min(following, self._first_open_after(settled))
            released += self._fillers(hole.first, after_hole)
            self._expected = after_hole
            released += self._release()
        return released

    def _fillers(self, first: UnixMs, end: UnixMs) -> list[CandleUpdate]:
        """Flat candles from ``first`` until before ``end``; none for a long hole."""
        series, price = self.series, self._close_price
        if not self._bridges or price is None or end - first > LIMIT * series.interval.milliseconds:
            return []
        updates = [
            CandleUpdate(
                series.symbol,
                series.interval,
                candle,
                closed=True,
                event_time=series.interval.close_of(candle.open_time),
                origin=Origin.EXCHANGE_HOLE,
            )
            for candle in fillers(series.interval, first, UnixMs(end - 1), price)
            if series.interval.next_open(candle.open_time) <= end
        ]
        if updates:
            self._close(updates[-1])
        return updates

    def _first_open_after(self, settled: UnixMs) -> UnixMs:
        interval = self.series.interval
        when = self._expected
        assert when is not None
        if interval.is_regular:
            steps = (settled - when) // interval.milliseconds + 1
            return UnixMs(when + steps * interval.milliseconds)
        while when <= settled:
            when = interval.next_open(when)
        return when

    def _last_missing(self, newest: UnixMs) -> UnixMs | None:
        """The latest open time before ``newest`` that has no closed candle waiting."""
        assert self._expected is not None
        if newest <= self._expected:
            return None
        interval = self.series.interval
        if interval.is_regular:
            steps = (newest - 1 - self._expected) // interval.milliseconds
            when = UnixMs(self._expected + steps * interval.milliseconds)
            while self._has_closed(when):
                when = UnixMs(when - interval.milliseconds)
            return when
        last, when = self._expected, self._expected
        while when < newest:
            if not self._has_closed(when):
                last = when
            when = interval.next_open(when)
        return last

    def _has_closed(self, open_time: UnixMs) -> bool:
        held = self._held.get(open_time)
        return held is not None and held.closed

    def _close(self, update: CandleUpdate) -> None:
        self._forming = None
        self._close_price = update.candle.close
        self.last_closed = update.candle.open_time
        self._expected = self.series.interval.next_open(self.last_closed)
        self._forget_before(self._expected)

    def _forget_before(self, open_time: UnixMs) -> None:
        for stale in [when for when in self._held if when < open_time]:
            del self._held[stale]


def _is_newer(update: CandleUpdate, known: CandleUpdate) -> bool:
    """Whether ``update`` says more about the candle than what is known of it."""
    if known.closed:
        return False
    if update.closed:
        return True
    return (
        update.event_time >= known.event_time
        and update.candle.trades >= known.candle.trades
        and (update.event_time, update.candle) != (known.event_time, known.candle)
    )


def _quiet(update: CandleUpdate) -> CandleUpdate:
    """A closed candle in time says whether anybody traded."""
    if update.origin is not Origin.LIVE or origin_of(update.candle, Origin.LIVE) is Origin.LIVE:
        return update
    return msgspec.structs.replace(update, origin=Origin.NO_TRADES)


def _late(update: CandleUpdate) -> CandleUpdate:
    """A candle from the stream that is delivered only after its successor was under way."""
    if update.origin is not Origin.LIVE:
        return update
    return msgspec.structs.replace(update, origin=Origin.LATE)
