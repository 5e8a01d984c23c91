"""What can go wrong on the exchange: each kind of fault as a value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct, field

Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=1e7)]
Pause: TypeAlias = Annotated[float, Meta(gt=0, le=1e7)]
Share: TypeAlias = Annotated[float, Meta(gt=0, le=1)]
Times: TypeAlias = Annotated[int, Meta(ge=1)]
Status: TypeAlias = Annotated[int, Meta(ge=400, le=599)]


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all kinds have in common."""

    meaning: ClassVar[str] = ""
    """For the help of the command line."""

    at: Seconds
    """Seconds of real time since the server's start."""
    every: Pause | None = None
    """Begin again so many seconds later, and again."""
    times: Times | None = None
    """How often in all; for ever if only ``every`` is given."""

    def starts(self) -> Iterator[float]:
        """When it begins, each time."""
        if self.every is None:
            yield self.at
            return
        numbers = count() if self.times is None else range(self.times)
        for number in numbers:
            yield self.at + number * self.every


class StreamFault(Fault, frozen=True, kw_only=True):
    """What happens to stream messages on their way out, for some seconds or for ever."""

    streams: str = "*"
    """Names of streams, separated by commas; ``*`` stands for anything."""
    seconds: Seconds | None = field(default=None, name="for")


class MessageFault(StreamFault, frozen=True, kw_only=True):
    """What happens to single messages."""

    only: Literal["all", "closing"] = "all"
    """``closing``: the last message of each candle and no other."""
    share: Share = 1.0
    """The part of them that it happens to, drawn by lot."""


class RestFault(Fault, frozen=True, kw_only=True):
    """What happens to REST requests whose path fits."""

    paths: str = "*"
    seconds: Seconds | None = field(default=None, name="for")


# -- connections -------------------------------------------------------------------------------


class Cut(Fault, frozen=True, kw_only=True, tag="cut"):
    """Drop every connection without a word, and for some seconds every new one too."""

    meaning = "every connection breaks; until it is over, new ones too"
    seconds: Seconds = field(default=0.0, name="for")


class Close(Fault, frozen=True, kw_only=True, tag="close"):
    """Close every stream connection in an orderly way."""

    meaning = "stream connections are closed, with code and reason"
    code: Annotated[int, Meta(ge=1000, le=4999)] = 1001
    reason: Annotated[str, Meta(max_length=120)] = ""


class Refuse(Fault, frozen=True, kw_only=True, tag="refuse"):
    """Accept no new connection for some seconds; those that are open stay.

    With ``status`` streams are answered with that HTTP error, with ``tcp`` nobody listens at all,
    otherwise the line is dropped as soon as it stands.
    """

    meaning = "no new connections: dropped, or HTTP error (status=429), or nobody there (tcp=true)"
    seconds: Seconds = field(name="for")
    status: Status | None = None
    retry_after: Annotated[int, Meta(ge=0)] | None = None
    tcp: bool = False


class Silence(Fault, frozen=True, kw_only=True, tag="silence"):
    """Say nothing and read nothing for some seconds, connections staying open."""

    meaning = "nothing is said or read for so long; then what waited is delivered"
    seconds: Seconds = field(name="for")


class HalfOpen(Fault, frozen=True, kw_only=True, tag="half_open"):
    """The stream connections of this moment are dead from now on, and nobody is told."""

    meaning = "the connections of this moment never bring anything again, nor close"


class Shutdown(Fault, frozen=True, kw_only=True, tag="shutdown"):
    """Announce on every stream connection that the server is about to go away."""

    meaning = "serverShutdown is announced on every stream connection"


# -- stream messages ---------------------------------------------------------------------------


class Starve(StreamFault, frozen=True, kw_only=True, tag="starve"):
    """Some streams stop while the connection lives and the others flow.

    What ends it for a client before its time: a new SUBSCRIBE of the name (``subscribe``), only
    a new connection (``connect``), or nothing (``never``).
    """

    meaning = "streams stop, others flow; healed by subscribe, connect or never"
    healed_by: Literal["subscribe", "connect", "never"] = "never"


class Lose(MessageFault, frozen=True, kw_only=True, tag="lose"):
    """Messages that are never sent: closing ones, or trades, whose numbers then have gaps."""

    meaning = "messages are not sent; only=closing: candles never end"


class Late(MessageFault, frozen=True, kw_only=True, tag="late"):
    """Messages are held back for a while."""

    meaning = "messages are held back by delay seconds"
    delay: Pause = 2.0


class Reorder(MessageFault, frozen=True, kw_only=True, tag="reorder"):
    """Messages overtake each other."""

    meaning = "messages overtake each other, each held back by up to within seconds"
    within: Pause = 1.0


class Duplicate(MessageFault, frozen=True, kw_only=True, tag="duplicate"):
    """Messages come more than once, the copies at once or later."""

    meaning = "messages come copies times more, each copy delay seconds after the one before"
    copies: Annotated[int, Meta(ge=1, le=100)] = 1
    delay: Seconds = 0.0


class Garbage(MessageFault, frozen=True, kw_only=True, tag="garbage"):
    """Nonsense between the messages, or in their place."""

    meaning = "nonsense before messages (instead=true: in their place)"
    what: Literal["mixed", "no_json", "truncated", "wrong_types", "unknown_event", "binary"] = (
        "mixed"
    )
    instead: bool = False


# -- REST --------------------------------------------------------------------------------------


class RestErrors(RestFault, frozen=True, kw_only=True, tag="rest_errors"):
    """Answer with an error: the next ``count`` requests, or all for some seconds, or one."""

    meaning = "REST answers with an error, such as status=429 retry_after=3"
    status: Status = 503
    count: Times | None = None
    body: str | None = None
    """None: what the exchange says with that status."""
    retry_after: Annotated[int, Meta(ge=0)] | None = None


class RestBody(RestFault, frozen=True, kw_only=True, tag="rest_body"):
    """Answer with status 200 and something that is no answer."""

    meaning = "REST answers 200 with what=html, empty, truncated or wrong_types"
    what: Literal["html", "empty", "truncated", "wrong_types"] = "html"
    count: Times | None = None


class RestSlow(RestFault, frozen=True, kw_only=True, tag="rest_slow"):
    """Think for a while before each answer."""

    meaning = "REST answers delay seconds late"
    delay: Pause = 5.0


class RestLag(RestFault, frozen=True, kw_only=True, tag="rest_lag"):
    """Candles by REST are some behind those of the streams.

    With ``unfinished`` the newest row is a candle whose time is over, as it was before its end.
    """

    meaning = "REST lags candles behind the streams (unfinished=true: and shows half a candle)"
    candles: Annotated[int, Meta(ge=1, le=100)] = 1
    unfinished: bool = False


# -- the market --------------------------------------------------------------------------------


class Outage(Fault, frozen=True, kw_only=True, tag="outage"):
    """Nobody trades: no candles by stream nor by REST, ever. Then the market goes on."""

    meaning = "a real hole: no trades, no candles, by REST neither"
    symbols: str = "*"
    """Names, separated by commas; ``*`` stands for anything."""
    seconds: Pause = field(name="for")


class Skew(Fault, frozen=True, kw_only=True, tag="skew"):
    """The exchange's clock is off by so many milliseconds, its candles with it."""

    meaning = "the exchange's clock is ms fast (slow if negative)"
    ms: Annotated[int, Meta(ge=-86_400_000, le=86_400_000)]
    seconds: Seconds | None = field(default=None, name="for")


AnyFault: TypeAlias = (
    Cut
    | Close
    | Refuse
    | Silence
    | HalfOpen
    | Shutdown
    | Starve
    | Lose
    | Late
    | Reorder
    | Duplicate
    | Garbage
    | RestErrors
    | RestBody
    | RestSlow
    | RestLag
    | Outage
    | Skew
)
