"""ComparisonFeed: has the series of compared symbols delivered for as long as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import SeriesKey, Symbol


class ComparisonFeed:
    """What one chart needs of other symbols, at its own interval."""

    def __init__(
        self, session: Session, subscriber: RealTimeDataSubscriber, changed: Callable[[], None]
    ) -> None:
        self._session = session
        self._subscriber = subscriber
        self._changed = changed
        self._series: tuple[SeriesKey, ...] = ()
        self._let_go: list[Callable[[], object]] = []
        self._told: dict[SeriesKey, Moment] = {}

    @property
    def series(self) -> tuple[SeriesKey, ...]:
        return self._series

    def follow(self, shown: SeriesKey, symbols: Sequence[Symbol]) -> None:
        """These symbols beside ``shown``; what was followed before and is not now is let go of."""
        wanted = tuple(SeriesKey(s, shown.interval) for s in symbols if s != shown.symbol)
        self._told.clear()
        self._changed()
        if wanted == self._series:
            return
        before, self._let_go, self._series = self._let_go, [], wanted
        for series in wanted:
            self._let_go.append(self._session.open(series))
            self._let_go.append(self._subscriber.subscribe(series, lambda _new: self._changed()))
        for let_go in reversed(before):
            let_go()

    def news(self) -> Iterator[Moment]:
        """The newest moment of each series that has one, each only once."""
        for series in self._series:
            moment = self._subscriber.latest(series)
            if moment is not None and moment is not self._told.get(series):
                self._told[series] = moment
                yield moment

    def release(self) -> None:
        """Nobody needs them any more."""
        let_go, self._let_go, self._series = self._let_go, [], ()
        for each in reversed(let_go):
            each()
