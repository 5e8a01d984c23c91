"""News as a table, newest first."""

from __future__ import annotations

from PySide6.QtCore import QObject

from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.ui.models.table import Column, RowModel

SENTIMENT_MARKS = {
    Sentiment.POSITIVE: "▲",
    Sentiment.NEUTRAL: "●",
    Sentiment.NEGATIVE: "▼",
}
_ORDER = {Sentiment.POSITIVE: 1, Sentiment.NEUTRAL: 0, Sentiment.NEGATIVE: -1}

COLUMNS: tuple[Column[NewsItem], ...] = (
    Column("age", "Age", lambda n: "", lambda n: n.published_at),
    Column("title", "Title", lambda n: n.title, lambda n: n.title, tip=True),
    Column("source", "Source", lambda n: n.source, lambda n: n.source),
    Column("symbols", "Symbols", lambda n: " ".join(n.symbols), lambda n: n.symbols),
    Column("sentiment", "Mood", lambda n: n.sentiment.value, lambda n: _ORDER[n.sentiment]),
)


class NewsModel(RowModel[NewsItem]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
