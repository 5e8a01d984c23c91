"""Several symbols move the same way at once."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.moves import Move, bars_in_words, farthest_move
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import FloatArray, Interval, Symbol
from thebot_desktop.domain.signals import AlertType

MOST_SYMBOLS = 60
_SYMBOL = re.compile(r"[A-Z0-9]{2,30}")
NAMED = 4
"""So many symbols are named in what it says."""


class SeveralMove(Rule, frozen=True):
    """Asked when a candle of its own symbol closes, of the candles that closed until then.

    It speaks when so many symbols, its own among them, have moved so far: not again while that
    lasts, unless it is the other way.
    """

    title: ClassVar[str] = "Several symbols move"

    symbols: Annotated[
        str,
        Meta(
            title="Symbols",
            description="Besides that of the alert, with commas between them.",
            max_length=2000,
        ),
    ] = "BTCUSDT, ETHUSDT, SOLUSDT"
    least: Annotated[int, Meta(ge=2, le=MOST_SYMBOLS, title="At least so many")] = 2
    percent: Annotated[float, Meta(gt=0, le=1000, title="Each by (%)")] = 1.0
    bars: Annotated[int, Meta(ge=1, le=1000, title="Within bars")] = 10
    move: Annotated[Move, Meta(title="The prices")] = Move.EITHER

    def __post_init__(self) -> None:
        wrong = [name for name in self._names if not _SYMBOL.fullmatch(name)]
        if wrong:
            raise ParameterError(user_message=f"“{wrong[0]}” is not the name of a symbol.")
        if len(self._names) > MOST_SYMBOLS:
            raise ParameterError(user_message=f"{MOST_SYMBOLS} symbols are the most.")

    @property
    def sentence(self) -> str:
        way = {Move.RISES: "rise", Move.FALLS: "fall", Move.EITHER: "rise or fall together"}
        return (
            f"{self.least} of {self._named} {way[self.move]} "
            f"by {readable(self.percent)} % within {bars_in_words(self.bars)}"
        )

    @property
    def others(self) -> tuple[tuple[Symbol | None, Interval | None], ...]:
        return tuple((Symbol(name), None) for name in self._names)

    def check(self, moment: Moment) -> Verdict | None:
        now, before = self._largest(moment, back=0), self._largest(moment, back=1)
        if not now or (before and now[0][1] * before[0][1] > 0):
            return None
        way = "rise" if now[0][1] > 0 else "fall"
        named = ", ".join(f"{symbol} {moved:+.2f} %" for symbol, moved in now[:NAMED])
        more = f" and {len(now) - NAMED} more" if len(now) > NAMED else ""
        text = f"{len(now)} symbols {way} together: {named}{more}, price {readable(moment.price)}"
        return Verdict(AlertType.WARNING, text)

    @property
    def _named(self) -> str:
        """The first of them, and how many there are besides."""
        more = len(self._names) - NAMED
        return ", ".join(self._names[:NAMED]) + (f" and {more} more" if more > 0 else "")

    @property
    def _names(self) -> list[str]:
        found = (name.strip().upper() for name in self.symbols.split(","))
        return list(dict.fromkeys(name for name in found if name))

    def _largest(self, moment: Moment, back: int) -> list[tuple[str, float]]:
        """Those that moved the way that most did, so many candles ago, farthest first.

        None of them where they are too few.
        """
        closes = self._closes(moment, back)
        most: list[tuple[str, float]] = []
        for way in (Move.RISES, Move.FALLS):
            if self.move in (way, Move.EITHER):
                moved = ((name, farthest_move(c, self.bars, way)) for name, c in closes.items())
                most = max(most, [m for m in moved if abs(m[1]) >= self.percent], key=len)
        most.sort(key=lambda each: -abs(each[1]))
        return most if len(most) >= self.least else []

    def _closes(self, moment: Moment, back: int) -> dict[str, FloatArray]:
        """By symbol, of all candles that had closed with this one."""
        series, at = moment.series, moment.event_time
        if moment.closed:
            at = series.interval.next_open(moment.open_time)
        found = {str(series.symbol): moment.candles.close}
        for name in self._names:
            if name not in found:
                found[name] = moment.look(Symbol(name), series.interval, at).close
        return {name: column[: max(0, len(column) - back)] for name, column in found.items()}
