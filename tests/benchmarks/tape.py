"""A market written down in an exchange's own messages: prices walk, candles advance and close."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

MIX = {"trade": 50, "aggTrade": 15, "bookTicker": 15, "kline": 10, "ticker": 10}
"""What a program that watches trades hears, in hundredths of its messages."""
CANDLES = {"kline": 75, "ticker": 25}
"""What one hears that watches candles and 24 h statistics only."""
ROUND_MS = 2_000
"""Every candle is told once in so much market time, as the exchange does."""
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def symbols(count: int) -> list[str]:
    """Names of equal length: AAAUSDT, AABUSDT, …"""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [
        f"{letters[i // 676 % 26]}{letters[i // 26 % 26]}{letters[i % 26]}USDT"
        for i in range(count)
    ]


def length_of(interval: str) -> int:
    return int(interval[:-1]) * UNITS[interval[-1]]


class Coin:
    """One symbol: its price, the numbers of its trades, its forming candles."""

    def __init__(self, name: str, chance: random.Random) -> None:
        self.name = name
        self.stream = name.lower()
        self.price = 10 ** chance.uniform(0, 4.5)
        self.trades = chance.randrange(10**8, 10**9)
        self.candles: dict[str, list[float]] = {}

    def begin(self, interval: str) -> list[float]:
        """Open, high, low, close, volume, trades of a candle that begins now."""
        candle = self.candles[interval] = [self.price] * 4 + [0.0, 0]
        return candle


class Tape:
    """Messages in order, each with whether it closes a candle."""

    def __init__(
        self, names: list[str], intervals: tuple[str, ...], mix: dict[str, int], start: int
    ) -> None:
        self._chance = random.Random(1)
        self._coins = [Coin(name, self._chance) for name in names]
        self._intervals = intervals
        self._start = start
        self._others = [kind for kind in mix if kind != "kline"]
        self._weights = [mix[kind] for kind in self._others]
        klines = len(names) * len(intervals)
        self._per_round = round(klines * sum(self._weights) / mix["kline"])
        self._write = {
            "trade": self._trade,
            "aggTrade": self._trade,
            "bookTicker": self._quote,
            "ticker": self._ticker,
        }

    @property
    def round_size(self) -> int:
        """How many messages tell everything once."""
        return self._per_round + len(self._coins) * len(self._intervals)

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        now = self._start
        while True:
            yield from self._round(now)
            now += ROUND_MS

    def _round(self, now: int) -> Iterator[tuple[bytes, bool]]:
        """Two seconds of the market: what happens in them, then the state of every candle."""
        others = self._chance.choices(self._others, self._weights, k=self._per_round)
        for number, kind in enumerate(others):
            coin = self._chance.choice(self._coins)
            coin.price *= 1 + self._chance.uniform(-2e-4, 2e-4)
            yield self._write[kind](coin, now + number * ROUND_MS // self._per_round), False
        end = now + ROUND_MS
        for coin in self._coins:
            for interval in self._intervals:
                yield self._kline(coin, interval, now, end), end % length_of(interval) == 0

    def _trade(self, coin: Coin, now: int) -> bytes:
        """Of every third coin single trades, of the others aggregates: each has its own numbers."""
        coin.trades += 1
        number = coin.trades
        side = b"true" if number & 1 else b"false"
        if hash_of(coin) % 3:
            return (
                b'{"stream":"%b@trade","data":{"e":"trade","E":%d,"s":"%b","t":%d,"p":"%.8f",'
                b'"q":"0.00102000","T":%d,"m":%b,"M":true}}'
            ) % (coin.stream.encode(), now, coin.name.encode(), number, coin.price, now, side)
        return (
            b'{"stream":"%b@aggTrade","data":{"e":"aggTrade","E":%d,"s":"%b","a":%d,"p":"%.8f",'
            b'"q":"0.00102000","f":%d,"l":%d,"T":%d,"m":%b,"M":true}}'
        ) % (
            *(coin.stream.encode(), now, coin.name.encode(), number, coin.price),
            *(number, number, now, side),
        )

    def _quote(self, coin: Coin, now: int) -> bytes:
        return (
            b'{"stream":"%b@bookTicker","data":{"u":%d,"s":"%b","b":"%.8f","B":"3.10210000",'
            b'"a":"%.8f","A":"1.40660000"}}'
        ) % (
            *(coin.stream.encode(), now * 10 + coin.trades % 10, coin.name.encode()),
            *(coin.price * 0.9999, coin.price * 1.0001),
        )

    def _ticker(self, coin: Coin, now: int) -> bytes:
        price = coin.price
        return (
            b'{"stream":"%b@ticker","data":{"e":"24hrTicker","E":%d,"s":"%b","p":"%.8f",'
            b'"P":"1.002","w":"%.8f","x":"%.8f","c":"%.8f","Q":"0.01200000","b":"%.8f",'
            b'"B":"0.51000000","a":"%.8f","A":"0.72000000","o":"%.8f","h":"%.8f","l":"%.8f",'
            b'"v":"183920.11000000","q":"910238120.10000000","O":%d,"C":%d,"F":1,"L":%d,'
            b'"n":1200000}}'
        ) % (
            *(coin.stream.encode(), now, coin.name.encode(), price * 0.01, price, price, price),
            *(price, price, price * 0.99, price * 1.02, price * 0.98),
            *(now - UNITS["d"], now, coin.trades),
        )

    def _kline(self, coin: Coin, interval: str, now: int, end: int) -> bytes:
        length = length_of(interval)
        opened = now - now % length
        begins = now == opened or interval not in coin.candles
        candle = coin.begin(interval) if begins else coin.candles[interval]
        candle[1] = max(candle[1], coin.price)
        candle[2] = min(candle[2], coin.price)
        candle[3] = coin.price
        candle[4] += 1.5
        candle[5] += 7
        return (
            b'{"stream":"%b@kline_%b","data":{"e":"kline","E":%d,"s":"%b","k":{"t":%d,"T":%d,'
            b'"s":"%b","i":"%b","f":%d,"L":%d,"o":"%.8f","c":"%.8f","h":"%.8f","l":"%.8f",'
            b'"v":"%.8f","n":%d,"x":%b,"q":"1678510.12345678","V":"51.20311000",'
            b'"Q":"848391.12345678","B":"0"}}}'
        ) % (
            *(coin.stream.encode(), interval.encode(), end, coin.name.encode()),
            *(opened, opened + length - 1, coin.name.encode(), interval.encode()),
            *(coin.trades - 7, coin.trades, candle[0], candle[3], candle[1], candle[2]),
            *(candle[4], candle[5], b"true" if end % length == 0 else b"false"),
        )


def hash_of(coin: Coin) -> int:
    """The same in every run, unlike ``hash``."""
    return sum(coin.name.encode())


def mini_tickers(names: list[str], now: int, step: int) -> bytes:
    """The 24 h statistics of all symbols in one message; ``step`` moves the prices."""
    rows = b",".join(
        (
            b'{"e":"24hrMiniTicker","E":%d,"s":"%b","c":"%.4f","o":"%.4f","h":"%.4f","l":"%.4f",'
            b'"v":"183920.11000000","q":"910238120.10000000"}'
        )
        % (now, name.encode(), 100 + (i * 7 + step * 13) % 101 / 10, 100, 115, 95)
        for i, name in enumerate(names)
    )
    return b'{"stream":"!miniTicker@arr","data":[%b]}' % rows


def frame(payload: bytes) -> bytes:
    """``payload`` as a server sends it over a WebSocket."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
