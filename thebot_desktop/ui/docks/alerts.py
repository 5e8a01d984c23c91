"""Alerts: what is armed and how far away it is, and what was raised."""

from __future__ import annotations

import math
import uuid
from collections import Counter
from typing import Self

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QDateTime, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.alert_archive import AlertArchive, NoKeeper, write_csv
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.alert_details import AlertDetailsDialog
from thebot_desktop.ui.attempts import attempt
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.file_dialogs import ask_where_to_save
from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip
from thebot_desktop.ui.filtered_page import FilteredPage
from thebot_desktop.ui.formatting import DASH, percent_text
from thebot_desktop.ui.freshness import color_of, freshness_text
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.models.alerts import (
    AlertFilter,
    ArmedModel,
    ArmedRow,
    HistoryModel,
    RuleNews,
    armed_row,
    state_words,
    time_text,
    type_mark,
)
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.row_files import write_rows
from thebot_desktop.ui.rule_kinds import rule_kinds
from thebot_desktop.ui.sortable_table import (
    SortableTable,
    TableLook,
    paint_plain,
    paint_quiet,
    paint_strong,
)
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.table_view import Painting, Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

ARMED, HISTORY = 0, 1
ROW_PX = 48
_WIDE_PX = 760
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
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        archive: AlertArchive,
        instruments: InstrumentBook,
        clock: Clock,
    ) -> None:
        super().__init__(host)
        self._alerts = alerts
        self._stream = stream
        self._archive = archive
        self._instruments = instruments
        self._clock = clock
        self._older: tuple[Alert, ...] = ()
        """Of earlier, once somebody has asked for it."""
        self._all: tuple[Alert, ...] = ()
        self._unseen: set[str] = set()
        self.details: AlertDetailsDialog | None = None
        """The window about one of them, while it is open."""
        self._armed = ArmedModel(self)
        self._sentence_alone: tuple[bool, ...] = ()
        self._history = HistoryModel(self)
        self._armed_table = TableView(self.tr("Armed alerts"), ROW_PX)
        self._armed_table.setModel(self._armed)
        self._armed_table.clicked.connect(self._click_armed)
        self._armed_table.activated_row.connect(self._edit)
        self._armed_table.removal_wanted.connect(self._delete)
        self._armed_table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._armed_table.customContextMenuRequested.connect(self._show_menu)
        self._history_table = SortableTable(self.tr("History of alerts"))
        self._history_table.setModel(self._history)
        self._history_table.clicked.connect(self._click_history)
        self._history_table.activated_row.connect(self._explain_row)
        self._history_table.removal_wanted.connect(self._dismiss)
        self._history_table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._history_table.customContextMenuRequested.connect(self._show_history_menu)
        self._make_fields()
        self._add = QToolButton()
        self._add.setProperty("role", "flat")
        self._add.setToolTip(self.tr("Add alert"))
        self._add.setAccessibleName(self.tr("Add alert"))
        self._add.clicked.connect(self._offer_kinds)
        self.header.add_tool(self._add)
        self.add_page(self._armed_table)
        self.add_page(self._lay_out_history(), self.tr("History"))
        self.on_release(alerts.changed.add(lambda _none: self.mark_dirty()))
        self.on_release(alerts.raised.add(self._on_raised))
        self.on_release(self._close_details)
        self.on_release(subscriber.quotes.add(self._on_quote))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        archive = context.archive or AlertArchive(
            NoKeeper(), context.alerts.rule_of, context.scoreboard.closed_candles
        )
        return cls(
            host,
            context.alerts,
            context.stream,
            context.subscriber,
            archive,
            context.session.instruments,
            context.clock,
        )

    @property
    def armed_table(self) -> TableView:
        return self._armed_table

    @property
    def history_table(self) -> SortableTable:
        return self._history_table

    @property
    def unseen(self) -> int:
        """Alerts that came since the history was looked at."""
        return len(self._unseen)

    def draw(self) -> None:
        armed = self._alerts.armed
        if self.page == ARMED:
            self._update_armed(armed)
        else:
            self.update_alerts_history(self._alerts.history)
            if self.isActiveWindow():
                self._unseen.clear()
        self._tell_counts()

    def update_alerts_history(self, alerts: tuple[Alert, ...]) -> None:
        """Show these, given oldest first, with the newest on top; and what is older, if asked."""
        known = {alert.id for alert in alerts}
        older = [alert for alert in self._older if alert.id not in known]
        self._all = tuple(sorted((*older, *alerts), key=lambda a: a.event_time, reverse=True))
        if not self._all:
            self.show_state(
                State.EMPTY,
                self.tr("What your alerts raise is kept here."),
                button=self.tr("Load older alerts"),
                action=self._load_older,
            )
            return
        self.show_content()
        symbols = sorted({str(a.series.symbol) for a in self._all if a.has_chart})
        self.symbol.offer((name, name) for name in symbols)
        self._show_chosen()

    def explain(self, alert: Alert) -> None:
        """Open the window about one alert."""
        try:
            details = self._archive.examine(alert)
        except TheBotError as error:
            self.host.notify_person(error.user_message)
            return
        if self.details is None:
            self.details = AlertDetailsDialog(self, self.host.theme, self.host.font_px)
            self.details.chart_wanted.connect(self._show_in_chart)
            self.details.rule_wanted.connect(lambda a: self.host.edit_alert(a.rule_id))
            self.details.acknowledged.connect(self._acknowledge)
            self.details.finished.connect(lambda _result: self._close_details())
        instrument = self._instruments.of(alert.series.symbol) if alert.has_chart else None
        self.details.explain(details, instrument)
        self.details.show()
        self.details.raise_()

    def write_file(self, path: str) -> None:
        """What is shown, in its order; says how it went."""
        self.host.notify_person(write_rows(path, tuple(self._history.rows), write_csv))

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self._add.setIcon(icon("plus", theme.secondary))
        columns = [_paint_enabled, _paint_rule, _paint_away, _paint_delete]
        self._armed_table.paint_columns(columns, theme, font_px)
        widths = [scaled(w, font_px) for w in (30, 76, 30)]
        self._armed_table.set_widths([widths[0], None, widths[1], widths[2]])
        self._history_table.set_looks(_wide_look(), self._narrow_look(), _WIDE_PX, theme, font_px)
        self.strip.apply_theme(theme, font_px)
        self.nothing.apply_theme(theme)
        self._more.setIcon(icon("chevron-down", theme.secondary))
        if self.details is not None:
            self.details.apply_theme(theme, font_px)

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
        now, spoken = self._clock.now(), Counter(a.rule_id for a in self._alerts.history)
        rows = [armed_row(r, self._news(r, now, spoken[r.id]), now) for r in armed]
        self._armed.set_rows(rows)
        self._give_room(tuple(math.isnan(row.away_percent) for row in rows))

    def _give_room(self, sentence_alone: tuple[bool, ...]) -> None:
        """A sentence takes the place of the distance where there is none."""
        if sentence_alone == self._sentence_alone:
            return
        self._sentence_alone = sentence_alone
        self._armed_table.clearSpans()
        for row, alone in enumerate(sentence_alone):
            if alone:
                self._armed_table.setSpan(row, 1, 1, 2)

    def _news(self, armed: ArmedRule, now: UnixMs, spoken: int) -> RuleNews:
        spoke_at = self._alerts.spoke_at(armed.id)
        if armed.symbol is None:
            return RuleNews(spoke_at=spoke_at, spoken=spoken)
        price = self._stream.board.row(armed.symbol).last
        fresh = self._stream.freshness.of_symbol(armed.symbol, now)
        return RuleNews(price, fresh, spoke_at, spoken)

    # The history

    def _make_fields(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search in the alerts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show_chosen())
        self.kind = ChoiceBox(self.tr("Kind of alert"), self.tr("All kinds"))
        self.kind.offer((type_mark(kind), kind) for kind in AlertType)
        self.symbol = ChoiceBox(self.tr("Symbol"), self.tr("All symbols"))
        self.status = ChoiceBox(self.tr("State"), self.tr("All states"))
        states = (
            (self.tr("Active"), AlertStatus.ACTIVE),
            (self.tr("Expired"), AlertStatus.EXPIRED),
            (self.tr("Seen"), AlertStatus.DISMISSED),
        )
        self.status.offer(states)
        self.late = ChoiceBox(self.tr("Late or not"), self.tr("Late or not"))
        self.late.offer(((self.tr("Late only"), True), (self.tr("Not late"), False)))
        self.age = ChoiceBox(self.tr("Age"), self.tr("Any age"))
        ages = (
            (self.tr("Last hour"), HOUR_MS),
            (self.tr("Last 24 hours"), DAY_MS),
            (self.tr("Last 7 days"), 7 * DAY_MS),
        )
        self.age.offer(ages)
        self._more = QToolButton()
        self._more.setToolTip(self.tr("What can be done with all of them"))
        self._more.setAccessibleName(self.tr("All alerts"))
        self._more.clicked.connect(self._offer_for_all)

    def _lay_out_history(self) -> QWidget:
        boxes = (self.kind, self.symbol, self.status, self.late, self.age)
        self.strip = FilterStrip(self.search, boxes, self._more)
        self.strip.changed.connect(self._show_chosen)
        self.nothing = StateView(self.host.theme)
        self._filtered = FilteredPage(self.strip, self._history_table, self.nothing)
        return self._filtered

    @property
    def _filter(self) -> AlertFilter:
        kind, symbol, status = (b.chosen for b in (self.kind, self.symbol, self.status))
        late, age = self.late.chosen, self.age.chosen
        return AlertFilter(
            text=self.search.text(),
            type=kind if isinstance(kind, AlertType) else None,
            symbol=Symbol(symbol) if isinstance(symbol, str) else None,
            status=status if isinstance(status, AlertStatus) else None,
            late=late if isinstance(late, bool) else None,
            since=UnixMs(self._clock.now() - age) if isinstance(age, int) else None,
        )

    def _show_chosen(self) -> None:
        chosen = self._filter.choose(self._all)
        self._history.set_rows(chosen)
        self._tell_counts()
        if not chosen:
            self.nothing.show_state(
                State.EMPTY,
                self.tr("No alert fits these filters."),
                button=self.tr("Show all"),
                action=self._choose_all,
            )
        self._filtered.show_for(chosen)

    def _choose_all(self) -> None:
        self.search.clear()
        self.strip.choose_all()

    def _tell_counts(self) -> None:
        """What is armed, or how much of the history is shown; new alerts in the title as well."""
        on = sum(rule.enabled for rule in self._alerts.armed)
        said = self.tr("{0} armed").format(on)
        if self.page != ARMED:
            shown, count = self._history.rowCount(), len(self._all)
            said = str(count) if shown == count else self.tr("{0} of {1}").format(shown, count)
        if self._unseen and self.page == ARMED:
            said = self.tr("{0} new").format(len(self._unseen)) + f" · {said}"
        self.header.set_info(said)
        title = QCoreApplication.translate("Dock", self.title)
        self.setWindowTitle(f"{title} ({len(self._unseen)})" if self._unseen else title)

    def _on_raised(self, alert: Alert) -> None:
        self._unseen.add(alert.id)
        self.mark_dirty()
        if self.dirty and not self.isVisible():
            self._tell_counts()

    def _load_older(self) -> None:
        try:
            self._older = self._archive.all()
        except TheBotError as error:
            self.host.notify_person(error.user_message)
            return
        if not self._older:
            self.host.notify_person(self.tr("There are no older alerts."))
        self.mark_dirty()

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
            attempt(self.host, lambda: self._alerts.arm(replace(rule, enabled=not rule.enabled)))

    def _delete(self, index: QModelIndex) -> None:
        rule = self._rule_at(index)
        if rule is not None and attempt(self.host, lambda: self._alerts.disarm(rule.id)):
            words = self.tr("Alert deleted: {0}").format(rule.rule.sentence)
            self.host.offer_undo(words, lambda: self._arm(rule))

    def _arm(self, rule: ArmedRule) -> None:
        attempt(self.host, lambda: self._alerts.arm(rule))

    def _duplicate(self, rule: ArmedRule) -> None:
        twin = replace(rule, id=uuid.uuid4().hex)
        attempt(self.host, lambda: self._alerts.arm(twin))
        self.host.edit_alert(twin.id)

    def _edit(self, index: QModelIndex) -> None:
        rule = self._rule_at(index)
        if rule is not None:
            self.host.edit_alert(rule.id)

    def _click_history(self, index: QModelIndex) -> None:
        if self._history.columns[index.column()].name == "dismiss":
            self._dismiss(index)

    def _dismiss(self, index: QModelIndex) -> None:
        alert: Alert = index.data(Role.ROW)
        self._acknowledge(alert)

    def _acknowledge(self, alert: Alert) -> None:
        attempt(self.host, lambda: self._alerts.dismiss(alert.id))
        self._forget_older([alert])

    def _acknowledge_shown(self) -> None:
        """Those that are shown, whichever filters are set."""
        shown = [a for a in self._history.rows if a.status is not AlertStatus.DISMISSED]
        for alert in shown:
            attempt(self.host, lambda a=alert: self._alerts.dismiss(a.id))  # type: ignore[misc]
        self._forget_older(shown)

    def _forget_older(self, seen: list[Alert]) -> None:
        """What was loaded of earlier runs is shown as it is now."""
        ids = {alert.id for alert in seen}
        self._older = tuple(
            replace(a, status=AlertStatus.DISMISSED) if a.id in ids else a for a in self._older
        )
        self.mark_dirty()

    def _explain_row(self, index: QModelIndex) -> None:
        self.explain(index.data(Role.ROW))

    def _show_in_chart(self, alert: Alert) -> None:
        self.host.reveal_chart(alert.series, alert.open_time)

    def _close_details(self) -> None:
        held, self.details = self.details, None
        if held is not None:
            held.close()
            held.deleteLater()

    def _offer_for_all(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        any_new = any(a.status is not AlertStatus.DISMISSED for a in self._history.rows)
        seen = menu.addAction(self.tr("Acknowledge all that are shown"))
        seen.setEnabled(any_new)
        seen.triggered.connect(self._acknowledge_shown)
        menu.addAction(self.tr("Load older alerts")).triggered.connect(self._load_older)
        export = menu.addAction(self.tr("Export CSV…"))
        export.setEnabled(self._history.rowCount() > 0)
        export.triggered.connect(self._ask_for_file)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _ask_for_file(self) -> None:
        title, kind = self.tr("Export alerts"), self.tr("CSV (*.csv)")
        ask_where_to_save(self, title, "alerts.csv", kind, self.write_file)

    def _show_history_menu(self, at: QPoint) -> None:
        index = self._history_table.indexAt(at)
        if not index.isValid():
            return
        alert: Alert = index.data(Role.ROW)
        menu = QMenu(self._history_table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Explain…")).triggered.connect(lambda: self.explain(alert))
        show = menu.addAction(self.tr("Show in chart"))
        show.setEnabled(alert.has_chart)
        show.triggered.connect(lambda: self._show_in_chart(alert))
        edit = menu.addAction(self.tr("Edit alert…"))
        edit.setEnabled(self._alerts.rule_of(alert) is not None)
        edit.triggered.connect(lambda: self.host.edit_alert(alert.rule_id))
        seen = menu.addAction(self.tr("Acknowledge"))
        seen.setEnabled(alert.status is not AlertStatus.DISMISSED)
        seen.triggered.connect(lambda: self._acknowledge(alert))
        copy = menu.addAction(self.tr("Copy"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(_line(alert)))
        menu.popup(self._history_table.viewport().mapToGlobal(at))

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
        menu.addAction(self.tr("Duplicate")).triggered.connect(lambda: self._duplicate(rule))
        if rule.symbol is not None:
            series = SeriesKey(rule.symbol, rule.interval or Interval.M1)
            show = menu.addAction(self.tr("Show in chart"))
            show.triggered.connect(lambda: self.host.reveal_chart(series))
        menu.addAction(self.tr("Delete")).triggered.connect(lambda: self._delete(index))
        menu.popup(self._armed_table.viewport().mapToGlobal(at))

    def _narrow_look(self) -> TableLook:
        paintings: list[Painting] = [paint_plain] * 8
        paintings[0], paintings[3] = _paint_type, _paint_message
        paintings[5], paintings[7] = self._paint_time, _paint_dismiss
        return TableLook(ROW_PX, paintings, [44, 0, 0, None, 0, 72, 0, 30])

    def _paint_time(self, pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        """The time of day; the date for what is older than a day."""
        alert: Alert = index.data(Role.ROW)
        fresh = self._clock.now() - alert.event_time < DAY_MS
        when = QDateTime.fromMSecsSinceEpoch(alert.event_time)
        text = when.toString("HH:mm:ss") if fresh else when.toString("d MMM")
        upper, lower = _halves(area)
        pencil.text(upper, text, pencil.theme.muted, size=11, right=True)
        words = state_words(replace(alert, late=False, missed=False))
        active = alert.status is AlertStatus.ACTIVE
        color = pencil.theme.warning if active else pencil.theme.muted
        pencil.text(lower, words, color, size=11, right=True)


def _wide_look() -> TableLook:
    paintings: list[Painting] = [
        _paint_kind,
        paint_strong,
        paint_quiet,
        paint_plain,
        paint_quiet,
        paint_quiet,
        paint_quiet,
        _paint_dismiss,
    ]
    return TableLook(34, paintings, [92, 92, 64, None, 88, 116, 168, 34])


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
    pencil.text(beside, row.detail, pencil.theme.muted, size=11, whole=True)
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
    pencil.text(lower, _age_words(row), _age_color(pencil, row), size=11, right=True)


def _age_words(row: ArmedRow) -> str:
    """How old the price is that it is away from, once that counts."""
    fresh = row.freshness
    if fresh is None or fresh.word is FreshnessWord.LIVE:
        return _tr("away")
    return freshness_text(fresh)


def _age_color(pencil: Pencil, row: ArmedRow) -> str:
    fresh = row.freshness
    if fresh is None or fresh.word is FreshnessWord.LIVE:
        return pencil.theme.muted
    return color_of(pencil.theme, fresh.word)


def _paint_delete(pencil: Pencil, area: QRect, _index: AnyIndex) -> None:
    pencil.icon(area, "trash", pencil.theme.muted)


def _paint_type(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    alert: Alert = index.data(Role.ROW)
    hollow = alert.status is not AlertStatus.ACTIVE
    pencil.dot(area, _type_color(pencil.theme, alert), hollow=hollow)


_SHORT_KIND = 4
"""WARN says as much as WARNING where there is little room."""


def _paint_message(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    alert: Alert = index.data(Role.ROW)
    upper, lower = _halves(area)
    symbol = alert.series.symbol or DASH
    width = pencil.text(upper, symbol, pencil.theme.text, strong=True)
    word = _tr("while you were away") if alert.missed else _tr("late")
    late = f" · {word}" if alert.late or alert.missed else ""
    beside = upper.adjusted(width + 6, 1, 0, 1)
    kind, short = alert.type.value, alert.type.value[:_SHORT_KIND]
    for words in (f"{kind}{late}", f"{short}{late}", kind, short):
        if pencil.text(beside, words, pencil.theme.muted, size=11, whole=True):
            break
    pencil.text(lower, alert.message, pencil.theme.secondary, size=12)


def _paint_kind(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    alert: Alert = index.data(Role.ROW)
    pencil.tag(area, type_mark(alert.type), _type_color(pencil.theme, alert))


def _type_color(theme: Theme, alert: Alert) -> str:
    colors = {
        AlertType.BUY: theme.up,
        AlertType.SELL: theme.down,
        AlertType.WARNING: theme.warning,
        AlertType.INFO: theme.accent,
    }
    return colors[alert.type]


def _line(alert: Alert) -> str:
    """As text, for elsewhere."""
    said = (time_text(alert.event_time), alert.series.symbol, alert.type.value, alert.message)
    return "  ".join(filter(None, said))


def _paint_dismiss(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    if index.data():
        pencil.icon(area, "close", pencil.theme.muted)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Alerts", text)
