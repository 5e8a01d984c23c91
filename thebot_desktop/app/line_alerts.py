"""LineAlerts: alerts on drawn lines follow them when they are moved, and end with them."""

from __future__ import annotations

import uuid

from msgspec.structs import replace

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.line_crossed import LineCrossed, Reach, Side
from thebot_desktop.alerts.terms import Terms
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.domain.drawings import (
    Anchor,
    Channel,
    Drawing,
    HorizontalLine,
    Ray,
    TrendLine,
)
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import Clock

IS_PAST = (
    "This line ends in the past, where no price will cross it: "
    "draw a ray, or move its end to a time to come."
)


class LineAlerts:
    """Made of a book of drawings and of the rules; told whenever a drawing changes."""

    def __init__(self, book: DrawingBook, alerts: AlertManager, clock: Clock) -> None:
        self._book = book
        self._alerts = alerts
        self._clock = clock
        self._without: set[str] = set()
        """Rules that are off because their line was deleted, which may be taken back."""
        self.told: Observers[str] = Observers()
        """A sentence for the person."""
        book.changed.add(self._follow)

    def add(self, symbol: Symbol, drawing: Drawing) -> list[ArmedRule]:
        """Arm an alert on each line of ``drawing``, until it ends.

        Nothing for one that has none. Raises InputError where all of it is past.
        """
        rules = lines_of(drawing)
        ends = [rule.ends for rule in rules]
        if rules and all(end is not None and end <= self._clock.now() for end in ends):
            raise InputError(user_message=IS_PAST)
        armed = [
            ArmedRule(uuid.uuid4().hex, rule, symbol, terms=Terms(until=rule.ends))
            for rule in rules
        ]
        for rule in armed:
            self._alerts.arm(rule)
        return armed

    def _follow(self, symbol: Symbol) -> None:
        for armed in self._alerts.armed:
            if armed.symbol == symbol and isinstance(armed.rule, LineCrossed):
                self._follow_one(armed, armed.rule, symbol)

    def _follow_one(self, armed: ArmedRule, rule: LineCrossed, symbol: Symbol) -> None:
        drawing = self._book.find(symbol, rule.drawing)
        lines = [] if drawing is None else lines_of(drawing)
        if len(lines) > rule.edge:
            self._go_to(armed, rule, lines[rule.edge])
        elif armed.enabled:
            self._without.add(armed.id)
            self._alerts.arm(replace(armed, enabled=False))
            sentence = f"The alert on a line of {symbol} is off: the line was deleted."
            self.told.notify(sentence)

    def _go_to(self, armed: ArmedRule, rule: LineCrossed, line: LineCrossed) -> None:
        """Where the line is now; what a person chose stays as it is."""
        moved = replace(line, direction=rule.direction, distance=rule.distance)
        terms = armed.terms
        if terms.until == rule.ends:
            terms = replace(terms, until=moved.ends)
        is_back = armed.id in self._without
        self._without.discard(armed.id)
        after = replace(armed, rule=moved, terms=terms, enabled=armed.enabled or is_back)
        if after != armed:
            self._alerts.arm(after)


def lines_of(drawing: Drawing) -> list[LineCrossed]:
    """The lines of a drawing that a price can cross; a channel has two."""
    anchors = sorted(drawing.anchors, key=lambda anchor: anchor.time)
    match drawing:
        case TrendLine():
            return [_line(drawing, 0, anchors[0], anchors[1], Reach.SEGMENT)]
        case Ray():
            return _ray(drawing)
        case HorizontalLine():
            return [_line(drawing, 0, anchors[0], anchors[0], Reach.LINE)]
        case Channel():
            return _channel(drawing)
        case _:
            return []


def _ray(drawing: Ray) -> list[LineCrossed]:
    """One that leads into the past will be crossed no more."""
    first, last = drawing.anchors
    if last.time < first.time:
        return []
    return [_line(drawing, 0, first, last, Reach.RAY)]


def _channel(drawing: Channel) -> list[LineCrossed]:
    """The line, and the one beside it through the third point."""
    first, last = sorted(drawing.anchors[:2], key=lambda anchor: anchor.time)
    third, length = drawing.anchors[2], last.time - first.time
    share = (third.time - first.time) / length if length else 0.0
    beside = third.price - (first.price + share * (last.price - first.price))
    other = (
        replace(first, price=first.price + beside),
        replace(last, price=last.price + beside),
    )
    sides = (Side.LOWER, Side.UPPER) if beside > 0 else (Side.UPPER, Side.LOWER)
    return [
        replace(_line(drawing, edge, *ends, Reach.SEGMENT), side=side)
        for edge, (ends, side) in enumerate(zip(((first, last), other), sides, strict=True))
    ]


def _line(drawing: Drawing, edge: int, first: Anchor, last: Anchor, reach: Reach) -> LineCrossed:
    return LineCrossed(drawing.id, edge, first.time, first.price, last.time, last.price, reach)
