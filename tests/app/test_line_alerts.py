"""Alerts on drawn lines go where the lines go."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes import BTC_1M, Core
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rules.line_crossed import Reach, Side
from thebot_desktop.alerts.terms import Terms
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.line_alerts import LineAlerts, lines_of
from thebot_desktop.domain.drawings import (
    Anchor,
    Channel,
    HorizontalLine,
    Ray,
    Rectangle,
    TrendLine,
)
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Trade

BTC = BTC_1M.symbol


def a(time, price):
    return Anchor(time, price)


TREND = TrendLine(id="t", anchors=(a(5000, 120.0), a(0, 100.0)))


def place():
    core, book = Core(), DrawingBook()
    return core, book, LineAlerts(book, core.alerts, core.clock)


def test_each_kind_of_line_goes_as_far_as_it_is_drawn():
    """From its earlier point to its later one; a channel has two edges, a rectangle no line."""
    (trend,) = lines_of(TREND)
    assert (trend.level_at(2500), trend.level_at(5001)) == (110.0, None)
    (ray,) = lines_of(Ray(id="r", anchors=(a(0, 100.0), a(5000, 120.0))))
    assert (ray.level_at(10_000), ray.reach) == (140.0, Reach.RAY)
    (level,) = lines_of(HorizontalLine(id="h", anchors=(a(7, 99.0),)))
    assert {level.level_at(t) for t in (0, 7, 10**12)} == {99.0}
    lower, upper = lines_of(Channel(id="c", anchors=(*TREND.anchors, a(2500, 115.0))))
    assert upper.level_at(1000) - lower.level_at(1000) == 5.0
    assert lines_of(Ray(id="b", anchors=(a(5000, 1.0), a(0, 2.0)))) == []
    assert lines_of(Rectangle(id="x", anchors=TREND.anchors)) == []


def test_a_crossed_line_is_told():
    """With a trade that goes through it."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    alerts.add(BTC, TREND)
    for number, price in enumerate((100.0, 109.0, 111.0)):
        core.pipeline.apply(Trade(BTC, number, price, 1.0, False, 2498 + number))
    assert [alert.price for alert in core.alerts.history] == [111.0]


def test_an_alert_follows_its_line_and_keeps_what_was_chosen():
    """The direction is the person's, the place is the line's."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    (armed,) = alerts.add(BTC, TREND)
    core.alerts.arm(replace(armed, rule=replace(armed.rule, direction=Crossing.ABOVE)))
    book.put(BTC, replace(TREND, anchors=(a(0, 200.0), a(5000, 220.0))))
    (moved,) = core.alerts.armed
    assert (moved.id, moved.enabled) == (armed.id, True)
    assert (moved.rule.level_at(2500), moved.rule.direction) == (210.0, Crossing.ABOVE)


def test_an_alert_is_switched_off_when_its_line_is_deleted():
    """That is said, once."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    alerts.add(BTC, TREND)
    told = []
    alerts.told.add(told.append)
    book.remove(BTC, ["t"])
    assert [armed.enabled for armed in core.alerts.armed] == [False]
    assert told == ["The alert on a line of BTCUSDT is off: the line was deleted."]
    book.add(BTC, [replace(TREND, id="another")])
    assert len(told) == 1


def test_an_alert_is_on_again_when_the_deletion_is_taken_back():
    """Unless it was off before."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    (armed,) = alerts.add(BTC, TREND)
    book.remove(BTC, ["t"])
    book.undo(BTC)
    assert core.alerts.armed[0].enabled
    core.alerts.arm(replace(armed, enabled=False))
    book.remove(BTC, ["t"])
    book.undo(BTC)
    assert not core.alerts.armed[0].enabled


def test_an_alert_ends_with_its_line():
    """Also when the line is made longer; an end of one's own stays."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    (armed,) = alerts.add(BTC, TREND)
    assert armed.terms.until == 5000
    longer = replace(TREND, anchors=(a(0, 100.0), a(9000, 120.0)))
    book.put(BTC, longer)
    assert core.alerts.armed[0].terms.until == 9000
    own = replace(core.alerts.armed[0], terms=Terms(until=7000))
    core.alerts.arm(own)
    book.put(BTC, TREND)
    assert core.alerts.armed[0].terms.until == 7000
    core.clock.advance_to(7001)
    core.alerts.expire()
    assert not core.alerts.armed[0].enabled


def test_a_line_of_the_past_is_refused_with_a_sentence():
    """A ray goes on; of a channel both edges end at one time."""
    core, _book, alerts = place()
    core.clock.advance_to(6000)
    with pytest.raises(InputError) as refused:
        alerts.add(BTC, TREND)
    assert "ends in the past" in refused.value.user_message
    (armed,) = alerts.add(BTC, Ray(id="r", anchors=(a(0, 100.0), a(5000, 120.0))))
    assert armed.terms.until is None


def test_a_line_that_passes_a_price_that_rests_is_crossed():
    """Nobody traded while it went by; the next trade shows it."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    alerts.add(BTC, TREND)
    core.pipeline.apply(Trade(BTC, 1, 104.0, 1.0, False, 500))
    core.pipeline.apply(Trade(BTC, 2, 104.01, 1.0, False, 2000))
    (alert,) = core.alerts.history
    assert alert.message == "Price crosses below the line at 108, now 104.01"


def test_other_alerts_and_other_symbols_are_left_alone():
    """Whatever is drawn there."""
    core, book, alerts = place()
    book.put(BTC, TREND)
    alerts.add(BTC, TREND)
    book.put("ETHUSDT", replace(TREND, id="other"))
    book.remove("ETHUSDT", ["other"])
    assert core.alerts.armed[0].enabled


def test_each_line_of_a_channel_is_called_by_its_side():
    """Wherever it was drawn first, in the sentence and in what is told; others are just lines."""
    core, book, alerts = place()
    drawn = Channel(id="c", anchors=(*TREND.anchors, a(2500, 115.0)))
    book.put(BTC, drawn)
    lower, upper = alerts.add(BTC, drawn)
    assert lower.rule.sentence.startswith("price crosses the lower line of the channel drawn")
    assert upper.rule.sentence.startswith("price crosses the upper line of the channel drawn")
    for number, price in enumerate((107.0, 112.0, 116.0)):
        core.pipeline.apply(Trade(BTC, number, price, 1.0, False, 2500 + number))
    assert [alert.message.split(" at ")[0] for alert in core.alerts.history] == [
        "Price crosses above the lower line of the channel",
        "Price crosses above the upper line of the channel",
    ]
    (trend,) = lines_of(TREND)
    assert "channel" not in trend.sentence


def test_a_side_follows_when_the_channel_is_turned_over():
    """Its third point was dragged to the other side of its line."""
    core, book, alerts = place()
    drawn = Channel(id="c", anchors=(*TREND.anchors, a(2500, 115.0)))
    book.put(BTC, drawn)
    alerts.add(BTC, drawn)
    book.put(BTC, replace(drawn, anchors=(*TREND.anchors, a(2500, 105.0))))
    assert [armed.rule.side for armed in core.alerts.armed] == [Side.UPPER, Side.LOWER]
