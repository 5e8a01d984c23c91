"""``thebot watch``: candles, indicators, signals and alerts as JSON Lines, without a screen."""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Iterable, Sequence
from typing import TextIO

import msgspec
import numpy as np
from msgspec import Struct

from thebot_desktop.alerts.alert_line import told_line_of
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.expressions import parse_indicator
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.bootstrap import Launch, Program, open_program
from thebot_desktop.cli.ending import until_ended
from thebot_desktop.cli.rule_text import read_rule
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import (
    ConnectionChange,
    ConnectionState,
    Interval,
    Origin,
    SeriesKey,
)
from thebot_desktop.domain.signals import Alert, Delivery, Signal
from thebot_desktop.domain.time import UnixMs


class WatchOptions(Struct, frozen=True):
    symbols: tuple[str, ...]
    intervals: tuple[Interval, ...] = (Interval.M1,)
    indicators: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    history: int = 500
    forming: bool = False
    duration: float | None = None


async def run(options: WatchOptions, launch: Launch, out: TextIO, err: TextIO) -> int:
    """Print until the duration is over or a signal comes. Raises TheBotError kinds.

    Rules of the profile are asked too, and what they raise is kept; unless another program that
    runs with the profile does both.
    """
    program = await open_program(launch)
    for notice in program.context.notices:
        err.write(f"thebot: {notice}\n")
    try:
        series = await _series(program, options)
        wanted = tuple(
            parse_indicator(text, program.plugins.indicators) for text in options.indicators
        )
        _require_something(program, options)
        for armed in _rules(program, options):
            program.context.alerts.arm(armed, keep=False)
        printer = Printer(out, options, wanted)
        _listen(program, printer)
        program.start()
        for key in series:
            program.context.session.use_indicators(key, wanted)
            program.context.session.open(key)
        await until_ended(printer.closed, options.duration)
    finally:
        await program.aclose()
    return 0


class Printer:
    """Turns what the program finds into lines. A reader that went away ends the command."""

    def __init__(self, out: TextIO, options: WatchOptions, indicators: Sequence[Indicator]) -> None:
        self._out = out
        self._history = options.history
        self._forming = options.forming
        self._indicators = tuple(indicators)
        self._begun: set[SeriesKey] = set()
        self._owed: dict[tuple[SeriesKey, Indicator], UnixMs] = {}
        """Values of closed candles that wait for another symbol's, by the time of the candle."""
        self.closed = asyncio.Event()

    def moment(self, moment: Moment) -> None:
        if moment.history:
            self._print_history(moment)
            return
        self._print_owed(moment)
        if moment.closed or self._forming:
            self._print_candle(moment, -1, closed=moment.closed, origin=moment.origin)
            self._print_indicators(moment)
        for found in moment.signals:
            self._print_signal(found)

    def alert(self, alert: Alert, deliveries: Iterable[Delivery]) -> None:
        self._print({"type": "alert", **told_line_of(alert, deliveries)})

    def connection(self, change: ConnectionChange) -> None:
        connecting = change.state is ConnectionState.CONNECTING
        state = ConnectionState.OFFLINE if connecting else change.state
        self._print(
            {
                "type": "status",
                "state": state.value,
                "reason": change.reason,
                "time": change.event_time,
            }
        )

    def _print_history(self, moment: Moment) -> None:
        """The warm-up, once for each series."""
        if moment.series in self._begun:
            return
        self._begun.add(moment.series)
        count = len(moment.candles)
        for index in range(max(0, count - self._history), count):
            origin = Origin(int(moment.candles.origin[index]))
            self._print_candle(moment, index, closed=True, origin=origin)

    def _print_candle(self, moment: Moment, index: int, *, closed: bool, origin: Origin) -> None:
        candle = moment.candles.at(index)
        self._print(
            {
                "type": "candle",
                "symbol": moment.series.symbol,
                "interval": moment.series.interval.value,
                "open_time": candle.open_time,
                "open": candle.open,
                "high": candle.high,
                "low": candle.low,
                "close": candle.close,
                "volume": candle.volume,
                "trades": candle.trades,
                "closed": closed,
                "origin": origin.label,
            }
        )

    def _print_indicators(self, moment: Moment) -> None:
        for indicator in self._indicators:
            values = moment.values_of(indicator)
            if values is None:
                continue
            newest = {name: float(column[-1]) for name, column in values.items()}
            if moment.closed and indicator.others and all(map(math.isnan, newest.values())):
                self._owed[moment.series, indicator] = moment.open_time
            else:
                self._print_values(moment, indicator, moment.open_time, newest)

    def _print_owed(self, moment: Moment) -> None:
        """When they are known, or at the next close without them."""
        for series, indicator in [key for key in self._owed if key[0] == moment.series]:
            open_time = self._owed[series, indicator]
            at = int(np.searchsorted(moment.candles.open_time, open_time))
            columns = moment.values_of(indicator) or {}
            found = {name: float(column[at]) for name, column in columns.items()}
            if moment.closed or not all(map(math.isnan, found.values())):
                del self._owed[series, indicator]
                self._print_values(moment, indicator, open_time, found)

    def _print_values(
        self, moment: Moment, indicator: Indicator, open_time: UnixMs, values: dict[str, float]
    ) -> None:
        self._print(
            {
                "type": "indicator",
                "symbol": moment.series.symbol,
                "interval": moment.series.interval.value,
                "open_time": open_time,
                "indicator": indicator.label,
                "values": values,
            }
        )

    def _print_signal(self, found: Signal) -> None:
        self._print(
            {
                "type": "signal",
                "symbol": found.series.symbol,
                "interval": found.series.interval.value,
                "open_time": found.open_time,
                "direction": found.direction.value,
                "strength": found.strength.value,
                "confidence": found.confidence,
                "price": found.price,
                "source": found.source,
                "reason": found.reason,
            }
        )

    def _print(self, line: dict[str, object]) -> None:
        if self.closed.is_set():
            return
        try:
            # NaN, a value that is still warming up, is written as null.
            self._out.write(msgspec.json.encode(line).decode() + "\n")
            self._out.flush()
        except BrokenPipeError:
            self.closed.set()


async def _series(program: Program, options: WatchOptions) -> list[SeriesKey]:
    resolve = program.context.session.instruments.resolve
    symbols = dict.fromkeys([await resolve(text) for text in options.symbols])
    return [SeriesKey(symbol, interval) for symbol in symbols for interval in options.intervals]


def _require_something(program: Program, options: WatchOptions) -> None:
    """Raises InputError where there would be nothing to print."""
    if not options.symbols and not program.context.alerts.armed:
        sentence = "There is nothing to watch: name a symbol, or add a rule to the profile."
        raise InputError(user_message=sentence)


def _rules(program: Program, options: WatchOptions) -> list[ArmedRule]:
    """Those of the command line, under ids that no earlier run had."""
    catalogue, run = program.plugins.indicators, uuid.uuid4().hex
    return [
        ArmedRule(f"watch-{run}-{number}", read_rule(text) or ConditionRule.parse(text, catalogue))
        for number, text in enumerate(options.rules, start=1)
    ]


def _listen(program: Program, printer: Printer) -> None:
    context = program.context
    context.subscriber.moments.add(printer.moment)
    context.subscriber.connection.add(printer.connection)
    archive = context.archive
    context.alerts.raised.add(
        lambda alert: printer.alert(alert, archive.deliveries(alert) if archive else ())
    )
