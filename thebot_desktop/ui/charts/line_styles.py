"""The styles that a person gave to lines of indicators, and panes drawn as these want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from thebot_desktop.domain.line_style import MOST_STYLES, LineStyle
from thebot_desktop.ui.charts.pane_specs import FillSpec, LegendEntry, LineSpec, PaneSpec
from thebot_desktop.ui.charts.series_store import OutputKey


def with_styles(
    styles: tuple[LineStyle, ...], label: str, chosen: Sequence[LineStyle]
) -> tuple[LineStyle, ...]:
    """``chosen`` in place of all that was said of one indicator."""
    others = [s for s in styles if s.label != label]
    return tuple([*others, *(s for s in chosen if s.says_something)][-MOST_STYLES:])


def renamed_styles(styles: tuple[LineStyle, ...], before: str, after: str) -> tuple[LineStyle, ...]:
    """An indicator has another label now."""
    if before == after:
        return styles
    own = [msgspec.structs.replace(s, label=after) for s in styles if s.label == before]
    return with_styles(tuple(s for s in styles if s.label != before), after, own)


def styled(panes: Sequence[PaneSpec], styles: Sequence[LineStyle]) -> list[PaneSpec]:
    """The panes as the styles want them.

    An indicator without any output in sight stays in its legend, and its pane with it: that is
    where a person finds the way back.
    """
    if not styles:
        return list(panes)
    known = {s.key: s for s in styles}
    return [_styled_pane(pane, known) for pane in panes]


def _styled_pane(pane: PaneSpec, known: dict[OutputKey, LineStyle]) -> PaneSpec:
    return replace(
        pane,
        lines=list(_styled_lines(pane.lines, known)),
        histograms=list(_styled_lines(pane.histograms, known)),
        fills=[_styled_fill(f, known) for f in pane.fills if _is_shown(f, known)],
        legend=[_styled_entry(entry, known) for entry in pane.legend],
    )


def _styled_entry(entry: LegendEntry, known: dict[OutputKey, LineStyle]) -> LegendEntry:
    outputs = _styled_lines(entry.outputs, known)
    return replace(entry, outputs=outputs, unseen=bool(entry.outputs) and not outputs)


def _styled_lines(
    lines: Sequence[LineSpec], known: dict[OutputKey, LineStyle]
) -> tuple[LineSpec, ...]:
    found = ((line, known.get(line.key)) for line in lines)
    return tuple(_styled_line(line, s) for line, s in found if s is None or s.shown)


def _styled_line(line: LineSpec, style: LineStyle | None) -> LineSpec:
    if style is None:
        return line
    colour = line.colour if style.colour is None else style.colour
    dash = line.dash if style.broken is None else style.broken
    return LineSpec(line.key, colour, dash, style.width, style.colour, style.falling)


def _is_shown(fill: FillSpec, known: dict[OutputKey, LineStyle]) -> bool:
    """Only with both of its edges."""
    return all(known[k].shown for k in (fill.first, fill.second, fill.name) if k in known)


def _styled_fill(fill: FillSpec, known: dict[OutputKey, LineStyle]) -> FillSpec:
    """In a colour of its own or that of its first edge, unless the sides tell."""
    own, edge = known.get(fill.name), known.get(fill.first)
    if own is not None:
        fill = replace(fill, rising=own.colour, falling=own.falling, opacity=own.opacity)
    chosen = [s.colour for s in (own, edge) if s is not None and s.colour is not None]
    return fill if fill.by_side or not chosen else replace(fill, colour=chosen[0])
