"""Order book: what waits to be bought and sold at which price, and how deep the market is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QWidget

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import ConnectionState, Symbol
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.market.order_book import BookState, OrderBook
from thebot_desktop.ui.book_ladder import BookLadder
from thebot_desktop.ui.depth_chart import DepthChart
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import decimals_of, price_text
from thebot_desktop.ui.freshness import freshness_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.models.order_book import ladder_page, multiples_of, tick_of
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

SHORTEST_PAUSE_MS = 100
"""A book changes all the time: it is drawn no more often than this, whatever the settings say."""
LINGER_MS = 10_000
"""A panel behind another tab keeps its book for so long: a new one has a cost."""
_BESIDE_PX = 460
"""From this width on the depth chart stands beside the ladder, where that is wider than high."""
_TALL_PX = 340
"""From this height on it stands below."""


class OrderBookDock(Dock):
    """Asks for the book of the current chart's symbol as long as someone can see it."""

    name = "order_book"
    title = "Order book"
    area = DockArea.RIGHT
    icon = "order_book"
    shortcut = "Ctrl+7"
    place = 2
    height_share = 4
    shown_at_first = False
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        session: Session,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._session = session
        self._stream = stream
        self._subscriber = subscriber
        self._clock = clock
        self._symbol: Symbol | None = None
        self._let_go: Callable[[], None] | None = None
        self._multiple = 1
        self._pending = False
        self._released = False
        self.ladder = BookLadder(host.theme, host.font_px)
        self.ladder.alert_wanted.connect(self._ask_for_alert)
        self.ladder.rows_changed.connect(self.mark_dirty)
        self.depth_chart = DepthChart(host.theme, host.font_px)
        self.steps = QComboBox()
        self.steps.setAccessibleName(self.tr("Price step of a row"))
        self.steps.setToolTip(self.tr("Price step of a row"))
        self.steps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.steps.activated.connect(self._choose_step)
        self.header.add_tool(self.steps)
        self._contents = _Page(self.ladder, self.depth_chart)
        self._contents.arranged.connect(self.mark_dirty)
        self.add_page(self._contents)
        self._pace = self._timer(SHORTEST_PAUSE_MS, self._catch_up)
        self._linger = self._timer(LINGER_MS, self._close_book)
        self.on_release(subscriber.books.add(self._on_book))
        self.on_release(subscriber.connection.add(lambda _change: self.mark_dirty()))
        self.on_release(session.instruments.changed.add(lambda _none: self.mark_dirty()))
        self.on_release(host.series_changed.add(lambda _series: self._follow()))
        self.on_release(self._close_book)
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.session, context.stream, context.subscriber, context.clock)

    @property
    def symbol(self) -> Symbol | None:
        """Whose book is asked for, None while nobody looks."""
        return self._symbol

    def draw(self) -> None:
        symbol = self._symbol
        if symbol is None:
            self._show_empty()
            return
        book = self._stream.book(symbol)
        if book.state is BookState.EMPTY:
            self._show_waiting(book)
            return
        self.show_content()
        self.steps.show()
        stale, notice = self._trust(book)
        self.header.set_info(book.symbol)
        instrument = self._session.instruments.of(symbol)
        tick = tick_of(instrument)
        multiple = self._offer_steps(multiples_of(book, tick, self._multiple), tick)
        step = tick * multiple if multiple > 1 else 0.0
        self.ladder.set_titles(instrument.base, instrument.quote)
        self.ladder.show_page(
            ladder_page(book, self.ladder.rows, step, instrument), stale=stale, notice=notice
        )
        if self.depth_chart.isVisible():
            self.depth_chart.show_depth(book.depth_curve(), book.mid, instrument, stale=stale)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self.ladder.apply_theme(theme, font_px)
        self.depth_chart.apply_theme(theme, font_px)
        self.steps.setFixedHeight(scaled(24, font_px))
        self._contents.set_font_px(font_px)

    def release(self) -> None:
        self._released = True
        self._pace.stop()
        self._linger.stop()
        super().release()

    def showEvent(self, event: QShowEvent) -> None:
        self._linger.stop()
        self._follow()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self._released and self._symbol is not None:
            self._linger.start()

    def _timer(self, milliseconds: int, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(run)
        return timer

    def _follow(self) -> None:
        """Ask for the book of the current chart's symbol, if someone can see the panel."""
        series = self.host.current_series
        wanted = series.symbol if series is not None else None
        if wanted == self._symbol or not (self.isVisible() or self._linger.isActive()):
            return
        before, self._let_go = self._let_go, None
        self._symbol = wanted
        if wanted is not None:
            self._let_go = self._session.open_book(wanted)
        if before is not None:
            before()
        self.mark_dirty()

    def _close_book(self) -> None:
        before, self._let_go, self._symbol = self._let_go, None, None
        if before is not None:
            before()

    def _on_book(self, symbol: Symbol) -> None:
        if symbol != self._symbol:
            return
        if self._pace.isActive():
            self._pending = True
        elif self.isVisible():
            self.mark_dirty()
            self._pace.start()

    def _catch_up(self) -> None:
        if self._pending:
            self._pending = False
            self.mark_dirty()
            self._pace.start()

    def _show_empty(self) -> None:
        self.steps.hide()
        self.header.set_info("")
        self.show_state(
            State.EMPTY,
            self.tr("The order book of the current chart appears here."),
            button=self.tr("Open a chart"),
            action=lambda: self.host.run_command("chart.new"),
        )

    def _show_waiting(self, book: OrderBook) -> None:
        """No book yet: why, where that is known."""
        self.steps.hide()
        self.header.set_info(book.symbol)
        connection = self._subscriber.state
        if book.reason:
            self.show_state(State.ERROR, book.reason)
        elif connection is not None and connection.state is ConnectionState.OFFLINE:
            self.show_state(
                State.ERROR,
                self.tr("The order book comes when there is a connection."),
                detail=connection.reason,
            )
        else:
            self.show_state(
                State.LOADING, self.tr("Loading the order book of {0}.").format(book.symbol)
            )

    def _trust(self, book: OrderBook) -> tuple[bool, str]:
        """Whether the book must be greyed, and what to say about it."""
        connection = self._subscriber.state
        if connection is not None and connection.state is ConnectionState.OFFLINE:
            return True, self.tr("Offline")
        if book.state is BookState.LOST:
            return True, self.tr("Synchronising")
        freshness = self._stream.freshness.of_symbol(book.symbol, self._clock.now())
        if freshness is None or freshness.word is FreshnessWord.LIVE:
            return False, ""
        return freshness.word is FreshnessWord.STALE, freshness_text(freshness)

    def _offer_steps(self, multiples: list[int], tick: float) -> int:
        """Offer these; answers which is in use: the chosen one, or the next finer there is.

        The list is changed only when its entries are, so that it can be open meanwhile.
        """
        used = max(m for m in multiples if m <= self._multiple)
        steps = [(price_text(tick * m, decimals_of(tick * m)), m) for m in multiples]
        shown = [
            (self.steps.itemText(i), self.steps.itemData(i)) for i in range(self.steps.count())
        ]
        if steps != shown:
            self.steps.clear()
            for text, multiple in steps:
                self.steps.addItem(text, multiple)
            self.steps.setFixedWidth(self.steps.sizeHint().width())
        if self.steps.currentData() != used:
            self.steps.setCurrentIndex(self.steps.findData(used))
        return used

    def _choose_step(self, index: int) -> None:
        self._multiple = int(self.steps.itemData(index))
        self.mark_dirty()

    def _ask_for_alert(self, price: float) -> None:
        if self._symbol is not None:
            self.host.new_alert(self._symbol, price)


class _Page(QWidget):
    """The ladder with the depth chart below or beside it, as there is room."""

    arranged = Signal()

    def __init__(self, ladder: QWidget, depth: QWidget) -> None:
        super().__init__()
        self._depth = depth
        self._font_px = BASE_FONT_PX
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 8)
        self._box.setSpacing(4)
        self._box.addWidget(ladder, 5)
        self._box.addWidget(depth, 3)

    def set_font_px(self, font_px: int) -> None:
        self._font_px = font_px
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= scaled(_BESIDE_PX, self._font_px) and self.width() > self.height()
        tall = self.height() >= scaled(_TALL_PX, self._font_px)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        if self._depth.isVisibleTo(self) != (wide or tall):
            self._depth.setVisible(wide or tall)
        self.arranged.emit()
