"""RuleDesk: opens the forms in which one window's alerts are made of rules."""

from __future__ import annotations

import math
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.alerts.rule_codec import RuleCodec
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.alerts.rules.several_move import MOST_SYMBOLS, SeveralMove
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.rehearsal import RehearsalStage
from thebot_desktop.app.rule_files import read_rules, take_in, write_rules
from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.actions import Command
from thebot_desktop.ui.attempts import attempt
from thebot_desktop.ui.condition_part import ConditionPart
from thebot_desktop.ui.file_dialogs import ask_what_to_open, ask_where_to_save
from thebot_desktop.ui.forms import Form
from thebot_desktop.ui.rehearsal_view import RehearsalView
from thebot_desktop.ui.rule_dialog import RuleDialog, RulePart
from thebot_desktop.ui.rule_kinds import RuleKind, rule_kinds

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow

FORM = "rule"
FIRST_CONDITION = "close crosses above EMA(20)"


class RuleDesk:
    def __init__(self, window: MainWindow, context: AppContext) -> None:
        self._window = window
        self._context = context
        self._stage = RehearsalStage(
            context.session,
            context.stream,
            context.subscriber,
            context.signals,
            context.clock,
            context.facts,
        )

    @property
    def dialog(self) -> RuleDialog | None:
        """The form that is open."""
        dialog = self._window.dialogs.opened(FORM)
        return dialog if isinstance(dialog, RuleDialog) else None

    def add_condition(self) -> None:
        """On the series of the current chart."""
        rule = ConditionRule.parse(FIRST_CONDITION, self._context.indicator_types)
        self.add(rule, with_interval=True)

    def add_kind(self, kind: RuleKind) -> None:
        """What is about several symbols begins with those of the watchlist."""
        rule, watchlist = kind.first(), self._context.session.watchlist
        if isinstance(rule, SeveralMove) and watchlist:
            rule = replace(rule, symbols=", ".join(watchlist[:MOST_SYMBOLS]))
        self.add(rule, with_symbol=kind.on_symbol, with_interval=kind.on_interval)

    def add_range(self) -> None:
        """One percent around the price of now."""
        series = self._window.current_series
        price = math.nan
        if series is not None:
            price = self._context.stream.board.row(series.symbol).last
        middle = price if math.isfinite(price) and price > 0 else 100.0
        decimals = 2
        if series is not None:
            decimals = self._context.session.instruments.of(series.symbol).price_decimals
        low, high = round(middle * 0.99, decimals), round(middle * 1.01, decimals)
        self.add(PriceRange(low, high), with_interval=False)

    def add(self, rule: Rule, *, with_interval: bool, with_symbol: bool = True) -> None:
        """Open the form for a new alert, perhaps about the symbol of the current chart."""
        series = self._window.current_series
        symbol: Symbol | None = series.symbol if series is not None and with_symbol else None
        interval = series.interval if series is not None and with_interval else None
        self.open(ArmedRule(uuid.uuid4().hex, rule, symbol, interval), adding=True)

    def edit(self, armed: ArmedRule) -> None:
        """In the form that fits: prices have one of their own."""
        if isinstance(armed.rule, PriceLevel) and armed.symbol is not None:
            self._window.dialogs.alert(armed.symbol, None, armed)
        else:
            self.open(armed, adding=False)

    def open(self, armed: ArmedRule, *, adding: bool) -> None:
        held = self._window.dialogs.opened(FORM)
        if held is not None:
            held.reject()
        self._window.dialogs.show(FORM, lambda: self._make(armed, adding=adding))

    def ask_export(self) -> None:
        """Into a file that others can read; those that are off as well."""
        if not self._context.alerts.armed:
            self._window.notify_person(_tr("There are no alerts to export."))
            return
        ask_where_to_save(
            self._window,
            _tr("Export alerts"),
            "alerts.json",
            _tr("Alerts (*.json)"),
            lambda path: attempt(self._window, lambda: self.export_to(Path(path))),
        )

    def ask_import(self) -> None:
        ask_what_to_open(
            self._window,
            _tr("Import alerts"),
            _tr("Alerts (*.json)"),
            lambda path: attempt(self._window, lambda: self.import_from(Path(path))),
        )

    def export_to(self, path: Path) -> None:
        """Raises StorageError."""
        armed = self._context.alerts.armed
        write_rules(path, self._codec, armed)
        self._window.notify_person(_tr("Alerts written to {1}: {0}.").format(len(armed), path))

    def import_from(self, path: Path) -> None:
        """All of the file or none. Raises InputError or StorageError."""
        rules = read_rules(path, self._codec)
        taken = take_in(self._context.alerts, rules)
        sentence = _tr("Alerts imported: {0}. There already: {1}.")
        self._window.notify_person(sentence.format(taken, len(rules) - taken))

    @property
    def _codec(self) -> RuleCodec:
        """As rules are now: those of plug-ins come and go."""
        context = self._context
        return RuleCodec(context.rule_types, condition_hooks(context.indicator_types))

    def _make(self, armed: ArmedRule, *, adding: bool) -> RuleDialog:
        instruments, theme = self._context.session.instruments, self._window.theme
        rehearsal = RehearsalView(self._stage, instruments, theme, self._window.font_px)
        return RuleDialog(
            self._window,
            armed,
            self._part(armed.rule),
            rehearsal,
            alerts=self._context.alerts,
            instruments=instruments,
            tried_on=self._window.current_series,
            adding=adding,
            channels=self._context.channels.names,
        )

    def _part(self, rule: Rule) -> RulePart:
        if isinstance(rule, ConditionRule):
            known = (i.symbol for i in self._context.session.instruments.all())
            types = self._context.indicator_types
            return ConditionPart(rule, types, self._window.theme, known)
        form: Form[Rule] = Form(rule)
        return form


def rule_commands(desk: RuleDesk) -> list[Command]:
    return [
        Command(
            "alert.condition",
            _tr("Add alert on a condition…"),
            desk.add_condition,
            menu="alerts",
            icon="plus",
            tip=_tr("Prices, volume and indicators, joined by and, or and not"),
        ),
        Command(
            "alert.range",
            _tr("Add alert on a price range…"),
            desk.add_range,
            menu="alerts",
            tip=_tr("When the price enters or leaves a range"),
        ),
        *(_command(desk, kind) for kind in rule_kinds()),
        Command(
            "alert.import",
            _tr("Import alerts…"),
            desk.ask_import,
            menu="alerts",
            separated=True,
            tip=_tr("Add the alerts of a file; what is there already is left alone"),
        ),
        Command(
            "alert.export",
            _tr("Export alerts…"),
            desk.ask_export,
            menu="alerts",
            tip=_tr("Write all alerts to a file"),
        ),
    ]


def _command(desk: RuleDesk, kind: RuleKind) -> Command:
    title = _tr("Add alert: {0}").format(kind.title)
    add = partial(desk.add_kind, kind)
    return Command(kind.command, title, add, menu="alerts", tip=kind.tip)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Rules", text)
