"""Zones, levels and profiles that indicators draw: where they stand and what they look like."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    colour_at,
    distance,
    made,
    moment,
    walk,
)
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.plots import Drawn
from thebot_desktop.domain.shapes import (
    LEVEL,
    OPEN_ENDED,
    ZONE,
    Profile,
    Shapes,
    Side,
    ZoneState,
)
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.level_painter import seen_levels
from thebot_desktop.ui.charts.profile_painter import seen_profiles
from thebot_desktop.ui.charts.shape_book import PlacedShapes, ShapeBook
from thebot_desktop.ui.charts.zone_painter import MOST_OPEN, MOST_OVER, seen_zones, zone_text
from thebot_desktop.ui.theme import load_theme


class Told(Indicator, frozen=True):
    """Draws what the test says."""

    name = "TOLD"
    title = "Told"
    group = "tests"
    outputs = ("nothing",)
    label_fields = 0
    number: int = 0

    @property
    def plots(self):
        return (Drawn(),)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        return {"nothing": np.full(len(candles), np.nan)}

    def shapes(self, candles):
        return TOLD[self.number](candles)

    def shapes_in_view(self, candles):
        TOLD_VIEWS.append(len(candles))
        return Shapes(profiles=(profile(),)) if self.number == 3 else Shapes()


TOLD = {}
TOLD_VIEWS = []


class Moving(Told, frozen=True):
    """A zone for every fifth candle, open for ten."""

    name = "MOVING"

    @property
    def shape_memory(self):
        return 20

    def shapes(self, candles):
        TOLD_VIEWS.append(len(candles))
        first = np.flatnonzero(candles.open_time // MINUTE % 5 == 0)
        over = first + 10 < len(candles)
        rows = np.zeros(len(first), ZONE)
        rows["begin"] = candles.open_time[first]
        rows["end"] = OPEN_ENDED
        rows["end"][over] = candles.open_time[first[over] + 10]
        rows["low"], rows["high"] = candles.low[first], candles.high[first]
        rows["state"] = np.where(over, ZoneState.EXPIRED, ZoneState.ACTIVE)
        return Shapes(zones=rows)


def zone(begin, end, low, high, side=Side.SUPPORT, state=ZoneState.ACTIVE, tests=0, filled=0.0):
    last = OPEN_ENDED if end is None else START + end * MINUTE
    return (START + begin * MINUTE, last, low, high, side, state, tests, filled)


def zones(*rows):
    return np.array(list(rows), ZONE)


def profile(begin=0, end=OPEN_ENDED):
    volumes = np.array([1.0, 4.0, 2.0, 3.0, 1.0])
    return Profile(
        begin=begin,
        end=end,
        low=95.0,
        high=105.0,
        volumes=volumes,
        bought=volumes / 2,
        poc=98.0,
        vah=103.0,
        val=97.0,
        peaks=np.array([98.0, 102.0]),
        valleys=np.array([100.0]),
    )


def flat(count):
    """A line at 100 that shows prices from 94 to 106 once, near its end."""
    price = np.full(count, 100.0)
    price[-5:-3] = 94.0, 106.0
    return made(price, price, price, price)


def chart(theme=DARK, spacing=9.0, candles=None, indicator=None, look=None):
    view = ChartView(theme)
    view.resize(800, 420)
    view.viewport().resize(800, 420)
    view.set_series(BTC, BITCOIN)
    view.set_look(look or ChartLook(kind=ChartKind.LINE, volume=False))
    view.state.viewport.spacing = spacing
    view.update_chart(moment(flat(300) if candles is None else candles, indicator or Told()))
    view.show_newest()
    return view


def picked(view, image, candle, price):
    frame = view.frame_now
    return colour_at(image, frame.bars.x(candle) + 1, frame.panes[0].scale.y(price))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_zone_is_tinted_by_its_side(qapp, name):
    """Green where prices come down to it, red where they come up, from its first to its last."""
    TOLD[0] = lambda _: Shapes(
        zones=zones(
            zone(240, 280, 96.0, 98.0),
            zone(240, 280, 102.0, 104.0, Side.RESISTANCE),
        )
    )
    theme = load_theme(name)
    view = chart(theme)
    image = view.render_to_image()
    support, resistance = (picked(view, image, 245, p) for p in (96.7, 102.7))
    red, green = (lambda c, at=at: int(c[at : at + 2], 16) for at in (1, 3))
    assert green(support) - red(support) > green(resistance) - red(resistance) + 20
    assert distance(picked(view, image, 235, 96.7), theme.panel.upper()) < 12
    assert distance(picked(view, image, 288, 96.7), theme.panel.upper()) < 12


def test_state_is_told_without_colour(qapp):
    """Edges of an active zone are whole, those of tested and ended ones are broken; hatches."""
    shown = {}
    for state in ZoneState:
        TOLD[0] = lambda _, state=state: Shapes(
            zones=zones(zone(240, 290, 96.0, 99.0, state=state))
        )
        view = chart()
        image = view.render_to_image()
        frame = view.frame_now
        left, right = frame.bars.x(242), frame.bars.x(262)
        edge = frame.panes[0].scale.y(96.0)
        inner = frame.panes[0].scale.y(97.0)
        shown[state] = tuple(
            len({colour_at(image, x, row) for x in range(left, right)}) for row in (edge, inner)
        )
    assert shown[ZoneState.ACTIVE][0] <= 2
    assert shown[ZoneState.TESTED][1] > shown[ZoneState.ACTIVE][1]
    assert shown[ZoneState.EXPIRED][0] >= 2


def test_a_zone_that_still_counts_reaches_the_right_edge(qapp):
    """There it can be compared with the price."""
    TOLD[0] = lambda _: Shapes(zones=zones(zone(250, None, 96.0, 98.0), zone(250, 260, 102, 103)))
    view = chart()
    frame = view.frame_now
    seen = seen_zones(view.state.shapes.placed["TOLD"], frame, frame.panes[0])
    assert seen.rects[:, 2].tolist() == [frame.plot_width + 1, frame.bars.x(260)]
    assert seen.rects[0, 0] == frame.bars.x(250)


def test_of_very_many_zones_the_largest_are_painted(qapp):
    """Their number is bounded, and none outside of the plot is looked at."""
    rows = [zone(i, i + 1 + i % 50, 95 + i % 7, 97 + i % 7) for i in range(2900)]
    rows += [zone(i, None, 95, 96) for i in range(2500, 2900)]
    rows.sort()
    for row in range(0, len(rows), 2):
        rows[row] = (*rows[row][:5], ZoneState.BROKEN, 0, 0.0)
    TOLD[0] = lambda _: Shapes(zones=zones(*rows))
    view = chart(candles=flat(3000), spacing=0.3)
    frame = view.frame_now
    seen = seen_zones(view.state.shapes.placed["TOLD"], frame, frame.panes[0])
    assert 0 < len(seen.rects) <= MOST_OPEN + MOST_OVER
    assert (seen.rects[:, 2] >= 0).all()
    assert (seen.rects[:, 0] <= frame.plot_width).all()
    assert not view.render_to_image().isNull()


def test_zones_out_of_sight_are_not_painted(qapp):
    """Neither those left of the plot nor those above it."""
    TOLD[0] = lambda _: Shapes(zones=zones(zone(1, 9, 96, 98), zone(280, None, 500, 510)))
    view = chart(candles=flat(600))
    frame = view.frame_now
    assert not len(seen_zones(view.state.shapes.placed["TOLD"], frame, frame.panes[0]).rects)


def test_the_words_of_a_zone_say_what_became_of_it():
    """How full it is while it counts, then how it ended."""
    rows = zones(
        zone(0, None, 1, 2),
        zone(0, None, 1, 2, state=ZoneState.TESTED, tests=2, filled=0.4),
        zone(0, 9, 1, 2, state=ZoneState.BROKEN, filled=1.0),
        zone(0, 9, 1, 2, state=ZoneState.EXPIRED),
    )
    gaps, blocks = Shapes(noun="FVG", fill=True), Shapes(noun="OB")
    said = [zone_text(gaps, row) for row in rows]
    assert said == ["FVG", "FVG 40 % tested 2×", "FVG filled", "FVG expired"]
    assert [zone_text(blocks, row) for row in rows[1:3]] == ["OB tested 2×", "OB broken"]


def test_shapes_are_asked_for_when_a_candle_closes_only(qapp):
    """Not while one forms, and not while the chart is moved."""
    asked = []
    TOLD[0] = lambda candles: asked.append(len(candles)) or Shapes()
    candles = walk(120)
    view = chart(candles=candles.upto(100))
    view.update_chart(moment(candles.upto(100), Told()))
    view.show_newest()
    view.render_to_image()
    assert asked == [99]
    view.update_chart(moment(candles.upto(101), Told()))
    assert asked == [99, 100]


def test_old_zones_are_kept_and_the_newest_told_anew():
    """Candle by candle it comes to the same as all at once, from a short stretch each time."""
    candles = walk(400)
    book = ShapeBook()
    book.update(moment(candles.upto(200), Moving()), candles.open_time, anew=True)
    TOLD_VIEWS.clear()
    for count in range(201, 401):
        book.update(moment(candles.upto(count), Moving()), candles.open_time, anew=False)
    assert max(TOLD_VIEWS) == 40
    whole = Moving().shapes(candles.upto(399)).zones
    np.testing.assert_array_equal(book.placed["MOVING"].shapes.zones, whole)


def test_what_fails_while_it_draws_is_reported_and_draws_nothing(qapp):
    """The chart goes on, and says which indicator it was."""

    def broken(_):
        raise ValueError("no zones today")

    TOLD[0] = broken
    told = []
    view = ChartView(DARK)
    view.drawing_failed.connect(told.append)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(50), Told()))
    view.update_chart(moment(walk(51), Told()))
    assert len(told) == 1
    assert "TOLD" in told[0].user_message
    assert "no zones today" in str(told[0])


def test_shapes_stand_by_their_time_on_bricks_too(qapp):
    """A chart of other candles shows them at the bricks of that time."""
    TOLD[0] = lambda _: Shapes(zones=zones(zone(100, None, 96, 98)))
    view = chart(candles=walk(400), look=ChartLook(kind=ChartKind.RENKO))
    (first,) = view.state.shapes.placed["TOLD"].zones.first
    assert view.state.store.open_times[int(first)] >= START + 100 * MINUTE
    assert view.state.store.open_times[int(first) - 1] < START + 100 * MINUTE


def levels(*rows):
    return np.array(list(rows), LEVEL)


def test_levels_are_lines_from_their_candle_on(qapp):
    """Whole or dashed, each with a name, as far as they count."""
    TOLD[0] = lambda _: Shapes(
        levels=levels(
            (START + 250 * MINUTE, OPEN_ENDED, 97.0, Side.SUPPORT, False, "S1"),
            (START + 250 * MINUTE, START + 270 * MINUTE, 103.0, Side.RESISTANCE, True, "R1"),
            (START, START + MINUTE, 101.0, Side.NEITHER, True, "old"),
        )
    )
    view = chart()
    frame, pane = view.frame_now, view.frame_now.panes[0]
    places, rects = seen_levels(view.state.shapes.placed["TOLD"], frame, pane)
    assert places.tolist() == [0, 1]
    image = view.render_to_image()
    line = {colour_at(image, x, pane.scale.y(97.0)) for x in range(rects[0][0], rects[0][0] + 40)}
    dashes = {colour_at(image, x, pane.scale.y(103.0)) for x in range(rects[1][0], rects[1][2])}
    assert len(line) <= 2  # a line of the grid crosses it
    assert len(dashes) >= 2
    ends = range(frame.plot_width - 60, frame.plot_width - 5)
    words = {colour_at(image, x, pane.scale.y(97.0) - 3) for x in ends}
    assert len(words) > 3


def test_a_session_has_its_profile_where_it_began(qapp):
    """The longest bar is at the price with the greatest volume."""
    TOLD[0] = lambda _: Shapes(profiles=(profile(START + 240 * MINUTE, START + 290 * MINUTE),))
    view = chart()
    image, frame = view.render_to_image(), view.frame_now
    left = frame.bars.x(240)

    def length(price):
        row = frame.panes[0].scale.y(price) - 4
        bare = colour_at(image, left - 20, row)
        columns = range(left, left + 250)
        return sum(distance(colour_at(image, x, row), bare) > 6 for x in columns)

    assert length(98.0) > length(102.0) > length(96.0) > 10


def test_the_profile_of_what_is_seen_is_counted_anew_when_the_view_moves(qapp):
    """And not for each frame; where many candles share a column, from few numbers."""
    TOLD[3] = lambda _: Shapes()
    view = chart(candles=walk(6000), indicator=Told(3), spacing=0.2)
    label = Told(3).label
    view.frame_now  # noqa: B018 - lays everything out
    TOLD_VIEWS.clear()
    view.render_to_image()
    view.render_to_image()
    assert len(TOLD_VIEWS) <= 1
    assert all(count <= 2 * 800 for count in TOLD_VIEWS)
    frame = view.frame_now
    profiles = view.state.shapes.profiles_in_view(
        label, view.state.store, frame.first, frame.last, frame.block
    )
    (seen,) = seen_profiles(view.state.shapes.placed[label], profiles, frame)
    assert seen.at_edge
    view.state.viewport.pan(50, view.plot_width, view.state.store.newest)
    view.invalidate()
    view.render_to_image()
    assert len(TOLD_VIEWS) == 2


def test_an_indicator_that_only_draws_stands_in_the_legend(qapp):
    """By its name, without values."""
    TOLD[0] = lambda _: Shapes()
    view = chart()
    (entry,) = view.state.panes[0].legend
    assert entry.label == "TOLD"
    assert entry.outputs == ()
    assert not view.render_to_image().isNull()


def test_places_follow_the_candles_of_the_chart():
    """From the first candle not before the begin to the last one not after the end."""
    placed = PlacedShapes.of(
        Shapes(zones=zones(zone(1, 3, 1, 2), zone(2, None, 1, 2))),
        np.array([0, 2, 3, 5], np.int64) * MINUTE + START,
    )
    assert placed.zones.first.tolist() == [1.0, 1.0]
    assert placed.zones.last.tolist() == [2.0, np.inf]
