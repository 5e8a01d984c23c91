"""Much more is traded in a candle than in those before it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType


class VolumeBurst(Rule, frozen=True):
    """Speaks of each candle whose volume is so many times the mean of the candles before it."""

    title: ClassVar[str] = "Volume bursts"

    times: Annotated[float, Meta(gt=1, le=1000, title="Times the average")] = 3.0
    bars: Annotated[int, Meta(ge=1, le=1000, title="Average over bars")] = 20

    @property
    def sentence(self) -> str:
        return f"volume is {self.times:g} times the average of {self.bars} bars"

    def check(self, moment: Moment) -> Verdict | None:
        volume = moment.candles.volume
        if len(volume) <= self.bars:
            return None
        usual, now = float(volume[-self.bars - 1 : -1].mean()), float(volume[-1])
        if not usual > 0 or now < usual * self.times:
            return None
        rose = moment.candles.close[-1] >= moment.candles.open[-1]
        way = "rising" if rose else "falling"
        text = f"Volume is {now / usual:.1f} times the average, price {way} at"
        return Verdict(AlertType.WARNING, f"{text} {readable(moment.price)}")
