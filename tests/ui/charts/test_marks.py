"""Marks at candles and on the time axis: where they stand, how they group, what they say."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    Mean,
    colour_at,
    distance,
    moment,
    walk,
)
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.plots import Marks
from thebot_desktop.domain.signals import Alert, AlertType, Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.events import ChartEvent, EventKind
from thebot_desktop.ui.charts.events_painter import placed_events
from thebot_desktop.ui.charts.marks import MarkKind, group_starts, signal_marks
from thebot_desktop.ui.charts.marks_painter import forming_groups, placed_groups

pytestmark = pytest.mark.ui


class Hammer(Indicator, frozen=True):
    """Marks every hundredth candle, once for rising and once for falling prices."""

    name = "HAMMER"
    title = "Hammer"
    group = "tests"
    outputs = ("found",)

    @property
    def plots(self):
        return (Marks("found"),)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        found = np.zeros(len(candles))
        found[50::100] = 100.0
        found[99::100] = -100.0
        return {"found": found}


def when(index):
    return UnixMs(START + index * MINUTE)


def signal(index, direction=Direction.BUY, source="RSI(14)"):
    return Signal(
        BTC,
        when(index),
        source,
        direction,
        Strength.STRONG,
        0.7,
        100.0,
        "left oversold",
        when(index + 1),
    )


def alert(index, message="BTC crossed 100", *, late=False):
    at = UnixMs(when(index) + 20_000)
    return Alert(
        f"id{index}",
        f"key{index}",
        "rule",
        "rule",
        AlertType.INFO,
        BTC,
        when(index),
        100.0,
        message,
        at,
        at,
        at,
        late,
    )


@pytest.fixture
def chart(qtbot):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(900, 520)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400), Hammer()))
    view.show()
    view.grab()
    return view


def placed(view):
    return placed_groups(view.state, view.frame_now, view.style_now)


def of_kind(view, kind):
    return [p for p in placed(view) if p.group.kind is kind]


def only(found):
    (one,) = found
    return one


def tip_lines():
    """The tip that is shown, as a person reads it."""
    return QTextDocumentFragment.fromHtml(QToolTip.text()).toPlainText().splitlines()


def point_at(view, rect):
    QTest.mouseMove(view.viewport(), QPoint(300, 100))
    QTest.mouseMove(view.viewport(), rect.center() / view.frame_now.unit)


def forming(view):
    return forming_groups(view.state, view.frame_now, view.style_now)


def look(view, **changes):
    view.set_look(msgspec.structs.replace(view.state.look, **changes))


def test_buys_stand_below_their_candle_and_sells_above(chart):
    """In the colour of their direction, pointing that way."""
    chart.set_signals([signal(380), signal(360, Direction.SELL)])
    buy, sell = only(of_kind(chart, MarkKind.BUY)), only(of_kind(chart, MarkKind.SELL))
    frame, store = chart.frame_now, chart.state.store
    scale = frame.panes[0].scale
    assert buy.rect.top() > scale.y(store.candle(380).low)
    assert sell.rect.bottom() < scale.y(store.candle(360).high)
    image = chart.render_to_image(1)
    for mark, colour in ((buy, DARK.up), (sell, DARK.down)):
        centre = mark.rect.center()
        assert abs(centre.x() - frame.bars.x(mark.group.first)) <= 1
        assert colour_at(image, centre.x(), centre.y()) == colour.upper()


def test_patterns_are_diamonds_beside_their_candles(chart):
    """Of an indicator that has no pane and no line, only marks and its name."""
    assert [pane.key for pane in chart.state.panes] == ["price"]
    assert [e.label for e in chart.state.panes[0].legend] == ["HAMMER"]
    up, down = only(of_kind(chart, MarkKind.BULLISH)), only(of_kind(chart, MarkKind.BEARISH))
    assert (up.group.first, down.group.first) == (350, 399 - 100)
    image = chart.render_to_image(1)
    for mark, colour in ((up, DARK.up), (down, DARK.down)):
        middle, corner = mark.rect.center(), mark.rect.topLeft()
        assert colour_at(image, middle.x(), middle.y()) == colour.upper()
        assert colour_at(image, corner.x(), corner.y()) != colour.upper()


def test_fired_alerts_are_bells_when_they_were_true(chart):
    """At the candle that this time falls into."""
    chart.set_fired([alert(370)])
    bell = only(of_kind(chart, MarkKind.ALERT))
    assert bell.group.first == 370
    image = chart.render_to_image(1)
    centre = bell.rect.center()
    assert colour_at(image, centre.x(), centre.y()) == DARK.warning.upper()


def test_marks_of_one_place_are_one_with_a_count(chart):
    """The signal gives the group its shape; nothing is painted twice."""
    signals = [signal(380), signal(380, source="VWAP"), signal(381, source="MACD")]
    chart.state.viewport.spacing = 6.0
    chart.set_signals(signals)
    group = only(of_kind(chart, MarkKind.BUY)).group
    assert (group.count, group.first, group.last) == (3, 380, 381)
    assert len(list(group.members())) == 3


def test_wide_candles_have_each_their_own(chart):
    """Nothing is grouped that has room."""
    chart.state.viewport.spacing = 30.0
    chart.invalidate()
    chart.set_signals([signal(380), signal(381)])
    assert [p.group.count for p in of_kind(chart, MarkKind.BUY)] == [1, 1]


def test_what_is_marked_can_be_chosen_in_the_menu(chart):
    """Each kind by itself; the layout keeps it."""
    chart.set_signals([signal(380)])
    chart.set_fired([alert(370)])
    marks = next(a for a in chart.context_menu(300, 100).actions() if a.text() == "Marks").menu()
    assert [(a.text(), a.isChecked()) for a in marks.actions()] == [
        ("Signals", True),
        ("Candlestick patterns", True),
        ("Alerts", True),
        ("News and events", True),
    ]
    marks.actions()[0].trigger()
    assert not of_kind(chart, MarkKind.BUY)
    look(chart, shows_patterns=False)
    assert {p.group.kind for p in placed(chart)} == {MarkKind.ALERT}
    look(chart, shows_fired=False)
    assert placed(chart) == []


def test_a_tip_lists_what_a_mark_says(chart, qtbot):
    """The time, then a line for each, at most eight."""
    sources = [signal(380, source=f"S{i}") for i in range(11)]
    chart.set_signals(sources)
    chart.grab()
    point_at(chart, only(of_kind(chart, MarkKind.BUY)).rect)
    lines = tip_lines()
    assert "Dec 2025" in lines[0]
    assert lines[1] == "▲ BUY · S0 · 0.70, strong: left oversold"
    assert lines[-1] == "and 3 more"
    assert len(lines) == 1 + 8 + 1
    QTest.mouseMove(chart.viewport(), QPoint(300, 60))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_a_late_alert_says_so(chart):
    """And what it said."""
    chart.set_fired([alert(370, late=True)])
    group = only(of_kind(chart, MarkKind.ALERT)).group
    (mark,) = group.members()
    assert mark.words(mark.number) == "Alert, found late · BTC crossed 100"


def test_neutral_signals_are_no_marks():
    """They have nothing to say."""
    assert len(signal_marks([signal(1, Direction.NEUTRAL), signal(2)]).times) == 1


def test_marks_stay_at_their_candles_when_older_ones_come(chart):
    """Found by time, not by number."""
    chart.set_signals([signal(380)])
    chart.update_chart(moment(walk(600, start=START - 200 * MINUTE), Hammer()))
    chart.grab()
    assert only(of_kind(chart, MarkKind.BUY)).group.first == 580
    chart.set_series(BTC, BITCOIN)
    chart.update_chart(moment(walk(400)))
    chart.grab()
    assert placed(chart) == []


@pytest.mark.parametrize("inverted", [False, True])
def test_upside_down_marks_change_sides(chart, inverted):
    """A buy stands beside the low, wherever that is."""
    look(chart, inverted=inverted)
    chart.set_signals([signal(380)])
    mark = only(of_kind(chart, MarkKind.BUY))
    low = chart.frame_now.panes[0].scale.y(chart.state.store.candle(380).low)
    assert (mark.rect.top() > low) is not inverted


def test_news_and_dates_have_badges_on_the_time_axis(chart, qtbot):
    """A letter for one, a number for several; also for what lies ahead."""
    events = [
        ChartEvent(UnixMs(when(380) + 5), EventKind.NEWS, "Bitcoin rises"),
        ChartEvent(when(403), EventKind.CALENDAR, "Rates"),
        ChartEvent(when(350), EventKind.NEWS, "One"),
        ChartEvent(when(350), EventKind.CALENDAR, "Two"),
    ]
    chart.set_events(events)
    chart.grab()
    found = placed_events(chart.state, chart.frame_now, chart.style_now)
    assert [p.letter for p in found] == ["2", "N", "E"]
    assert all(p.rect.bottom() < chart.frame_now.plot_height for p in found)
    point_at(chart, found[0].rect)
    assert tip_lines()[1:] == ["News · One", "Event · Two"]
    assert "Dec 2025" in tip_lines()[0]
    QTest.mouseMove(chart.viewport(), QPoint(300, 60))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    plain = chart.render_to_image(1)
    look(chart, shows_events=False)
    assert chart.render_to_image(1) != plain


def test_events_before_all_candles_are_not_in_the_way(chart):
    """Nor where there are no candles at all."""
    chart.set_events([ChartEvent(UnixMs(5), EventKind.NEWS, "Genesis")])
    assert placed_events(chart.state, chart.frame_now, chart.style_now) == []
    chart.set_series(BTC, BITCOIN)
    assert placed_events(chart.state, chart.frame_now, chart.style_now) == []


def test_many_marks_cost_what_is_seen_of_them(qtbot):
    """A hundred thousand on a long chart are a few groups."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(900, 520)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(100_000), Mean()))
    view.set_signals([signal(i) for i in range(0, 100_000, 2)])
    groups = placed(view)
    assert 0 < len(groups) < 120
    view.state.viewport.zoom(1e-9, 400, view.plot_width, view.state.store.newest)
    view.invalidate()
    groups = placed(view)
    assert len(groups) < 120
    seen = range(view.frame_now.first, view.frame_now.last + 1)
    assert len(seen) > 50_000
    assert sum(p.group.count for p in groups) == sum(i % 2 == 0 for i in seen if i < 100_000)


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=80),
    st.integers(1, 20),
    st.integers(1, 60),
)
def test_groups_hold_what_is_near_and_nothing_else(numbers, gap, cell):
    """No mark is lost, none is in two groups, and none is wider than its cell."""
    indexes = np.sort(np.array(numbers))
    starts = group_starts(indexes, gap, cell)
    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()
    ends = [*starts[1:].tolist(), len(indexes)]
    for start, end in zip(starts.tolist(), ends, strict=True):
        assert indexes[end - 1] - indexes[start] < cell
    for start in starts[1:].tolist():
        apart = indexes[start] - indexes[start - 1]
        begin = indexes[starts[starts <= start - 1][-1]]
        assert apart >= gap or indexes[start] - begin >= 1


def test_the_look_of_marks_outlives_a_restart():
    """As the layout keeps it."""
    kept = msgspec.json.encode(ChartLook(shows_events=False, shows_fired=False))
    assert msgspec.json.decode(kept, type=ChartLook) == ChartLook(
        shows_events=False, shows_fired=False
    )


def test_of_several_candles_each_mark_says_its_time(chart):
    """The span first, then the clock of each."""
    chart.state.viewport.spacing = 3.0
    chart.set_signals([signal(380), signal(382, source="VWAP")])
    chart.grab()
    point_at(chart, only(of_kind(chart, MarkKind.BUY)).rect)
    span, *lines = tip_lines()
    clocks = [line.split()[0] for line in lines]
    assert [line.split(" · ")[1] for line in lines] == ["RSI(14)", "VWAP"]
    assert clocks[0] != clocks[1]
    assert span.endswith(f"{clocks[0]} – {clocks[1]}")


def test_markup_in_a_headline_is_only_text(chart):
    """It comes from outside."""
    chart.set_events([ChartEvent(when(380), EventKind.NEWS, "<b>Up</b> & <img src='x'> away")])
    chart.grab()
    point_at(chart, only(placed_events(chart.state, chart.frame_now, chart.style_now)).rect)
    assert tip_lines()[1] == "News · <b>Up</b> & <img src='x'> away"


def live(*provisional, candles=None, spike=0.0):
    """A forming candle with what its signals would be."""
    candles = walk(400) if candles is None else candles
    return dataclasses.replace(moment(candles, Spike(spike)), provisional=provisional)


class Spike(Hammer, frozen=True):
    """Marks the newest candle, whatever it is."""

    name = "SPIKE"
    value: float = 100.0

    def compute(self, candles):
        found = np.zeros(len(candles))
        found[-1] = self.value
        return {"found": found}


@pytest.mark.parametrize("direction", [Direction.BUY, Direction.SELL])
def test_a_signal_of_the_forming_candle_is_hollow_until_it_ends(chart, direction):
    """It goes again when the price does, and is filled when the candle has ended."""
    chart.update_chart(live(signal(399, direction)))
    chart.grab()
    mark = only(forming(chart))
    assert mark.group.provisional
    image = chart.render_to_image(1)
    x, y = mark.rect.center().x(), mark.rect.center().y()
    colour = (DARK.up if direction is Direction.BUY else DARK.down).upper()
    base = mark.rect.bottom() - 2 if direction is Direction.BUY else mark.rect.top() + 2
    assert colour_at(image, x, y) != colour
    assert distance(colour_at(image, x, base), colour) < distance(colour_at(image, x, y), colour)
    chart.update_chart(live())
    assert forming(chart) == []
    chart.update_chart(moment(walk(401), Spike(0.0)))
    chart.set_signals([signal(399, direction)])
    filled = only(placed(chart))
    centre = filled.rect.center()
    image = chart.render_to_image(1)
    assert colour_at(image, centre.x(), centre.y()) == colour


def test_a_pattern_of_the_forming_candle_is_hollow_too(chart):
    """Its tip says that it is not final."""
    chart.update_chart(live(signal(399, source="VWAP"), spike=100.0))
    chart.grab()
    mark = only(forming(chart))
    assert (mark.group.kind, mark.group.count) == (MarkKind.BUY, 2)
    point_at(chart, mark.rect)
    when_, *lines = tip_lines()
    assert when_.endswith("not final, the candle still forms")
    assert lines == ["▲ BUY · VWAP · 0.70, strong: left oversold", "▲ Hammer"]
    look(chart, shows_signals=False)
    assert only(forming(chart)).group.kind is MarkKind.BULLISH
    look(chart, shows_patterns=False)
    assert forming(chart) == []


def test_a_hollow_mark_stands_outside_of_a_final_one(chart):
    """Such as the alert that fired on the same candle."""
    chart.set_fired([alert(399)])
    chart.update_chart(live(signal(399, Direction.SELL)))
    chart.grab()
    assert only(forming(chart)).rect.bottom() < only(of_kind(chart, MarkKind.ALERT)).rect.top()


def test_a_provisional_mark_repaints_its_own_place_only(chart, qtbot):
    """No chart is painted anew because of it."""
    chart.update_chart(live())
    chart.repaint()
    frame = chart.frame_now
    chart.update_chart(live(signal(399)))
    qtbot.waitUntil(lambda: chart.painted_area < 0.2 * chart.width() * chart.height())
    assert chart.frame_now is frame
    assert len(forming(chart)) == 1


def test_marks_are_those_that_were_set_last(chart):
    """However often signals change between two paintings."""
    look(chart, shows_patterns=False)
    for count in range(1, 30):
        chart.set_signals([signal(399 - i * 3) for i in range(count)])
        if count % 3 == 0:
            seen = sum(399 - i * 3 >= chart.frame_now.first for i in range(count))
            assert sum(p.group.count for p in of_kind(chart, MarkKind.BUY)) == seen


def test_a_place_with_very_many_events_says_so(chart):
    """Its badge has room for two digits, its tip for eight headlines."""
    chart.set_events([ChartEvent(when(380), EventKind.NEWS, f"No. {i}") for i in range(120)])
    chart.grab()
    badge = only(placed_events(chart.state, chart.frame_now, chart.style_now))
    assert badge.letter == "+"
    point_at(chart, badge.rect)
    assert tip_lines()[-1] == "and 112 more"
    assert len(tip_lines()) == 10
