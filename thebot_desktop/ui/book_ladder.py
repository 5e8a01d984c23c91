"""BookLadder: the rows of an order book, painted, with a bar for all that waits up to each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from thebot_desktop.ui.models.order_book import LadderPage, LadderRow
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, blend, scaled

ROW_PX = 20
HEAD_PX = 22
MIDDLE_PX = 32
BALANCE_PX = 26
_PADDING_PX = 10
_NARROW_PX = 230
"""Narrower than this the quantity of a row gives way: the total and its bar tell more."""
_BALANCE_FROM_ROWS = 5
_BAR_SHARE = 0.15
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class BookLadder(QWidget):
    """Shows as many rows of each side as there is height for; asks grow up, bids down."""

    alert_wanted = Signal(float)
    """A double click on a row, or the entry of its menu."""
    rows_changed = Signal()
    """There is room for another number of rows."""

    def __init__(self, theme: Theme, font_px: int = BASE_FONT_PX) -> None:
        super().__init__()
        self._theme = theme
        self._font_px = font_px
        self._page = LadderPage()
        self._stale = False
        self._notice = ""
        self._hovered: LadderRow | None = None
        self._titles = ("", "", "")
        self.setAccessibleName(self.tr("Order book"))
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.apply_theme(theme, font_px)

    @property
    def page(self) -> LadderPage:
        return self._page

    @property
    def is_stale(self) -> bool:
        return self._stale

    @property
    def rows(self) -> int:
        """How many rows of each side there is room for."""
        rows = self._room // (2 * self._row)
        if rows >= _BALANCE_FROM_ROWS:
            rows = (self._room - self._balance) // (2 * self._row)
        return max(1, rows)

    @property
    def _room(self) -> int:
        """Height for rows and the balance below them."""
        return self.height() - self._head - self._middle

    @property
    def _row_height(self) -> int:
        """Rows share what is left over, so that there is no gap below them."""
        rows = self.rows
        room = self._room - (self._balance if self._shows_balance else 0)
        return max(self._row, room // (2 * rows))

    @property
    def _shows_balance(self) -> bool:
        return self._room // (2 * self._row) >= _BALANCE_FROM_ROWS

    def set_titles(self, base: str, quote: str) -> None:
        """What prices and quantities are counted in."""
        self._titles = (
            _named(self.tr("Price"), quote),
            _named(self.tr("Quantity"), base),
            _named(self.tr("Total"), base),
        )
        self.update()

    @property
    def notice(self) -> str:
        """What is said instead of the spread."""
        return self._notice

    def show_page(self, page: LadderPage, *, stale: bool = False, notice: str = "") -> None:
        """Show these rows; greyed where they may be wrong or old.

        ``notice`` says how far they can be trusted, in place of a spread that then means little.
        """
        if (page, stale, notice) == (self._page, self._stale, self._notice):
            return
        self._page, self._stale, self._notice = page, stale, notice
        self.setAccessibleDescription(self._spoken())
        self.update()

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme, self._font_px = theme, font_px
        sizes = (ROW_PX, HEAD_PX, MIDDLE_PX, BALANCE_PX)
        self._row, self._head, self._middle, self._balance = (scaled(s, font_px) for s in sizes)
        self._font = self._sized(12)
        self._small = self._sized(11)
        self._strong = self._sized(15)
        self._strong.setWeight(QFont.Weight.DemiBold)
        self.update()

    def row_at(self, place: QPoint) -> LadderRow | None:
        """The row under a place, None where none is."""
        middle = self._middle_top()
        height = self._row_height
        if place.y() < middle:
            at, side = (middle - 1 - place.y()) // height, self._page.asks
        else:
            at, side = (place.y() - middle - self._middle) // height, self._page.bids
        return side[at] if 0 <= at < min(self.rows, len(side)) else None

    def area_of(self, row: LadderRow) -> QRect:
        """Where a row of the page stands."""
        middle, height = self._middle_top(), self._row_height
        if row in self._page.asks:
            top = middle - (self._page.asks.index(row) + 1) * height
        else:
            top = middle + self._middle + self._page.bids.index(row) * height
        return QRect(0, top, self.width(), height)

    def sizeHint(self) -> QSize:
        return QSize(280, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self._head + self._middle + 2 * self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rows_changed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.row_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint())
        if row is not None:
            self.alert_wanted.emit(row.value)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.row_at(event.pos())
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        alert = menu.addAction(self.tr("Add price alert at {0}…").format(row.price))
        alert.triggered.connect(lambda: self.alert_wanted.emit(row.value))
        copy = menu.addAction(self.tr("Copy price"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(repr(row.value)))
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        columns = self._columns()
        self._paint_head(painter, columns)
        middle, height, rows = self._middle_top(), self._row_height, self.rows
        for i, row in enumerate(self._page.asks[:rows]):
            area = QRect(0, middle - (i + 1) * height, self.width(), height)
            self._paint_row(painter, area, row, self._theme.down, columns)
        self._paint_middle(painter, QRect(0, middle, self.width(), self._middle))
        for i, row in enumerate(self._page.bids[:rows]):
            area = QRect(0, middle + self._middle + i * height, self.width(), height)
            self._paint_row(painter, area, row, self._theme.up, columns)
        if self._shows_balance and self._page.bid_share is not None:
            self._paint_balance(painter, self._page.bid_share)
        painter.end()

    def _paint_head(self, painter: QPainter, columns: list[QRect]) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(self._theme.muted))
        metrics = QFontMetrics(self._small)
        for column, title in zip(columns, self._titles, strict=True):
            area = QRect(column.left(), 0, column.width(), self._head)
            if metrics.horizontalAdvance(title) > area.width():
                title = title.partition(" (")[0]
            text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, _RIGHT, text)

    def _paint_row(
        self, painter: QPainter, area: QRect, row: LadderRow, color: str, columns: list[QRect]
    ) -> None:
        theme = self._theme
        if row == self._hovered:
            painter.fillRect(area, QColor(blend(theme.text, theme.panel, 0.06)))
        bar = round(area.width() * row.share)
        ground = theme.tint(theme.muted if self._stale else color, _BAR_SHARE)
        painter.fillRect(area.right() + 1 - bar, area.top(), bar, area.height() - 1, QColor(ground))
        painter.setFont(self._font)
        texts = (row.price, row.quantity, row.total)
        colors = (color, theme.text, theme.secondary)
        for column, text, ink in zip(columns, texts, colors, strict=True):
            if column.width() > 0:
                painter.setPen(QColor(theme.muted if self._stale else ink))
                painter.drawText(
                    QRect(column.left(), area.top(), column.width(), area.height()), _RIGHT, text
                )

    def _paint_middle(self, painter: QPainter, area: QRect) -> None:
        """The price in the middle, and how far both sides are apart."""
        theme, page = self._theme, self._page
        painter.setPen(QColor(theme.grid))
        painter.drawLine(area.topLeft(), area.topRight())
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        painter.setFont(self._strong)
        painter.setPen(QColor(theme.muted if self._stale else theme.text))
        width = QFontMetrics(self._strong).horizontalAdvance(page.mid)
        painter.drawText(inner, _LEFT, page.mid)
        rest = inner.adjusted(width + 8, 0, 0, 0)
        metrics = QFontMetrics(self._small)
        long = self.tr("Spread {0} · {1}").format(page.spread, page.spread_percent)
        short = f"{page.spread} · {page.spread_percent}"
        texts = (self._notice,) if self._notice else (long, short, page.spread)
        text = next((t for t in texts if metrics.horizontalAdvance(t) <= rest.width()), texts[-1])
        painter.setFont(self._small)
        painter.setPen(QColor(theme.warning if self._notice else theme.secondary))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, _RIGHT, shown)

    def _paint_balance(self, painter: QPainter, bid_share: float) -> None:
        """Which side has more quantity near the price."""
        theme = self._theme
        bids, asks = round(bid_share * 100), 100 - round(bid_share * 100)
        area = QRect(0, self.height() - self._balance, self.width(), self._balance)
        inner = area.adjusted(_PADDING_PX, 2, -_PADDING_PX, 0)
        painter.setFont(self._small)
        left, right = self.tr("Bids {0}%").format(bids), self.tr("{0}% asks").format(asks)
        metrics = QFontMetrics(self._small)
        widths = metrics.horizontalAdvance(left), metrics.horizontalAdvance(right)
        up, down = (theme.muted, theme.muted) if self._stale else (theme.up, theme.down)
        painter.setPen(QColor(up))
        painter.drawText(inner, _LEFT, left)
        painter.setPen(QColor(down))
        painter.drawText(inner, _RIGHT, right)
        bar = QRect(
            inner.left() + widths[0] + 8,
            inner.center().y() - 1,
            inner.width() - sum(widths) - 16,
            3,
        )
        if bar.width() > scaled(24, self._font_px):
            filled = round(bar.width() * bid_share)
            painter.fillRect(bar.adjusted(0, 0, filled - bar.width(), 0), QColor(up))
            painter.fillRect(bar.adjusted(filled + 1, 0, 0, 0), QColor(down))

    def _columns(self) -> list[QRect]:
        """Price, quantity, total; the quantity is left out where it is narrow."""
        inner = self.rect().adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        narrow = self.width() < scaled(_NARROW_PX, self._font_px)
        shares = (0.54, 0.0, 0.46) if narrow else (0.34, 0.33, 0.33)
        columns, left = [], float(inner.left())
        for share in shares:
            width = inner.width() * share
            columns.append(QRect(round(left), 0, round(width), self.height()))
            left += width
        return columns

    def _middle_top(self) -> int:
        """Both sides have the same height, also while one has fewer rows."""
        return self._head + self.rows * self._row_height

    def _hover(self, row: LadderRow | None) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def _sized(self, size: int) -> QFont:
        font = QFont(QGuiApplication.font())
        font.setPixelSize(scaled(size, self._font_px))
        return font

    def _spoken(self) -> str:
        """What a screen reader says of it."""
        page = self._page
        if not page.asks or not page.bids:
            return self._notice
        prices = self.tr("Best bid {0}, best ask {1}, spread {2}.").format(
            page.bids[0].price, page.asks[0].price, page.spread
        )
        return f"{prices} {self._notice}".rstrip()


def _named(title: str, unit: str) -> str:
    return f"{title} ({unit})" if unit else title
