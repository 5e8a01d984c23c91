"""What can be alerted on besides candles and prices: each kind is a Struct a rule can ask for."""

from __future__ import annotations

from msgspec import Struct

from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.time import UnixMs


class Happening(Struct, frozen=True):
    """Something that happened once. The same thing has the same ``key``, whoever tells of it.

    ``symbol`` None means that it is about no symbol in particular.
    """

    key: str
    event_time: UnixMs
    symbol: Symbol | None = None
