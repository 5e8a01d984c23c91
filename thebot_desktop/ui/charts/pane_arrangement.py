"""How a person has arranged the panes of a chart: order, heights, one of them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from thebot_desktop.ui.charts.chart_look import ChartLook
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
    return msgspec.structs.replace(look, pane_order=tuple(keys))


def with_maximised_toggled(look: ChartLook, key: str) -> ChartLook:
    return msgspec.structs.replace(look, maximised="" if look.maximised == key else key)


def with_heights(look: ChartLook, heights: Mapping[str, float]) -> ChartLook:
    return msgspec.structs.replace(look, pane_heights=tuple(sorted(heights.items())))


def renamed(look: ChartLook, before: str, after: str) -> ChartLook:
    """An indicator has another label now: what was said of it holds on."""

    def name(label: str) -> str:
        return after if label == before else label

    return msgspec.structs.replace(
        look,
        hidden_indicators=tuple(map(name, look.hidden_indicators)),
        pane_order=tuple(map(name, look.pane_order)),
        pane_heights=tuple((name(key), height) for key, height in look.pane_heights),
        maximised=name(look.maximised),
    )
