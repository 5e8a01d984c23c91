"""The window that explains an alert: its bar, what the rule looked at, and how it was told."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.alert_archive import AFTER, BEFORE, AlertDetails
from thebot_desktop.domain.market import Instrument, Origin
from thebot_desktop.domain.signals import Alert, AlertStatus
from thebot_desktop.ui.charts.link import LinkedPoint, Stretch
from thebot_desktop.ui.charts.marks import MarkKind, MarkSeries
from thebot_desktop.ui.charts.moment_chart import MomentChart
from thebot_desktop.ui.details_parts import (
    details_label,
    details_sheet,
    details_table,
    framed,
    give_kind,
)
from thebot_desktop.ui.formatting import age_text, price_text
from thebot_desktop.ui.models.alert_details import DeliveriesModel, FactsModel
from thebot_desktop.ui.models.alerts import KINDS, state_words, type_mark
from thebot_desktop.ui.sortable_table import paint_plain, paint_quiet, paint_strong
from thebot_desktop.ui.theme import Theme, scaled

_SIDE_BY_SIDE_PX = 700


class AlertDetailsDialog(QDialog):
    """Shows one alert after the other; it stays open beside the table they come from."""

    chart_wanted = Signal(object)
    """A person wants to see this Alert in a chart."""
    rule_wanted = Signal(object)
    """A person wants to change the rule of this Alert."""
    acknowledged = Signal(object)
    """A person has seen this Alert."""

    def __init__(self, parent: QWidget, theme: Theme, font_px: int) -> None:
        super().__init__(parent)
        self._alert: Alert | None = None
        self.mark, self.name = details_label("heading"), details_label("heading")
        self.message = details_label("")
        self.facts, self.rule = details_label("secondary"), details_label("secondary")
        self.origin = details_label("secondary")
        for label in (self.message, self.facts, self.rule, self.origin):
            label.setWordWrap(True)
        self.chart = MomentChart(theme)
        self.inputs = details_table(self.tr("Values that the rule looked at"))
        self.inputs_model = FactsModel(self)
        self.inputs.setModel(self.inputs_model)
        self.no_inputs = details_label("secondary")
        self.no_inputs.setWordWrap(True)
        self.deliveries = details_table(self.tr("How it was told"))
        self.deliveries_model = DeliveriesModel(self)
        self.deliveries.setModel(self.deliveries_model)
        self.no_deliveries = details_label("secondary")
        self.no_deliveries.setText(self.tr("Nothing is kept of how it was told."))
        self.no_deliveries.setWordWrap(True)
        self._make_buttons()
        self._lay_out()
        self.apply_theme(theme, font_px)

    @property
    def alert(self) -> Alert | None:
        return self._alert

    def explain(self, details: AlertDetails, instrument: Instrument | None) -> None:
        """Show everything about one alert; no instrument where it is about no symbol."""
        alert = self._alert = details.alert
        decimals = 2 if instrument is None else instrument.price_decimals
        about = f"{alert.series.symbol} · {alert.series.interval.value}"
        self.setWindowTitle(self.tr("Alert on {0}").format(alert.series.symbol or "THEBOT"))
        self.mark.setText(type_mark(alert.type))
        give_kind(self.mark, KINDS[alert.type])
        self.name.setText(about if alert.has_chart else self.tr("No symbol"))
        self.message.setText(alert.message)
        self.facts.setText(self._facts(alert, decimals))
        self.origin.setText(self._origin(alert))
        self.rule.setText(self._rule(details))
        self.inputs_model.set_rows(alert.facts)
        self.inputs.setVisible(bool(alert.facts))
        self.no_inputs.setVisible(not alert.facts)
        self.no_inputs.setText(self.tr("It looked at nothing but what it says."))
        self.deliveries_model.set_rows(details.deliveries)
        self.deliveries.setVisible(bool(details.deliveries))
        self.no_deliveries.setVisible(not details.deliveries)
        self.show_chart.setEnabled(alert.has_chart)
        self.edit_rule.setEnabled(details.armed is not None)
        self.acknowledge.setEnabled(alert.status is not AlertStatus.DISMISSED)
        self._draw_chart(details, instrument)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self.chart.set_theme(theme)
        self.inputs.paint_columns([paint_plain, paint_strong], theme, font_px)
        self.inputs.set_widths([None, scaled(110, font_px)])
        paintings = [paint_plain, paint_plain, paint_quiet, paint_quiet]
        self.deliveries.paint_columns(paintings, theme, font_px)
        self.deliveries.set_widths([scaled(110, font_px), scaled(96, font_px), 44, None])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _SIDE_BY_SIDE_PX
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._sheets.setDirection(way)

    def _make_buttons(self) -> None:
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        action = QDialogButtonBox.ButtonRole.ActionRole
        self.show_chart = self._buttons.addButton(
            self.tr("Show in chart"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.edit_rule = self._buttons.addButton(self.tr("Edit alert…"), action)
        self.acknowledge = self._buttons.addButton(self.tr("Acknowledge"), action)
        self.show_chart.setDefault(True)
        self.show_chart.clicked.connect(lambda: self.chart_wanted.emit(self._alert))
        self.edit_rule.clicked.connect(lambda: self.rule_wanted.emit(self._alert))
        self.acknowledge.clicked.connect(self._acknowledge)
        self._buttons.rejected.connect(self.reject)
        close = self._buttons.button(QDialogButtonBox.StandardButton.Close)
        for button in (close, self.edit_rule, self.acknowledge):
            button.setAutoDefault(False)

    def _acknowledge(self) -> None:
        self.acknowledge.setEnabled(False)
        self.acknowledged.emit(self._alert)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.mark)
        head.addWidget(self.name, 1)
        self._sheets = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sheets.setSpacing(12)
        looked_at, told = self.tr("What it looked at"), self.tr("How it was told")
        self._sheets.addWidget(details_sheet(looked_at, self.no_inputs, self.inputs), 2)
        self._sheets.addWidget(details_sheet(told, self.no_deliveries, self.deliveries), 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.message)
        for label in (self.facts, self.rule, self.origin):
            column.addWidget(label)
        self._frame = framed(self.chart)
        column.addWidget(self._frame, 4)
        column.addSpacing(4)
        column.addLayout(self._sheets, 3)
        column.addWidget(self._buttons)
        self.setMinimumSize(460, 560)
        self.resize(860, 720)
        self.show_chart.setFocus()

    def _facts(self, alert: Alert, decimals: int) -> str:
        when = QDateTime.fromMSecsSinceEpoch(alert.event_time)
        said = [QLocale().toString(when, "d MMM yyyy HH:mm:ss"), state_words(alert)]
        if alert.price:
            said.insert(0, self.tr("at {0}").format(price_text(alert.price, decimals)))
        return "  ·  ".join(said)

    def _rule(self, details: AlertDetails) -> str:
        said = self.tr("Rule: {0}.").format(details.alert.rule)
        if details.armed is None:
            return f"{said} {self.tr('It is gone by now.')}"
        return said if details.armed.enabled else f"{said} {self.tr('It is switched off now.')}"

    def _origin(self, alert: Alert) -> str:
        """How old it was when it was said, and how the candle was heard of."""
        age = age_text(alert.data_age_ms)
        if alert.missed:
            return self.tr("It was true while nobody was watching, and found {0} later.").format(
                age
            )
        if alert.late:
            return self.tr("It was found out {0} later, from data that came late.").format(age)
        origins = {
            Origin.LIVE: self.tr("from the live stream"),
            Origin.NO_TRADES: self.tr("from a candle without trades"),
        }
        how = origins.get(alert.origin) if alert.origin is not None else None
        said = self.tr("Raised {0} after it was true").format(age)
        return f"{said}, {how}." if how else f"{said}."

    def _draw_chart(self, details: AlertDetails, instrument: Instrument | None) -> None:
        alert, candles = details.alert, details.candles
        self._frame.setVisible(alert.has_chart)
        if instrument is None or not alert.has_chart:
            return
        self.chart.set_series(alert.series, instrument)
        if not len(candles):
            self.chart.show_message(
                self.tr("The candles of that time are not stored any more."), ""
            )
            return
        end = alert.series.interval.next_open(int(candles.open_time[-1]))
        moment = Moment(alert.series, candles, closed=True, event_time=end, origin=Origin.HISTORY)
        self.chart.update_chart(moment)
        self.chart.show_marks(
            MarkSeries.of([alert.open_time], [MarkKind.ALERT], lambda _at: alert.message)
        )
        self.chart.point_at(LinkedPoint(alert.open_time))
        step = alert.series.interval.milliseconds
        begin, last = alert.open_time - BEFORE * step, alert.open_time + (AFTER + 2) * step
        self.chart.show_always(Stretch(begin, min(last, end + 2 * step)))
