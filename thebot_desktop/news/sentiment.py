"""Words → Sentiment: counts words that are good or bad for prices, and sees what turns them round.

The lexicon is small and our own: words that headlines about crypto markets use, each of which
reads the same way nearly always. Words whose meaning hangs on the rest ("cut", "volatile",
"short", "whale") are left out, or are there as a phrase of two or three words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from thebot_desktop.domain.news import Sentiment

TITLE_WEIGHT = 2
"""The headline says what the item is about; the summary often only repeats the background."""

REACH = 3
"""A negation turns round what follows it within so many words."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GOOD = _words(
    """
    accumulate accumulates accumulated accumulating accumulation adopt adopts adopted adopting
    adoption advance advances advanced approval approve approves approved approving boom boost
    boosts boosted boosting breakout bullish bulls climb climbs climbed climbing gain gains gained
    gaining growth inflow inflows jump jumps jumped jumping milestone optimism optimistic
    outperform outperforms outperformed partnership profit profits profitable rallies rally rallied
    rallying rebound rebounds rebounded rebounding recover recovers recovered recovering recovery
    rise rises risen rising rose skyrocket skyrockets skyrocketed soar soars soared soaring
    strengthen strengthens strengthened stronger surge surges surged surging surpass
    surpasses surpassed thrive thrives upgrade upgraded upgrades uptrend win wins
    """
)
"""Count as +1 each."""

BAD = _words(
    """
    attack attacked attacks attackers ban banned banning bans bankrupt bankruptcy bearish
    bleed bleeding bleeds breach breached bubble capitulation collapse collapsed collapses
    collapsing crackdown crash crashed crashes crashing crime crisis criminal decline declined
    declines declining default defaults delist delisted delisting delists dip dips dipped
    downgrade downgraded downtrend downturn drain drained drop dropped dropping drops exploit
    exploited exploits fall fallen falling falls fear fears fell fined fraud freeze frozen
    hack hacked hacker hackers hacking hacks halt halted halts insolvency insolvent
    investigate investigated investigation lawsuit lawsuits layoffs liquidated liquidation
    liquidations lose loses losing loss losses lost malware outage outflow outflows panic phishing
    plummet plummeted plummets plunge plunged plunges plunging ponzi probe recession reject rejected
    rejection rejects risk risks sank sanction sanctioned sanctions scam scammed scammers scams
    scandal sink sinking sinks slide slides sliding slip slipped slips slump slumped slumps steal
    stole stolen sue sued sues theft tumble tumbled tumbles tumbling uncertainty vulnerability warn
    warned warning warns weak weaken weakens weaker worst wipeout
    """
)
"""Count as −1 each."""

_LEGAL = ("case", "charges", "investigation", "lawsuit", "probe")
_GIVE_UP = ("dismiss", "dismissed", "dismisses", "drop", "dropped", "drops")

PHRASES: dict[tuple[str, ...], int] = {
    **{(verb, noun): 1 for verb in _GIVE_UP for noun in _LEGAL},
    **{(noun, verb): 1 for verb in _GIVE_UP for noun in _LEGAL},
    ("all", "time", "high"): 1,
    ("all", "time", "low"): -1,
    ("at", "risk"): -1,
    ("bear", "market"): -1,
    ("bull", "market"): 1,
    ("bull", "run"): 1,
    ("data", "breach"): -1,
    ("death", "cross"): -1,
    ("fed", "cut"): 1,
    ("flash", "crash"): -1,
    ("gains", "lost"): -1,
    ("golden", "cross"): 1,
    ("growth", "slows"): -1,
    ("inflation", "cools"): 1,
    ("inflation", "eases"): 1,
    ("inflation", "falls"): 1,
    ("inflation", "rises"): -1,
    ("inflows", "slow"): -1,
    ("new", "high"): 1,
    ("new", "highs"): 1,
    ("new", "low"): -1,
    ("new", "lows"): -1,
    ("outflows", "slow"): 1,
    ("price", "drop"): -1,
    ("profit", "taking"): -1,
    ("rate", "cut"): 1,
    ("rate", "cuts"): 1,
    ("rate", "hike"): -1,
    ("rate", "hikes"): -1,
    ("record", "high"): 1,
    ("record", "highs"): 1,
    ("record", "inflows"): 1,
    ("record", "low"): -1,
    ("record", "outflows"): -1,
    ("risk", "on"): 1,
    ("rug", "pull"): -1,
    ("sell", "off"): -1,
    ("short", "squeeze"): 1,
    ("take", "profit"): -1,
    ("take", "profits"): -1,
    ("wiped", "out"): -1,
}
"""Count as one word; their parts do not count again."""

NEGATIONS = _words(
    """
    no not never none neither nor without cannot can't won't doesn't don't didn't isn't aren't
    wasn't weren't hasn't haven't hadn't wouldn't couldn't shouldn't deny denies denied avoid
    avoids avoided fail fails failed failing unlikely despite prevent prevents prevented
    """
)
"""Turn round what follows: "fails to recover", "despite the crash"."""

NO_NEGATIONS = frozenset({("not", "only"), ("no", "doubt"), ("not", "just")})

EASINGS = _words(
    """
    ease eases eased easing fade fades faded fading cool cools cooled cooling narrow narrows
    narrowed narrowing erase erases erased recoup recoups recouped shrink shrinks shrank reverse
    reverses reversed end ends ended
    """
)
"""Turn round the one opinion beside them: "fears ease", "erases losses", "gains fade"."""

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[.,;:!?()]|—|–")
_LONGEST_PHRASE = max(map(len, PHRASES))


def sentiment_of(title: str, summary: str = "") -> Sentiment:
    """What ``title`` and ``summary`` together sound like; English only, neutral when in doubt."""
    score = TITLE_WEIGHT * score_of(title) + score_of(summary)
    if score == 0:
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE


def score_of(text: str) -> int:
    """Good words minus bad words, with those counted the other way that are turned round."""
    words = _TOKEN.findall(text.casefold().replace("’", "'"))
    return sum(_valued(words, at, length, value) for at, length, value in _opinions(words))


def _opinions(words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where each opinion starts, how many words it has, and its value."""
    at = 0
    while at < len(words):
        length, value = _opinion_at(words, at)
        if value:
            yield at, length, value
        at += length


def _opinion_at(words: Sequence[str], at: int) -> tuple[int, int]:
    for length in range(_LONGEST_PHRASE, 1, -1):
        value = PHRASES.get(tuple(words[at : at + length]))
        if value is not None:
            return length, value
    return 1, (words[at] in GOOD) - (words[at] in BAD)


def _valued(words: Sequence[str], at: int, length: int, value: int) -> int:
    turned = _is_negated(words, at) != _is_eased(words, at, length)
    return -value if turned else value


def _is_negated(words: Sequence[str], at: int) -> bool:
    """Whether an odd number of negations stands before, in the same clause."""
    negated = False
    for index in range(at - 1, max(at - REACH, 0) - 1, -1):
        if not words[index][0].isalpha() or words[index] == "but":
            break
        pair = tuple(words[index : index + 2])
        if words[index] in NEGATIONS and pair not in NO_NEGATIONS:
            negated = not negated
    return negated


def _is_eased(words: Sequence[str], at: int, length: int) -> bool:
    beside = [*words[max(at - 1, 0) : at], *words[at + length : at + length + 1]]
    return any(word in EASINGS for word in beside)
