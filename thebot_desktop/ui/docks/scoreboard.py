"""Scoreboard: how often each kind of signal was right, from the person's own history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QPushButton, QWidget

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.scoreboard import HORIZONS, Cell
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.scoreboard import ScoreboardService, write_csv
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import SECOND_MS, Clock
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.file_dialogs import ask_where_to_save
from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip
from thebot_desktop.ui.filtered_page import FilteredPage
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.models.scoreboard import (
    ScoreboardModel,
    bounds_text,
    counted_text,
    direction_text,
    horizon_text,
    rate_text,
)
from thebot_desktop.ui.models.signals import direction_mark
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.row_files import write_rows
from thebot_desktop.ui.sortable_table import (
    SortableTable,
    TableLook,
    paint_plain,
    paint_quiet,
    paint_strong,
    text_lines,
)
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.table_view import Painting, Pencil
from thebot_desktop.ui.theme import Theme, scaled

PAUSE_MS = 5 * SECOND_MS
"""Counted anew at most so often, however many candles close."""
_WIDE_PX = 930


class ScoreboardDock(Dock):
    """Counts while somebody looks, series by series, so that nothing else waits for it."""

    name = "scoreboard"
    title = "Scoreboard"
    area = DockArea.BOTTOM
    icon = "scoreboard"
    place = 2
    shown_at_first = False
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        board: ScoreboardService,
        signals: SignalAggregator,
        subscriber: RealTimeDataSubscriber,
        clock: Clock,
        report: Callable[[TheBotError], None],
    ) -> None:
        super().__init__(host)
        self._board = board
        self._signals = signals
        self._clock = clock
        self._report = report
        self._cells: tuple[Cell, ...] = ()
        self._is_new = True
        self._counted_at: int | None = None
        self.counting: AsyncCallbackWrapper[[], None] = AsyncCallbackWrapper(
            self._count, self._on_failure
        )
        self._model = ScoreboardModel(self)
        self.table = SortableTable(self.tr("Scoreboard"))
        self.table.setModel(self._model)
        self.table.activated_row.connect(self._open)
        self.source = ChoiceBox(self.tr("Kind of signal"), self.tr("All signals"))
        self.source.currentIndexChanged.connect(lambda _at: self._show_cells())
        self.direction = ChoiceBox(self.tr("Direction"), self.tr("Buy and sell"))
        self.direction.offer((direction_mark(d), d) for d in (Direction.BUY, Direction.SELL))
        self.symbol = ChoiceBox(self.tr("Symbol"), self.tr("All symbols"))
        self.interval = ChoiceBox(self.tr("Interval"), self.tr("All intervals"))
        self.horizon = ChoiceBox(self.tr("Bars after the signal"), self.tr("5 to 40 bars"))
        self.horizon.offer((horizon_text(horizon), horizon) for horizon in HORIZONS)
        self.export = QPushButton(self.tr("Export CSV…"))
        self.export.clicked.connect(self._ask_for_file)
        boxes = (self.direction, self.symbol, self.interval, self.horizon)
        self.strip = FilterStrip(self.source, boxes, self.export)
        self.strip.changed.connect(self._show_cells)
        self.nothing = StateView(host.theme)
        self.add_page(self._lay_out())
        self.on_release(subscriber.moments.add(self._on_moment))
        self.on_release(self.counting.cancel)
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(
            host,
            context.scoreboard,
            context.signals,
            context.subscriber,
            context.clock,
            context.faults.notify,
        )

    def draw(self) -> None:
        now = self._clock.now()
        rests = self._counted_at is not None and 0 <= now - self._counted_at < PAUSE_MS
        if not self._is_new or rests or self.counting.running:
            return
        self._is_new = False
        self._counted_at = now
        if not self._signals.get_signals():
            self.update_cells(())
            return
        if not self._cells:
            self.show_state(State.LOADING)
        self.counting()

    def update_cells(self, cells: tuple[Cell, ...]) -> None:
        """Show these, or say why there are none."""
        self._cells = cells
        if not cells:
            sentence = self.tr("How often signals were right is counted here.")
            detail = self.tr("The first can be judged 5 bars after it appeared.")
            self.show_state(State.EMPTY, sentence, detail=detail)
            self.header.set_info("")
            return
        self.show_content()
        keys = [cell.key for cell in cells]
        self.source.offer((name, name) for name in sorted({k.source for k in keys}))
        self.symbol.offer((name, name) for name in sorted({k.series.symbol for k in keys}))
        intervals = sorted({k.series.interval for k in keys}, key=lambda i: i.milliseconds)
        self.interval.offer((interval.value, interval) for interval in intervals)
        self._show_cells()

    def write_file(self, path: str) -> None:
        """What is shown, in its order; says how it went."""
        self.host.notify_person(write_rows(path, tuple(self._model.rows), write_csv))

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self.strip.apply_theme(theme, font_px)
        self.nothing.apply_theme(theme)
        self.table.set_looks(_wide_look(), _narrow_look(), _WIDE_PX, theme, font_px)

    def _lay_out(self) -> QWidget:
        self._filtered = FilteredPage(self.strip, self.table, self.nothing)
        return self._filtered

    def _on_moment(self, moment: Moment) -> None:
        """A closed candle may be the outcome of a signal."""
        if moment.closed or moment.history or moment.signals:
            self._is_new = True
            self.mark_dirty()

    async def _count(self) -> None:
        self.update_cells(await self._board.cells(apart=True))

    def _on_failure(self, error: TheBotError) -> None:
        self._report(error)
        self.show_state(
            State.ERROR,
            self.tr("The outcomes of signals could not be counted."),
            detail=error.user_message,
            button=self.tr("Try again"),
            action=self._count_again,
        )

    def _count_again(self) -> None:
        self._is_new, self._counted_at = True, None
        self.mark_dirty()

    def _show_cells(self) -> None:
        chosen = [cell for cell in self._cells if self._fits(cell)]
        self._model.set_rows(chosen)
        self.export.setEnabled(bool(chosen))
        whole = sum(cell.key.direction is None for cell in self._cells)
        part = self.tr("{0} of {1}").format(len(chosen), whole)
        self.header.set_info("" if len(chosen) == whole else part)
        if not chosen:
            self.nothing.show_state(
                State.EMPTY,
                self.tr("Nothing fits these filters."),
                button=self.tr("Show all"),
                action=self._choose_all,
            )
        self._filtered.show_for(chosen)

    def _fits(self, cell: Cell) -> bool:
        source, series, horizon, direction = cell.key
        return (
            direction is self.direction.chosen
            and self.source.chosen in (None, source)
            and self.symbol.chosen in (None, series.symbol)
            and self.interval.chosen in (None, series.interval)
            and self.horizon.chosen in (None, horizon)
        )

    def _choose_all(self) -> None:
        self.source.choose_all()
        self.strip.choose_all()

    def _open(self, index: AnyIndex) -> None:
        cell: Cell = index.data(Role.ROW)
        self.host.reveal_chart(cell.key.series)

    def _ask_for_file(self) -> None:
        title, kind = self.tr("Export scoreboard"), self.tr("CSV (*.csv)")
        ask_where_to_save(self, title, "scoreboard.csv", kind, self.write_file)


def _wide_look() -> TableLook:
    paintings: list[Painting] = [
        paint_strong,
        _paint_direction,
        paint_plain,
        paint_quiet,
        paint_quiet,
        _paint_cases,
        _paint_rate,
        paint_quiet,
        paint_quiet,
        _paint_mean,
    ]
    return TableLook(34, paintings, [None, 72, 88, 60, 64, 92, 204, 72, 72, 72])


def _narrow_look() -> TableLook:
    paintings: list[Painting] = [paint_plain] * 10
    paintings[0], paintings[6], paintings[9] = _paint_kind, _paint_rate_below, _paint_mean
    return TableLook(68, paintings, [None, 0, 0, 0, 0, 0, 92, 0, 0, 66])


def _cell(index: AnyIndex) -> Cell:
    cell: Cell = index.data(Role.ROW)
    return cell


def _rate_color(theme: Theme, cell: Cell) -> str:
    """A direction only where chance is out of the question."""
    if cell.is_few:
        return theme.muted
    if cell.lowest > 0.5:
        return theme.up
    return theme.down if cell.highest < 0.5 else theme.secondary


def _paint_direction(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    theme = pencil.theme
    colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
    direction = _cell(index).key.direction
    if direction is None:
        paint_quiet(pencil, area, index)
    else:
        pencil.tag(area, index.data(), colors.get(direction, theme.secondary))


def _paint_cases(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    color = pencil.theme.muted if _cell(index).is_few else pencil.theme.text
    pencil.text(area, index.data(), color, right=True)


def _paint_rate(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The number, its bounds as a bar, and the bounds as numbers."""
    cell = _cell(index)
    theme = pencil.theme
    width = scaled(44, pencil.font_px)
    number = QRect(area.left(), area.top(), width, area.height())
    color = theme.muted if cell.is_few else theme.text
    pencil.text(number, rate_text(cell), color, strong=not cell.is_few, right=True)
    words = scaled(58, pencil.font_px)
    bar = area.adjusted(width + 10, 0, -words - 8, 0)
    _paint_bounds(pencil, bar, cell)
    told = QRect(area.right() - words, area.top(), words, area.height())
    pencil.text(told, bounds_text(cell), theme.muted, size=11)


def _paint_rate_below(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The number and its bounds above the bar."""
    cell = _cell(index)
    theme = pencil.theme
    upper, lower = text_lines(area, 2, pencil.font_px)
    color = theme.muted if cell.is_few else theme.text
    width = pencil.text(upper, rate_text(cell), color, strong=not cell.is_few)
    beside = upper.adjusted(width + 6, 1, 0, 1)
    pencil.text(beside, bounds_text(cell), theme.muted, size=11, whole=True)
    _paint_bounds(pencil, lower.adjusted(0, 0, -6, 0), cell)


def _paint_bounds(pencil: Pencil, area: QRect, cell: Cell) -> None:
    """From none to all: half of it as a line, the bounds as a band, the rate as a mark."""
    painter, theme = pencil.painter, pencil.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle = area.center().y() + 0.5
    color = _rate_color(theme, cell)

    def box(begin: float, end: float, height: float) -> QRectF:
        left = area.left() + begin * area.width()
        return QRectF(left, middle - height / 2, (end - begin) * area.width(), height)

    painter.setBrush(QColor(theme.border))
    painter.drawRoundedRect(box(0, 1, 3), 1.5, 1.5)
    painter.setBrush(QColor(theme.tint(color, 0.5)))
    painter.drawRoundedRect(box(cell.lowest, cell.highest, 7), 3, 3)
    painter.setBrush(QColor(theme.muted))
    painter.drawRect(QRectF(area.left() + area.width() / 2 - 0.5, middle - 6, 1, 12))
    painter.setBrush(QColor(color))
    mark = area.left() + cell.hit_rate * area.width()
    painter.drawRoundedRect(QRectF(mark - 1.5, middle - 5, 3, 10), 1.5, 1.5)


def _paint_mean(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    cell = _cell(index)
    theme = pencil.theme
    color = theme.muted if cell.is_few else theme.of_change(round(cell.mean_change, 4))
    pencil.text(area, index.data(), color, right=True)


def _paint_kind(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """What it is above; where and when below; then how often."""
    cell = _cell(index)
    theme = pencil.theme
    upper, middle, lower = text_lines(area, 3, pencil.font_px)
    width = pencil.text(upper, cell.key.source, theme.text, strong=True)
    if cell.key.direction is not None:
        beside = upper.adjusted(width + 6, 0, 0, 0)
        colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
        pencil.text(beside, direction_text(cell), colors[cell.key.direction], size=11)
    series = cell.key.series
    below = f"{series.symbol} {series.interval.value} · {horizon_text(cell.key.horizon)}"
    pencil.text(middle, below, theme.secondary, size=11)
    pencil.text(lower, counted_text(cell), theme.muted, size=11)
