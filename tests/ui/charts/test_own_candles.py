"""Candles in colours of a person's own: bodies, wicks and borders, volume, the last price."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.ui.charts.builders import BITCOIN, BTC, DARK, colour_at, made, moment, walk
from thebot_desktop.ui.charts.candle_painter import half_width
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.theme import blend, load_theme

pytestmark = pytest.mark.ui

UP, DOWN, EDGE = "#1E90FF", "#C0FFEE", "#ABCDEF"
OWN = replace(DARK, own_up=UP, own_down=DOWN, own_edge=EDGE)


@pytest.fixture
def make(qtbot):
    """A chart of these candles in this theme."""

    def shown(candles, theme, *, spacing=30.0, kind=ChartKind.CANDLES):
        view = ChartView(theme)
        qtbot.addWidget(view)
        view.resize(600, 400)
        view.viewport().resize(600, 400)
        view.set_series(BTC, BITCOIN)
        view.state.viewport.spacing = spacing
        view.set_look(ChartLook(kind=kind))
        view.update_chart(moment(candles))
        return view

    return shown


def few():
    """A rising candle, a falling one, then the newest, which rises."""
    return made([100, 110, 100], [112, 114, 108], [98, 96, 95], [110, 100, 105])


def pixel(view, index, price, dx=0):
    frame = view.frame_now
    x, y = frame.bars.x(index) + dx, frame.panes[0].scale.y(price)
    return colour_at(view.render_to_image(1), x, y)


@pytest.mark.parametrize(("index", "colour"), [(0, UP), (1, DOWN), (2, UP)])
def test_a_body_has_its_colour_within_a_border(make, index, colour):
    """One pixel of the border's colour at each side; wicks have it too, the newest's as well."""
    view = make(few(), OWN)
    half = half_width(view.frame_now.bars.spacing)
    row = [pixel(view, index, 103, dx) for dx in range(-half - 1, half + 2)]
    assert row[1] == row[-2] == EDGE
    assert set(row[2:-2]) == {colour}
    assert {row[0], row[-1]} <= {DARK.panel.upper(), DARK.grid.upper()}
    assert pixel(view, index, {0: 111, 1: 113, 2: 107}[index]) == EDGE


def test_without_a_colour_for_borders_wicks_are_as_the_body(make):
    """Each of the three is chosen alone."""
    view = make(few(), replace(DARK, own_up=UP))
    half = half_width(view.frame_now.bars.spacing)
    assert pixel(view, 0, 105, half) == pixel(view, 0, 111) == UP
    assert pixel(view, 1, 105, half) == pixel(view, 1, 113) == DARK.down.upper()


def test_narrow_bodies_have_no_border_so_that_direction_shows(make):
    """Three pixels wide, all of them say whether it rises."""
    view = make(few(), OWN, spacing=4.0)
    assert half_width(4.0) == 1
    assert [pixel(view, 0, 103, dx) for dx in (-1, 0, 1)] == [UP] * 3
    assert [pixel(view, 1, 103, dx) for dx in (-1, 0, 1)] == [DOWN] * 3


def test_a_candle_that_hardly_moved_still_says_which_way(make):
    """A body one pixel high is not all border."""
    candles = made([100, 100, 100], [110, 110, 110], [90, 90, 90], [100, 100, 101])
    view = make(candles, OWN)
    row = {pixel(view, 0, 100, dx) for dx in range(-4, 5)}
    assert UP in row


@pytest.mark.parametrize("kind", [ChartKind.HOLLOW, ChartKind.BARS])
def test_outlines_keep_telling_the_direction(make, kind):
    """Where the edge is all there is, it has the body's colour."""
    view = make(few(), OWN, kind=kind)
    image = view.render_to_image(1)
    seen = {colour_at(image, x, y) for x in range(560) for y in range(60, 300, 2)}
    assert {UP, DOWN} <= seen
    assert EDGE not in seen


def test_volume_and_last_price_go_with_the_candles(make):
    """The tag and its line have the newest candle's colour."""
    view = make(walk(60), OWN, spacing=9.0)
    style, image = view.style_now, view.render_to_image(1)
    assert style.volume_up.color().name().upper() == blend(UP, DARK.panel, 0.28)
    live = view.state.store.live
    wanted = UP if live.close >= live.open else DOWN
    y = view.frame_now.panes[0].scale.y(live.close)
    row = [colour_at(image, x, y) for x in range(image.width())]
    assert row.count(wanted) > 40


@pytest.mark.parametrize(
    ("edge", "seen"), [("#808080", "#808080"), (None, None), ("#FDFDFD", None)]
)
def test_what_would_not_show_gives_way(edge, seen):
    """White volume on white has the border's colour, or the palette's."""
    light = load_theme("light")
    theme = replace(light, own_up="#FFFFFF", own_down="#000000", own_edge=edge)
    assert theme.price_up == (seen or light.up)
    assert theme.price_down == "#000000"
    assert theme.has_faint_candles == (seen is None)


def test_volume_is_stronger_with_high_contrast(make):
    """So that it is seen on black."""
    theme = load_theme("dark-contrast")
    view = make(few(), theme)
    assert view.style_now.volume_up.color().name().upper() == blend(theme.up, theme.panel, 0.5)
