"""Choosing indicators for a chart from the whole catalogue."""

from __future__ import annotations

from functools import cache

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QInputDialog

from tests.fakes import BTC_1M, ETH_1M
from tests.market_shapes import wandering
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.indicator_place import IndicatorPlace
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.domain.market import CandleHistory
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.docks.chart import ChartDock
from thebot_desktop.ui.docks.indicator_selector import CATALOGUE, CHART, FAVOURITES
from thebot_desktop.ui.indicator_dialog import IndicatorDialog
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

LEFT = Qt.MouseButton.LeftButton


@cache
def catalogue():
    return find_plugins().indicators


class Setting:
    """A chart beside the panel, over a real pipeline."""

    def __init__(self, world, host, open_dock, qtbot, candles=300):
        self.world, self.host = world, host
        self.chart = ChartDock.build_for(world.context, host, BTC_1M, "chart.1")
        qtbot.addWidget(self.chart)
        host.current_chart = self.chart
        if candles:
            self.history(candles)
        self.dock = open_dock("indicator_selector")

    def history(self, count):
        now = self.world.core.clock.now()
        self.world.core.pipeline.apply(CandleHistory(BTC_1M, wandering(count), now))

    @property
    def names(self):
        return [row.kind.name for row in self.dock.table.model().rows]

    def place(self, name):
        return self.names.index(name)

    def show_uses(self):
        self.dock.show_page(CHART)
        self.dock.draw()
        return self.dock.uses.model().rows

    def said(self, what):
        return [call for call in self.host.calls if call[0] == what]


@pytest.fixture
def world(make_world, tmp_path):
    """With the whole catalogue, as the program has it."""
    return make_world(tmp_path, real_charts=True, indicator_types=catalogue())


@pytest.fixture
def setting(world, host, open_dock, qtbot):
    made = Setting(world, host, open_dock, qtbot)
    yield made
    made.chart.release()


def entry(menu, text):
    return next(a for a in menu.actions() if a.text().partition("\t")[0] == text)


def test_the_whole_catalogue_is_there_the_common_ones_first(setting):
    """Each once, with its title and its group."""
    assert setting.names[:3] == ["EMA", "SMA", "RSI"]
    assert sorted(setting.names) == sorted(catalogue())
    assert str(len(catalogue())) in setting.dock.search.placeholderText()


def test_typing_finds_by_name_and_title_and_enter_adds_the_best(setting, qtbot):
    """Without touching the mouse."""
    qtbot.keyClicks(setting.dock.search, "bollinger")
    setting.dock.draw()
    assert setting.names[0] == "BBANDS"
    qtbot.keyClick(setting.dock.search, Qt.Key.Key_Return)
    assert setting.chart.indicator_labels[-1].startswith("BBANDS")
    setting.dock.draw()
    assert setting.dock.table.model().rows[0].in_use


def test_a_click_on_plus_adds(setting, click_cell):
    """To the chart that was used last."""
    click_cell(setting.dock.table, setting.place("VWAP"), 2)
    assert "VWAP" in setting.chart.indicator_labels


def test_several_are_added_at_once(setting, qtbot):
    """The button says how many."""
    table = setting.dock.table
    assert not setting.dock.add.isEnabled()
    how = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for name in ("EMA", "MACD"):
        table.selectionModel().select(table.model().index(setting.place(name), 0), how)
    assert setting.dock.add.text() == "Add 2 to chart"
    qtbot.mouseClick(setting.dock.add, LEFT)
    assert [label.partition("(")[0] for label in setting.chart.indicator_labels[-2:]] == [
        "EMA",
        "MACD",
    ]


def test_groups_narrow_the_list(setting):
    """Favourites are one of them."""
    group = setting.dock.group
    group.setCurrentIndex(group.findText("Pattern Recognition"))
    setting.dock.draw()
    assert len(setting.names) == 61
    assert all(name.startswith("CDL") for name in setting.names)


def test_a_star_makes_a_favourite(setting, click_cell):
    """And takes it away again."""
    click_cell(setting.dock.table, setting.place("OBV"), 0)
    assert setting.world.context.shelf.favourites == ("OBV",)
    group = setting.dock.group
    group.setCurrentIndex(group.findData(FAVOURITES))
    setting.dock.draw()
    assert setting.names == ["OBV"]
    click_cell(setting.dock.table, 0, 0)
    setting.dock.draw()
    assert setting.names == []


def test_what_is_in_the_chart_tells_how_it_is_doing(setting):
    """Its newest values; what still needs bars; what is hidden."""
    setting.chart.set_indicator_labels(("RSI(14)", "SMA(5000)", "EMACROSS(20,50)"))
    setting.chart.toggle_hidden("EMACROSS(20,50)")
    rsi, sma, cross = setting.show_uses()
    assert rsi.tone == "good"
    assert 0 <= float(rsi.status) <= 100
    assert sma.status == "warming up: 300 of 5000 bars"
    assert (cross.status, cross.hidden) == ("hidden", True)


def test_an_indicator_says_which_symbol_it_waits_for(setting):
    """Until candles of it have come."""
    setting.chart.set_indicator_labels(("CORR(ETHUSDT,20)",))
    assert [row.status for row in setting.show_uses()] == ["waiting for ETHUSDT"]
    core = setting.world.core
    core.pipeline.apply(CandleHistory(ETH_1M, wandering(300, seed=2), core.clock.now()))
    (row,) = setting.show_uses()
    assert row.tone == "good"
    assert -1 <= float(row.status) <= 1


def test_before_the_first_candle_everything_is_being_computed(world, host, open_dock, qtbot):
    """Nobody is told a number that is none."""
    made = Setting(world, host, open_dock, qtbot, candles=0)
    made.chart.set_indicator_labels(("RSI(14)",))
    assert [row.status for row in made.show_uses()] == ["computing…"]
    made.chart.release()


def test_one_that_failed_says_why_and_can_be_tried_again(setting, click_cell, monkeypatch):
    """The gear is a try again then."""
    kind = catalogue()["VWAP"]
    works = kind.compute

    def fail(self, candles):
        raise ValueError("division by nothing")

    monkeypatch.setattr(kind, "compute", fail)
    monkeypatch.setattr(kind, "open", lambda self, candles: None)
    setting.chart.set_indicator_labels(("VWAP",))
    (row,) = setting.show_uses()
    assert row.broken
    assert row.status == "switched off: division by nothing"
    monkeypatch.setattr(kind, "compute", works)
    click_cell(setting.dock.uses, 0, 2)
    (row,) = setting.show_uses()
    assert row.tone == "good"


def test_eye_gear_and_cross_do_as_in_the_legend(setting, click_cell):
    """Hide, parameters, remove with a way back."""
    setting.chart.set_indicator_labels(("RSI(14)", "VWAP"))
    setting.show_uses()
    click_cell(setting.dock.uses, 0, 1)
    assert setting.chart.look.hidden_indicators == ("RSI(14)",)
    click_cell(setting.dock.uses, 0, 2)
    (dialog,) = setting.chart.findChildren(IndicatorDialog)
    dialog.reject()
    click_cell(setting.dock.uses, 0, 3)
    assert setting.chart.indicator_labels == ("VWAP",)
    assert setting.said("offer_undo")[-1][1] == "RSI(14) removed"


def test_a_preset_takes_the_place_of_what_there_was(setting):
    """With a way back."""
    setting.chart.set_indicator_labels(("RSI(14)",))
    entry(setting.dock.sets_menu(), "Swing trading").trigger()
    assert [label.partition("(")[0] for label in setting.chart.indicator_labels] == [
        "SUPERTREND",
        "BBANDS",
        "RSI",
        "MACD",
    ]
    setting.said("offer_undo")[-1][2]()
    assert setting.chart.indicator_labels == ("RSI(14)",)


def test_a_template_is_saved_used_and_deleted(setting):
    """By its name."""
    setting.chart.set_indicator_labels(("RSI(7)", "VWAP"))
    entry(setting.dock.sets_menu(), "Save these as a template…").trigger()
    dialog = setting.dock.findChild(QInputDialog)
    dialog.setTextValue("Mine")
    dialog.accept()
    setting.chart.set_indicator_labels(())
    entry(setting.dock.sets_menu(), "Mine").trigger()
    assert setting.chart.indicator_labels == ("RSI(7)", "VWAP")
    delete = entry(setting.dock.sets_menu(), "Delete template").menu()
    entry(delete, "Mine").trigger()
    assert setting.world.context.shelf.templates == ()
    setting.said("offer_undo")[-1][2]()
    assert setting.world.context.shelf.templates[0].name == "Mine"


def test_what_cannot_be_kept_is_said(setting, click_cell, monkeypatch):
    """In the sentence of the error."""

    def refuse(name):
        raise StorageError("full", user_message="The disk is full.")

    monkeypatch.setattr(setting.world.context.shelf, "toggle_favourite", refuse)
    click_cell(setting.dock.table, 0, 0)
    assert ("notify_person", "The disk is full.") in setting.host.calls


def test_without_a_chart_it_says_so(setting):
    """There is nothing to choose for."""
    setting.host.current_chart = None
    setting.dock.draw()
    assert setting.dock.state is State.EMPTY
    setting.host.current_chart = setting.chart


def test_it_is_painted_in_both_themes(setting):
    """Rows, signs and states."""
    setting.chart.set_indicator_labels(("RSI(14)", "SMA(5000)"))
    for page in (0, CHART):
        setting.dock.show_page(page)
        setting.dock.draw()
        before = setting.dock.grab().toImage()
        setting.dock.apply_theme(load_theme("light"), 13)
        assert setting.dock.grab().toImage() != before
        setting.dock.apply_theme(load_theme("dark"), 13)


def test_a_template_brings_back_styles_and_panes_with_a_way_back(setting):
    """The rest of the chart's look stays; what the template does not name keeps its style."""
    chart = setting.chart
    chart.set_indicator_labels(("RSI(7)", "RSI(14)", "VWAP"))
    dotted = LineStyle("RSI(7)", "real", "#FF00FF", dash=Dash.DOTTED, width=3)
    other = LineStyle("MACD(12,26,9)", "macd", 4)
    place = IndicatorPlace("RSI(7)", beside="RSI(14)")
    chart.set_look(ChartLook(line_styles=(dotted, other), pane_places=(place,)))
    entry(setting.dock.sets_menu(), "Save these as a template…").trigger()
    dialog = setting.dock.findChild(QInputDialog)
    dialog.setTextValue("Mine")
    dialog.accept()
    chart.set_indicator_labels(("MACD(12,26,9)",))
    plain = LineStyle("VWAP", "vwap", 6)
    chart.set_look(ChartLook(volume=False, line_styles=(other, plain)))
    entry(setting.dock.sets_menu(), "Mine").trigger()
    assert chart.look == ChartLook(volume=False, line_styles=(other, dotted), pane_places=(place,))
    setting.said("offer_undo")[-1][2]()
    assert chart.look == ChartLook(volume=False, line_styles=(other, plain))
    assert chart.indicator_labels == ("MACD(12,26,9)",)
    delete = entry(setting.dock.sets_menu(), "Delete template").menu()
    entry(delete, "Mine").trigger()
    setting.said("offer_undo")[-1][2]()
    assert setting.world.context.shelf.templates[0].looks.styles == (dotted,)


def test_a_preset_leaves_styles_as_they_are(setting):
    """It says nothing of looks."""
    style = LineStyle("RSI(14)", "real", 5)
    setting.chart.set_look(ChartLook(line_styles=(style,)))
    entry(setting.dock.sets_menu(), "Swing trading").trigger()
    assert setting.chart.look.line_styles == (style,)


def test_a_search_without_result_says_so_and_leads_back(setting, qtbot):
    """And the empty favourites tell how one comes among them."""
    dock = setting.dock
    dock.search.setText("zzzz")
    dock.draw()
    assert dock.nothing.isVisible()
    assert "search" in dock.nothing.sentence
    qtbot.mouseClick(dock.nothing.button, LEFT)
    dock.draw()
    assert dock.table.isVisible()
    dock.group.setCurrentIndex(dock.group.findData(FAVOURITES))
    dock.draw()
    assert "star" in dock.nothing.sentence
    qtbot.mouseClick(dock.nothing.button, LEFT)
    dock.draw()
    assert dock.table.isVisible()
    assert not dock.nothing.isVisible()


def test_a_chart_without_indicators_leads_to_the_catalogue(setting, qtbot):
    """By a button below the sentence."""
    setting.chart.change_indicators(())
    setting.show_uses()
    assert setting.dock.none.isVisible()
    qtbot.mouseClick(setting.dock.none.button, LEFT)
    assert setting.dock.page == CATALOGUE
