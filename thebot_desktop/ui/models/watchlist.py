"""The watchlist as a table: symbols in the person's order, which can be changed by dragging."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QMimeData, QModelIndex, QObject, Qt

from thebot_desktop.domain.market import Instrument, Symbol
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.market.quote_board import BoardRow
from thebot_desktop.ui.formatting import percent_text, price_text
from thebot_desktop.ui.freshness import freshness_with_age
from thebot_desktop.ui.models.table import AnyIndex, Column, RowModel

_MIME = "application/x-thebot-watchlist-row"
_NOWHERE = QModelIndex()


class WatchRow(Struct, frozen=True, gc=False):
    """NaN where nothing is known yet."""

    symbol: Symbol
    base: str
    quote: str
    decimals: int
    price: float = math.nan
    change: float = math.nan
    low: float = math.nan
    high: float = math.nan
    word: FreshnessWord | None = None
    """None while there is no price. The age is not kept: it would make every row a new one."""
    moved: int = 0
    """The price has just risen (1) or fallen (-1)."""

    @property
    def stale(self) -> bool:
        return self.word is FreshnessWord.STALE

    @property
    def place_in_day(self) -> float | None:
        """Where the price lies between the day's low (0) and high (1)."""
        width = self.high - self.low
        if not width > 0 or math.isnan(self.price):
            return None
        return max(0.0, min(1.0, (self.price - self.low) / width))


def watch_row(
    instrument: Instrument, board: BoardRow, word: FreshnessWord | None = None
) -> WatchRow:
    change, ticker = board.change_percent, board.ticker
    return WatchRow(
        symbol=instrument.symbol,
        base=instrument.base,
        quote=instrument.quote,
        decimals=instrument.price_decimals,
        price=board.last,
        change=math.nan if change is None else change,
        low=math.nan if ticker is None else ticker.low,
        high=math.nan if ticker is None else ticker.high,
        word=word,
    )


def with_move(row: WatchRow, before: WatchRow) -> WatchRow:
    """``row``, marked if its price is another one than ``before``; a mark stays until then."""
    moved = (row.price > before.price) - (row.price < before.price) or before.moved
    return replace(row, moved=moved) if moved else row


def _day_tip(row: WatchRow) -> str:
    """The bar between the day's low and high, in words."""
    if row.place_in_day is None:
        return ""
    sentence = QCoreApplication.translate(
        "Columns", "Last 24 hours: low {0}, high {1}. The price is at {2}% of the way up."
    )
    low, high = (price_text(price, row.decimals) for price in (row.low, row.high))
    return sentence.format(low, high, f"{row.place_in_day * 100:.0f}")


COLUMNS: tuple[Column[WatchRow], ...] = (
    Column("symbol", "Symbol", lambda r: f"{r.base} {r.quote}".strip(), lambda r: r.symbol),
    Column(
        "day",
        "24 h range",
        lambda r: "" if r.place_in_day is None else f"{r.place_in_day * 100:.0f}%",
        lambda r: -1.0 if r.place_in_day is None else r.place_in_day,
        explain=_day_tip,
    ),
    Column(
        "price", "Price", lambda r: price_text(r.price, r.decimals), lambda r: r.price, right=True
    ),
    Column("change", "24 h", lambda r: percent_text(r.change), lambda r: r.change, right=True),
)


class WatchlistModel(RowModel[WatchRow]):
    """Rows can be dragged to another place; ``reorder`` is asked to make it so.

    ``freshness`` is asked when a person points at a price, so that its age is that of the moment.
    """

    def __init__(
        self,
        reorder: Callable[[tuple[Symbol, ...]], None],
        freshness: Callable[[Symbol], Freshness | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(COLUMNS, parent)
        self._reorder = reorder
        self._places: dict[Symbol, int] = {}
        self._freshness = freshness

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(row.symbol for row in self.rows)

    def place_of(self, symbol: Symbol) -> int | None:
        """In which row ``symbol`` stands."""
        return self._places.get(symbol)

    def set_rows(self, rows: Sequence[WatchRow]) -> None:
        self._places = {row.symbol: place for place, row in enumerate(rows)}
        super().set_rows(rows)

    def move(self, row: int, to: int) -> None:
        """Put a row before the one that is at ``to`` now."""
        symbols = list(self.symbols)
        moved = symbols.pop(row)
        symbols.insert(to if to <= row else to - 1, moved)
        if tuple(symbols) != self.symbols:
            self._reorder(tuple(symbols))

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A price says how fresh it is in its tip, and to who cannot see that it is grey."""
        known = super().data(index, role)
        tells_age = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role not in tells_age or not self._is_price(index):
            return known
        freshness = self._freshness(self.rows[index.row()].symbol)
        age = freshness_with_age(freshness) if freshness is not None else ""
        return ", ".join(str(part) for part in (known, age) if part) or None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - as Qt calls it
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - as Qt calls it
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - as Qt calls it
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(  # noqa: N802 - as Qt calls it
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: AnyIndex = _NOWHERE,
    ) -> bool:
        if action is not Qt.DropAction.MoveAction or not data.hasFormat(_MIME):
            return False
        to = row if row >= 0 else parent.row() if parent.isValid() else len(self.rows)
        self.move(int(data.data(_MIME).data()), to)
        # The list is set anew by whoever keeps it, so the view must not remove the row itself.
        return False

    def _is_price(self, index: AnyIndex) -> bool:
        shown = index.isValid() and index.row() < len(self.rows)
        return shown and self.columns[index.column()].name == "price"
