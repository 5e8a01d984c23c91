"""What is on the picture: candles, wicks, volume, lines, spikes, at every scale of the screen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    Mean,
    Share,
    Spread,
    colour_at,
    column_of,
    copied,
    distance,
    made,
    moment,
    walk,
)
from thebot_desktop.domain.market import Origin
from thebot_desktop.ui.charts.base_layer import prepare
from thebot_desktop.ui.charts.candle_painter import half_width
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.frame import FrameMaker
from thebot_desktop.ui.charts.pixels import polygon_of, to_device_pixels
from thebot_desktop.ui.theme import blend, load_theme

pytestmark = pytest.mark.ui

SCALES = [1.0, 1.25, 1.5, 2.0, 3.0]


@pytest.fixture
def make(qtbot):
    """A chart that shows these candles."""

    def shown(candles, *indicators, size=(600, 400), theme="dark", badge="", spacing=None):
        view = ChartView(load_theme(theme))
        qtbot.addWidget(view)
        view.resize(*size)
        view.viewport().resize(*size)
        view.set_series(BTC, BITCOIN, badge)
        if spacing:
            view.state.viewport.spacing = spacing
        view.update_chart(moment(candles, *indicators))
        return view

    return shown


def frame_of(view, scale):
    """Where everything is on the picture of this scale."""
    size = view.viewport().size()
    style = ChartStyle(view.theme, scale)
    width, height = int(size.width() * scale), int(size.height() * scale)
    return prepare(FrameMaker(), view.state, style, width, height)


def few():
    """A falling candle between two rising ones, with long wicks, then the newest."""
    return made(
        [100, 110, 100, 105], [112, 114, 108, 106], [98, 96, 95, 104], [110, 100, 105, 105.5]
    )


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_bodies_are_red_when_falling_and_green_when_rising(make, theme):
    """Colours of the theme stand where open and close are."""
    view = make(few(), theme=theme)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    colours = load_theme(theme)
    scale = frame.panes[0].scale
    middle = scale.y(105)
    half = half_width(frame.bars.spacing)
    assert colour_at(image, frame.bars.x(0) + half, middle) == colours.up.upper()
    assert colour_at(image, frame.bars.x(1) - half, middle) == colours.down.upper()
    assert colour_at(image, frame.bars.x(1), scale.y(114)) == colours.down.upper()
    assert colour_at(image, frame.bars.x(1) + half, scale.y(112)) != colours.down.upper()


@pytest.mark.parametrize("scale", SCALES)
def test_a_wick_is_one_device_pixel_wide(make, scale):
    """Sharp at every scale of the screen: the column of the wick and no other."""
    view = make(few(), spacing=24.0)
    image, frame = view.render_to_image(scale), frame_of(view, scale)
    y, x = frame.panes[0].scale.y(113), frame.bars.x(1)
    row = [colour_at(image, x + d, y) for d in range(-4, 5)]
    assert [c == DARK.down.upper() for c in row] == [d == 0 for d in range(-4, 5)]


@pytest.mark.parametrize("scale", SCALES)
def test_a_body_covers_whole_pixels(make, scale):
    """No half-tones at its edges: panel or body, and 68 % of the spacing wide."""
    view = make(few(), spacing=20.0)
    image, frame = view.render_to_image(scale), frame_of(view, scale)
    y, x = frame.panes[0].scale.y(106), frame.bars.x(1)
    reach = int(frame.bars.spacing / 2)
    row = [colour_at(image, x + d, y) for d in range(-reach, reach + 1)]
    body = row.count(DARK.down.upper())
    assert body == pytest.approx(0.68 * frame.bars.spacing, abs=1)
    assert body % 2 == 1
    assert set(row) - {DARK.down.upper()} <= {DARK.panel.upper(), DARK.grid.upper()}


@pytest.mark.parametrize(("scale", "offset"), [(1.25, 3), (1.5, 5), (1.5, 1), (3.0, 7)])
def test_painting_starts_on_a_whole_pixel_of_the_screen(qapp, scale, offset):
    """A chart at an odd place in a window of a fractional scale is as sharp as elsewhere."""
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(offset, offset)
    to_device_pixels(painter)
    device = painter.deviceTransform()
    assert device.m11() == pytest.approx(1.0)
    assert device.dx() == pytest.approx(round(device.dx()), abs=1e-9)
    painter.end()


@pytest.mark.parametrize("spacing", [2.0, 3.0, 4.0, 5.5, 8.0, 17.3, 60.0])
def test_bodies_never_touch(spacing):
    """At least one pixel stays free between two candles."""
    assert 2 * half_width(spacing) + 1 < spacing


def test_one_spike_shows_among_a_million_candles(make):
    """A single extreme candle is on the picture, down to its last pixel."""
    candles = walk(1_000_000)
    candles.high[654_321] = candles.high.max() + 50
    view = make(candles, size=(800, 500))
    view.state.viewport.zoom(1e-9, 400, view.plot_width, view.state.store.newest)
    view.show_newest()
    image, frame = view.render_to_image(1), frame_of(view, 1)
    pane = frame.panes[0]
    assert frame.plot_width < 800
    assert (frame.first, frame.last) == (0, 999_999)
    top, x = pane.scale.y(candles.high[654_321]), frame.bars.x(654_321)
    near = [colour_at(image, x + d, top + 3) for d in (-2, -1, 0, 1, 2)]
    assert {DARK.up.upper(), DARK.down.upper()} & set(near)


def test_volume_stands_in_the_lowest_sixth(make):
    """Toned down to 28 %, its highest bar one sixth of the pane."""
    candles = copied(walk(60))
    candles.volume[:] = 1.0
    candles.volume[40] = 10.0
    view = make(candles, spacing=9.0)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    box = frame.panes[0].box
    colour = DARK.up if candles.close[40] >= candles.open[40] else DARK.down
    toned = blend(colour, DARK.panel, 0.28)
    column = column_of(image, frame.bars.x(40), box.top, box.bottom)
    assert column.count(toned) == pytest.approx(box.height / 6, abs=3)
    assert column[-1] == toned


def test_lines_follow_their_values(make):
    """An overlay crosses the picture where its values are."""
    view = make(walk(60), Mean(5), spacing=9.0)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    colour = view.style_now.lines[view.state.panes[0].lines[0].colour].name().upper()
    line = view.state.store.lines["MEAN(5)", "mean"]

    def near(x, y):
        return min(distance(colour, colour_at(image, x, y + d)) for d in (-1, 0, 1))

    hits = 0
    for index in range(25, 55):
        y = frame.panes[0].scale.y(line.at(index))
        x = frame.bars.x(index)
        hits += near(x, y) < 70
    assert hits > 27


def test_a_line_loses_no_spike_when_zoomed_out(make):
    """Thousands of values share columns; the extreme one is still on the picture."""
    candles = copied(walk(30_000))
    candles.close[12_345] += 400
    candles.high[12_345] += 400
    view = make(candles, Mean(2), spacing=0.02)
    view.show_newest()
    image, frame = view.render_to_image(1), frame_of(view, 1)
    assert frame.block > 1
    colour = view.style_now.lines[view.state.panes[0].lines[0].colour].name().upper()
    value = view.state.store.lines["MEAN(2)", "mean"].at(12_345)
    x, y = frame.bars.x(12_345), frame.panes[0].scale.y(value)
    near = [
        distance(colour, colour_at(image, x + dx, y + dy)) for dx in range(-4, 5) for dy in range(8)
    ]
    assert min(near) < 60


def test_points_reach_the_painter_unchanged(qapp):
    """Arrays are copied into a polygon's own memory."""
    xs, ys = np.arange(700.0), np.sin(np.arange(700.0))
    polygon = polygon_of(xs, ys)
    assert polygon.count() == 700
    assert [(p.x(), p.y()) for p in polygon.toList()[:3]] == list(zip(xs[:3], ys[:3], strict=True))


def test_values_that_are_missing_leave_a_gap(make):
    """A line begins where its first value is, not at zero."""
    view = make(walk(40), Mean(20), spacing=9.0)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    colour = view.style_now.lines[view.state.panes[0].lines[0].colour].name().upper()
    box = frame.panes[0].box
    for index in range(5, 18):
        assert colour not in column_of(image, frame.bars.x(index), box.top + 60, box.bottom)


def test_panes_below_have_their_levels_and_bars(make):
    """Guides at 30 and 70; bars above and below zero in their own colours."""
    view = make(walk(60), Share(), Spread(), size=(600, 600), spacing=9.0)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    _, share, spread = frame.panes
    row = [colour_at(image, x, share.scale.y(70.0)) for x in range(frame.plot_width)]
    assert row.count(blend(DARK.muted, DARK.panel, 0.55)) > frame.plot_width * 0.3
    colours = set()
    for index in range(30, 59):
        colours |= set(
            column_of(image, frame.bars.x(index) + 1, spread.box.top + 30, spread.box.bottom)
        )
    assert blend(DARK.up, DARK.panel, 0.62) in colours
    assert blend(DARK.down, DARK.panel, 0.62) in colours


def test_the_grid_stays_behind(make):
    """Grid lines are in the grid's colour and never over a candle."""
    view = make(walk(200))
    image, frame = view.render_to_image(1), frame_of(view, 1)
    y = frame.panes[0].scale.y(float(frame.panes[0].ticks[1]))
    row = {colour_at(image, x, y) for x in range(frame.plot_width)}
    assert DARK.grid.upper() in row


def test_the_word_demo_stands_across_the_chart(make):
    """Invented prices cannot be taken for real ones."""
    marked, plain = make(walk(30), badge="DEMO"), make(walk(30))
    faint = blend(DARK.text, DARK.panel, 0.055)
    images = [v.render_to_image(1) for v in (marked, plain)]
    counts = [
        sum(colour_at(i, x, y) == faint for x in range(0, 520, 4) for y in range(60, 330, 4))
        for i in images
    ]
    assert counts[0] > 100
    assert counts[1] == 0


def test_a_repaired_stretch_lies_under_a_veil(make):
    """Candles fetched later are marked, with dashed edges."""
    candles = copied(walk(60))
    candles.origin[40:46] = Origin.REPAIRED
    view = make(candles, spacing=9.0)
    image, frame = view.render_to_image(1), frame_of(view, 1)
    box = frame.panes[0].box
    edge = column_of(image, frame.bars.x(39.5), box.top + 60, box.bottom - 40)
    assert edge.count(DARK.warning.upper()) > len(edge) * 0.3
    veiled = blend(DARK.warning, DARK.panel, 0.09)
    inside = column_of(image, frame.bars.x(43) + 4, box.top, box.bottom)
    near = {tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in inside}
    wanted = np.array([int(veiled[i : i + 2], 16) for i in (1, 3, 5)])
    assert min(abs(np.array(c) - wanted).max() for c in near) <= 2


@pytest.mark.parametrize("size", [(160, 90), (240, 60), (40, 30), (3000, 80), (200, 1400)])
def test_every_size_can_be_painted(make, size):
    """However small or odd the place, the chart paints itself."""
    view = make(walk(300), Mean(5), Share(), Spread(), size=size, badge="DEMO")
    image = view.render_to_image(2)
    assert image.width() == 2 * view.viewport().width()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_candles(make, count):
    """A series that has just begun."""
    view = make(walk(count), Mean(5), Share())
    image, frame = view.render_to_image(1), frame_of(view, 1)
    column = column_of(image, frame.bars.x(count - 1), 0, frame.panes[0].box.bottom)
    assert {DARK.up.upper(), DARK.down.upper()} & set(column)


def test_a_price_that_never_moves(make):
    """Flat candles are drawn as lines in the middle."""
    flat = made([5] * 50, [5] * 50, [5] * 50, [5] * 50)
    view = make(flat)
    frame = frame_of(view, 1)
    assert frame.panes[0].scale.low < 5 < frame.panes[0].scale.high
    view.render_to_image(1)
