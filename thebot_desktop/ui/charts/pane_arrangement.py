"""How a person has arranged the panes of a chart: order, heights, one of them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from thebot_desktop.ui.charts.chart_look import MOST_NAMED, ChartLook
from thebot_desktop.ui.charts.line_styles import renamed_styles
from thebot_desktop.ui.charts.pane_places import renamed_places
from thebot_desktop.ui.charts.pane_specs import PaneSpec
from thebot_desktop.ui.charts.panes import PRICE_PANE


def in_order(panes: Sequence[PaneSpec], look: ChartLook) -> list[PaneSpec]:
    """The price first, then those that were given a place, then the others as they came."""
    places = {key: place for place, key in enumerate(look.pane_order)}
    return sorted(panes, key=lambda p: -1 if p.is_price else places.get(p.key, len(places)))


def seen(panes: Sequence[PaneSpec], look: ChartLook) -> list[PaneSpec]:
    """All of them, or the maximised one; the price is always the first, be it out of sight."""
    if look.maximised == PRICE_PANE:
        return [p for p in panes if p.is_price]
    alone = [p for p in panes if p.key == look.maximised]
    return [panes[0], *alone] if alone else list(panes)


def is_alone(panes: Sequence[PaneSpec], look: ChartLook) -> bool:
    """Whether one pane has the whole chart although there are others."""
    return len(panes) > 1 and look.maximised in [p.key for p in panes]


def can_move(panes: Sequence[PaneSpec], key: str, step: int) -> bool:
    keys = [p.key for p in panes if not p.is_price]
    return key in keys and 0 <= keys.index(key) + step < len(keys)


def moved(panes: Sequence[PaneSpec], look: ChartLook, key: str, step: int) -> ChartLook:
    """The pane so many places further down; -1 is one up. It never passes the price."""
    if not can_move(panes, key, step):
        return look
    keys = [p.key for p in panes if not p.is_price]
    at = keys.index(key)
    keys[at], keys[at + step] = keys[at + step], keys[at]
    return msgspec.structs.replace(look, pane_order=tuple(keys[:MOST_NAMED]))


def with_maximised_toggled(look: ChartLook, key: str) -> ChartLook:
    return msgspec.structs.replace(look, maximised="" if look.maximised == key else key)


def with_heights(
    panes: Sequence[PaneSpec], look: ChartLook, heights: Mapping[str, float]
) -> ChartLook:
    """Those of panes that are gone are kept too, as they may come back; but not without end."""
    there = {p.key for p in panes}
    named = sorted(heights.items(), key=lambda each: (each[0] not in there, each[0]))
    return msgspec.structs.replace(look, pane_heights=tuple(named[:MOST_NAMED]))


def without_indicator(look: ChartLook, label: str) -> ChartLook:
    """Who uses it anew sees it, and not alone; its place and height are remembered."""
    return msgspec.structs.replace(
        look,
        hidden_indicators=tuple(each for each in look.hidden_indicators if each != label),
        maximised="" if look.maximised == label else look.maximised,
    )


def brought_back(look: ChartLook, before: ChartLook, label: str) -> ChartLook:
    """An indicator comes back as it was ``before`` it was removed."""
    look = without_indicator(look, label)
    hidden = (label,) if label in before.hidden_indicators else ()
    return msgspec.structs.replace(
        look,
        hidden_indicators=(*look.hidden_indicators, *hidden),
        maximised=label if before.maximised == label else look.maximised,
    )


def renamed(look: ChartLook, before: str, after: str) -> ChartLook:
    """An indicator has another label now: what was said of it holds on."""

    def name(label: str) -> str:
        return after if label == before else label

    return msgspec.structs.replace(
        look,
        hidden_indicators=tuple(map(name, look.hidden_indicators)),
        line_styles=renamed_styles(look.line_styles, before, after),
        pane_places=renamed_places(look.pane_places, before, after),
        pane_order=tuple(map(name, look.pane_order)),
        pane_heights=tuple((name(key), height) for key, height in look.pane_heights),
        maximised=name(look.maximised),
    )
