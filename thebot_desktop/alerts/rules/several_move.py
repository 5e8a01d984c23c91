"""Several symbols move the same way at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.moves import Move, bars_in_words, farthest_move
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import AlertType

MOST_SYMBOLS = 60
_SYMBOL = re.compile(r"[A-Z0-9]{2,30}")
NAMED = 4
"""So many symbols are named in what it says."""


class SeveralMove(Rule, frozen=True):
    """Asked when a candle of its own symbol closes, of the candles that closed until then.

    It speaks when so many symbols, its own among them, have moved so far: not again while that
    lasts.
    """

    title: ClassVar[str] = "Several symbols move"

    symbols: Annotated[
        str,
        Meta(
            title="Symbols",
            description="Besides the one above, with commas between them.",
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
            f"{self.least} of {', '.join(self._names)} {way[self.move]} "
            f"by {self.percent:g} % within {bars_in_words(self.bars)}"
        )

    @property
    def others(self) -> tuple[tuple[Symbol | None, Interval | None], ...]:
        return tuple((Symbol(name), None) for name in self._names)

    def check(self, moment: Moment) -> Verdict | None:
        now = self._largest(self._moves(moment, back=0))
        if now is None or self._largest(self._moves(moment, back=1)) is not None:
            return None
        way = "rise" if now[0][1] > 0 else "fall"
        named = ", ".join(f"{symbol} {moved:+.2f} %" for symbol, moved in now[:NAMED])
        more = f" and {len(now) - NAMED} more" if len(now) > NAMED else ""
        text = f"{len(now)} symbols {way} together: {named}{more}, price {readable(moment.price)}"
        return Verdict(AlertType.WARNING, text)

    @property
    def _names(self) -> list[str]:
        found = (name.strip().upper() for name in self.symbols.split(","))
        return list(dict.fromkeys(name for name in found if name))

    def _moves(self, moment: Moment, back: int) -> Iterator[tuple[str, float]]:
        """By symbol how far it has moved, so many candles ago."""
        own = str(moment.series.symbol)
        closes = {own: moment.candles.close}
        for name in self._names:
            if name != own:
                seen = moment.look(Symbol(name), moment.series.interval, moment.event_time)
                closes[name] = seen.close
        for name, column in closes.items():
            yield name, farthest_move(column[: len(column) - back], self.bars)

    def _largest(self, moves: Iterator[tuple[str, float]]) -> list[tuple[str, float]] | None:
        """Those that moved the way that most did, farthest first; None where they are too few."""
        far = [(name, moved) for name, moved in moves if abs(moved) >= self.percent]
        up = [each for each in far if each[1] > 0 and self.move is not Move.FALLS]
        down = [each for each in far if each[1] < 0 and self.move is not Move.RISES]
        most = max(up, down, key=len)
        most.sort(key=lambda each: -abs(each[1]))
        return most if len(most) >= self.least else None
