"""What an indicator says about itself."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from msgspec import Meta

from tests.fakes import BTC_1M, candles
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult, parameters_of


class Side(Enum):
    LEFT = "left"
    RIGHT = "right"


class Sample(Indicator, frozen=True):
    name: ClassVar[str] = "SAMPLE"
    title: ClassVar[str] = "Sample"
    group: ClassVar[str] = "Tests"
    outputs: ClassVar[tuple[str, ...]] = ("real",)
    label_fields: ClassVar[int] = 1

    period: Annotated[int, Meta(ge=2, le=9, title="Period")] = 3
    factor: Annotated[float, Meta(gt=0, lt=1, title="Factor")] = 0.5
    side: Annotated[Side, Meta(title="Side")] = Side.LEFT
    plain: int = 1

    @property
    def lookback(self):
        return self.period

    def compute(self, candles):
        return {"real": candles.close}


class Bare(Sample, frozen=True):
    label_fields: ClassVar[int] = 0


def test_the_label_shows_what_is_usual_and_what_was_changed():
    """Everything up to the last parameter that is not at its default."""
    assert Sample().label == "SAMPLE(3)"
    assert Sample(5).label == "SAMPLE(5)"
    assert Sample(side=Side.RIGHT).label == "SAMPLE(3,0.5,right)"
    assert Bare().label == "SAMPLE"


def test_the_label_is_worked_out_once_and_changes_nothing():
    """It is asked for all the time; an indicator that told it is the same as one that did not."""
    asked, other = Sample(5), Sample(5)
    assert asked.label is asked.label
    assert asked == other
    assert hash(asked) == hash(other)
    assert msgspec.json.encode(asked) == msgspec.json.encode(other)
    assert msgspec.structs.replace(asked, side=Side.RIGHT).label == "SAMPLE(5,0.5,right)"


def test_parameters_carry_what_a_form_needs():
    """Title and range from the annotation, open ends included; the name where there is none."""
    period, factor, side, plain = parameters_of(Sample)
    assert (period.title, period.kind, period.default) == ("Period", int, 3)
    assert (period.minimum, period.maximum) == (2, 9)
    assert (factor.kind, factor.minimum, factor.maximum) == (float, 0, 1)
    assert (side.kind, side.default) == (Side, Side.LEFT)
    assert (plain.title, plain.minimum, plain.maximum) == ("plain", None, None)


def test_drawing_and_signals_are_offers_that_need_not_be_made():
    """An indicator has values; the rest is up to it."""
    assert Sample().plots == ()
    assert tuple(Sample().signals(BTC_1M, candles(3), {}, 0)) == ()
    assert not Sample.anchored


def test_the_latest_value_is_that_of_the_newest_candle():
    """As a plain number."""
    result = IndicatorResult(Sample(), {"real": np.array([1.0, 2.5])})
    assert result.latest("real") == 2.5
