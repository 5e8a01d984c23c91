"""News: headlines of the sources, newest first, opened in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu

from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.news.news_feed_manager import NewsFilter
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import age_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.models.news import SENTIMENT_MARKS, NewsModel
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.states import State
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

if TYPE_CHECKING:
    from thebot_desktop.app.context import AppContext
    from thebot_desktop.app.news_service import NewsService

_WIDTH_WITH_SYMBOLS = 520
MOST_TAGS = 2
"""So many symbols are shown beside a headline."""


class NewsFeedDock(Dock):
    name = "news_feed"
    title = "News"
    area = DockArea.BOTTOM
    icon = "news"
    shortcut = "Ctrl+5"
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        news: NewsService,
        clock: Clock,
        enabled: Callable[[], bool],
    ) -> None:
        super().__init__(host)
        self._news = news
        self._clock = clock
        self._enabled = enabled
        self._model = NewsModel(self)
        self._table = TableView(self.tr("News"))
        self._table.setModel(self._model)
        self._table.activated_row.connect(self._open)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search in the news"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.mark_dirty)
        self.header.add_tool(self._search)
        self.add_page(self._table)
        self.on_release(news.changed.add(lambda _none: self.mark_dirty()))
        self.on_release(news.manager.changed.add(lambda _none: self.mark_dirty()))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        settings = context.settings
        return cls(host, context.news, context.clock, lambda: settings.current.news.enabled)

    @property
    def table(self) -> TableView:
        return self._table

    @property
    def search(self) -> QLineEdit:
        return self._search

    def draw(self) -> None:
        self._show_sources()
        self.update_advanced_news(self._news.manager.items(NewsFilter(text=self._search.text())))

    def update_advanced_news(self, items: tuple[NewsItem, ...]) -> None:
        """Show these, newest first, or why there are none."""
        if not items:
            self._show_nothing()
            return
        self.show_content()
        self._model.set_rows(items)
        self._model.touch("age")

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._search.setFixedWidth(scaled(160, font_px))
        self._search.setFixedHeight(scaled(24, font_px))
        columns = [
            self._paint_age,
            _paint_title,
            self._paint_source,
            _paint_symbols,
            _paint_sentiment,
        ]
        self._table.paint_columns(columns, theme, font_px)
        widths = [scaled(w, font_px) for w in (66, 130, 104, 46)]
        self._table.set_widths([widths[0], None, *widths[1:]])
        self._table.spare_column(3, scaled(_WIDTH_WITH_SYMBOLS, font_px))

    def _show_sources(self) -> None:
        """How many there are, and how many of them fail."""
        health = self._news.health
        failing = sum(bool(source.error) for source in health)
        text = self.tr("{0} sources").format(len(health)) if len(health) != 1 else ""
        if failing:
            failed = self.tr("{0} failing").format(failing)
            text = f"{text} · {failed}" if text else failed
        self.header.set_info(text, "warning" if failing else "")

    def _show_nothing(self) -> None:
        health = self._news.health
        failed = [source for source in health if source.error]
        if not self._enabled():
            self.show_state(
                State.OFF,
                self.tr("News are switched off; no news site is contacted."),
                button=self.tr("Settings"),
                action=lambda: self.host.run_command("file.settings"),
            )
        elif len(self._news.manager):
            self.show_state(
                State.EMPTY,
                self.tr("No headline has “{0}” in it.").format(self._search.text()),
                button=self.tr("Show all"),
                action=self._search.clear,
            )
        elif failed and len(failed) == len(health):
            self.show_state(
                State.ERROR,
                self.tr("No news: {0}").format(failed[0].error),
                detail=self._since(failed[0].last_ok),
                button=self.tr("Try again"),
                action=self._news.refresh_now,
            )
        elif self._news.busy:
            self.show_state(State.LOADING)
        else:
            self.show_state(State.EMPTY, self.tr("Headlines appear here as they come in."))

    def _since(self, last_ok: UnixMs | None) -> str:
        if last_ok is None:
            return self.tr("Not read since the start.")
        return self.tr("Last read {0} ago.").format(age_text(self._clock.now() - last_ok))

    def _open(self, index: QModelIndex) -> None:
        item: NewsItem = index.data(Role.ROW)
        url = QUrl(item.link)
        if url.scheme() not in ("http", "https") or not QDesktopServices.openUrl(url):
            self.host.notify_person(self.tr("This link could not be opened: {0}").format(item.link))

    def _show_menu(self, at: QPoint) -> None:
        index = self._table.indexAt(at)
        if not index.isValid():
            return
        item: NewsItem = index.data(Role.ROW)
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        opening = menu.addAction(icon("link", self.host.theme.secondary), self.tr("Open"))
        opening.triggered.connect(lambda: self._open(index))
        copying = menu.addAction(icon("copy", self.host.theme.secondary), self.tr("Copy link"))
        copying.triggered.connect(lambda: QGuiApplication.clipboard().setText(item.link))
        menu.popup(self._table.viewport().mapToGlobal(at))

    def _paint_source(self, pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        item: NewsItem = index.data(Role.ROW)
        pencil.text(area, self._news.title_of(item.source), pencil.theme.secondary)

    def _paint_age(self, pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        item: NewsItem = index.data(Role.ROW)
        age = age_text(self._clock.now() - item.published_at)
        pencil.text(area, age, pencil.theme.muted)


def _paint_title(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    pencil.text(area, index.data(), pencil.theme.text)


def _paint_symbols(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    item: NewsItem = index.data(Role.ROW)
    left = QRect(area)
    for symbol in item.symbols[:MOST_TAGS]:
        width = pencil.tag(left, symbol, pencil.theme.secondary, outlined=True)
        left = left.adjusted(width + 4, 0, 0, 0)


def _paint_sentiment(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    item: NewsItem = index.data(Role.ROW)
    theme = pencil.theme
    colors = {Sentiment.POSITIVE: theme.up, Sentiment.NEGATIVE: theme.down}
    pencil.tag(area, SENTIMENT_MARKS[item.sentiment], colors.get(item.sentiment, theme.muted))
