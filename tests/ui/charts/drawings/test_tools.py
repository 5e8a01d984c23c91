"""Every tool: what its drawings consist of, where they can be taken, what becomes of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ui.charts.builders import BITCOIN, BTC, DARK, MINUTE, START, moment, walk
from thebot_desktop.domain.drawings import (
    Anchor,
    AnyDrawing,
    Fibonacci,
    LongPosition,
    Measure,
    Rectangle,
    ShortPosition,
)
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places, position_of
from thebot_desktop.ui.charts.drawings.toolbox import tool_of, toolbox
from thebot_desktop.ui.charts.drawings.words import bars_text, duration_text
from thebot_desktop.ui.charts.ticks import TimeLine
from thebot_desktop.ui.icons import icon_svg

pytestmark = pytest.mark.ui

KINDS = AnyDrawing.__args__
LOOKS = {
    "normal": ChartLook(),
    "log": ChartLook(scale=ScaleMode.LOG),
    "percent": ChartLook(scale=ScaleMode.PERCENT),
    "inverted": ChartLook(inverted=True),
}
ANCHORS = st.builds(
    Anchor,
    st.integers(START - 3_000 * MINUTE, START + 3_000 * MINUTE),
    st.floats(-1e9, 1e9) | st.floats(90, 115),
)


def at(bar, price):
    return Anchor(START + bar * MINUTE, price)


@pytest.fixture(scope="module")
def view(qapp):
    chart = ChartView(DARK)
    chart.resize(900, 500)
    chart.viewport().resize(900, 500)
    chart.set_series(BTC, BITCOIN)
    chart.update_chart(moment(walk(400)))
    chart.show_newest()
    yield chart
    chart.deleteLater()


def places_of(view, look="normal"):
    view.set_look(LOOKS[look])
    return Places(view.state, view.frame_now, view.style_now)


def test_there_is_one_tool_for_each_kind():
    """With a title, an icon that exists, and a shortcut that no other has."""
    tools = toolbox()
    assert set(tools) == set(KINDS)
    shortcuts = [t.shortcut for t in tools.values() if t.shortcut]
    assert len(set(shortcuts)) == len(shortcuts)
    for tool in tools.values():
        assert tool.name
        assert icon_svg(tool.icon, "#FFFFFF")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_drawing_can_be_drawn_anywhere(view, kind, look, data):
    """However far away or impossible on this scale: what is painted is near the pane."""
    places = places_of(view, look)
    anchors = tuple(data.draw(ANCHORS) for _ in range(kind.points))
    drawing = kind(id="a", anchors=anchors)
    sketch = tool_of(drawing).sketch(drawing, places)
    near = places.box.grown(places.px(8))
    for stroke in sketch.strokes:
        assert near.holds(stroke.start)
        assert near.holds(stroke.stop)
    for fill in sketch.fills:
        assert all(near.holds(corner) for corner in fill.corners)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_seen_can_be_taken(view, kind, look):
    """A drawing is hit on its lines and at its handles, and not far from both."""
    places = places_of(view, look)
    middle = (places.box.top + places.box.bottom) / 2
    first = places.anchor(300, middle - 40)
    anchors = (first, places.anchor(480, middle + 30), places.anchor(380, middle + 70))
    drawing = kind(id="a", anchors=anchors[: kind.points])
    sketch = tool_of(drawing).sketch(drawing, places)
    for stroke in sketch.strokes:
        between = Point((stroke.start.x + stroke.stop.x) / 2, (stroke.start.y + stroke.stop.y) / 2)
        assert sketch.hit(between, 3)
    for index, handle in enumerate(sketch.handles):
        found = sketch.handle_at(handle, 3)
        assert found is not None
        assert math.dist(sketch.handles[found], sketch.handles[index]) <= 3
    assert sketch.handle_at(Point(20, 20), 5) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_moved_handle_is_where_it_was_moved_to(view, kind):
    """Each handle can be dragged; the drawing keeps its kind, its id and its points."""
    places = places_of(view)
    middle = (places.box.top + places.box.bottom) / 2
    start = places.anchor(300, middle)
    tool = toolbox()[kind]
    anchors = tool.completed(
        (start, places.anchor(480, middle - 60), places.anchor(380, middle + 70))[
            : tool.points_wanted
        ],
        places,
    )
    drawing = kind(id="a", anchors=anchors)
    for index in range(len(tool.sketch(drawing, places).handles)):
        before = tool.sketch(drawing, places).handles[index]
        wanted = places.anchor(before.x + 30, before.y + 4)
        moved = tool.reshaped(drawing, index, wanted)
        assert moved.id == drawing.id
        there = tool.sketch(moved, places).handles[index]
        assert math.dist(there, places.point(wanted)) < 40


def test_times_of_other_intervals_fall_into_their_candles():
    """A minute of an hour is in that hour, before and after what there is too."""
    hour = 60 * MINUTE
    line = TimeLine(np.arange(10, dtype=np.int64) * hour, Interval.H1)
    assert position_of(line, 3 * hour + 37 * MINUTE) == 3
    assert position_of(line, 3 * hour) == 3
    assert position_of(line, 12 * hour + 1) == 12
    assert position_of(line, -1) == -1
    assert position_of(line, -hour) == -1
    assert [position_of(line, line.time_at(p)) for p in range(-5, 15)] == list(range(-5, 15))


@given(st.integers(-20, 60), st.lists(st.integers(1, 4), min_size=2, max_size=30))
def test_positions_and_times_agree_across_holes(position, steps):
    """Every candle is where its own time is, whatever is missing between them."""
    times = np.cumsum(np.array(steps, dtype=np.int64)) * MINUTE
    line = TimeLine(times, Interval.M1)
    assert position_of(line, line.time_at(position)) == position


def test_what_is_moved_by_nothing_stays_the_same(view):
    """To the last digit, and within its candle."""
    places = places_of(view)
    anchor = Anchor(START + 350 * MINUTE + 12_345, 104.123456789)
    assert places.moved(anchor, 0, 0) == anchor
    there = places.moved(anchor, 7, 0)
    assert there.time - anchor.time == 7 * MINUTE
    assert places.moved(there, -7, 0) == anchor


def test_prices_are_whole_steps(view):
    """The price of a row is one that the symbol can have."""
    places = places_of(view)
    price = places.anchor(300, 217.3).price
    assert round(price, 2) == price


def test_a_long_position_stays_upright(view):
    """Target above and stop below, whatever is dragged where; both end together."""
    for kind, sign in ((LongPosition, 1), (ShortPosition, -1)):
        tool = toolbox()[kind]
        anchors = tool.completed((at(380, 105.0),), places_of(view))
        drawing = kind(id="a", anchors=anchors)
        assert sign * (drawing.target - drawing.entry) > 0 > sign * (drawing.stop - drawing.entry)
        assert drawing.reward_to_risk == pytest.approx(2.0, rel=0.05)
        wrong = tool.reshaped(drawing, 1, at(395, 105.0 - sign * 4))
        assert wrong.target == wrong.entry
        assert wrong.anchors[2].time == wrong.anchors[1].time
        pushed = tool.reshaped(drawing, 0, at(381, 105.0 + sign * 1_000))
        assert pushed.entry == pushed.target


def test_a_position_says_what_can_be_won_and_lost(view):
    """Prices, percent, and their ratio."""
    drawing = LongPosition(id="a", anchors=(at(370, 100.0), at(390, 110.0), at(390, 96.0)))
    places = places_of(view)
    words = " ".join(
        t for s in [tool_of(drawing).sketch(drawing, places)] for x in s.labels for t in x.lines
    )
    for part in ("110.00", "+10.00%", "96.00", "4.00%", "2.50"):
        assert part in words


def test_a_measure_says_how_far_it_is(view):
    """In price, percent, bars and time."""
    drawing = Measure(id="a", anchors=(at(360, 105.0), at(384, 106.05)))
    sketch = tool_of(drawing).sketch(drawing, places_of(view))
    words = " ".join(sketch.labels[0].lines).replace("\N{NO-BREAK SPACE}", " ")
    for part in ("1.05", "1.00%", "24 bars", "24 min"):
        assert part in words


def test_levels_lie_between_the_ends_of_the_move(view):
    """Level 0 is at the end, 1 at the beginning, one half in the middle."""
    drawing = Fibonacci(id="a", anchors=(at(350, 104.0), at(380, 106.0)), ratios=(0.0, 0.5, 1.0))
    places = places_of(view)
    sketch = tool_of(drawing).sketch(drawing, places)
    texts = [label.lines[0] for label in sketch.labels]
    assert sorted(texts) == ["0 (106.00)", "0.5 (105.00)", "1 (104.00)"]
    assert len(sketch.fills) == 2


def test_levels_that_would_stand_on_each_other_are_not_named(view):
    """A small move names its ends, and no two labels overlap."""
    places = places_of(view)
    for size in (0.1, 0.4, 1.0, 3.0):
        drawing = Fibonacci(id="a", anchors=(at(350, 104.0), at(380, 104.0 + size)))
        sketch = tool_of(drawing).sketch(drawing, places)
        boxes = [label.box.grown(-1) for label in sketch.labels]
        assert boxes
        assert not any(a.meets(b) for i, a in enumerate(boxes) for b in boxes[:i])
        assert any(label.lines[0].startswith("0 (") for label in sketch.labels)


def test_each_corner_of_a_rectangle_moves_two_sides(view):
    """And leaves the opposite corner where it is."""
    drawing = Rectangle(id="a", anchors=(at(350, 104.0), at(380, 106.0)))
    tool, places = tool_of(drawing), places_of(view)
    before = tool.sketch(drawing, places).handles
    for corner in range(4):
        moved = tool.reshaped(drawing, corner, at(365, 105.0))
        after = tool.sketch(moved, places).handles
        assert after[(corner + 2) % 4] == before[(corner + 2) % 4]
        assert after[corner] == places.point(at(365, 105.0))


def test_distances_are_said_in_words():
    """The two largest units, the right number, the right sign."""
    plain = [
        duration_text(ms).replace("\N{NO-BREAK SPACE}", " ")
        for ms in (0, 35 * MINUTE, 26 * 60 * MINUTE, 24 * 60 * MINUTE + 1_000, -90_000)
    ]
    assert plain == ["0 s", "35 min", "1 d 2 h", "1 d", "\N{MINUS SIGN}1 min 30 s"]
    assert [bars_text(n) for n in (1, 24, -3)] == ["1 bar", "24 bars", "\N{MINUS SIGN}3 bars"]


def test_a_drawing_stays_at_its_time_on_every_interval(view, qapp):
    """Made at one minute, it is at the same candle of five minutes and of an hour."""
    anchor = at(347, 104.0)
    for interval, minutes in ((Interval.M5, 5), (Interval.H1, 60)):
        other = ChartView(DARK)
        other.resize(900, 500)
        other.viewport().resize(900, 500)
        series = SeriesKey(BTC.symbol, interval)
        other.set_series(series, BITCOIN)
        step = minutes * MINUTE
        first = START // step * step
        other.update_chart(moment(walk(60, start=first, step=step), series=series))
        places = places_of(other)
        index = (anchor.time - first) // step
        assert places.x(anchor.time) == other.frame_now.bars.x(index)
        other.deleteLater()
