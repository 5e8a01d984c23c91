"""What a news source must offer: where to ask, and how to read the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from msgspec import Struct

from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.time import UnixMs


class NewsRequest(Struct, frozen=True):
    """A GET of one page."""

    url: str


class NewsSource(ABC):
    """One site's news, with no socket in it: bytes in, items out.

    ``name`` is written in settings and in each item; ``title`` is what people read.
    """

    name: str
    title: str

    @abstractmethod
    def request(self) -> NewsRequest: ...

    @abstractmethod
    def parse(self, body: bytes, received_at: UnixMs) -> Iterable[NewsItem]:
        """The items on the page, in its order; raises DecodeError when it is not what it should be.

        May be called on another thread. Sentiment and symbols need not be filled in.
        """
