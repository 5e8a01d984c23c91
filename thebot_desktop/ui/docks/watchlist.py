"""The watchlist: prices of the symbols a person follows; a click shows one in the chart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Self

from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QToolButton

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessBook, FreshnessWord
from thebot_desktop.market.quote_board import QuoteBoard
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.freshness import freshness_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.models.watchlist import WatchlistModel, WatchRow, watch_row, with_move
from thebot_desktop.ui.states import State
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

LOOK_MS = 1000
"""Prices of which nothing is heard grow old: those in view are looked at so often."""
NEARBY = 50
"""So many rows above and below the view are kept current too."""
FRESHEST = 50
"""So many of the prices that have just come are enough to tell how fresh the list is."""
FLASH_MS = 300
"""So long a price that changed has a ground of its direction."""
_FLASH_SHARE = 0.14
_WIDTH_WITH_RANGE = 270
_DEFAULT_INTERVAL = Interval.M1


class WatchlistDock(Dock):
    name = "watchlist"
    title = "Watchlist"
    area = DockArea.LEFT
    icon = "watchlist"
    shortcut = "Ctrl+1"
    height_share = 3
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        session: Session,
        board: QuoteBoard,
        subscriber: RealTimeDataSubscriber,
        freshness: FreshnessBook,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._session = session
        self._board = board
        self._freshness = freshness
        self._clock = clock
        self._model = WatchlistModel(
            session.set_watchlist, lambda symbol: freshness.of_symbol(symbol, clock.now()), self
        )
        self._table = _WatchTable(self._model, self.tr("Watchlist"))
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._table.clicked.connect(self._open)
        self._table.activated_row.connect(self._open)
        self._table.removal_wanted.connect(self._remove)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._end_flash)
        self.on_release(self._flash.stop)
        self._add = QToolButton()
        self._add.setProperty("role", "flat")
        self._add.setToolTip(self.tr("Add a symbol"))
        self._add.setAccessibleName(self.tr("Add a symbol"))
        self._add.clicked.connect(lambda: host.run_command("symbol.add"))
        self.header.add_tool(self._add)
        self.add_page(self._table)
        self._table.verticalScrollBar().valueChanged.connect(self._on_scroll)
        self._changed: set[Symbol] = set()
        self._is_renewed = True
        self._looked_at = UnixMs(0)
        self.on_release(subscriber.quotes.add(self._note_price))
        self.on_release(session.watchlist_changed.add(lambda _none: self._renew()))
        self.on_release(session.instruments.changed.add(lambda _none: self._renew()))
        self.on_release(host.series_changed.add(self._select))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        stream = context.stream
        return cls(
            host,
            context.session,
            stream.board,
            context.subscriber,
            stream.freshness,
            context.clock,
        )

    @property
    def table(self) -> TableView:
        return self._table

    def draw(self) -> None:
        symbols, now = self._session.watchlist, self._clock.now()
        if not symbols:
            self._show_empty()
            return
        self.show_content()
        changed, self._changed = self._changed, set()
        if self._is_renewed or symbols != self._model.symbols:
            self._is_renewed = False
            self._fill(symbols, now)
        elif not changed or now - self._looked_at >= LOOK_MS:
            self._look(now)
        else:
            self._update(
                [place for place in self._in_view() if self._symbol(place) in changed], now
            )
        self._select(self.host.current_series)
        # What has just been heard of is also what is freshest.
        self._show_freshness(len(symbols), tuple(changed)[:FRESHEST] or symbols, now)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._add.setIcon(icon("plus", theme.secondary))
        paintings = [_paint_symbol, _paint_day, _paint_price, _paint_change]
        self._table.paint_columns(paintings, theme, font_px)
        self._table.set_widths([None, *(scaled(w, font_px) for w in (44, 86, 72))])
        self._table.spare_column(1, scaled(_WIDTH_WITH_RANGE, font_px))

    def _note_price(self, symbol: Symbol) -> None:
        self._changed.add(symbol)
        self.mark_dirty()

    def _renew(self) -> None:
        """Names, decimals or the list itself have changed."""
        self._is_renewed = True
        self.mark_dirty()

    def _fill(self, symbols: Sequence[Symbol], now: UnixMs) -> None:
        """Every row, in view or not."""
        self._looked_at = now
        before = {row.symbol: row for row in self._model.rows}
        self._model.set_rows([self._row(s, before.get(s), now) for s in symbols])

    def _look(self, now: UnixMs) -> None:
        """Prices of which nothing is heard grow old."""
        self._looked_at = now
        self._update(self._in_view(), now)

    def _update(self, places: Iterable[int], now: UnixMs) -> None:
        rows = self._model.rows
        self._model.change_rows({i: self._row(rows[i].symbol, rows[i], now) for i in places})

    def _on_scroll(self) -> None:
        """What comes into view may have changed while nobody saw it: no reason to light up."""
        rows, now = self._model.rows, self._clock.now()
        places = self._in_view()
        self._model.change_rows({i: self._row(rows[i].symbol, None, now) for i in places})

    def _in_view(self) -> range:
        """Places of the rows that are or nearly are on screen; the others cost nothing."""
        count = len(self._model.rows)
        top, bottom = self._table.rowAt(0), self._table.rowAt(self._table.viewport().height())
        last = bottom if bottom >= 0 else count - 1
        return range(max(0, top - NEARBY), min(count, last + 1 + NEARBY))

    def _symbol(self, place: int) -> Symbol:
        return self._model.rows[place].symbol

    def _row(self, symbol: Symbol, before: WatchRow | None, now: UnixMs) -> WatchRow:
        """A price that changed lights up for a moment."""
        fresh = self._freshness.of_symbol(symbol, now)
        word = fresh.word if fresh is not None else None
        row = watch_row(self._session.instruments.of(symbol), self._board.row(symbol), word)
        if before is None or self.host.reduced_motion:
            return row
        row = with_move(row, before)
        if row.moved and not self._flash.isActive():
            self._flash.start()
        return row

    def _end_flash(self) -> None:
        rows = enumerate(self._model.rows)
        self._model.change_rows({i: replace(row, moved=0) for i, row in rows if row.moved})

    def _show_empty(self) -> None:
        self.header.set_info("")
        self.show_state(
            State.EMPTY,
            self.tr("Prices of the symbols you follow appear here."),
            button=self.tr("Add a symbol"),
            action=lambda: self.host.run_command("symbol.add"),
        )

    def _show_freshness(self, count: int, symbols: Iterable[Symbol], now: UnixMs) -> None:
        """The freshest price says how the list is doing; a single quiet symbol is only grey."""
        known = (self._freshness.of_symbol(symbol, now) for symbol in symbols)
        freshest = min((f for f in known if f is not None), key=_age, default=None)
        if freshest is None or freshest.word is FreshnessWord.LIVE:
            self.header.set_info(str(count))
        else:
            self.header.set_info(freshness_text(freshest), "warning")

    def _open(self, index: QModelIndex) -> None:
        row: WatchRow = index.data(Role.ROW)
        self.host.open_chart(self._series(row.symbol))

    def _series(self, symbol: Symbol) -> SeriesKey:
        current = self.host.current_series
        return SeriesKey(symbol, current.interval if current is not None else _DEFAULT_INTERVAL)

    def _remove(self, index: QModelIndex) -> None:
        gone = self._model.symbols[index.row()]
        self._session.set_watchlist(s for s in self._session.watchlist if s != gone)

    def _select(self, series: SeriesKey | None) -> None:
        """The symbol of the current chart is the selected row."""
        place = self._model.place_of(series.symbol) if series is not None else None
        if place is None:
            self._table.clearSelection()
        elif self._table.currentIndex().row() != place:
            self._table.selectRow(place)

    def _show_menu(self, at: QPoint) -> None:
        index = self._table.indexAt(at)
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid():
            symbol = self._model.symbols[index.row()]
            series = self._series(symbol)
            entries = (
                (self.tr("Open chart"), lambda: self.host.open_chart(series)),
                (self.tr("Open in a new chart"), lambda: self.host.open_chart(series, new=True)),
                (self.tr("Add price alert…"), lambda: self.host.new_alert(symbol)),
                (self.tr("Remove from watchlist"), lambda: self._remove(index)),
            )
            for text, run in entries:
                menu.addAction(text).triggered.connect(run)
            menu.addSeparator()
        add = menu.addAction(self.tr("Add a symbol…"))
        add.triggered.connect(lambda: self.host.run_command("symbol.add"))
        menu.popup(self._table.viewport().mapToGlobal(at))


def _age(freshness: Freshness) -> float:
    return math.inf if freshness.age_ms is None else freshness.age_ms


class _WatchTable(TableView):
    """Rows are moved by dragging, or with Alt and the arrow keys."""

    def __init__(self, model: WatchlistModel, name: str) -> None:
        super().__init__(name)
        self._watched = model
        self.setModel(model)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 2}
        step = steps.get(Qt.Key(event.key()))
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and step and row >= 0:
            to = row + step
            if 0 <= to <= len(self._watched.rows):
                self._watched.move(row, to)
        else:
            super().keyPressEvent(event)


def _paint_symbol(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: WatchRow = index.data(Role.ROW)
    color = pencil.theme.muted if row.stale else pencil.theme.text
    width = pencil.text(area, row.base, color, strong=True)
    rest = area.adjusted(width + 4, 1, 0, 1)
    pencil.text(rest, row.quote, pencil.theme.muted, size=11, whole=True)


def _paint_day(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Where the price is within the range of the last 24 hours."""
    row: WatchRow = index.data(Role.ROW)
    place = row.place_in_day
    if place is None:
        return
    theme = pencil.theme
    pencil.bar(area, 0, theme.border)
    color = theme.muted if row.stale else theme.of_change(row.change)
    x = area.left() + round(place * (area.width() - 1))
    pencil.dot(QRect(x - 3, area.top(), 7, area.height()), color)


def _paint_price(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: WatchRow = index.data(Role.ROW)
    if row.moved:
        color = pencil.theme.of_change(row.moved)
        pencil.ground(area, pencil.theme.tint(color, _FLASH_SHARE))
    color = pencil.theme.muted if row.stale else pencil.theme.text
    pencil.text(area, index.data(), color, right=True)


def _paint_change(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: WatchRow = index.data(Role.ROW)
    known = row.change == row.change
    theme = pencil.theme
    color = theme.of_change(row.change) if known and not row.stale else theme.muted
    pencil.text(area, index.data(), color, right=True)
