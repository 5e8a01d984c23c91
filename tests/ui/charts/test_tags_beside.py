"""Bid and ask, and compared symbols, on the price axis."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QRect

from tests.ui.charts.builders import BITCOIN, BTC, DARK, colour_at, moment, walk
from thebot_desktop.domain.market import Quote, SeriesKey, Symbol
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_state import AlertLine
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.price_axis import FOOT, free_place, label_rects
from thebot_desktop.ui.charts.tags_beside import tags_beside

pytestmark = pytest.mark.ui

ETH = Symbol("ETHUSDT")


@pytest.fixture
def chart(qtbot):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(800, 520)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400)))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def quote(view, bid=-0.5, ask=0.5):
    """A quote so far from the last price."""
    last = view.state.store.live.close
    return Quote(BTC.symbol, 1, last + bid, 1.0, last + ask, 1.0)


def pieces(view):
    """Those of the live layer, as they were last painted."""
    view.grab()
    return {piece.name: piece for piece in view._live.pieces}


def shown(view, **look):
    view.set_look(msgspec.structs.replace(view.state.look, quotes=True, **look))
    return pieces(view)


def test_bid_and_ask_are_drawn_on_request(chart, qapp):
    """A line with its word, and a tag with its price; nothing of it without the request."""
    chart.set_quote(quote(chart))
    assert not any("quote" in str(name) for name in pieces(chart))
    found = shown(chart)
    for side, price in (("Ask", chart.state.quote.ask), ("Bid", chart.state.quote.bid)):
        y = chart.frame_now.panes[0].scale.y(price)
        assert found["quote line", side].rect.contains(100, y)
        assert found["quote tag", side].content[2] == f"{price:,.2f}"


def test_tags_cover_neither_each_other_nor_the_last_price(chart):
    """With a spread of a cent the ask goes above it and the bid below."""
    chart.set_quote(quote(chart, bid=-0.01, ask=0.0))
    found = shown(chart)
    last = found["last price tag"].content[0]
    ask, bid = (found["quote tag", side].content[0] for side in ("Ask", "Bid"))
    assert ask < last < bid
    heights = [found[name].content[1] for name in (("quote tag", "Ask"), "last price tag")]
    assert ask + heights[0] <= last
    assert last + heights[1] <= bid


def test_upside_down_the_ask_is_below(chart):
    """As prices are."""
    chart.set_quote(quote(chart, bid=-0.01, ask=0.0))
    found = shown(chart, inverted=True)
    assert found["quote tag", "Ask"].content[0] > found["quote tag", "Bid"].content[0]


def test_a_moving_quote_repaints_little(chart, qapp):
    """Only strips of the live layer; the base stays."""
    chart.set_quote(quote(chart))
    chart.set_look(ChartLook(quotes=True))
    qapp.processEvents()
    before = chart.frame_now
    chart.set_quote(quote(chart, bid=-0.6, ask=0.4))
    qapp.processEvents()
    assert chart.frame_now is before
    assert 0 < chart.painted_area < 800 * 120


def test_a_stale_quote_is_grey(chart):
    """As the last price is."""
    chart.set_quote(quote(chart))
    fresh = shown(chart)["quote line", "Ask"].content[1]
    chart.set_freshness(Freshness(FreshnessWord.STALE, 90_000))
    assert fresh == DARK.down
    assert pieces(chart)["quote line", "Ask"].content[1] == DARK.muted


def test_a_compared_symbol_has_its_name_and_change_on_the_axis(chart, qapp):
    """In the colour of its line."""
    chart.set_look(ChartLook(compared=(ETH,)))
    other = moment(walk(400, seed=9), series=SeriesKey(ETH, BTC.interval))
    chart.update_compared(other)
    qapp.processEvents()
    image = chart.render_to_image(1)
    piece = pieces(chart)["compared tag", ETH]
    _top, _height, name, change, colour = piece.content
    assert name == "ETHUSDT" or name.startswith("ETH")
    assert change.endswith("%")
    assert colour == chart.style_now.lines[chart.state.compared[0].colour].name()
    rect = piece.rect
    seen = {colour_at(image, rect.left() + 2, y) for y in range(rect.top(), rect.bottom())}
    assert colour.upper() in seen


def test_without_candles_there_are_no_tags(chart):
    """Nor where a price is out of sight."""
    chart.set_look(ChartLook(quotes=True))
    chart.set_quote(quote(chart, bid=-5000, ask=5000))
    frame, style = chart.frame_now, chart.style_now
    assert list(tags_beside(chart.state, frame, style, [])) == []


@pytest.mark.parametrize("upwards", [True, False])
def test_a_tag_finds_the_nearest_free_place(chart, upwards):
    """Up or down where both are equally near; it stays where there is no room at all."""
    pane = chart.frame_now.panes[0]
    wanted = QRect(700, 200, 60, 18)
    taken = [QRect(700, 191, 60, 36)]
    style = chart.style_now
    place = free_place(wanted, taken, pane, style, upwards=upwards)
    assert place.top() == (173 if upwards else 227)
    full = [QRect(700, pane.box.top, 60, pane.box.height)]
    assert free_place(wanted, full, pane, style, upwards=upwards) == wanted


def test_no_label_stands_where_the_toggles_are(chart):
    """At the foot of the price axis, at any scale."""
    for low in range(90, 110):
        chart.state.manual["price"] = (float(low), low + 7.3)
        chart.invalidate()
        frame, style = chart.frame_now, chart.style_now
        pane = frame.panes[0]
        for _, rect in label_rects(frame, pane, style):
            assert rect.bottom() < pane.box.bottom - style.px(FOOT)


@pytest.mark.parametrize("away", [-1.5, -0.4, -0.05, 0.0, 0.05, 0.4, 1.5])
@pytest.mark.parametrize("inverted", [False, True])
def test_the_dearer_side_is_above_wherever_the_last_price_is(chart, away, inverted):
    """The price may have run ahead of both; no tag covers another one."""
    chart.set_quote(quote(chart, bid=away - 0.01, ask=away))
    found = shown(chart, inverted=inverted)
    ask, bid = (found["quote tag", side].rect for side in ("Ask", "Bid"))
    upper, lower = (bid, ask) if inverted else (ask, bid)
    assert upper.bottom() < lower.top()
    assert not any(r.intersects(found["last price tag"].rect) for r in (ask, bid))


def test_tags_at_the_foot_stay_above_the_toggles(chart):
    """The last price and both sides, where all of them are at the lower end of the scale."""
    last = chart.state.store.live.close
    chart.state.manual["price"] = (last - 0.02, last + 4)
    chart.set_quote(quote(chart, bid=-0.01, ask=0.0))
    chart.invalidate()
    found = shown(chart)
    chart.scale_buttons.set_wanted(wanted=True)
    chart.grab()
    toggles = chart.scale_buttons.geometry().top() * chart.frame_now.unit
    names = ("last price tag", ("quote tag", "Ask"), ("quote tag", "Bid"))
    rects = [found[name].rect for name in names]
    assert all(rect.bottom() < toggles for rect in rects)
    assert not any(a.intersects(b) for a, b in ((rects[0], rects[1]), (rects[0], rects[2])))
    assert rects[1].bottom() < rects[2].top()


def test_the_price_of_an_alert_stands_beside_the_last_price_not_behind_it(chart):
    """Only where that would hide it; the line itself stays where it is."""
    last = chart.state.store.live.close
    pane = chart.frame_now.panes[0]
    near, far = (pane.scale.value(pane.scale.y(last) + away) for away in (-8, -90))
    chart.set_alert_lines([AlertLine(near, "near", "1"), AlertLine(far, "far", "2")])
    found = pieces(chart)
    names = [name for name in found if name[0] == "covered alert"]
    assert names == [("covered alert", "1")]
    assert found[names[0]].content[2] == f"{near:,.2f}"
    assert not found[names[0]].rect.intersects(found["last price tag"].rect)
