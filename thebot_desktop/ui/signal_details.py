"""The window that explains a signal: its candles, what it was made of, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QDateTime, QLocale, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.confidence import Confidence, Part
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.signal_details import AFTER, BEFORE, Input, SignalDetails
from thebot_desktop.domain.market import Instrument, Origin
from thebot_desktop.domain.signals import Direction, Pattern
from thebot_desktop.domain.signals import Signal as TradeSignal
from thebot_desktop.ui.charts.link import LinkedPoint, Stretch
from thebot_desktop.ui.charts.moment_chart import MomentChart
from thebot_desktop.ui.details_parts import (
    details_label,
    details_sheet,
    details_table,
    framed,
    give_kind,
)
from thebot_desktop.ui.formatting import DASH, change_text, percent_text, price_text
from thebot_desktop.ui.models.signal_details import InputsModel, PartsModel
from thebot_desktop.ui.models.signals import direction_mark, strength_text
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import paint_quiet, paint_strong
from thebot_desktop.ui.table_view import Pencil
from thebot_desktop.ui.theme import Theme, scaled

_SIDE_BY_SIDE_PX = 700
_KINDS = {Direction.BUY: "up", Direction.SELL: "down", Direction.NEUTRAL: "muted"}


class SignalDetailsDialog(QDialog):
    """Shows one signal after the other; it stays open beside the table they come from."""

    chart_wanted = Signal(object)
    """A person wants to see this Signal in a chart."""

    def __init__(self, parent: QWidget, theme: Theme, font_px: int) -> None:
        super().__init__(parent)
        self._signal: TradeSignal | None = None
        self.mark = details_label("heading")
        self.name = details_label("heading")
        self.facts = details_label("secondary")
        self.facts.setWordWrap(True)
        self.reason = details_label("")
        self.reason.setWordWrap(True)
        self.chart = MomentChart(theme)
        self.outcomes = details_label("secondary")
        self.outcomes.setWordWrap(True)
        self.opinions = details_label("strong")
        self.opinions.setWordWrap(True)
        self.patterns = details_label("secondary")
        self.patterns.setWordWrap(True)
        self.candle = details_label("secondary")
        self.candle.setWordWrap(True)
        self.inputs = details_table(self.tr("Values of the indicators"))
        self.inputs_model = InputsModel(self)
        self.inputs.setModel(self.inputs_model)
        self.parts = details_table(self.tr("Parts of the confidence"))
        self.parts_model = PartsModel(self)
        self.parts.setModel(self.parts_model)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.show_chart = self._buttons.addButton(
            self.tr("Show in chart"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.show_chart.setDefault(True)
        self.show_chart.clicked.connect(lambda: self.chart_wanted.emit(self._signal))
        self._buttons.rejected.connect(self.reject)
        self._buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self._lay_out()
        self.apply_theme(theme, font_px)

    @property
    def signal(self) -> TradeSignal | None:
        return self._signal

    def explain(self, details: SignalDetails, instrument: Instrument) -> None:
        """Show everything about one signal."""
        signal = self._signal = details.signal
        series = signal.series
        decimals = instrument.price_decimals
        self.setWindowTitle(self.tr("Signal on {0}").format(str(series)))
        self.mark.setText(direction_mark(signal.direction))
        give_kind(self.mark, _KINDS[signal.direction])
        self.name.setText(f"{series.symbol} · {series.interval.value}")
        self.facts.setText(self._facts(signal, decimals))
        self.reason.setText(signal.reason)
        self.outcomes.setText(self._outcomes(details))
        self.opinions.setText(self._opinions(details.confidence))
        self.patterns.setText("\n".join(self._patterns(details.patterns)))
        self.patterns.setVisible(bool(details.patterns))
        self.candle.setText(self._candle(details, decimals))
        self.inputs_model.set_rows(details.inputs)
        self.inputs.setVisible(bool(details.inputs))
        self.parts_model.set_rows(details.confidence.parts)
        self.parts.setVisible(bool(details.confidence.parts))
        self._draw_chart(details, instrument)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self.chart.set_theme(theme)
        self.inputs.paint_columns([_paint_input, paint_quiet, paint_strong], theme, font_px)
        self.inputs.set_widths([None, scaled(84, font_px), scaled(96, font_px)])
        paintings = [_paint_opinion, _paint_says, paint_quiet, paint_quiet, _paint_share]
        self.parts.paint_columns(paintings, theme, font_px)
        self.parts.set_widths([None, *(scaled(w, font_px) for w in (64, 52, 46, 96))])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _SIDE_BY_SIDE_PX
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._sheets.setDirection(way)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.mark)
        head.addWidget(self.name, 1)
        self._sheets = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sheets.setSpacing(12)
        made_of = self.tr("What it was made of")
        opinions = self.tr("All opinions at that time")
        self._sheets.addWidget(details_sheet(made_of, self.candle, self.inputs), 1)
        self._sheets.addWidget(details_sheet(opinions, self.opinions, self.patterns, self.parts), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.reason)
        column.addWidget(framed(self.chart), 3)
        column.addWidget(self.outcomes)
        column.addSpacing(4)
        column.addLayout(self._sheets, 2)
        column.addWidget(self._buttons)
        self.setMinimumSize(460, 580)
        self.resize(880, 700)
        self.show_chart.setFocus()

    def _facts(self, signal: TradeSignal, decimals: int) -> str:
        told = QDateTime.fromMSecsSinceEpoch(signal.event_time)
        when = QLocale().toString(told, "d MMM yyyy HH:mm")
        strength = self.tr("{0}, confidence {1}").format(
            strength_text(signal.strength).lower(), f"{signal.confidence:.2f}"
        )
        price = self.tr("at {0}").format(price_text(signal.price, decimals))
        return "  ·  ".join((signal.source, strength, price, when))

    def _candle(self, details: SignalDetails, decimals: int) -> str:
        candle = details.candle
        if candle is None:
            return self.tr("Its candle is not stored any more.")
        prices = (candle.open, candle.high, candle.low, candle.close)
        sentence = self.tr("Candle: open {0}, high {1}, low {2}, close {3}, volume {4}")
        volume = price_text(candle.volume, 2)
        return sentence.format(*(price_text(price, decimals) for price in prices), volume)

    def _outcomes(self, details: SignalDetails) -> str:
        """Positive where the signal was right, as in the scoreboard."""
        if details.signal.direction is Direction.NEUTRAL or not len(details.candles):
            return ""
        if not details.outcomes:
            return self.tr("What became of it can be told after 5 bars.")
        one = self.tr("{0} bars {1}")
        told = (one.format(o.horizon, percent_text(o.change * 100)) for o in details.outcomes)
        farthest = details.outcomes[-1]
        way = self.tr("on the way {0} at best, {1} at worst").format(
            percent_text(farthest.best * 100), percent_text(farthest.worst * 100)
        )
        became = self.tr("What became of it, in its direction: after {0}; {1}.")
        return became.format("  ·  ".join(told), way)

    def _opinions(self, confidence: Confidence) -> str:
        if not confidence.parts:
            return self.tr("Nothing is kept of that time.")
        sentence = self.tr("Confidence {0}, agreement {1}")
        agreement = f"{confidence.agreement * 100:.0f}%"
        return sentence.format(change_text(confidence.value, 2), agreement)

    def _patterns(self, patterns: Iterable[Pattern]) -> Iterable[str]:
        sentences = {
            "confirmation": self.tr("Confirmation, {0}: {1}"),
            "conflict": self.tr("Conflict: {1}"),
            "divergence": self.tr("Divergence, {0}: {1}"),
        }
        for pattern in patterns:
            sentence = sentences.get(pattern.name, pattern.name + ": {1}")
            sources = ", ".join(pattern.sources)
            yield sentence.format(direction_mark(pattern.direction), sources)

    def _draw_chart(self, details: SignalDetails, instrument: Instrument) -> None:
        signal, candles = details.signal, details.candles
        self.chart.set_series(signal.series, instrument)
        if not len(candles):
            title = self.tr("The candles of that time are not stored any more.")
            self.chart.show_message(title, "")
            return
        moment = Moment(
            signal.series,
            candles,
            closed=True,
            event_time=signal.event_time,
            origin=Origin.HISTORY,
            results=details.results,
        )
        self.chart.update_chart(moment)
        self.chart.set_signals([signal])
        interval = signal.series.interval.milliseconds
        begin, end = signal.open_time - BEFORE * interval, signal.open_time + AFTER * interval
        self.chart.point_at(LinkedPoint(signal.open_time))
        self.chart.show_always(Stretch(begin, end + 2 * interval))


def _paint_input(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Which value, and beside it of which indicator."""
    row: Input = index.data(Role.ROW)
    width = pencil.text(area, row.output or row.source, pencil.theme.text)
    if row.output:
        beside = area.adjusted(width + 6, 0, 0, 0)
        pencil.text(beside, row.source, pencil.theme.muted, size=11)


def _part(index: AnyIndex) -> Part:
    part: Part = index.data(Role.ROW)
    return part


def _parts(index: AnyIndex) -> Sequence[Part]:
    model = index.model()
    assert isinstance(model, PartsModel)
    return model.rows


def _color(theme: Theme, direction: Direction) -> str:
    colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
    return colors.get(direction, theme.secondary)


def _paint_opinion(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    signal = _part(index).signal
    width = pencil.text(area, signal.source, pencil.theme.text)
    beside = area.adjusted(width + 6, 0, 0, 0)
    pencil.text(beside, signal.series.interval.value, pencil.theme.muted, size=11)


def _paint_says(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    color = _color(pencil.theme, _part(index).signal.direction)
    pencil.text(area, index.data() or DASH, color, size=11, strong=True)


def _paint_share(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """To the right of the middle what speaks for buying, to the left what speaks for selling."""
    part, theme, painter = _part(index), pencil.theme, pencil.painter
    words = scaled(40, pencil.font_px)
    bar = area.adjusted(4, 0, -words - 4, 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle, y = bar.left() + bar.width() / 2, bar.center().y() - 2
    painter.setBrush(QColor(theme.border))
    painter.drawRect(QRectF(middle - 0.5, y - 4, 1, 13))
    longest = max(1e-9, *(abs(each.share) for each in _parts(index)))
    long = bar.width() / 2 * part.share / longest
    painter.setBrush(QColor(_color(theme, part.signal.direction)))
    painter.drawRoundedRect(QRectF(min(middle, middle + long), y, abs(long), 5), 2, 2)
    told = QRect(area.right() - words, area.top(), words, area.height())
    pencil.text(told, index.data(), theme.text, right=True)
