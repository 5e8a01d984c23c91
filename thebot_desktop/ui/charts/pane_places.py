"""Which pane an indicator is in, where a person chose another one than it comes with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.indicator_place import MOST_PLACES, IndicatorPlace
from thebot_desktop.domain.line_style import LineColour
from thebot_desktop.domain.plots import Drawn, Histogram, Line, Marks, Pane, Scale
from thebot_desktop.ui.charts.pane_specs import OWN_COLOURS, PaneSpec
from thebot_desktop.ui.charts.series_store import OutputKey


def can_leave(indicator: Indicator) -> bool:
    """Whether it is over the price and may have a pane of its own: lines may, zones and marks
    belong to the candles."""
    plots = indicator.plots
    if any(isinstance(p, Drawn | Marks) or p.pane is Pane.OWN for p in plots):
        return False
    return any(isinstance(p, Line | Histogram) for p in plots)


def has_own(indicator: Indicator) -> bool:
    """Whether it comes with a pane of its own."""
    return any(isinstance(p, Line | Histogram) and p.pane is Pane.OWN for p in indicator.plots)


def places_for(
    indicator: Indicator, others: Iterable[Indicator], places: Sequence[IndicatorPlace]
) -> list[IndicatorPlace]:
    """What a person may choose; as it comes is the first."""
    label = indicator.label
    others = [i for i in others if i.label != label]
    wishes = {p.label: p for p in places}
    hosts = {wishes[i.label].beside for i in others if i.label in wishes}
    found = [IndicatorPlace(label)]
    if can_leave(indicator):
        found.append(IndicatorPlace(label, own=True))
    elif not has_own(indicator):
        return found
    if label in hosts:
        return found
    for other in others:
        wish = wishes.get(other.label, IndicatorPlace(other.label))
        is_own = has_own(other) or wish.own
        if is_own and not wish.beside and are_alike(indicator, other):
            found.append(IndicatorPlace(label, own=can_leave(indicator), beside=other.label))
    return found


def are_alike(one: Indicator, other: Indicator) -> bool:
    """Whether one scale says the same of both: of one kind, or bounded alike."""
    scales = [
        next(((p.low, p.high) for p in i.plots if isinstance(p, Scale)), None) for i in (one, other)
    ]
    return one.name == other.name or (scales[0] is not None and scales[0] == scales[1])


def with_place(
    places: tuple[IndicatorPlace, ...], place: IndicatorPlace
) -> tuple[IndicatorPlace, ...]:
    """``place`` instead of what was said of that indicator."""
    others = tuple(p for p in places if p.label != place.label)
    return (*others, place)[-MOST_PLACES:] if place.says_something else others


def renamed_places(
    places: tuple[IndicatorPlace, ...], before: str, after: str
) -> tuple[IndicatorPlace, ...]:
    """An indicator has another label now, also for those that share its pane."""
    if before == after:
        return places

    def name(label: str) -> str:
        return after if label == before else label

    kept = [p for p in places if p.label != after]
    return tuple(
        msgspec.structs.replace(p, label=name(p.label), beside=name(p.beside)) for p in kept
    )


def placed(panes: Sequence[PaneSpec], places: Sequence[IndicatorPlace]) -> list[PaneSpec]:
    """The panes as the places want them."""
    if not places:
        return list(panes)
    price, *own = panes
    known = {pane.key for pane in own}
    over = {entry.label for entry in price.legend if not entry.failed}
    for place in places:
        if place.own and place.label in over - known - set(price.drawn):
            own.append(_only(price, place.label))
            price = _without(price, place.label)
    return [price, *_shared(own, places)]


def _shared(panes: list[PaneSpec], places: Sequence[IndicatorPlace]) -> list[PaneSpec]:
    """Guests move into the panes of their hosts; who is a guest itself has none."""
    by_key = {pane.key: pane for pane in panes}
    guests = {p.label: p.beside for p in places if {p.label, p.beside} <= by_key.keys()}
    guests = {guest: host for guest, host in guests.items() if host not in guests}
    for guest, host in guests.items():
        by_key[host] = _joined(by_key[host], by_key.pop(guest))
    return list(by_key.values())


def _only(pane: PaneSpec, label: str) -> PaneSpec:
    """What is one indicator's, as a pane."""
    return PaneSpec(
        label,
        lines=[s for s in pane.lines if s.key[0] == label],
        histograms=[s for s in pane.histograms if s.key[0] == label],
        fills=[f for f in pane.fills if f.first[0] == label],
        legend=[e for e in pane.legend if e.label == label],
    )


def _without(pane: PaneSpec, label: str) -> PaneSpec:
    return replace(
        pane,
        lines=[s for s in pane.lines if s.key[0] != label],
        histograms=[s for s in pane.histograms if s.key[0] != label],
        fills=[f for f in pane.fills if f.first[0] != label],
        legend=[e for e in pane.legend if e.label != label],
    )


def _joined(host: PaneSpec, guest: PaneSpec) -> PaneSpec:
    """Both in one pane; lines of the guest take colours that the host has left."""
    guest = _recoloured(guest, [line.colour for line in host.lines])
    return PaneSpec(
        host.key,
        lines=[*host.lines, *guest.lines],
        histograms=[*host.histograms, *guest.histograms],
        fills=[*host.fills, *guest.fills],
        levels=sorted({*host.levels, *guest.levels}),
        marks=[*host.marks, *guest.marks],
        drawn=[*host.drawn, *guest.drawn],
        legend=[*host.legend, *guest.legend],
        fixed=host.fixed or guest.fixed,
    )


def _recoloured(pane: PaneSpec, taken: Sequence[LineColour]) -> PaneSpec:
    used = list(taken)
    colours: dict[OutputKey, LineColour] = {}
    for line in pane.lines:
        free = [line.colour, *OWN_COLOURS]
        colours[line.key] = next((c for c in free if c not in used), line.colour)
        used.append(colours[line.key])
    lines = {line.key: replace(line, colour=colours[line.key]) for line in pane.lines}
    return replace(
        pane,
        lines=list(lines.values()),
        fills=[
            f if f.by_side else replace(f, colour=colours.get(f.first, f.colour))
            for f in pane.fills
        ],
        legend=[
            replace(e, outputs=tuple(lines.get(s.key, s) for s in e.outputs)) for e in pane.legend
        ],
    )
