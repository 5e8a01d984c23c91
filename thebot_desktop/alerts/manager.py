"""AlertManager: which rules are armed, what they raised, and what became of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.alerts.alert_config import AlertConfig as AlertConfig
from thebot_desktop.alerts.asking import AskedRules
from thebot_desktop.alerts.found import Found, about_close, of_moment
from thebot_desktop.alerts.happenings import Happening, TradeMade
from thebot_desktop.alerts.hours import LocalTime, utc_time
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule, Verdict
from thebot_desktop.alerts.terms import filled
from thebot_desktop.alerts.waiting import WaitingRules
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.errors import PluginError, TheBotError
from thebot_desktop.domain.market import Interval, PriceMove, SeriesKey, Symbol, Trade
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType, Delivery
from thebot_desktop.domain.time import MINUTE_MS, SECOND_MS, Clock, UnixMs, utc_text


class AlertLog(Protocol):
    """Where alerts and rules are kept for good. Raises StorageError."""

    def save_alert(self, alert: Alert, deliveries: tuple[Delivery, ...] = ()) -> bool:
        """Keep ``alert`` and what is to be done about it; False if its key is known already."""
        ...

    def update_status(self, alert_id: str, status: AlertStatus) -> None: ...

    def save_rule(self, rule: ArmedRule) -> None: ...

    def delete_rule(self, rule_id: str) -> None: ...


NO_SYMBOL = Symbol("")
NO_PRICE = 0.0
"""Of an alert that is about no symbol in particular."""

MISSED_AFTER_MS = 5 * MINUTE_MS
"""What is found out so much later was missed: the machine slept, or the line was dead."""

Route: TypeAlias = Callable[[Alert, ArmedRule], tuple[Delivery, ...]]
"""Where an alert is to go, decided before anyone is told."""


def _nowhere(alert: Alert, armed: ArmedRule) -> tuple[Delivery, ...]:
    return ()


class AlertReport(Struct, frozen=True):
    """Counts of rules, and of the alerts of the history."""

    rules: int
    enabled: int
    resting: int
    """Rules that spoke of a price, which has to go away first."""
    alerts: int
    active: int
    late: int
    missed: int
    newest: UnixMs | None


class AlertManager:
    """Asks armed rules about each moment; keeps each alert before anyone is told of it."""

    def __init__(
        self,
        config: AlertConfig,
        log: AlertLog,
        clock: Clock,
        faults: Observers[TheBotError],
        *,
        route: Route = _nowhere,
        local: LocalTime = utc_time,
    ) -> None:
        self._config = config
        self._log = log
        self._clock = clock
        self._faults = faults
        self._route = route
        self._local = local
        self._rules: dict[str, ArmedRule] = {}
        self._history: deque[Alert] = deque(maxlen=config.history_size)
        self._active: dict[str, UnixMs] = {}
        self._first_expiry: float = inf
        self._of_this_run: set[str] = set()
        """Rules that the log does not know."""
        self._spoke: dict[str, UnixMs] = {}
        """Of which time each rule spoke last."""
        self._spoke_by_symbol: dict[tuple[str, Symbol], UnixMs] = {}
        self._resting: set[tuple[str, Symbol]] = set()
        """Rules that spoke of a price, which has to go away first; after a start none rests."""
        self._standing: set[tuple[str, SeriesKey]] = set()
        """Rules that spoke of a forming candle, and would say the same again."""
        self._told_of: dict[tuple[str, Symbol], tuple[UnixMs, UnixMs]] = {}
        """From when to when the price went of which each rule spoke last."""
        self._first_end: float = inf
        """Before this no rule is over."""
        self._asked = AskedRules(self._rules)
        self._waiting = WaitingRules()
        self.raised: Observers[Alert] = Observers()
        self.changed: Observers[None] = Observers()

    @property
    def armed(self) -> tuple[ArmedRule, ...]:
        """All rules in use, switched off ones included."""
        return tuple(self._rules.values())

    @property
    def history(self) -> tuple[Alert, ...]:
        """Alerts, oldest first."""
        return tuple(self._history)

    @property
    def active_count(self) -> int:
        return len(self._active)

    def get_alerts(
        self,
        *,
        symbol: Symbol | None = None,
        type: AlertType | None = None,  # noqa: A002 - the field's own name
        status: AlertStatus | None = None,
        rule_id: str | None = None,
        since: UnixMs | None = None,
    ) -> tuple[Alert, ...]:
        """Those of the history that fit all that is given, newest first."""
        chosen = (
            a
            for a in reversed(self._history)
            if (symbol is None or a.series.symbol == symbol)
            and (type is None or a.type is type)
            and (status is None or a.status is status)
            and (rule_id is None or a.rule_id == rule_id)
            and (since is None or a.event_time >= since)
        )
        return tuple(sorted(chosen, key=lambda a: a.event_time, reverse=True))

    def report(self) -> AlertReport:
        """How things stand."""
        armed = self._rules.values()
        newest = max((a.event_time for a in self._history), default=None)
        return AlertReport(
            rules=len(armed),
            enabled=sum(rule.enabled for rule in armed),
            resting=len(self._resting),
            alerts=len(self._history),
            active=len(self._active),
            late=sum(alert.late for alert in self._history),
            missed=sum(alert.missed for alert in self._history),
            newest=newest,
        )

    def restore(
        self,
        rules: Iterable[ArmedRule],
        alerts: Iterable[Alert],
        spoke: Mapping[tuple[str, Symbol], UnixMs] = MappingProxyType({}),
    ) -> None:
        """Take over what an earlier run kept; nobody is told.

        ``spoke`` says by rule and symbol of which time it spoke last.
        """
        self._rules.update((r.id, r) for r in rules)
        for (rule_id, symbol), at in spoke.items():
            self._note_spoken(rule_id, symbol, at)
        self._take_note()
        for alert in alerts:
            self._note_spoken(alert.rule_id, alert.series.symbol, alert.event_time)
            self._history.append(alert)
            if alert.status is AlertStatus.ACTIVE:
                self._activate(alert)

    def configure(self, config: AlertConfig) -> None:
        self._config = config
        self._history = deque(self._history, maxlen=config.history_size)

    def arm(self, rule: ArmedRule, *, keep: bool = True) -> None:
        """Put ``rule`` to use, or replace the one with its id; ``keep`` it for later runs too."""
        rule = self._since_now(rule)
        if not keep:
            self._of_this_run.add(rule.id)
        if rule.id not in self._of_this_run:
            self._log.save_rule(rule)
        self._rules[rule.id] = rule
        self._resting = {rest for rest in self._resting if rest[0] != rule.id}
        self._standing = {one for one in self._standing if one[0] != rule.id}
        self._take_note()
        tell(self.changed.notify, None, self._faults)

    def disarm(self, rule_id: str) -> None:
        """Forget a rule for good."""
        if self._rules.pop(rule_id, None) is not None:
            self._take_note()
            if rule_id not in self._of_this_run:
                self._log.delete_rule(rule_id)
            tell(self.changed.notify, None, self._faults)

    def exchange(self, rules: Iterable[ArmedRule]) -> None:
        """Put these to use, and of others only those of this run; the log stays as it is."""
        passing = (r for r in self._rules.values() if r.id in self._of_this_run)
        armed = {r.id: r for r in (*rules, *passing)}
        self._rules.clear()
        self._rules.update(armed)
        self._take_note()
        tell(self.changed.notify, None, self._faults)

    def dismiss(self, alert_id: str) -> None:
        self._set_status(alert_id, AlertStatus.DISMISSED)

    def expire(self) -> None:
        """Mark every active alert whose time is up, and switch off rules that have ended."""
        now = self._clock.now()
        if now > self._first_end:
            self._end_rules(now)
        if not self._active or now < self._first_expiry:
            return
        for alert_id in [i for i, until in self._active.items() if until <= now]:
            self._set_status(alert_id, AlertStatus.EXPIRED)
        self._first_expiry = min(self._active.values(), default=inf)

    def rule_of(self, alert: Alert) -> ArmedRule | None:
        """The rule that raised ``alert``, unless it is gone."""
        return self._rules.get(alert.rule_id)

    def spoke_at(self, rule_id: str) -> UnixMs | None:
        """Of which time a rule spoke last."""
        return self._spoke.get(rule_id)

    def set_aside(self, series: Iterable[SeriesKey]) -> None:
        """These are delivered only to be looked at: rules about any are not asked of them."""
        self._asked.set_aside(series)

    def is_about(self, armed: ArmedRule, series: SeriesKey) -> bool:
        """Whether ``armed`` is asked of the candles of ``series``."""
        return self._asked.is_about(armed, series)

    def evaluate(self, moment: Moment) -> list[Alert]:
        """Ask every rule that covers the series about its newest candle.

        One that forms is put to the rules that want it. A filler is no fact of the market: no
        rule is asked about it. What is new is in the store when it is returned; telling people
        is the caller's.
        """
        raised = self._ask_waiting(moment)
        if moment.history or moment.is_filler:
            return raised
        if moment.closed:
            asked = self._waiting.admit(self._asked.on_close(moment.series), moment)
            raised += [alert for armed in asked if (alert := self._ask_close(armed, moment))]
            return raised
        forming = self._asked.while_forming(moment.series)
        raised += [alert for armed in forming if (alert := self._ask_forming(armed, moment))]
        return raised

    def evaluate_again(self, moment: Moment) -> list[Alert]:
        """More has become known of a closed candle; what was raised about it is not raised again.

        Rules that were asked while it formed have had their say.
        """
        if moment.is_filler:
            return []
        asked = [a for a in self._asked.on_close(moment.series) if not a.asks_forming]
        ready = self._waiting.admit(asked, moment)
        return [alert for armed in ready if (alert := self._ask_close(armed, moment))]

    def evaluate_price(self, move: PriceMove) -> list[Alert]:
        """Ask every rule that covers the symbol about its newest price."""
        asked = self._asked.on_price(move.symbol)
        return [alert for armed in asked if (alert := self._ask_price(armed, move))]

    def evaluate_happening(self, happening: Happening) -> list[Alert]:
        """Ask every rule that wants things of this kind."""
        return [
            alert
            for armed in self._asked.on_happening(type(happening))
            if _is_meant(armed, happening) and (alert := self._ask_happening(armed, happening))
        ]

    def asking_for(self, kind: type[Happening]) -> tuple[ArmedRule, ...]:
        """The rules that want things of this kind: where there are none, none need be told."""
        return self._asked.on_happening(kind)

    def evaluate_trade(self, trade: Trade) -> list[Alert]:
        """Put a trade to rules about single trades; most of the time there are none."""
        if not self._asked.on_happening(TradeMade):
            return []
        key = f"trade/{trade.symbol}/{trade.trade_id}"
        return self.evaluate_happening(
            TradeMade(
                key,
                trade.event_time,
                trade.symbol,
                price=trade.price,
                quantity=trade.quantity,
                is_buy=not trade.buyer_is_maker,
                late=trade.late,
            )
        )

    def evaluate_missed(self, armed: ArmedRule, missed: Moment | PriceMove) -> Alert | None:
        """Ask one rule about something of a time in which nobody watched."""
        if missed.event_time <= armed.since:
            return None
        if isinstance(missed, PriceMove):
            return self._ask_price(armed, missed, missed=True)
        return self._ask_close(armed, missed, missed=True)

    def _ask_waiting(self, moment: Moment) -> list[Alert]:
        """Rules that waited for other series, unless they have changed meanwhile."""
        return [
            alert
            for armed, held in self._waiting.ready(moment)
            if self._rules.get(armed.id) is armed and (alert := self._ask_close(armed, held))
        ]

    def _ask_close(self, armed: ArmedRule, moment: Moment, *, missed: bool = False) -> Alert | None:
        verdict = self._verdict(armed, lambda: about_close(armed, moment))
        standing = armed.id, moment.series
        told = standing in self._standing
        self._standing.discard(standing)
        if verdict is None or told:
            return None
        key = f"{armed.id}/{moment.series}/{moment.open_time}"
        return self._raise(armed, verdict, key, of_moment(armed.rule, moment), missed=missed)

    def _ask_forming(self, armed: ArmedRule, moment: Moment) -> Alert | None:
        """It speaks when what it asks becomes true, not as long as it is."""
        verdict = self._verdict(armed, lambda: armed.rule.check(moment))
        standing = armed.id, moment.series
        if verdict is None:
            self._standing.discard(standing)
            return None
        if standing in self._standing:
            return None
        self._standing.add(standing)
        key = f"{armed.id}/{moment.series}/{moment.open_time}"
        if not armed.once_per_bar:
            key += f"/{moment.event_time}"
        return self._raise(armed, verdict, key, of_moment(armed.rule, moment))

    def _ask_price(
        self, armed: ArmedRule, move: PriceMove, *, missed: bool = False
    ) -> Alert | None:
        verdict = self._verdict(armed, lambda: self._about_price(armed, move))
        if verdict is None or self._was_told(armed, move):
            return None
        series = SeriesKey(move.symbol, armed.interval or Interval.M1)
        open_time = series.interval.open_of(move.event_time)
        key = f"{armed.id}/{move.symbol}/{move.event_time}"
        if armed.once_per_bar:
            key = f"{armed.id}/{series}/{open_time}"
        found = Found(series, open_time, move.last, move.event_time, move.late)
        alert = self._raise(armed, verdict, key, found, missed=missed)
        if alert is not None:
            self._told_of[armed.id, move.symbol] = _stretch(move)
        return alert

    def _was_told(self, armed: ArmedRule, move: PriceMove) -> bool:
        """What comes late may come twice: as trades, and as the candle that they make."""
        told = self._told_of.get((armed.id, move.symbol))
        if told is None or not move.late:
            return False
        begins, ends = _stretch(move)
        return told[0] <= ends and begins <= told[1]

    def _about_price(self, armed: ArmedRule, move: PriceMove) -> Verdict | None:
        rest = armed.id, move.symbol
        if rest in self._resting:
            if armed.rule.rearms(move):
                self._resting.discard(rest)
            return None
        verdict = armed.rule.check_price(move)
        if verdict is not None and not armed.rule.rearms(move):
            self._resting.add(rest)
        return verdict

    def _ask_happening(self, armed: ArmedRule, happening: Happening) -> Alert | None:
        verdict = self._verdict(armed, lambda: armed.rule.check_happening(happening))
        if verdict is None:
            return None
        series = SeriesKey(happening.symbol or NO_SYMBOL, armed.interval or Interval.M1)
        at = happening.event_time
        price, late = NO_PRICE, False
        if isinstance(happening, TradeMade):
            price, late = happening.price, happening.late
        found = Found(series, series.interval.open_of(at), price, at, late)
        return self._raise(armed, verdict, f"{armed.id}/{happening.key}", found)

    def _verdict(self, armed: ArmedRule, ask: Callable[[], Verdict | None]) -> Verdict | None:
        try:
            return ask()
        except Exception as cause:  # noqa: BLE001 - plug-in boundary
            self._switch_off(armed, cause)
            return None

    def _raise(
        self, armed: ArmedRule, verdict: Verdict, key: str, found: Found, *, missed: bool = False
    ) -> Alert | None:
        """Unless its terms forbid it, or it was raised before."""
        spoke = self._spoke_of(armed, found.series.symbol)
        if not armed.terms.allow(found.event_time, spoke, self._local):
            return None
        now = self._clock.now()
        alert = Alert(
            id=key,
            key=key,
            rule_id=armed.id,
            rule=armed.rule.sentence,
            type=verdict.type,
            series=found.series,
            open_time=found.open_time,
            price=found.price,
            message=verdict.message,
            event_time=found.event_time,
            raised_at=now,
            expires_at=UnixMs(now + self._config.notification_timeout * SECOND_MS),
            late=found.late or missed,
            missed=missed or (found.late and now - found.event_time > MISSED_AFTER_MS),
            origin=found.origin,
            facts=found.facts,
        )
        return self._keep(armed, _in_its_words(armed, alert))

    def _keep(self, armed: ArmedRule, alert: Alert) -> Alert | None:
        """The store first: what it does not know as new was told before."""
        if not self._log.save_alert(alert, self._route(alert, armed)):
            return None
        self._note_spoken(armed.id, alert.series.symbol, alert.event_time)
        if armed.repeat is Repeat.ONCE:
            self.arm(replace(armed, enabled=False))
        self._history.append(alert)
        self._activate(alert)
        tell(self.changed.notify, None, self._faults)
        return alert

    def _since_now(self, rule: ArmedRule) -> ArmedRule:
        """It begins to watch, unless it watched the same before."""
        before = self._rules.get(rule.id)
        goes_on = before is not None and before.enabled and before.is_about_what(rule)
        if not rule.enabled or goes_on:
            return rule
        return replace(rule, since=self._clock.now())

    def _spoke_of(self, armed: ArmedRule, symbol: Symbol) -> UnixMs | None:
        """Of which time it spoke last; one about many symbols pauses for each on its own."""
        if armed.symbol is not None:
            return self._spoke.get(armed.id)
        return self._spoke_by_symbol.get((armed.id, symbol))

    def _note_spoken(self, rule_id: str, symbol: Symbol, at: UnixMs) -> None:
        self._spoke[rule_id] = max(at, self._spoke.get(rule_id, at))
        by_symbol = self._spoke_by_symbol
        by_symbol[rule_id, symbol] = max(at, by_symbol.get((rule_id, symbol), at))

    def _take_note(self) -> None:
        """Of rules that came, went or changed."""
        self._asked.forget()
        ends = [r.terms.until for r in self._rules.values() if r.enabled and r.terms.until]
        self._first_end = min(ends, default=inf)

    def _end_rules(self, now: UnixMs) -> None:
        for armed in [a for a in self._rules.values() if a.enabled and a.terms.has_ended(now)]:
            self.arm(replace(armed, enabled=False))

    def _activate(self, alert: Alert) -> None:
        self._active[alert.id] = alert.expires_at
        self._first_expiry = min(self._first_expiry, alert.expires_at)

    def _set_status(self, alert_id: str, status: AlertStatus) -> None:
        self._active.pop(alert_id, None)
        for i, alert in enumerate(self._history):
            if alert.id == alert_id and alert.status is AlertStatus.ACTIVE:
                self._history[i] = replace(alert, status=status)
                self._log.update_status(alert_id, status)
                tell(self.changed.notify, None, self._faults)

    def _switch_off(self, armed: ArmedRule, cause: Exception) -> None:
        self._rules[armed.id] = replace(armed, enabled=False)
        self._take_note()
        sentence = f"The rule “{_name(armed.rule)}” stopped working and was switched off."
        if isinstance(cause, PluginError):
            sentence = cause.user_message
        failure = PluginError(f"{armed.rule!r}: {cause!r}", user_message=sentence)
        failure.__cause__ = cause
        self._faults.notify(failure)
        tell(self.changed.notify, None, self._faults)


def _is_meant(armed: ArmedRule, happening: Happening) -> bool:
    if type(happening).exact:
        return armed.symbol == happening.symbol
    return armed.symbol in (None, happening.symbol)


def _stretch(move: PriceMove) -> tuple[UnixMs, UnixMs]:
    return (move.event_time if move.since is None else move.since), move.event_time


def _in_its_words(armed: ArmedRule, alert: Alert) -> Alert:
    """With the message that its author wrote, if there is one."""
    if not armed.terms.message:
        return alert
    facts = {
        "name": armed.name,
        "symbol": alert.series.symbol,
        "interval": alert.series.interval.value,
        "price": readable(alert.price),
        "time": utc_text(alert.event_time),
        "rule": alert.rule,
        "alert": alert.message,
    }
    return replace(alert, message=filled(armed.terms.message, facts))


def _name(rule: Rule) -> str:
    try:
        return rule.sentence
    except Exception:  # noqa: BLE001 - the sentence of a broken rule may be what is broken
        return rule.title
