"""Drawing with real mouse and key events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    Share,
    colour_at,
    moment,
    walk,
)
from thebot_desktop.adapters.storage.drawing_store import DrawingFiles
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.domain.drawings import (
    Anchor,
    AnyDrawing,
    Channel,
    Dash,
    Fibonacci,
    HorizontalLine,
    LongPosition,
    Rectangle,
    Style,
    Text,
    TrendLine,
    VerticalLine,
)
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.files import take_drawings, write_drawings
from thebot_desktop.ui.charts.drawings.properties import PropertiesDialog
from thebot_desktop.ui.charts.drawings.toolbox import toolbox
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def chart(qtbot, qapp):
    """A chart on screen with its keyboard focus."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(800, 520)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400), Share()))
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def mouse(view, kind, at, button=LEFT, buttons=LEFT, modifiers=PLAIN):
    point = QPointF(*at)
    event = QMouseEvent(kind, point, view.viewport().mapToGlobal(point), button, buttons, modifiers)
    QApplication.sendEvent(view.viewport(), event)
    return event.isAccepted()


def hover(view, at, modifiers=PLAIN):
    mouse(view, QEvent.Type.MouseMove, at, NONE, NONE, modifiers)


def press(view, at, button=LEFT, modifiers=PLAIN):
    hover(view, at, modifiers)
    mouse(view, QEvent.Type.MouseButtonPress, at, button, button, modifiers)


def release(view, at, button=LEFT, modifiers=PLAIN):
    mouse(view, QEvent.Type.MouseButtonRelease, at, button, NONE, modifiers)


def click(view, at, modifiers=PLAIN):
    press(view, at, modifiers=modifiers)
    release(view, at, modifiers=modifiers)


def drag(view, start, stop, button=LEFT, modifiers=PLAIN):
    press(view, start, button, modifiers)
    halfway = tuple((a + b) / 2 for a, b in zip(start, stop, strict=True))
    for at in (halfway, stop):
        mouse(view, QEvent.Type.MouseMove, at, NONE, button, modifiers)
    release(view, stop, button, modifiers)


def wheel(view, at, up):
    point = QPointF(*at)
    event = QWheelEvent(
        point,
        view.viewport().mapToGlobal(point),
        QPoint(),
        QPoint(0, up),
        NONE,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def key(view, code, modifiers=PLAIN):
    QTest.keyClick(view, code, modifiers)


def arm(view, kind):
    view.hand.arm(toolbox()[kind])


def anchor(view, at):
    """The candle and price at a point, worked out from the frame alone."""
    frame = view.frame_now
    index = frame.bars.nearest(at[0] * frame.unit)
    return START + index * MINUTE, round(frame.panes[0].scale.value(at[1] * frame.unit), 2)


def told(drawing):
    return [(a.time, round(a.price, 2)) for a in drawing.anchors]


def put(view, kind=TrendLine, points=((200, 150), (400, 220)), **more):
    """A drawing at these pixels."""
    anchors = tuple(Anchor(*anchor(view, p)) for p in points)
    drawing = kind(id=f"id{len(view.hand.drawings)}", anchors=anchors, **more)
    view.hand.book.put(BTC.symbol, drawing)
    return drawing


def only(view):
    (drawing,) = view.hand.drawings
    return drawing


@pytest.mark.parametrize("kind", AnyDrawing.__args__)
def test_each_tool_draws_with_clicks(chart, kind):
    """As many as it wants; then it is put down and its drawing is selected."""
    arm(chart, kind)
    points = [(200, 150), (400, 220), (300, 260)][: toolbox()[kind].points_wanted]
    wanted = [anchor(chart, p) for p in points]
    for point in points:
        assert chart.hand.drawings == ()
        click(chart, point)
    drawing = only(chart)
    assert type(drawing) is kind
    assert told(drawing)[: len(wanted)] == wanted
    assert chart.hand.tool is None
    assert chart.hand.selected == drawing


def test_a_line_can_be_drawn_by_dragging(chart):
    """Down at one end, up at the other."""
    arm(chart, TrendLine)
    wanted = [anchor(chart, (200, 150)), anchor(chart, (420, 230))]
    drag(chart, (200, 150), (420, 230))
    assert told(only(chart)) == wanted


def test_the_line_follows_the_pointer_before_the_second_click(chart):
    """And none of it is kept until then."""
    arm(chart, TrendLine)
    click(chart, (200, 150))
    hover(chart, (380, 90))
    shown = chart.state.drawings.active
    assert told(shown) == [anchor(chart, (200, 150)), anchor(chart, (380, 90))]
    assert chart.hand.drawings == ()
    assert "2" in chart.state.drawings.hint


def test_an_armed_tool_leaves_zoom_and_pan(chart):
    """The wheel zooms, the middle button and the space bar pan; nothing is drawn by that."""
    arm(chart, TrendLine)
    viewport = chart.state.viewport
    spacing = viewport.spacing
    wheel(chart, (300, 200), 120)
    assert viewport.spacing > spacing
    right = viewport.right
    drag(chart, (300, 200), (380, 200), MIDDLE)
    assert viewport.right < right
    right = viewport.right
    QTest.keyPress(chart, Qt.Key.Key_Space)
    drag(chart, (300, 200), (380, 200))
    QTest.keyRelease(chart, Qt.Key.Key_Space)
    assert viewport.right < right
    assert chart.hand.tool is not None
    assert chart.hand.drawings == ()
    click(chart, (300, 200))
    assert len(told(chart.state.drawings.active)) == 2


def test_axes_can_be_dragged_while_a_tool_is_armed(chart):
    """The price axis still scales."""
    arm(chart, TrendLine)
    x = (chart.frame_now.plot_width + 20) / chart.frame_now.unit
    drag(chart, (x, 100), (x, 160))
    assert chart.state.manual


def test_escape_ends_one_thing_after_another(chart):
    """The half-made line, the tool, the selection."""
    put(chart)
    arm(chart, TrendLine)
    click(chart, (250, 100))
    key(chart, Qt.Key.Key_Escape)
    assert chart.hand.tool is not None
    assert chart.state.drawings.active is None
    key(chart, Qt.Key.Key_Escape)
    assert chart.hand.tool is None
    click(chart, (300, 185))
    assert chart.hand.selected is not None
    key(chart, Qt.Key.Key_Escape)
    assert chart.hand.selected is None


def test_a_tool_can_stay_armed(chart):
    """For many lines in a row."""
    chart.set_look(ChartLook(keep_tool=True))
    arm(chart, HorizontalLine)
    for y in (100, 150, 200):
        click(chart, (300, y))
    assert len(chart.hand.drawings) == 3
    assert chart.hand.tool is not None


def test_the_magnet_takes_prices_of_the_candle(chart):
    """Near a high it is the high; Ctrl means the other way."""
    frame = chart.frame_now
    candle = chart.state.store.candle(370)
    x = frame.bars.x(370) / frame.unit
    y = frame.panes[0].scale.y(candle.high) / frame.unit - 12
    arm(chart, HorizontalLine)
    click(chart, (x, y), CTRL)
    assert only(chart).anchors[0].price == candle.high
    chart.set_look(ChartLook(magnet=True))
    arm(chart, HorizontalLine)
    click(chart, (x, y))
    arm(chart, HorizontalLine)
    click(chart, (x, y), CTRL)
    first, second, third = (d.anchors[0].price for d in chart.hand.drawings)
    assert first == second == candle.high
    assert third > candle.high


def test_a_drawing_is_selected_and_moved(chart):
    """Both ends by as many bars and as much price; one step to undo."""
    before = put(chart)
    drag(chart, (300, 185), (360, 215))
    after = only(chart)
    bars = {(b.time - a.time) // MINUTE for a, b in zip(before.anchors, after.anchors, strict=True)}
    assert bars == {round(60 / chart.frame_now.bars.spacing)}
    assert all(b.price < a.price for a, b in zip(before.anchors, after.anchors, strict=True))
    assert chart.hand.selected == after
    key(chart, Qt.Key.Key_Z, CTRL)
    assert only(chart) == before
    key(chart, Qt.Key.Key_Z, CTRL | SHIFT)
    assert only(chart) == after


def test_dragging_an_end_moves_only_that(chart):
    """The handle under the pointer follows it."""
    before = put(chart)
    wanted = anchor(chart, (450, 120))
    drag(chart, (400, 220), (450, 120))
    assert told(only(chart)) == [told(before)[0], wanted]


def test_while_one_is_dragged_only_the_live_layer_is_painted(chart, qapp):
    """The base layer is the same picture from the first move to the last."""
    put(chart)
    press(chart, (300, 185))
    mouse(chart, QEvent.Type.MouseMove, (305, 186), NONE, LEFT)
    qapp.processEvents()
    frame, base = chart._frame, chart._base
    for step in range(1, 20):
        mouse(chart, QEvent.Type.MouseMove, (305 + 4 * step, 186 + step), NONE, LEFT)
        qapp.processEvents()
    assert chart._frame is frame
    assert base is None or chart._base is base
    assert chart.painted_area < 800 * 520
    release(chart, (381, 205))


def test_beside_drawings_the_chart_pans_as_ever(chart):
    """And the selection goes."""
    put(chart)
    click(chart, (300, 185))
    right = chart.state.viewport.right
    drag(chart, (300, 60), (380, 60))
    assert chart.state.viewport.right < right
    assert chart.hand.selected is None


def test_the_ground_of_a_drawing_is_no_trap(chart):
    """There the chart pans; a click selects, and only then the zone can be moved."""
    before = put(chart, Rectangle, [(200, 120), (500, 260)])
    right = chart.state.viewport.right
    drag(chart, (300, 200), (380, 200))
    assert chart.state.viewport.right < right
    assert chart.hand.selected is None
    click(chart, (400, 200))
    assert chart.hand.selected == before
    right = chart.state.viewport.right
    drag(chart, (400, 200), (460, 220))
    assert chart.state.viewport.right == right
    assert only(chart) != before


def test_the_chart_pans_over_what_is_locked(chart):
    """A locked drawing is only something to look at."""
    put(chart, Rectangle, [(200, 120), (500, 260)], locked=True)
    click(chart, (400, 200))
    assert chart.hand.selected is not None
    right = chart.state.viewport.right
    drag(chart, (400, 200), (460, 200))
    assert chart.state.viewport.right < right


def test_what_is_locked_stays(chart):
    """It can be selected, but neither moved nor deleted."""
    before = put(chart, locked=True)
    drag(chart, (300, 185), (360, 215))
    assert only(chart) == before
    assert chart.hand.selected == before
    for code in (Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Up):
        key(chart, code)
    assert only(chart) == before
    chart.hand.toggle_lock()
    key(chart, Qt.Key.Key_Delete)
    assert chart.hand.drawings == ()


def test_the_keyboard_does_all_of_it(chart):
    """Tab goes through them, arrows move by a bar and a price step, Ctrl+D doubles, Del deletes."""
    first = put(chart)
    second = put(chart, HorizontalLine, [(300, 300)])
    key(chart, Qt.Key.Key_Tab)
    assert chart.hand.selected == first
    assert chart.accessibleDescription() == "Trend line selected"
    key(chart, Qt.Key.Key_Tab)
    assert chart.hand.selected == second
    key(chart, Qt.Key.Key_Backtab)
    assert chart.hand.selected == first
    right = chart.state.viewport.right
    key(chart, Qt.Key.Key_Right)
    key(chart, Qt.Key.Key_Up)
    moved = chart.hand.drawings[0]
    assert chart.state.viewport.right == right
    for old, new in zip(first.anchors, moved.anchors, strict=True):
        assert new.time - old.time == MINUTE
        assert new.price - old.price == pytest.approx(0.01)
    key(chart, Qt.Key.Key_Z, CTRL)
    assert chart.hand.drawings[0] == first
    key(chart, Qt.Key.Key_D, CTRL)
    assert len(chart.hand.drawings) == 3
    assert chart.hand.selected == chart.hand.drawings[-1]
    key(chart, Qt.Key.Key_Delete)
    assert chart.hand.drawings == (first, second)


def test_tab_leaves_the_chart_after_the_last_drawing(chart):
    """Nobody is caught in a chart."""
    put(chart)
    assert chart.focusNextPrevChild(True)
    assert not chart.hand.cycle(forward=True)
    assert chart.hand.selected is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Qt.Key.Key_T, TrendLine),
        (Qt.Key.Key_H, HorizontalLine),
        (Qt.Key.Key_V, VerticalLine),
        (Qt.Key.Key_F, Fibonacci),
        (Qt.Key.Key_R, Rectangle),
    ],
)
def test_shortcuts_arm_tools(chart, code, kind):
    """Alt and a letter, while the chart has the focus."""
    key(chart, code, ALT)
    assert chart.hand.tool is toolbox()[kind]


def test_a_double_click_opens_the_properties(chart, qtbot):
    """What is changed there is kept as one step."""
    put(chart)
    press(chart, (300, 185))
    release(chart, (300, 185))
    mouse(chart, QEvent.Type.MouseButtonDblClick, (300, 185))
    dialog = chart.findChild(PropertiesDialog)
    dialog.text.setPlainText("Neckline")
    dialog.width_choice.setCurrentIndex(2)
    dialog.dash_choice.setCurrentIndex(1)
    dialog.locked.setChecked(True)
    dialog.accept()
    drawing = only(chart)
    assert drawing.text == "Neckline"
    assert drawing.style == Style("", 3, Dash.DASHED)
    assert drawing.locked
    chart.hand.undo()
    assert only(chart).text == ""


def test_levels_are_edited_as_numbers(chart, qtbot):
    """What is none is said and nothing is changed."""
    drawing = put(chart, Fibonacci)
    saved = []
    dialog = PropertiesDialog(chart, drawing, chart.style_now, saved.append)
    dialog.levels.setText("0 half 1")
    dialog.accept()
    assert dialog.problem
    assert not saved
    dialog.levels.setText("0  0,5; 1  1.272")
    dialog.accept()
    assert saved[0].ratios == (0.0, 0.5, 1.0, 1.272)


def test_a_colour_is_one_of_the_theme_or_any_other(chart):
    """The theme's own follows the theme; another stays what it is."""
    drawing = put(chart)
    saved = []
    for pick, colour in ((1, chart.style_now.lines[1].name()), (0, "")):
        dialog = PropertiesDialog(chart, drawing, chart.style_now, saved.append)
        dialog.colours.findChildren(QToolButton)[pick].click()
        dialog.accept()
        assert saved[-1].style.colour == colour
    dialog = PropertiesDialog(chart, drawing, chart.style_now, saved.append)
    dialog.colours._take(QColor("#123456"))
    dialog.accept()
    assert saved[-1].style.colour == "#123456"


def test_text_asks_for_its_words(chart):
    """As soon as it has been placed."""
    arm(chart, Text)
    click(chart, (300, 200))
    dialog = chart.findChild(PropertiesDialog)
    dialog.text.setPlainText("Here it began")
    dialog.accept()
    assert only(chart).text == "Here it began"


def test_the_menu_of_a_drawing_and_of_the_chart(chart):
    """What was clicked can be duplicated and deleted there; elsewhere tools are offered."""
    put(chart)
    menu = chart.context_menu(300, 185)
    titles = [a.text().split("\t")[0] for a in menu.actions()]
    assert {"Properties…", "Duplicate", "Locked", "Delete"} <= set(titles)
    next(a for a in menu.actions() if a.text().startswith("Delete")).trigger()
    assert chart.hand.drawings == ()
    menu = chart.context_menu(300, 60)
    sub = next(a.menu() for a in menu.actions() if a.text() == "Drawings")
    next(a for a in sub.actions() if a.text().startswith("Ray")).trigger()
    assert chart.hand.tool.title == "Ray"


def test_all_can_be_locked_hidden_and_deleted(chart):
    """Each of it can be taken back."""
    put(chart)
    put(chart, HorizontalLine, [(300, 300)])
    chart.hand.lock_all(locked=True)
    assert chart.hand.all_locked
    chart.set_look(ChartLook(drawings=False))
    assert chart.state.drawings.items == ()
    assert chart.hand.at(300, 185) is None
    chart.set_look(ChartLook())
    assert len(chart.state.drawings.items) == 2
    chart.hand.delete_all()
    assert chart.hand.drawings == ()
    chart.hand.undo()
    assert len(chart.hand.drawings) == 2


def test_two_charts_of_a_symbol_show_the_same(chart, qtbot):
    """What is drawn in one is in the other at once, on another interval too."""
    other = ChartView(DARK)
    qtbot.addWidget(other)
    series = SeriesKey(BTC.symbol, Interval.M5)
    other.set_series(series, BITCOIN)
    other.hand.use(chart.hand.book)
    arm(chart, HorizontalLine)
    click(chart, (300, 200))
    assert other.state.drawings.items == chart.state.drawings.items != ()
    other.set_series(SeriesKey(Symbol("ETHUSDT"), Interval.M5), None)
    assert other.state.drawings.items == ()


def test_a_drawing_outlives_restart_intervals_and_older_candles(chart, qtbot, tmp_path):
    """It stays at its time and price."""
    let_go = chart.hand.use(DrawingBook(DrawingFiles(tmp_path)))
    drawing = put(chart, VerticalLine, [(500, 200)])
    let_go()
    again = ChartView(load_theme("light"))
    qtbot.addWidget(again)
    again.resize(800, 520)
    again.viewport().resize(800, 520)
    again.set_series(BTC, BITCOIN)
    again.hand.use(DrawingBook(DrawingFiles(tmp_path)))
    again.update_chart(moment(walk(400)))
    index = (drawing.anchors[0].time - START) // MINUTE
    for before in (0, 300):
        again.update_chart(moment(walk(400 + before, start=START - before * MINUTE)))
        frame = again.frame_now
        (shown,) = again.state.drawings.items
        x = frame.bars.x(index + before)
        image = again.render_to_image()
        line = again.style_now.lines[0].name().upper()
        column = [colour_at(image, x, y) for y in range(80, frame.panes[0].box.bottom - 4)]
        assert shown == drawing
        assert column.count(line) > 0.9 * len(column)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_a_level_line_is_as_thick_as_it_says_at_every_scale(chart, theme, scale):
    """One logical pixel, two, three; crisp at both edges."""
    chart.set_theme(load_theme(theme))
    for width, y in ((1, 100), (2, 160), (3, 220)):
        put(chart, HorizontalLine, [(300, y)], style=Style("#FF00FF", width))
    image = chart.render_to_image(scale)
    # Left of the first candle in view nothing else is painted over the lines.
    column = [colour_at(image, 3, y) for y in range(image.height())]
    runs = "".join("x" if c == "#FF00FF" else " " for c in column).split()
    assert [len(r) for r in runs] == [max(1, int(w * scale)) for w in (1, 2, 3)]


def test_pictures_show_drawings_at_rest(chart):
    """Without handles, and without what is only half made."""
    put(chart, HorizontalLine, [(300, 200)])
    plain = chart.render_to_image()
    chart.hand.select(only(chart))
    assert chart.render_to_image() == plain
    arm(chart, Channel)
    click(chart, (200, 100))
    assert chart.render_to_image() == plain


def test_a_price_is_named_on_the_axis(chart):
    """A horizontal line has a tag there."""
    put(chart, HorizontalLine, [(300, 60)], style=Style("#FF00FF"))
    image = chart.render_to_image()
    frame = chart.frame_now
    y = frame.panes[0].scale.y(only(chart).anchors[0].price)
    tag = [colour_at(image, frame.plot_width + 3, y + d) for d in (-6, 0, 6)]
    assert tag == ["#FF00FF"] * 3


def test_drawings_go_to_a_file_and_come_back(chart, tmp_path):
    """As something new; other files are refused with a sentence."""
    said = []
    chart.hand.told.add(said.append)
    put(chart)
    write_drawings(chart.hand, tmp_path / "out.json")
    take_drawings(chart.hand, tmp_path / "out.json")
    assert len(chart.hand.drawings) == 2
    (tmp_path / "bad.json").write_text("[]")
    take_drawings(chart.hand, tmp_path / "bad.json")
    take_drawings(chart.hand, tmp_path / "nowhere.json")
    write_drawings(chart.hand, tmp_path / "no" / "where.json")
    assert len(said) == 4
    assert len(chart.hand.drawings) == 2


def test_nothing_is_drawn_where_there_are_no_candles(qtbot):
    """An empty chart ignores tools."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.set_series(BTC, BITCOIN)
    view.show()
    arm(view, TrendLine)
    click(view, (200, 100))
    click(view, (300, 100))
    key(view, Qt.Key.Key_Delete)
    assert view.hand.drawings == ()
    view.context_menu(200, 100)


def test_a_new_position_can_be_taken_hold_of(chart):
    """One click; then each of its three lines moves."""
    arm(chart, LongPosition)
    click(chart, (400, 200))
    before = only(chart)
    frame = chart.frame_now
    x = frame.bars.x((before.anchors[1].time - START) // MINUTE)
    y = frame.panes[0].scale.y(before.target)
    drag(chart, (x, y), (x, y - 20))
    after = only(chart)
    assert after.target > before.target
    assert after.stop == before.stop
    assert after.entry == before.entry
