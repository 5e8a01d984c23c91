"""ChartAlerts: armed prices as lines of one chart, and what a person does with those lines."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.attempts import attempt
from thebot_desktop.ui.charts.chart_state import AlertLine
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.formatting import price_text
from thebot_desktop.ui.host import WindowHost


class ChartAlerts:
    """Lines are rules: moving one changes the rule, which keeps its id and is armed anew."""

    def __init__(self, view: ChartView, alerts: AlertManager, host: WindowHost) -> None:
        self._view = view
        self._alerts = alerts
        self._host = host
        hand = view.alert_hand
        self._lets_go = (
            hand.moved.add(self._move),
            hand.edit_wanted.add(host.edit_alert),
            hand.off_wanted.add(self._switch_off),
            hand.delete_wanted.add(self._delete),
        )

    def release(self) -> None:
        """Listen to the view no longer."""
        for let_go in self._lets_go:
            let_go()

    def show(self, symbol: Symbol) -> None:
        """The armed prices of ``symbol``, and the alerts of it that were raised."""
        self._view.set_alert_lines(
            [
                AlertLine(armed.rule.price, armed.rule.sentence, armed.id)
                for armed in self._alerts.armed
                if isinstance(armed.rule, PriceLevel) and armed.enabled and armed.symbol == symbol
            ]
        )

        fired = (alert for alert in self._alerts.history if alert.series.symbol == symbol)
        self._view.set_fired(tuple(fired))

    def _move(self, line: AlertLine) -> None:
        armed = self._rule(line.id)
        if armed is None or not isinstance(armed.rule, PriceLevel):
            return
        rule = replace(armed.rule, price=line.price)
        text = price_text(line.price, self._view.state.decimals)
        sentence = _tr("Alert moved to {0}").format(text)
        self._change(armed, replace(armed, rule=rule, enabled=True), sentence)

    def _switch_off(self, rule_id: str) -> None:
        armed = self._rule(rule_id)
        if armed is not None:
            self._change(armed, replace(armed, enabled=False), _tr("Alert switched off"))

    def _delete(self, rule_id: str) -> None:
        armed = self._rule(rule_id)
        if armed is None:
            return

        def bring_back() -> None:
            if self._rule(rule_id) is None:
                attempt(self._host, lambda: self._alerts.arm(armed))

        if attempt(self._host, lambda: self._alerts.disarm(rule_id)):
            self._host.offer_undo(_tr("Alert deleted"), bring_back)

    def _change(self, before: ArmedRule, after: ArmedRule, sentence: str) -> None:
        """One step; undone only while nobody has changed the rule since."""

        if not attempt(self._host, lambda: self._alerts.arm(after)):
            return
        changed = self._rule(after.id)

        def undo() -> None:
            if self._rule(after.id) == changed:
                attempt(self._host, lambda: self._alerts.arm(before))

        self._host.offer_undo(sentence, undo)

    def _rule(self, rule_id: str) -> ArmedRule | None:
        return next((r for r in self._alerts.armed if r.id == rule_id), None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChartAlerts", text)
