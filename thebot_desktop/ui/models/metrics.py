"""The indicators of one series, and the parts of its confidence, as tables of raw values."""

from __future__ import annotations

import math

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from thebot_desktop.analysis.confidence import Part
from thebot_desktop.app.metrics import IndicatorMetrics, IndicatorState
from thebot_desktop.domain.signals import Direction
from thebot_desktop.ui.formatting import DASH, change_text, percent_text, signed, value_text
from thebot_desktop.ui.freshness import whole_age_text
from thebot_desktop.ui.models.signals import direction_mark
from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column

_SIGNS = {
    IndicatorState.ERROR: "✕",
    IndicatorState.OFF: "○",
    IndicatorState.COMPUTING: "…",
    IndicatorState.WARMING_UP: "◔",
    IndicatorState.STALE: "◑",
    IndicatorState.LIVE: "●",
}
_ORDER = tuple(IndicatorState)


class IndicatorRow(Struct, frozen=True):
    """One indicator; ``age_ms`` is that of its newest value, None where there is none."""

    metrics: IndicatorMetrics
    age_ms: int | None = None


class PartRow(Struct, frozen=True):
    """One opinion in a confidence; ``total`` is the sum of all weights."""

    part: Part
    age_candles: float
    total: float
    largest: float
    """Of the shares of all parts, without their signs."""


def state_text(metrics: IndicatorMetrics) -> str:
    """Never by colour alone: a sign and a word."""
    words = {
        IndicatorState.ERROR: _tr("Error"),
        IndicatorState.OFF: _tr("Off"),
        IndicatorState.COMPUTING: _tr("Computing"),
        IndicatorState.WARMING_UP: _tr("Warming up {0} of {1}").format(
            metrics.have, metrics.needed
        ),
        IndicatorState.STALE: _tr("Stale"),
        IndicatorState.LIVE: _tr("Live"),
    }
    return f"{_SIGNS[metrics.state]} {words[metrics.state]}"


def values_text(metrics: IndicatorMetrics) -> str:
    return " · ".join(value_text(value) for _, value in metrics.values) or DASH


def step_text(metrics: IndicatorMetrics) -> str:
    """How far the first value moved, in its own units."""
    change = metrics.change
    return DASH if change is None else signed(change, value_text(abs(change)))


def percent_step_text(metrics: IndicatorMetrics) -> str:
    percent = metrics.change_percent
    return DASH if percent is None else percent_text(percent)


def signals_text(metrics: IndicatorMetrics) -> str:
    """Which way they went: ``▲ 5 ▼ 2``."""
    told = ((metrics.buy_signals, "▲"), (metrics.sell_signals, "▼"))
    return " ".join(f"{sign} {count}" for count, sign in told if count) or "0"


def age_of(row: IndicatorRow) -> str:
    return DASH if row.age_ms is None else whole_age_text(row.age_ms)


def share_text(part: Part) -> str:
    return change_text(part.share, 3)


def _explain_state(row: IndicatorRow) -> str:
    metrics = row.metrics
    sentences = {
        IndicatorState.ERROR: _tr("It was switched off: {0}").format(metrics.problem),
        IndicatorState.OFF: _tr(
            "The chart keeps it, but there is no such indicator at the moment: "
            "its plug-in is switched off or missing."
        ),
        IndicatorState.COMPUTING: _tr("Nothing has come of this series yet."),
        IndicatorState.WARMING_UP: _tr("It needs {0} bars and has {1}.").format(
            metrics.needed, metrics.have
        ),
        IndicatorState.STALE: _tr("Nothing was heard of these candles for too long."),
        IndicatorState.LIVE: _tr("It follows each price."),
    }
    return sentences[metrics.state]


def _explain_values(row: IndicatorRow) -> str:
    told = [f"{name}: {value_text(value)}" for name, value in row.metrics.values]
    return "\n".join([f"{row.metrics.title}", *told])


def _explain_step(row: IndicatorRow) -> str:
    if row.metrics.change is None:
        return ""
    name, _ = row.metrics.values[0]
    return _tr("Of {0}, against the closed bar before.").format(name)


def _known(value: float | None) -> float:
    """What is not known sorts lowest."""
    return -math.inf if value is None else value


def _explain_share(row: PartRow) -> str:
    """The product as it is, so that one can check it."""
    part = row.part
    sign = {Direction.BUY: "+", Direction.SELL: "−", Direction.NEUTRAL: "0 × "}
    product = f"{part.weight:g} × {part.freshness:.2f} × {part.signal.confidence:.2f}"
    formula = _tr("Weight × freshness × confidence of the opinion, by the sum of weights:")
    sums = f"{sign[part.signal.direction]}{product} / {row.total:g} = {share_text(part)}"
    return f"{formula}\n{sums}\n{part.signal.reason}"


def age_in_candles(row: PartRow) -> str:
    count = round(row.age_candles)
    return _tr("{0} bar").format(1) if count == 1 else _tr("{0} bars").format(count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)


INDICATORS: tuple[Column[IndicatorRow], ...] = (
    Column(
        "indicator",
        "Indicator",
        lambda r: r.metrics.label,
        lambda r: r.metrics.label,
        explain=lambda r: r.metrics.title,
    ),
    Column(
        "value",
        "Value",
        lambda r: values_text(r.metrics),
        lambda r: _known(r.metrics.value),
        right=True,
        explain=_explain_values,
    ),
    Column(
        "change",
        "Change",
        lambda r: step_text(r.metrics),
        lambda r: _known(r.metrics.change),
        right=True,
        explain=_explain_step,
    ),
    Column(
        "percent",
        "Change %",
        lambda r: percent_step_text(r.metrics),
        lambda r: _known(r.metrics.change_percent),
        right=True,
        explain=_explain_step,
    ),
    Column(
        "signals",
        "Signals 24 h",
        lambda r: signals_text(r.metrics),
        lambda r: r.metrics.signals,
        right=True,
    ),
    Column("age", "Updated", age_of, lambda r: -_known(r.age_ms), right=True),
    Column(
        "state",
        "Status",
        lambda r: state_text(r.metrics),
        lambda r: _ORDER.index(r.metrics.state),
        explain=_explain_state,
    ),
)

PARTS: tuple[Column[PartRow], ...] = (
    Column("source", "Signal", lambda r: r.part.signal.source, lambda r: r.part.signal.source),
    Column(
        "interval",
        "Interval",
        lambda r: r.part.signal.series.interval.value,
        lambda r: r.part.signal.series.interval.milliseconds,
    ),
    Column(
        "direction",
        "Direction",
        lambda r: direction_mark(r.part.signal.direction),
        lambda r: r.part.signal.direction.value,
    ),
    Column(
        "confidence",
        "Confidence",
        lambda r: f"{r.part.signal.confidence:.2f}",
        lambda r: r.part.signal.confidence,
        right=True,
    ),
    Column(
        "weight",
        "Weight",
        lambda r: f"{r.part.weight:g}",
        lambda r: r.part.weight,
        right=True,
        explain=lambda r: _tr("Weights are in the settings under Signals."),
    ),
    Column("age", "Age", age_in_candles, lambda r: r.age_candles, right=True),
    Column(
        "freshness",
        "Freshness",
        lambda r: f"{r.part.freshness * 100:.0f}%",
        lambda r: r.part.freshness,
        right=True,
        explain=lambda r: _tr("What is left of it by its age."),
    ),
    Column(
        "share",
        "Share",
        lambda r: share_text(r.part),
        lambda r: r.part.share,
        right=True,
        explain=_explain_share,
    ),
)


class IndicatorsModel(SortedModel[IndicatorRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(INDICATORS, lambda row: row.metrics.label, parent)


class PartsModel(SortedModel[PartRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(PARTS, _identity, parent)


def _identity(row: PartRow) -> tuple[str, str]:
    return row.part.signal.source, str(row.part.signal.series)
