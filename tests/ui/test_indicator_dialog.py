"""The form for one indicator's parameters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QColorDialog, QDialogButtonBox

from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.ichimoku import Ichimoku
from thebot_desktop.analysis.indicators.pivot_points import Method, PivotPoints
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.ui.colour_choice import OWN
from thebot_desktop.ui.forms import WHOLE
from thebot_desktop.ui.indicator_dialog import IndicatorDialog
from thebot_desktop.ui.line_style_edit import LineStyleEdit
from thebot_desktop.ui.output_titles import output_title

pytestmark = pytest.mark.ui


@pytest.fixture
def open_for(qtbot):
    def opened(indicator):
        saved = []
        dialog = IndicatorDialog(None, indicator, saved.append)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog, saved

    return opened


def ok(dialog):
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_it_hands_over_what_was_chosen(open_for):
    """Once, when the person agrees."""
    dialog, saved = open_for(EmaCross())
    assert dialog.windowTitle() == EmaCross.title
    dialog.form.field("fast").write(9)
    dialog.form.field("slow").write(21)
    ok(dialog).click()
    assert saved == [EmaCross(9, 21)]


def test_parameters_that_do_not_go_together_are_told_in_a_sentence(open_for, qtbot):
    """A slow period below the fast one cannot be saved, and says so."""
    dialog, saved = open_for(EmaCross(20, 50))
    editor = dialog.form.field("slow").editor
    editor.selectAll()
    qtbot.keyClicks(editor, "10")
    assert dialog.form.problems == {
        WHOLE: "The slow period of EMACROSS must be longer than the fast one: "
        "10 is not more than 20."
    }
    assert not ok(dialog).isEnabled()
    dialog.accept()
    assert saved == []
    editor.selectAll()
    qtbot.keyClicks(editor, "60")
    assert dialog.form.problems == {}
    assert ok(dialog).isEnabled()


def test_functions_of_the_library_are_held_to_the_same(open_for):
    """Their slow period may not be below their fast one either."""
    dialog, saved = open_for(talib_types()["MACD"]())
    dialog.form.field("slowperiod").write(5)
    assert dialog.form.problems == {
        WHOLE: "The slow period of MACD must not be shorter than the fast one: 5 is below 12."
    }
    ok(dialog).click()
    assert saved == []


def test_choices_and_defaults(open_for):
    """One button brings every parameter back."""
    dialog, saved = open_for(PivotPoints(Method.CAMARILLA))
    dialog.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    ok(dialog).click()
    assert saved == [PivotPoints()]


def test_leaving_changes_nothing(open_for):
    """Cancel is cancel."""
    dialog, saved = open_for(EmaCross())
    dialog.form.field("fast").write(5)
    dialog.reject()
    assert saved == []


def test_one_without_parameters_says_so(open_for):
    """There is nothing to fill in."""
    dialog, saved = open_for(talib_types()["OBV"]())
    assert not dialog.form.isVisible()
    ok(dialog).click()
    assert saved == [talib_types()["OBV"]()]


def test_lines_are_tried_in_the_chart_and_put_back_on_cancel(qtbot):
    """One sees a colour before one takes it."""
    indicator, tried = EmaCross(), []
    output = indicator.outputs[0]
    before = (LineStyle(indicator.label, output, colour=3),)
    lines = LineStyleEdit(indicator, ["#112233"] * 8, before)
    dialog = IndicatorDialog(None, indicator, lambda _i: None, lines, tried.append)
    qtbot.addWidget(dialog)
    row = next(r for r in lines.rows if r.output == output)
    assert row.colour.currentData() == 3
    row.colour.setCurrentIndex(row.colour.findData(5))
    row.dash.setCurrentIndex(row.dash.findData(Dash.DASHED))
    assert LineStyle(indicator.label, output, 5, dash=Dash.DASHED) in tried[-1]
    dialog.reject()
    assert [s for s in tried[-1] if s.says_something] == list(before)


def test_a_line_has_a_width_dots_and_a_colour_of_its_own(qtbot):
    """What is written wrongly counts as no colour until it is one."""
    indicator = EmaCross()
    lines = LineStyleEdit(indicator, ["#112233"] * 8, ())
    qtbot.addWidget(lines)
    lines.show()
    row = lines.rows[0]
    assert not row.own.isVisible()
    row.width.setFocus()
    qtbot.keyClicks(row.width, "4")
    qtbot.keyClicks(row.dash, "Dot")
    row.colour.setCurrentIndex(row.colour.findData(OWN))
    assert row.own.isVisible()
    qtbot.keyClicks(row.own.line, "#FF00F")
    assert lines.read()[0].colour is None
    qtbot.keyClicks(row.own.line, "0")
    style = LineStyle(indicator.label, row.output, "#FF00F0", dash=Dash.DOTTED, width=4)
    assert lines.read()[0] == style
    again = LineStyleEdit(indicator, ["#112233"] * 8, [style])
    qtbot.addWidget(again)
    assert again.read()[0] == style
    again.write(())
    assert not any(s.says_something for s in again.read())


def test_choosing_an_own_colour_opens_the_dialog_of_colours(qtbot):
    """By a real click; what is chosen there is the colour, leaving it changes nothing."""
    lines = LineStyleEdit(EmaCross(), ["#112233"] * 8, ())
    qtbot.addWidget(lines)
    lines.show()
    row = lines.rows[0]
    row.colour.showPopup()
    popup = row.colour.view()
    index = row.colour.model().index(row.colour.findData(OWN), 0)
    popup.scrollTo(index)
    place = popup.visualRect(index).center()
    QTest.mouseMove(popup.viewport(), place)
    QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: lines.findChild(QColorDialog) is not None, timeout=5000)
    dialog = lines.findChild(QColorDialog)
    dialog.setCurrentColor(QColor("#00AAFF"))
    assert lines.read()[0].colour == "#00AAFF"
    dialog.reject()
    assert lines.read()[0].colour is None


def test_styles_of_older_layouts_are_shown(qtbot):
    """Dashes of the time before there were dots."""
    indicator = EmaCross()
    before = (LineStyle(indicator.label, indicator.outputs[0], dashed=True),)
    lines = LineStyleEdit(indicator, ["#112233"] * 8, before)
    qtbot.addWidget(lines)
    assert lines.rows[0].dash.currentData() is Dash.DASHED


def edit_of(qtbot, indicator, *styles):
    edit = LineStyleEdit(indicator, ["#112233"] * 8, styles)
    qtbot.addWidget(edit)
    edit.show()
    return edit


def test_bars_have_a_colour_above_and_one_below_zero(qtbot):
    """Each from the palette or one's own; both are tried at once and put back on cancel."""
    macd, tried = talib_types()["MACD"](), []
    edit = edit_of(qtbot, macd)
    dialog = IndicatorDialog(None, macd, lambda _i: None, edit, tried.append)
    qtbot.addWidget(dialog)
    dialog.show()
    bars = next(r for r in edit.rows if r.output == "macdhist")
    assert bars.shown.text() == "Histogram"
    bars.rising.box.setCurrentIndex(bars.rising.box.findData(4))
    bars.falling.box.setCurrentIndex(bars.falling.box.findData(OWN))
    assert bars.falling.own.isVisible()
    assert not bars.rising.own.isVisible()
    qtbot.keyClicks(bars.falling.own.line, "#FF8800")
    style = LineStyle(macd.label, "macdhist", 4, falling="#FF8800")
    assert style in tried[-1]
    assert edit_of(qtbot, macd, style).read() == edit.read()
    dialog.reject()
    assert not any(s.says_something for s in tried[-1])


def test_the_ground_between_bands_has_a_colour_and_an_opacity(qtbot):
    """With the keyboard as with the mouse, and back to the usual by one button."""
    bands = talib_types()["BBANDS"]()
    edit = edit_of(qtbot, bands)
    fill = edit.rows[-1]
    assert fill.shown.text() == "Fill"
    assert fill.shown.toolTip() == "Between Upper band and Lower band"
    assert fill.opacity.value.text() == "Usual"
    assert not fill.opacity.reset.isVisible()
    with qtbot.waitSignal(edit.edited):
        qtbot.keyClick(fill.opacity.slider, Qt.Key.Key_End)
    qtbot.keyClick(fill.opacity.slider, Qt.Key.Key_Left)
    fill.choice.box.setCurrentIndex(fill.choice.box.findData(3))
    style = LineStyle(bands.label, "upperband/lowerband", 3, opacity=99)
    assert fill.opacity.value.text() == "99 %"
    assert edit.read()[-1] == style
    assert edit_of(qtbot, bands, style).read()[-1] == style
    with qtbot.waitSignal(edit.edited):
        fill.opacity.reset.click()
    assert edit.read()[-1].opacity is None
    edit.write(())
    assert not any(s.says_something for s in edit.read())


def test_a_ground_without_one_of_its_lines_cannot_be_chosen(qtbot):
    """It is not drawn then, and what was chosen of it is kept."""
    bands = talib_types()["BBANDS"]()
    style = LineStyle(bands.label, "upperband/lowerband", opacity=40)
    edit = edit_of(qtbot, bands, style)
    upper = next(r for r in edit.rows if r.output == "upperband")
    fill = edit.rows[-1]
    upper.shown.setChecked(False)
    assert not fill.opacity.isEnabled()
    assert not fill.choice.box.isEnabled()
    upper.shown.setChecked(True)
    assert fill.opacity.isEnabled()
    assert edit.read()[-1] == style


def test_a_cloud_has_a_colour_for_each_side(qtbot):
    """Rising where the first span is above."""
    cloud = Ichimoku()
    edit = edit_of(qtbot, cloud)
    fill = edit.rows[-1]
    fill.rising.box.setCurrentIndex(fill.rising.box.findData(1))
    fill.falling.box.setCurrentIndex(fill.falling.box.findData(2))
    fill.shown.setChecked(False)
    style = LineStyle(cloud.label, "span_a/span_b", 1, shown=False, falling=2)
    assert edit.read()[-1] == style


@pytest.mark.parametrize(
    ("output", "title"),
    [("macdsignal", "Signal"), ("slowk", "Slow %K"), ("span_a", "Span A"), ("my_own", "My own")],
)
def test_outputs_are_called_by_words(output, title):
    """Those of a plug-in by their name."""
    assert output_title(output) == title
