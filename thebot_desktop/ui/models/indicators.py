"""Indicators as tables: the whole catalogue, and those of one chart with how they are doing."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.formatting import value_text
from thebot_desktop.ui.models.table import Column, RowModel


class KindRow(Struct, frozen=True):
    """One indicator of the catalogue."""

    kind: type[Indicator]
    label: str
    favourite: bool
    in_use: bool


class UseRow(Struct, frozen=True):
    """One indicator of a chart: how it is doing, in words, and of which kind that is."""

    label: str
    title: str
    status: str
    tone: str
    """Of the status: good, warning, bad or muted."""
    hidden: bool = False
    broken: bool = False


def kind_rows(
    kinds: Iterable[type[Indicator]], favourites: Container[str], in_use: Container[str]
) -> list[KindRow]:
    """``favourites`` and ``in_use`` are short names."""
    return [KindRow(k, k().label, k.name in favourites, k.name in in_use) for k in kinds]


def use_rows(
    indicators: Sequence[Indicator],
    results: Iterable[IndicatorResult] | None,
    candles: int,
    hidden: Container[str],
    interval: Interval,
) -> list[UseRow]:
    """``results`` is None while nothing has come of the series."""
    known = {r.indicator: r for r in results or ()}
    return [_use_row(i, known.get(i), candles, hidden, interval) for i in indicators]


def _use_row(
    indicator: Indicator,
    result: IndicatorResult | None,
    candles: int,
    hidden: Container[str],
    interval: Interval,
) -> UseRow:
    label = indicator.label
    if result is None:
        return UseRow(label, indicator.title, _tr("computing…"), "muted", label in hidden)
    if result.error is not None:
        cause = result.error.__cause__
        what = str(cause) if cause is not None else result.error.user_message
        status = _tr("switched off: {0}").format(what)
        return UseRow(label, indicator.title, status, "bad", label in hidden, broken=True)
    if label in hidden:
        return UseRow(label, indicator.title, _tr("hidden"), "muted", hidden=True)
    values = _values(indicator, result)
    if result.waiting and not values:
        status = _tr("waiting for {0}").format(", ".join(result.waiting))
        return UseRow(label, indicator.title, status, "warning")
    needed = indicator.lookback_for(interval)
    if not values and candles < needed:
        status = _tr("warming up: {0} of {1} bars").format(candles, needed)
        return UseRow(label, indicator.title, status, "warning")
    return UseRow(label, indicator.title, values or _tr("nothing at this bar"), "good")


def _values(indicator: Indicator, result: IndicatorResult) -> str:
    """The newest value of each output; nothing where it has none now."""
    newest = [float(result.values[o][-1]) for o in indicator.outputs if len(result.values[o])]
    told = [value_text(value) for value in newest if math.isfinite(value)]
    return " · ".join(told)


class CatalogueModel(RowModel[KindRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_CATALOGUE, parent)


class UseModel(RowModel[UseRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_USES, parent)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Indicators", text)


_CATALOGUE: tuple[Column[KindRow], ...] = (
    Column(
        "favourite",
        "Favourite",
        lambda r: "★" if r.favourite else "☆",
        lambda r: not r.favourite,
        explain=lambda r: _tr("No favourite any more") if r.favourite else _tr("Make a favourite"),
    ),
    Column(
        "indicator",
        "Indicator",
        lambda r: f"{r.kind.title} {r.label}",
        lambda r: r.kind.title,
        tip=True,
    ),
    Column(
        "add",
        "Add",
        lambda r: "+",
        lambda r: r.in_use,
        explain=lambda r: _tr("Add {0} to the chart").format(r.label),
    ),
)

_USES: tuple[Column[UseRow], ...] = (
    Column(
        "indicator",
        "Indicator",
        lambda r: r.label,
        lambda r: r.label,
        explain=lambda r: f"{r.title}: {r.status}",
    ),
    Column(
        "eye",
        "Shown",
        lambda r: "",
        lambda r: r.hidden,
        explain=lambda r: (_tr("Show {0}") if r.hidden else _tr("Hide {0}")).format(r.label),
    ),
    Column(
        "gear",
        "Parameters",
        lambda r: "",
        lambda r: "",
        explain=lambda r: (_tr("Try {0} again") if r.broken else _tr("Parameters of {0}…")).format(
            r.label
        ),
    ),
    Column(
        "cross",
        "Remove",
        lambda r: "",
        lambda r: "",
        explain=lambda r: _tr("Remove {0}").format(r.label),
    ),
)
