"""Stand-ins and builders shared by the tests."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from thebot_desktop.alerts.manager import AlertConfig, AlertManager
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import (
    Candle,
    Candles,
    CandleUpdate,
    Instrument,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
    candles_of,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertStatus, Direction, Signal, Strength
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.ports import Subscriptions

BTC_1M = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
ETH_1M = SeriesKey(Symbol("ETHUSDT"), Interval.M1)
MINUTE = 60_000


def candle(index: int, close: float | None = None) -> Candle:
    """A minute candle on a gentle wave, number ``index`` since the epoch."""
    price = close if close is not None else 100 + 10 * math.sin(index / 7) + index * 0.01
    return Candle(
        UnixMs(index * MINUTE), price - 1, price + 2, price - 2, price, 5.0, 500.0, 10, 2.5
    )


def candles(count: int, start: int = 0) -> Candles:
    return candles_of([candle(i) for i in range(start, start + count)], Origin.HISTORY)


def update(
    index: int,
    close: float | None = None,
    *,
    closed: bool = True,
    series: SeriesKey = BTC_1M,
    origin: Origin = Origin.LIVE,
) -> CandleUpdate:
    c = candle(index, close)
    at = UnixMs(c.open_time + (MINUTE if closed else MINUTE // 2))
    return CandleUpdate(series.symbol, series.interval, c, closed, at, origin)


def signal(
    index: int = 0,
    direction: Direction = Direction.BUY,
    source: str = "RSI(14)",
    series: SeriesKey = BTC_1M,
    confidence: float = 0.5,
) -> Signal:
    at = UnixMs(index * MINUTE)
    return Signal(
        series,
        at,
        source,
        direction,
        Strength.MEDIUM,
        confidence,
        100.0,
        "because",
        UnixMs(at + MINUTE),
    )


def binance_message(u: CandleUpdate) -> bytes:
    """``u`` as the exchange would send it on a combined connection."""
    c = u.candle
    kline = {
        "t": c.open_time,
        "T": u.interval.close_of(c.open_time),
        "s": u.symbol,
        "i": u.interval.value,
        "f": 1,
        "L": 2,
        "o": str(c.open),
        "h": str(c.high),
        "l": str(c.low),
        "c": str(c.close),
        "v": str(c.volume),
        "n": c.trades,
        "x": u.closed,
        "q": str(c.quote_volume),
        "V": str(c.taker_buy_volume),
        "Q": "0",
        "B": "0",
    }
    data = {"e": "kline", "E": u.event_time, "s": u.symbol, "k": kline}
    name = f"{u.symbol.lower()}@kline_{u.interval.value}"
    return json.dumps({"stream": name, "data": data}).encode()


class FakeAlertLog:
    """Remembers in memory, as the store does on disk."""

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.statuses: dict[str, AlertStatus] = {}
        self.rules: dict[str, object] = {}

    def save_alert(self, alert, deliveries=()):
        if alert.key in self.alerts:
            return False
        self.alerts[alert.key] = alert
        return True

    def update_status(self, alert_id, status):
        self.statuses[alert_id] = status

    def save_rule(self, rule):
        self.rules[rule.id] = rule

    def delete_rule(self, rule_id):
        del self.rules[rule_id]


class FakeArchive:
    """Candles kept in a dict."""

    def __init__(self) -> None:
        self.kept: dict[SeriesKey, dict[int, tuple[Candle, Origin]]] = {}

    def load(self, series, limit):
        rows = self.kept.get(series, {})
        newest = [rows[t] for t in sorted(rows)[-limit:]]
        found = candles_of([candle for candle, _ in newest], Origin.HISTORY)
        found.origin[:] = [origin for _, origin in newest]
        return found

    def save(self, series, candles, origin):
        rows = self.kept.setdefault(series, {})
        for c in candles:
            rows.setdefault(c.open_time, (c, origin))

    def last_open_time(self, series):
        return max(self.kept.get(series, {}), default=None)


class FakeHistory:
    """A HistorySource over a list of candles; ``offline`` makes every request fail."""

    def __init__(self, rows: Iterable[Candle] = ()) -> None:
        self.rows = list(rows)
        self.requests: list[tuple[object, ...]] = []
        self.offline = False
        self.known = [Instrument(Symbol("BTCUSDT"), "BTC", "USDT", 0.01, 0.00001, 2, 5)]

    async def candles(self, series, *, start=None, end=None, limit=1000):
        self._check()
        self.requests.append((series, start, end, limit))
        rows = [
            c
            for c in self.rows
            if (start is None or c.open_time >= start) and (end is None or c.open_time <= end)
        ]
        return rows[:limit] if start is not None else rows[-limit:]

    async def instruments(self):
        self._check()
        return {i.symbol: i for i in self.known}

    async def tickers(self, symbols):
        self._check()
        return []

    async def server_time(self):
        self._check()
        return UnixMs(0)

    def _check(self) -> None:
        if self.offline:
            raise TransientFeedError("offline")


class FakeFeed:
    """Delivers the events it is given; remembers what was wanted."""

    def __init__(self, events: Iterable[object] = ()) -> None:
        self._events = list(events)
        self.wanted = Subscriptions()

    async def events(self):
        for event in self._events:
            yield event

    def subscribe(self, wanted):
        self.wanted = wanted

    async def aclose(self):
        self._events.clear()


class Core:
    """The inner objects of the program over fakes: one pipeline, ready to be fed."""

    def __init__(self, log=None, config: AlertConfig | None = None) -> None:
        self.clock = SimulatedClock()
        self.faults = Observers()
        self.reported = []
        self.faults.add(self.reported.append)
        self.log = log or FakeAlertLog()
        self.stream = DataStream(DataStreamConfig(), self.clock)
        self.indicators = IndicatorIntegrationFactory(self.faults, self.stream.candles_of)
        self.signals = SignalAggregator()
        self.alerts = AlertManager(config or AlertConfig(), self.log, self.clock, self.faults)
        self.subscriber = RealTimeDataSubscriber()
        self.pipeline = Pipeline(
            clock=self.clock,
            stream=self.stream,
            indicators=self.indicators,
            signals=self.signals,
            alerts=self.alerts,
            subscriber=self.subscriber,
            faults=self.faults,
        )
