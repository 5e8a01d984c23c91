"""Rules in writing that are no conditions: moves, ranges, patterns, signals, trades, news, events.

What ``thebot rules list`` says of such a rule can be typed as it is; there are shorter forms too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

import msgspec

from thebot_desktop.alerts.rule import Rule
from thebot_desktop.alerts.rules.calendar_near import CalendarNear, When
from thebot_desktop.alerts.rules.candle_pattern import CandlePattern, Meaning, Pattern
from thebot_desktop.alerts.rules.fear_greed import FearGreed
from thebot_desktop.alerts.rules.feed_silent import FeedSilent
from thebot_desktop.alerts.rules.large_trade import LargeTrade
from thebot_desktop.alerts.rules.news_words import NewsWords
from thebot_desktop.alerts.rules.percent_move import PercentMove
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.alerts.rules.program_fault import ProgramFault
from thebot_desktop.alerts.rules.several_move import SeveralMove
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.alerts.rules.volume_burst import VolumeBurst
from thebot_desktop.domain.errors import InputError

FORMS = """\
besides conditions such as "RSI(14) < 30 and close > EMA(200)" there are:
  price crosses above 70000                 also "below", or neither; each trade counts
  price rises by 2 % within 10 bars         or "falls by", "moves by"
  price enters the range 68000 to 70000     or "leaves", "enters or leaves"
  2 of BTCUSDT, ETHUSDT fall by 1 % within 10 bars
  volume is 3 times the average of 20 bars
  pattern hammer bullish                    or only "pattern", "pattern bearish"
  signal is strong or stronger              and ", confidence 60 % or more"
  spread is 0.1 % or more for 10 seconds
  trade worth 100000                        or "purchase worth", "sale worth"
  news say hack or exploit                  "negative news", "news from coindesk say etf and sec"
  event of high impact is 15 minutes ahead  or "was 5 minutes ago", "begins"
  fear and greed falls to 20                or "rises to"
  nothing is heard for 60 seconds           of the symbol, or of the whole market
  something is wrong with the program
"""

_NUMBER = r"([0-9][0-9,_]*(?:\.[0-9]+)?(?:e[0-9]+)?)"
_BARS = r"(?:(a)|([0-9]+)) +bars?"
_SECONDS = r"([0-9]+) *(?:s|sec|seconds?)"
_MOVES = {"rises": "rises", "falls": "falls", "moves": "rises or falls"}
_TOGETHER = {
    "rise": "rises",
    "fall": "falls",
    "move": "rises or falls",
    "rise or fall together": "rises or falls",
}
_SIDES = {"trade": "a trade", "purchase": "a purchase", "sale": "a sale"}


def read_rule(text: str) -> Rule | None:
    """None where ``text`` is something else, a condition perhaps. Raises InputError."""
    written = " ".join(text.split())
    for pattern, make in _FORMS:
        found = pattern.fullmatch(written)
        if found is not None:
            return make(found)
    return None


def _percent_move(found: re.Match[str]) -> Rule:
    move = _MOVES.get(found[1].lower(), found[1].lower())
    bars = 1 if found[3] else int(found[4])
    return _made(PercentMove, percent=_number(found[2]), bars=bars, move=move)


def _price_range(found: re.Match[str]) -> Rule:
    ends = _number(found[2]), _number(found[3])
    return _made(PriceRange, one_end=ends[0], other_end=ends[1], passing=found[1].lower())


def _several_move(found: re.Match[str]) -> Rule:
    return _made(
        SeveralMove,
        symbols=found["symbols"].upper(),
        least=int(found["least"]),
        percent=_number(found["percent"]),
        bars=int(found["bars"] or 1),
        move=_TOGETHER[found["way"].lower()],
    )


def _volume_burst(found: re.Match[str]) -> Rule:
    return _made(VolumeBurst, times=_number(found[1]), bars=1 if found[2] else int(found[3]))


def _candle_pattern(found: re.Match[str]) -> Rule:
    name, meaning = found["name"].strip().lower(), (found["meaning"] or Meaning.EITHER.value)
    known = {each.value.lower(): each for each in Pattern} | {"": Pattern.ANY, "any": Pattern.ANY}
    if name not in known:
        near = get_close_matches(name, known, n=3)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise InputError(user_message=f"There is no pattern called “{name}”.{hint}")
    return CandlePattern(known[name], Meaning(meaning.lower()))


def _signal_strength(found: re.Match[str]) -> Rule:
    return _made(
        SignalStrength,
        strength=found["strength"].lower(),
        confidence=_number(found["percent"] or "0") / 100,
    )


def _calendar_near(found: re.Match[str]) -> Rule:
    return _made(
        CalendarNear,
        minutes=int(found["ahead"] or found["ago"] or 0),
        when=(When.AFTER if found["ago"] else When.BEFORE).value,
        impact=found["impact"].lower(),
    )


def _fear_greed(found: re.Match[str]) -> Rule:
    return _made(FearGreed, level=int(found[2]), way=found[1].lower())


def _spread(found: re.Match[str]) -> Rule:
    return _made(Spread, percent=_number(found[1]), seconds=int(found[2] or 0))


def _large_trade(found: re.Match[str]) -> Rule:
    return _made(LargeTrade, value=_number(found[2]), side=_SIDES[found[1].lower()])


def _news(found: re.Match[str]) -> Rule:
    said = found["words"] or ""
    every = re.search(r" and ", said, re.IGNORECASE) is not None
    if every and re.search(r" or |,", said, re.IGNORECASE):
        raise InputError(user_message="Either all of the words (and) or one of them (or).")
    words = [w.strip(" “”\"'") for w in re.split(r" and | or |,", said, flags=re.IGNORECASE)]
    return _made(
        NewsWords,
        words=", ".join(word for word in words if word),
        every=every,
        tone=(found["tone"] or "any").lower(),
        source=found["source"] or "",
    )


def _silence(found: re.Match[str]) -> Rule:
    return _made(FeedSilent, seconds=int(found[1]))


def _fault(_found: re.Match[str]) -> Rule:
    return ProgramFault()


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("_", ""))


def _made(kind: type[Rule], **parameters: object) -> Rule:
    """Within the ranges of its parameters. Raises InputError."""
    try:
        return msgspec.convert({"type": kind.__name__} | parameters, kind)
    except msgspec.ValidationError as error:
        reason = str(error).replace("`", "")
        raise InputError(str(error), user_message=f"“{kind.title}”: {reason}.") from error


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Rule]], ...] = (
    (
        _form(
            rf"price (rises or falls|rises|falls|moves) (?:by )?{_NUMBER} ?% (?:with)?in {_BARS}"
        ),
        _percent_move,
    ),
    (
        _form(rf"volume (?:is )?{_NUMBER} ?(?:x|times) (?:the )?average of {_BARS}"),
        _volume_burst,
    ),
    (
        _form(
            r"(?:pattern\b|(?=.+ is complete))(?P<name>.*?)"
            r"(?: ?\(?(?P<meaning>bullish or bearish|bullish|bearish)\)?)?(?: is complete)?"
        ),
        _candle_pattern,
    ),
    (
        _form(rf"price (enters or leaves|enters|leaves) (?:the )?range {_NUMBER} to {_NUMBER}"),
        _price_range,
    ),
    (
        _form(
            rf"(?P<least>[0-9]+) of (?P<symbols>[a-z0-9, ]+?) "
            rf"(?P<way>rise or fall together|rise|fall|move) (?:by )?(?P<percent>{_NUMBER}) ?% "
            rf"(?:with)?in (?:a|(?P<bars>[0-9]+)) +bars?"
        ),
        _several_move,
    ),
    (
        _form(
            rf"signal is (?P<strength>very strong|strong|medium|weak)(?: or stronger)?"
            rf"(?:, confidence (?P<percent>{_NUMBER}) ?%(?: or more)?)?"
        ),
        _signal_strength,
    ),
    (
        _form(
            r"(?:an )?event of (?P<impact>[a-z]+) impact(?: or more)? "
            r"(?:begins|is (?P<ahead>[0-9]+) minutes? ahead|was (?P<ago>[0-9]+) minutes? ago)"
        ),
        _calendar_near,
    ),
    (
        _form(
            r"(?:the )?(?:index of )?fear and greed "
            r"(rises or falls to|rises to|falls to) ([0-9]+)"
        ),
        _fear_greed,
    ),
    (_form(rf"spread is {_NUMBER} ?% or more(?: for {_SECONDS})?"), _spread),
    (
        _form(rf"(?:a )?(trade|purchase|sale) (?:is )?worth {_NUMBER}(?: or more)?"),
        _large_trade,
    ),
    (
        _form(
            r"(?:(?P<tone>positive or negative|positive|negative) )?news"
            r"(?: from (?P<source>[^ ]+))?(?: come| say (?P<words>.+))?"
        ),
        _news,
    ),
    (_form(rf"nothing is heard for {_SECONDS}"), _silence),
    (_form(r"something is wrong with the program"), _fault),
)
