"""Alerts: what is armed and how far away it is, and what was raised."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QDateTime, QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import DAY_MS, Clock
from thebot_desktop.market.quote_board import QuoteBoard
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.formatting import percent_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.models.alerts import ArmedModel, ArmedRow, HistoryModel, armed_row
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.rule_kinds import rule_kinds
from thebot_desktop.ui.states import State
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

ARMED, HISTORY = 0, 1
ROW_PX = 48
NEAR_PERCENT = 0.5
"""A rule whose price is this near is about to fire."""


class AlertsDock(Dock):
    name = "alerts"
    title = "Alerts"
    area = DockArea.RIGHT
    icon = "bell"
    shortcut = "Ctrl+4"
    place = 1
    height_share = 4
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        alerts: AlertManager,
        board: QuoteBoard,
        subscriber: RealTimeDataSubscriber,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._alerts = alerts
        self._board = board
        self._clock = clock
        self._armed = ArmedModel(self)
        self._history = HistoryModel(self)
        self._armed_table = TableView(self.tr("Armed alerts"), ROW_PX)
        self._armed_table.setModel(self._armed)
        self._armed_table.clicked.connect(self._click_armed)
        self._armed_table.activated_row.connect(self._edit)
        self._armed_table.removal_wanted.connect(self._delete)
        self._armed_table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._armed_table.customContextMenuRequested.connect(self._show_menu)
        self._history_table = TableView(self.tr("History of alerts"), ROW_PX)
        self._history_table.setModel(self._history)
        self._history_table.clicked.connect(self._click_history)
        self._history_table.activated_row.connect(self._open)
        self._history_table.removal_wanted.connect(self._dismiss)
        self._add = QToolButton()
        self._add.setProperty("role", "flat")
        self._add.setToolTip(self.tr("Add alert"))
        self._add.setAccessibleName(self.tr("Add alert"))
        self._add.clicked.connect(self._offer_kinds)
        self.header.add_tool(self._add)
        self.add_page(self._armed_table)
        self.add_page(self._history_table, self.tr("History"))
        self.on_release(alerts.changed.add(lambda _none: self.mark_dirty()))
        self.on_release(subscriber.quotes.add(self._on_quote))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        return cls(host, context.alerts, context.stream.board, context.subscriber, context.clock)

    @property
    def armed_table(self) -> TableView:
        return self._armed_table

    @property
    def history_table(self) -> TableView:
        return self._history_table

    def draw(self) -> None:
        armed = self._alerts.armed
        on = sum(rule.enabled for rule in armed)
        self.header.set_info(self.tr("{0} armed").format(on))
        if self.page == ARMED:
            self._update_armed(armed)
        else:
            self.update_alerts_history(self._alerts.history)

    def update_alerts_history(self, alerts: tuple[Alert, ...]) -> None:
        """Show these, given oldest first, with the newest on top."""
        if not alerts:
            self.show_state(State.EMPTY, self.tr("What your alerts raise is kept here."))
            return
        self.show_content()
        self._history.set_rows(alerts[::-1])

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._add.setIcon(icon("plus", theme.secondary))
        columns = [_paint_enabled, _paint_rule, _paint_away, _paint_delete]
        self._armed_table.paint_columns(columns, theme, font_px)
        widths = [scaled(w, font_px) for w in (30, 76, 30)]
        self._armed_table.set_widths([widths[0], None, widths[1], widths[2]])
        history = [_paint_type, _paint_message, self._paint_time, _paint_dismiss]
        self._history_table.paint_columns(history, theme, font_px)
        self._history_table.set_widths([widths[0], None, scaled(58, font_px), widths[2]])

    def _update_armed(self, armed: tuple[ArmedRule, ...]) -> None:
        if not armed:
            self.show_state(
                State.EMPTY,
                self.tr("Prices, conditions and signals you want to be told of are listed here."),
                button=self.tr("Add price alert"),
                action=lambda: self.host.run_command("alert.new"),
            )
            return
        self.show_content()
        self._armed.set_rows([armed_row(rule, self._price(rule)) for rule in armed])

    def _price(self, armed: ArmedRule) -> float:
        return math.nan if armed.symbol is None else self._board.row(armed.symbol).last

    def _on_quote(self, symbol: Symbol) -> None:
        if not self.dirty and any(rule.symbol == symbol for rule in self._alerts.armed):
            self.mark_dirty()

    def _rule_at(self, index: AnyIndex) -> ArmedRule | None:
        row: ArmedRow = index.data(Role.ROW)
        return next((r for r in self._alerts.armed if r.id == row.rule_id), None)

    def _click_armed(self, index: QModelIndex) -> None:
        column = self._armed.columns[index.column()].name
        if column == "enabled":
            self._toggle(index)
        elif column == "delete":
            self._delete(index)

    def _toggle(self, index: QModelIndex) -> None:
        rule = self._rule_at(index)
        if rule is not None:
            self._try(lambda: self._alerts.arm(replace(rule, enabled=not rule.enabled)))

    def _delete(self, index: QModelIndex) -> None:
        rule = self._rule_at(index)
        if rule is not None:
            self._try(lambda: self._alerts.disarm(rule.id))

    def _edit(self, index: QModelIndex) -> None:
        rule = self._rule_at(index)
        if rule is not None:
            self.host.edit_alert(rule.id)

    def _click_history(self, index: QModelIndex) -> None:
        if self._history.columns[index.column()].name == "dismiss":
            self._dismiss(index)

    def _dismiss(self, index: QModelIndex) -> None:
        alert: Alert = index.data(Role.ROW)
        self._try(lambda: self._alerts.dismiss(alert.id))

    def _open(self, index: QModelIndex) -> None:
        alert: Alert = index.data(Role.ROW)
        self.host.reveal_chart(alert.series, alert.open_time)

    def _try(self, change: Callable[[], None]) -> None:
        """Changes are written to disk, which may refuse them."""
        try:
            change()
        except TheBotError as error:
            self.host.notify_person(error.user_message)

    def _offer_kinds(self) -> None:
        """What an alert may be about."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kinds = {
            "alert.new": self.tr("Price…"),
            "alert.range": self.tr("Price range…"),
            "alert.condition": self.tr("Condition…"),
        }
        for command, title in kinds.items():
            self._offer(menu, command, title)
        for kind in rule_kinds():
            if kind.begins_group:
                menu.addSeparator()
            self._offer(menu, kind.command, kind.title)
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _offer(self, menu: QMenu, command: str, title: str) -> None:
        menu.addAction(title).triggered.connect(lambda: self.host.run_command(command))

    def _show_menu(self, at: QPoint) -> None:
        index = self._armed_table.indexAt(at)
        rule = self._rule_at(index) if index.isValid() else None
        if rule is None:
            return
        menu = QMenu(self._armed_table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        switch = self.tr("Switch off") if rule.enabled else self.tr("Switch on")
        menu.addAction(switch).triggered.connect(lambda: self._toggle(index))
        menu.addAction(self.tr("Edit…")).triggered.connect(lambda: self._edit(index))
        menu.addAction(self.tr("Delete")).triggered.connect(lambda: self._delete(index))
        menu.popup(self._armed_table.viewport().mapToGlobal(at))

    def _paint_time(self, pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        """The time of day; the date for what is older than a day."""
        alert: Alert = index.data(Role.ROW)
        fresh = self._clock.now() - alert.event_time < DAY_MS
        when = QDateTime.fromMSecsSinceEpoch(alert.event_time)
        text = when.toString("HH:mm:ss") if fresh else when.toString("d MMM")
        upper, lower = _halves(area)
        pencil.text(upper, text, pencil.theme.muted, size=11, right=True)
        active = alert.status is AlertStatus.ACTIVE
        color = pencil.theme.warning if active else pencil.theme.muted
        pencil.text(lower, index.data(), color, size=11, right=True)


def _halves(area: QRect) -> tuple[QRect, QRect]:
    half = area.height() // 2
    upper = QRect(area.left(), area.top() + 4, area.width(), half - 4)
    return upper, QRect(area.left(), area.top() + half, area.width(), half - 4)


def _paint_enabled(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """A filled dot is armed, a hollow one is switched off."""
    row: ArmedRow = index.data(Role.ROW)
    color = pencil.theme.warning if row.enabled else pencil.theme.muted
    pencil.dot(area, color, hollow=not row.enabled)


def _paint_rule(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: ArmedRow = index.data(Role.ROW)
    upper, lower = _halves(area)
    color = pencil.theme.text if row.enabled else pencil.theme.muted
    width = pencil.text(upper, row.where, color, strong=True)
    beside = upper.adjusted(width + 6, 1, 0, 1)
    pencil.text(beside, row.detail, pencil.theme.muted, size=11)
    faint = pencil.theme.secondary if row.enabled else pencil.theme.muted
    pencil.text(lower, row.sentence, faint, size=12)


def _paint_away(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: ArmedRow = index.data(Role.ROW)
    if math.isnan(row.away_percent):
        return
    near = row.enabled and abs(row.away_percent) < NEAR_PERCENT
    upper, lower = _halves(area)
    color = pencil.theme.warning if near else pencil.theme.secondary
    pencil.text(upper, percent_text(row.away_percent), color, right=True)
    pencil.text(lower, _tr("away"), pencil.theme.muted, size=11, right=True)


def _paint_delete(pencil: Pencil, area: QRect, _index: AnyIndex) -> None:
    pencil.icon(area, "trash", pencil.theme.muted)


def _paint_type(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    alert: Alert = index.data(Role.ROW)
    theme = pencil.theme
    colors = {
        AlertType.BUY: theme.up,
        AlertType.SELL: theme.down,
        AlertType.WARNING: theme.warning,
        AlertType.INFO: theme.accent,
    }
    pencil.dot(area, colors[alert.type], hollow=alert.status is not AlertStatus.ACTIVE)


def _paint_message(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    alert: Alert = index.data(Role.ROW)
    upper, lower = _halves(area)
    width = pencil.text(upper, alert.series.symbol, pencil.theme.text, strong=True)
    late = f" · {_tr('late')}" if alert.late else ""
    beside = upper.adjusted(width + 6, 1, 0, 1)
    pencil.text(beside, f"{alert.type.value}{late}", pencil.theme.muted, size=11)
    pencil.text(lower, alert.message, pencil.theme.secondary, size=12)


def _paint_dismiss(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    if index.data():
        pencil.icon(area, "close", pencil.theme.muted)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Alerts", text)
