"""The chart dock: from what the pipeline has finished to what is drawn."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMainWindow, QMenu

from tests.fakes import BTC_1M, ETH_1M, MINUTE, Core, FakeArchive, FakeFeed, candles, update
from tests.ui.world import FakeHost
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.line_alerts import LineAlerts
from thebot_desktop.app.older_candles import Older, OlderCandles
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings import ChartConfig
from thebot_desktop.domain.drawings import (
    Anchor,
    Channel,
    HorizontalLine,
    Ray,
    Rectangle,
    TrendLine,
)
from thebot_desktop.domain.market import (
    CandleHistory,
    ConnectionChange,
    ConnectionState,
    FeedGap,
    Instrument,
    Interval,
    SeriesKey,
    Symbol,
    Trade,
)
from thebot_desktop.domain.news import EconomicEvent, Impact, NewsItem
from thebot_desktop.domain.signals import Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.exchange_clock import ClockSample
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.news.economic_calendar import EconomicCalendar
from thebot_desktop.news.news_feed_manager import NewsFeedManager
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook
from thebot_desktop.ui.charts.chart_state import AlertLine
from thebot_desktop.ui.charts.drawings.menus import add_drawing_entries
from thebot_desktop.ui.charts.drawings.toolbox import toolbox
from thebot_desktop.ui.docks.chart import ChartDock
from thebot_desktop.ui.indicator_dialog import IndicatorDialog
from thebot_desktop.ui.states import StateView
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

TYPES = {kind.name: kind for kind in discover(indicators, Indicator).values()}


class Setting:
    """One chart over a real pipeline."""

    def __init__(self, qtbot, labels=("RSI(14)",), badge="", *, has_older=False):
        self.core = core = Core()
        self.host = FakeHost()
        self.feed = FakeFeed()
        self.book = InstrumentBook()
        self.session = Session(
            feed=self.feed,
            pipeline=core.pipeline,
            stream=core.stream,
            subscriber=core.subscriber,
            indicators=core.indicators,
            alerts=core.alerts,
            instruments=self.book,
            archive=FakeArchive(),
            clock=core.clock,
            depth=500,
        )
        self.wanted, self.works = [], []
        self.older = OlderCandles(
            self._load_older if has_older else None,
            stream=core.stream,
            pipeline=core.pipeline,
            clock=core.clock,
            spawn=lambda _name, work: self.works.append(work),
        )
        self.dock = ChartDock(
            self.host,
            "chart.1",
            BTC_1M,
            session=self.session,
            older=self.older,
            subscriber=core.subscriber,
            signals=core.signals,
            alerts=core.alerts,
            clock=core.clock,
            freshness=core.stream.freshness,
            board=core.stream.board,
            catalogue=TYPES,
            indicators=labels,
            badge=badge,
            source="Demo market",
        )
        qtbot.addWidget(self.dock)
        self.dock.resize(700, 450)
        self.dock.show()

    def history(self, count=200, series=BTC_1M, start=0):
        end = UnixMs((start + count) * MINUTE)
        self.core.pipeline.apply(CandleHistory(series, candles(count, start), end))

    async def _load_older(self, series, before, known):
        """Two thousand candles before, as far as the market's first minute."""
        self.wanted.append(known)
        last = before // MINUTE
        return candles(min(2000, last), max(0, last - 2000))

    def frame(self):
        self.dock.draw_if_needed()


@pytest.fixture
def setting(qtbot):
    made = Setting(qtbot)
    yield made
    made.dock.release()


def test_a_chart_loads_then_shows_what_arrives(setting):
    """An outline first, then the history with its indicator, then each candle."""
    setting.frame()
    state = setting.dock.view.state
    assert state.loading
    setting.history()
    setting.frame()
    assert len(state.store) == 200
    assert [pane.key for pane in state.panes] == ["price", "RSI(14)"]
    setting.core.pipeline.apply(update(200, 123.0))
    setting.frame()
    assert len(state.store) == 201
    assert state.store.live.close == 123.0


def test_nothing_is_drawn_without_a_frame(setting):
    """Events only mark the chart; the frame clock draws once for all of them."""
    setting.history()
    setting.frame()
    for price in range(100, 150):
        setting.core.pipeline.apply(update(200, float(price), closed=False))
    assert len(setting.dock.view.state.store) == 200
    assert setting.dock.dirty
    setting.frame()
    assert setting.dock.view.state.store.live.close == 149.0
    assert not setting.dock.dirty


def test_another_series_takes_the_place_of_the_first(setting, qtbot):
    """The old one is let go of, the new one is asked for."""
    setting.history()
    setting.frame()
    with qtbot.waitSignal(setting.dock.series_shown) as shown:
        setting.dock.show_series(ETH_1M)
    assert shown.args == [ETH_1M]
    assert setting.session.series == (ETH_1M,)
    assert setting.dock.view.state.empty
    setting.history(series=ETH_1M)
    setting.frame()
    assert len(setting.dock.view.state.store) == 200


def test_two_charts_of_one_series_let_go_of_it_only_together(qtbot):
    """Closing one does not stop the other."""
    setting = Setting(qtbot)
    again = setting.session.open(BTC_1M)
    setting.dock.release()
    assert setting.session.series == (BTC_1M,)
    again()
    assert setting.session.series == ()


def test_indicators_come_back_from_a_saved_layout(setting):
    """Labels go out and come in; one that makes no sense is said and left out."""
    setting.history()
    setting.dock.set_indicator_labels(("RSI(7)", "NOSUCHTHING(3)"))
    assert setting.dock.indicator_labels == ("RSI(7)",)
    assert [call[0] for call in setting.host.calls] == ["notify_person"]
    setting.frame()
    assert [pane.key for pane in setting.dock.view.state.panes] == ["price", "RSI(7)"]


def test_indicators_that_only_a_rule_needs_are_not_drawn(setting):
    """A chart draws its own, whatever else is computed on the series."""
    release = setting.session.use_indicators(BTC_1M, [TYPES["RSI"](5)])
    setting.history()
    setting.frame()
    assert [pane.key for pane in setting.dock.view.state.panes] == ["price", "RSI(14)"]
    release()


def test_armed_prices_of_the_symbol_are_lines(setting):
    """They come and go with their rules; those of other symbols are not shown."""
    setting.history()
    setting.frame()
    arm = setting.core.alerts.arm
    arm(ArmedRule("a", PriceLevel(105.0), Symbol("BTCUSDT")))
    arm(ArmedRule("b", PriceLevel(10.0), Symbol("ETHUSDT")))
    assert [line.price for line in setting.dock.view.state.alert_lines] == [105.0]
    setting.core.alerts.disarm("a")
    assert setting.dock.view.state.alert_lines == ()


def test_an_alert_is_asked_for_at_the_price_pointed_at(setting):
    """The window opens the form."""
    setting.dock.view.price_alert_requested.emit(101.5)
    assert setting.host.calls == [("new_alert", Symbol("BTCUSDT"), 101.5)]


def test_the_age_of_what_one_sees_is_told(setting):
    """How old the newest candle is reaches the legend; before there is one nothing is said."""
    setting.frame()
    assert setting.dock.view.state.freshness is None
    setting.history()
    setting.core.pipeline.apply(ConnectionChange(ConnectionState.LIVE, "", UnixMs(200 * MINUTE)))
    setting.core.pipeline.apply(update(200, closed=False))
    setting.core.clock.advance_to(UnixMs(200 * MINUTE + 30_000 + 42_000))
    setting.dock.mark_dirty()
    setting.frame()
    assert setting.dock.view.state.freshness == Freshness(FreshnessWord.STALE, 42_000)
    assert setting.dock.view.state.stale


def test_the_countdown_goes_by_the_clock_of_the_exchange(setting):
    """Ours is twelve seconds fast; the candle does not close twelve seconds early."""
    setting.history()
    setting.core.pipeline.apply(update(200, closed=False))
    setting.core.clock.advance_to(UnixMs(200 * MINUTE + 30_000))
    setting.core.stream.freshness.exchange_clock.take([ClockSample(-12_000, 10)])
    setting.frame()
    assert setting.dock.view.state.left_ms == 42_000


def test_without_candles_and_connection_the_reason_is_shown(setting):
    """Not a skeleton for ever."""
    setting.core.subscriber.tell(
        ConnectionChange(ConnectionState.OFFLINE, "The network is down.", UnixMs(0))
    )
    setting.frame()
    assert setting.dock.view.state.covered
    setting.history()
    setting.frame()
    assert not setting.dock.view.state.covered


def test_prices_are_written_as_the_exchange_says_once_it_has(setting):
    """The list of instruments may come after the first candles."""
    setting.history()
    setting.frame()
    setting.book.add([Instrument(Symbol("BTCUSDT"), "BTC", "USDT", 0.1, 0.001, 1, 3)])
    assert setting.dock.view.state.decimals == 1


def test_a_released_chart_hears_nothing(setting):
    """No observer keeps a closed chart alive."""
    setting.history()
    setting.frame()
    setting.dock.release()
    setting.core.subscriber.tell(ConnectionChange(ConnectionState.LIVE, "Connected.", UnixMs(0)))
    setting.core.pipeline.apply(update(200))
    assert not setting.dock.dirty
    assert setting.session.series == ()


def test_the_badge_of_the_mode_is_on_the_chart(qtbot):
    """Invented and replayed prices are marked."""
    setting = Setting(qtbot, badge="DEMO")
    assert setting.dock.view.state.badge == "DEMO"
    setting.dock.apply_theme(load_theme("light"), 13)
    assert setting.dock.view.theme.name == "light"
    setting.dock.release()


def test_a_hole_that_is_being_fetched_reaches_the_chart(setting):
    """Also for a chart that was not there when it was found; other series do not matter."""
    setting.history()
    setting.core.pipeline.apply(FeedGap(BTC_1M, MINUTE * 200, MINUTE * 203, MINUTE * 204))
    setting.core.pipeline.apply(FeedGap(ETH_1M, MINUTE * 200, MINUTE * 203, MINUTE * 204))
    setting.frame()
    assert [gap.series for gap in setting.dock.view.state.gaps] == [BTC_1M]
    filled = FeedGap(BTC_1M, MINUTE * 200, MINUTE * 203, MINUTE * 205, filled=True, recovered=4)
    setting.core.pipeline.apply(filled)
    setting.frame()
    assert setting.dock.view.state.gaps == ()


def test_marks_of_repaired_bars_follow_the_settings(setting):
    """Charts that are open follow at once."""
    setting.dock.configure(ChartConfig(show_repaired=False))
    assert not setting.dock.view.state.shows_repaired
    setting.dock.configure(ChartConfig())
    assert setting.dock.view.state.shows_repaired


def test_a_symbol_the_exchange_does_not_have_is_said_with_what_may_be_meant(setting, qtbot):
    """In place of candles that will never come; one click opens the nearest."""
    wrong = SeriesKey(Symbol("BTCUSTD"), Interval.M1)
    setting.dock.set_series(wrong)
    setting.frame()
    message = setting.dock.view.findChild(StateView)
    assert not message.isVisible(), "nobody knows yet"
    setting.book.complete = True
    setting.book.add([Instrument(Symbol("BTCUSDT"), "BTC", "USDT", 0.01)])
    setting.frame()
    assert message.isVisible()
    assert message.sentence == "The exchange has no symbol BTCUSTD."
    qtbot.mouseClick(message.button, Qt.MouseButton.LeftButton)
    assert setting.dock.series == BTC_1M
    setting.history()
    setting.frame()
    assert not message.isVisible()


def test_scrolling_to_the_oldest_candles_brings_older_ones_without_a_jump(qtbot):
    """What is in view stays where it is, until there is nothing older."""
    setting = Setting(qtbot, has_older=True)
    setting.history(500, start=3000)
    setting.frame()
    qtbot.waitUntil(lambda: len(setting.works) == 1)
    asyncio.run(setting.works.pop())
    setting.frame()
    view = setting.dock.view
    assert len(view.state.store) == 2500, "a chart asks for more than rules need"
    for count in (3500, 3500):
        view.state.viewport.to_oldest(view.plot_width, view.state.store.newest)
        view.invalidate()
        first = round(view.state.viewport.position_at(0, view.plot_width)) + 5
        seen = int(view.state.store.open_times[first])
        x = view.state.viewport.x_of(first, view.plot_width)
        qtbot.waitUntil(lambda: len(setting.works) == 1)
        assert view.state.older is Older.LOADING
        asyncio.run(setting.works.pop())
        setting.frame()
        assert len(view.state.store) == count
        place = view.state.store.index_of(seen)
        assert view.state.viewport.x_of(place, view.plot_width) == pytest.approx(x, abs=1)
    assert view.state.older is Older.NOTHING
    assert setting.wanted == [500, 2500, 3500]
    setting.dock.release()


def test_the_last_price_is_the_newest_one_also_between_updates_of_the_candle(setting):
    """A trade is ahead of the candle, which the exchange tells only every two seconds."""
    setting.history()
    setting.core.pipeline.apply(update(200, 123.0, closed=False))
    setting.frame()
    assert setting.dock.view.state.last_price == 123.0
    when = UnixMs(200 * MINUTE + 45_000)
    setting.core.pipeline.apply(Trade(BTC_1M.symbol, 1, 123.5, 1.0, False, when))
    setting.frame()
    state = setting.dock.view.state
    assert (state.last_price, state.store.live.close) == (123.5, 123.0)


def test_charts_of_one_symbol_share_their_drawings(qtbot):
    """What is drawn in one dock is shown by the other; one that was closed hears nothing."""
    one, other = Setting(qtbot), Setting(qtbot)
    book = DrawingBook()
    hands = [made.dock.view.hand for made in (one, other)]
    for made, hand in zip((one, other), hands, strict=True):
        made.dock.on_release(hand.use(book))
        made.history()
        made.frame()
    line = HorizontalLine(id="a", anchors=(Anchor(UnixMs(150 * MINUTE), 101.0),))
    hands[0].save(line)
    assert other.dock.view.state.drawings.items == (line,)
    other.dock.release()
    hands[0].lock_all(locked=True)
    assert other.dock.view.state.drawings.items == (line,)
    assert one.dock.view.state.drawings.items[0].locked
    one.dock.release()


def test_the_bar_of_tools_is_called_from_the_header(setting, qtbot):
    """And kept with the layout."""
    setting.history()
    setting.frame()
    dock = setting.dock
    assert not dock.look.tools
    dock.controls.tools.click()
    assert dock.look.tools
    assert dock.tools.isVisibleTo(dock)
    dock.controls.tools.click()
    assert not dock.tools.isVisibleTo(dock)


def test_what_drawing_has_to_say_is_said(setting):
    """Such as that everything was deleted and how it comes back."""
    setting.history()
    setting.frame()
    hand = setting.dock.view.hand
    hand.save(HorizontalLine(id="a", anchors=(Anchor(UnixMs(150 * MINUTE), 101.0),)))
    hand.delete_all()
    name, sentence = setting.host.calls[-1]
    assert name == "notify_person"
    assert "Ctrl+Z" in sentence


def armed_line(setting, price=105.0):
    """A chart with one armed price on it."""
    rule = ArmedRule("a", PriceLevel(price), Symbol("BTCUSDT"), enabled=True)
    setting.core.alerts.arm(rule)
    setting.history()
    setting.frame()
    (line,) = setting.dock.view.state.alert_lines
    return rule, line


def armed_by(setting):
    """Whenever they were switched on."""
    return tuple(replace(armed, since=UnixMs(0)) for armed in setting.core.alerts.armed)


def test_a_moved_line_changes_its_rule_and_can_be_undone(setting):
    """The rule keeps its id and is armed; one step back restores it."""
    rule, line = armed_line(setting)
    setting.dock.view.alert_hand.moved.notify(AlertLine(107.25, line.text, line.id))
    (moved,) = setting.core.alerts.armed
    assert (moved.id, moved.rule.price, moved.enabled) == ("a", 107.25, True)
    assert setting.dock.view.state.alert_lines[0].price == 107.25
    name, text, undo = setting.host.calls[-1]
    assert name == "offer_undo"
    assert text.startswith("Alert moved to 107.25")
    undo()
    assert armed_by(setting) == (rule,)


def test_an_undo_that_comes_too_late_changes_nothing(setting):
    """Somebody has changed the rule since: that is what counts."""
    _rule, line = armed_line(setting)
    setting.dock.view.alert_hand.moved.notify(AlertLine(107.25, line.text, line.id))
    newer = ArmedRule("a", PriceLevel(120.0), Symbol("BTCUSDT"))
    setting.core.alerts.arm(newer)
    setting.host.calls[-1][2]()
    assert armed_by(setting) == (newer,)


def test_an_alert_is_edited_switched_off_and_deleted_from_its_line(setting):
    """The last two can be taken back."""
    rule, _line = armed_line(setting)
    hand = setting.dock.view.alert_hand
    hand.edit_wanted.notify("a")
    assert setting.host.calls[-1] == ("edit_alert", "a")
    hand.off_wanted.notify("a")
    assert not setting.core.alerts.armed[0].enabled
    assert setting.dock.view.state.alert_lines == ()
    setting.host.calls[-1][2]()
    assert armed_by(setting) == (rule,)
    hand.delete_wanted.notify("a")
    assert setting.core.alerts.armed == ()
    setting.host.calls[-1][2]()
    assert armed_by(setting) == (rule,)


def test_the_zone_of_the_settings_is_that_of_the_chart(setting):
    """One that this computer does not know is its own time instead."""
    view = setting.dock.view
    setting.dock.configure(ChartConfig(zone="Asia/Tokyo"))
    assert str(view.state.zone) == "Asia/Tokyo"
    setting.dock.configure(ChartConfig(zone="Mars/Phobos"))
    assert view.state.zone is None


def test_a_click_on_the_printed_zone_opens_the_menu_of_the_window(setting, qtbot):
    """The zone is one for all charts."""
    setting.history()
    setting.frame()
    qtbot.waitUntil(setting.dock.view.zone_button.isVisible)
    qtbot.mouseClick(setting.dock.view.zone_button, Qt.MouseButton.LeftButton)
    assert setting.host.calls[-1][0] == "show_zone_menu"


@pytest.fixture
def use(setting, qtbot):
    """Puts the chart into a window, or lets it float beside it, and gives it the keyboard."""
    window = QMainWindow()
    yield lambda floating=False: in_use(setting, qtbot, window, floating)
    setting.dock.setParent(None)
    window.close()


def in_use(setting, qtbot, window, floating):
    dock = setting.dock
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.show()
    dock.setFloating(floating)
    dock.show()
    dock.window().activateWindow()
    qtbot.waitUntil(dock.window().isActiveWindow)
    setting.history()
    setting.frame()
    dock.take_focus()
    qtbot.waitUntil(dock.view.hasFocus)


@pytest.mark.parametrize("floating", [False, True])
def test_digits_typed_on_a_chart_change_its_interval(setting, qtbot, use, floating):
    """Where the chart is, in a window of its own too."""
    dock = setting.dock
    use(floating)
    assert (dock.window() is dock) is floating
    qtbot.keyClick(dock.view, Qt.Key.Key_1)
    assert dock.interval_entry.isVisible()
    qtbot.keyClicks(QApplication.focusWidget(), "5")
    assert dock.interval_entry.meaning.text() == "15 minutes"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Enter)
    assert dock.series == SeriesKey(BTC_1M.symbol, Interval.M15)
    assert dock.view.hasFocus()


def test_a_letter_typed_on_a_chart_begins_the_search(setting, qtbot, use):
    """Shift makes no difference; keys of commands are no letters."""
    dock = setting.dock
    use()
    qtbot.keyClicks(dock.view, "e")
    qtbot.keyClicks(dock.view, "E")
    asked = [call for call in setting.host.calls if call[0] == "find_symbol"]
    assert asked == [("find_symbol", "e"), ("find_symbol", "E")]
    before = len(setting.host.calls)
    qtbot.keyClick(dock.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dock.view, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert len(setting.host.calls) == before
    assert not dock.interval_entry.isVisible()


def test_an_indicator_is_removed_by_its_cross_and_can_be_brought_back(setting):
    """At the place it had; it is no longer computed meanwhile."""
    setting.dock.set_indicator_labels(("RSI(14)", "DONCHIAN(20)", "EMACROSS(20,50)"))
    setting.history()
    setting.frame()
    setting.dock.view.indicator_removed.emit("DONCHIAN(20)")
    assert setting.dock.indicator_labels == ("RSI(14)", "EMACROSS(20,50)")
    name, text, undo = setting.host.calls[-1]
    assert (name, text) == ("offer_undo", "DONCHIAN(20) removed")
    undo()
    assert setting.dock.indicator_labels == ("RSI(14)", "DONCHIAN(20)", "EMACROSS(20,50)")


def test_parameters_of_an_indicator_are_changed_in_a_form(setting, qtbot):
    """In its place, hidden as it was; the layout is told."""
    setting.dock.set_indicator_labels(("RSI(14)", "DONCHIAN(20)"))
    setting.dock.set_look(ChartLook(hidden_indicators=("RSI(14)",)))
    setting.history()
    setting.frame()
    setting.dock.view.indicator_settings_wanted.emit("RSI(14)")
    (dialog,) = setting.dock.findChildren(IndicatorDialog)
    dialog.form.field("timeperiod").write(7)
    with qtbot.waitSignal(setting.dock.look_chosen):
        dialog.accept()
    assert setting.dock.indicator_labels == ("RSI(7)", "DONCHIAN(20)")
    assert setting.dock.look.hidden_indicators == ("RSI(7)",)


def test_lines_of_an_indicator_are_tried_in_the_chart_and_kept_or_put_back(setting):
    """A colour of the palette for one of two, the other left out; the name follows a change."""
    setting.dock.set_indicator_labels(("EMACROSS(20,50)",))
    setting.history()
    setting.frame()

    def drawn():
        specs = setting.dock.view.state.panes[0].lines
        return {spec.key[1]: spec.colour for spec in specs if spec.key[0].startswith("EMACROSS")}

    before = drawn()
    setting.dock.view.indicator_settings_wanted.emit("EMACROSS(20,50)")
    (dialog,) = setting.dock.findChildren(IndicatorDialog)
    fast, slow = dialog.lines.rows
    fast.colour.setCurrentIndex(fast.colour.findData(5))
    slow.shown.setChecked(False)
    setting.frame()
    assert drawn() == {"fast": 5}
    dialog.reject()
    setting.frame()
    assert drawn() == before
    setting.dock.view.indicator_settings_wanted.emit("EMACROSS(20,50)")
    dialog = setting.dock.findChildren(IndicatorDialog)[-1]
    dialog.lines.rows[0].colour.setCurrentIndex(6)
    dialog.form.field("fast").write(9)
    dialog.accept()
    setting.history()
    setting.frame()
    assert setting.dock.indicator_labels == ("EMACROSS(9,50)",)
    assert drawn()["fast"] == 5


def test_a_compared_symbol_is_removed_with_a_way_back(setting):
    """As an indicator is."""
    setting.dock.set_look(ChartLook(compared=(ETH_1M.symbol,)))
    setting.dock.view.compared_removed.emit("ETHUSDT")
    assert setting.dock.look.compared == ()
    name, text, undo = setting.host.calls[-1]
    assert (name, text) == ("offer_undo", "ETHUSDT is no longer compared")
    undo()
    assert setting.dock.look.compared == (ETH_1M.symbol,)


def test_the_header_says_each_thing_once(setting):
    """The interval is a button; beside it stands where the prices come from."""
    dock = setting.dock
    assert dock.header.info == "Demo market"
    assert dock.controls.interval.text() == "1m"
    dock.show_series(SeriesKey(BTC_1M.symbol, Interval.H4))
    assert dock.controls.interval.text() == "4h"


def test_the_header_changes_interval_and_kind(setting):
    """Of this chart, and it shows what was chosen, however it was chosen."""
    dock = setting.dock
    dock.controls.interval_wanted.emit(Interval.D1)
    assert dock.series == SeriesKey(BTC_1M.symbol, Interval.D1)
    dock.controls.look_wanted.emit(ChartLook(kind=ChartKind.AREA))
    assert dock.look.kind is ChartKind.AREA
    dock.set_look(ChartLook(kind=ChartKind.RENKO))
    assert "Renko" in dock.controls.kind.toolTip()


def test_the_chart_whose_header_is_clicked_has_the_keyboard(setting, qtbot, use):
    """So that a search that follows is about this chart."""
    use()
    setting.dock.header.tab(0).setFocus()
    setting.dock.controls.used.emit()
    assert setting.dock.view.hasFocus()


def test_an_indicator_is_added_once(setting, qtbot):
    """And kept with the layout; a second time it is said that it is there."""
    dock = setting.dock
    with qtbot.waitSignal(dock.look_chosen):
        dock.add_indicator(TYPES["VWAP"]())
    assert dock.indicator_labels == ("RSI(14)", TYPES["VWAP"]().label)
    dock.add_indicator(TYPES["VWAP"]())
    assert setting.host.calls[-1][0] == "notify_person"
    assert len(dock.indicator_labels) == 2


def test_the_menu_of_indicators_asks_the_window_and_the_chart(setting):
    """One more is searched for in the window; one that is there goes from here."""
    menu = setting.dock.controls.indicator_menu()
    add, _line, rsi = menu.actions()
    add.trigger()
    assert setting.host.calls[-1] == ("run_command", "chart.indicator")
    next(a for a in rsi.menu().actions() if a.text() == "Remove").trigger()
    assert setting.dock.indicator_labels == ()


def test_a_tool_is_armed_from_outside(setting, use):
    """The keyboard goes to the chart, so that Escape puts the tool down."""
    use()
    setting.dock.header.tab(0).setFocus()
    tool = next(iter(toolbox().values()))
    setting.dock.arm_tool(tool)
    assert setting.dock.view.hand.tool is tool
    assert setting.dock.view.hasFocus()


def test_a_pane_is_closed_by_its_button_and_can_be_brought_back(setting):
    """As it was: alone, in its place. Without the undo nothing of that is left."""
    dock = setting.dock
    dock.set_indicator_labels(("RSI(14)", "RSI(7)"))
    dock.set_look(ChartLook(maximised="RSI(14)", pane_order=("RSI(7)", "RSI(14)")))
    setting.history()
    setting.frame()
    dock.view.grab()
    cross = dock.view.pane_hand.buttons.cross
    assert cross.isVisible()
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert dock.indicator_labels == ("RSI(7)",)
    assert dock.look.maximised == ""
    setting.history()
    setting.frame()
    assert [p.spec.key for p in dock.view.frame_now.panes] == ["price", "RSI(7)"]
    name, text, undo = setting.host.calls[-1]
    assert (name, text) == ("offer_undo", "RSI(14) removed")
    undo()
    setting.history()
    setting.frame()
    assert dock.look.maximised == "RSI(14)"
    assert [p.key for p in dock.view.state.panes] == ["price", "RSI(7)", "RSI(14)"]


def test_its_texts_follow_the_text_size(setting):
    """From its first picture on, and whenever the size changes."""
    assert setting.dock.view.font_px == setting.host.font_px
    setting.dock.apply_theme(setting.host.theme, 18)
    assert setting.dock.view.font_px == 18


def test_alerts_that_fired_are_marked_when_they_were_true(setting):
    """Those of other symbols are not; the line of one that fired goes."""
    setting.history()
    setting.frame()
    setting.core.alerts.arm(ArmedRule("a", PriceLevel(105.0), Symbol("BTCUSDT")))
    setting.core.alerts.arm(ArmedRule("b", PriceLevel(105.0), Symbol("ETHUSDT")))
    for symbol in ("BTCUSDT", "ETHUSDT"):
        for number, price in enumerate((104.0, 106.0)):
            at = UnixMs(200 * MINUTE + number)
            setting.core.pipeline.apply(Trade(Symbol(symbol), number, price, 1.0, False, at))
    (alert,) = setting.dock.view.state.fired
    assert alert.series.symbol == Symbol("BTCUSDT")
    assert setting.dock.view.state.marks.fired.times.tolist() == [200 * MINUTE + 1]
    setting.dock.show_series(ETH_1M)
    assert [a.series.symbol for a in setting.dock.view.state.fired] == [Symbol("ETHUSDT")]


def test_headlines_about_the_coin_are_events_of_its_chart(setting):
    """In the order of their times; those that come later too."""
    news = NewsFeedManager()
    news.add(
        [
            NewsItem("1", "demo", "Bitcoin rises", "https://a.example/1", UnixMs(90 * MINUTE)),
            NewsItem("2", "demo", "Cardano rises", "https://a.example/2", UnixMs(91 * MINUTE)),
        ]
    )
    setting.dock.show_news(news)

    def events():
        return [e.title for e in setting.dock.view.state.events.events]

    assert events() == ["Bitcoin rises"]
    news.add([NewsItem("3", "demo", "BTC falls", "https://a.example/3", UnixMs(80 * MINUTE))])
    assert events() == ["BTC falls", "Bitcoin rises"]


def test_what_a_forming_candle_would_say_is_shown_as_provisional(setting):
    """Next to the chart's own indicators, and gone with the next price."""
    setting.history()
    setting.frame()
    held = setting.core.subscriber.latest(BTC_1M)
    opinion = Signal(
        BTC_1M, held.open_time, "X", Direction.BUY, Strength.WEAK, 0.5, 1.0, "", held.event_time
    )
    setting.dock.update_chart(dataclasses.replace(held, provisional=(opinion,)))
    assert setting.dock.view.state.marks.provisional.times.tolist() == [held.open_time]
    setting.dock.update_chart(held)
    assert setting.dock.view.state.marks.provisional.times.tolist() == []


def test_a_drawn_line_becomes_an_alert_from_its_menu(setting):
    """A line that ends in the past is refused with a sentence; what is no line offers nothing."""
    book = setting.dock.view.hand.book
    setting.history()
    setting.dock.offer_line_alerts(LineAlerts(book, setting.core.alerts, setting.core.clock))
    points = (Anchor(UnixMs(0), 100.0), Anchor(UnixMs(50 * MINUTE), 110.0))
    ray, line = Ray(id="r", anchors=points), TrendLine(id="t", anchors=points)
    title = "Alert when it is crossed"

    def entries(drawing):
        menu = QMenu()
        add_drawing_entries(menu, setting.dock.view.hand, drawing)
        return {action.text(): action for action in menu.actions()}, menu

    book.add(BTC_1M.symbol, [ray, line])
    found, _menu = entries(ray)
    found[title].trigger()
    (armed,) = setting.core.alerts.armed
    assert (armed.symbol, armed.rule.drawing) == (BTC_1M.symbol, "r")
    assert setting.host.calls[-1] == ("notify_person", f"Alert added: {armed.rule.sentence}")
    found, _menu = entries(line)
    found[title].trigger()
    assert "ends in the past" in setting.host.calls[-1][1]
    assert len(setting.core.alerts.armed) == 1
    assert title not in entries(Rectangle(id="x", anchors=points))[0]


def test_both_alerts_of_a_channel_are_said_when_they_are_added(setting):
    """Each by the name of its line."""
    book, until = setting.dock.view.hand.book, UnixMs(10**15)
    setting.dock.offer_line_alerts(LineAlerts(book, setting.core.alerts, setting.core.clock))
    points = (Anchor(UnixMs(0), 100.0), Anchor(until, 110.0), Anchor(UnixMs(0), 90.0))
    channel = Channel(id="c", anchors=points)
    book.add(BTC_1M.symbol, [channel])
    setting.dock.view.hand.alert_wanted.notify(channel)
    upper, lower = setting.core.alerts.armed
    told = f"Alerts added: {upper.rule.sentence}; {lower.rule.sentence}"
    assert setting.host.calls[-1] == ("notify_person", told)
    assert "the upper line" in upper.rule.sentence
    assert "the lower line" in lower.rule.sentence


def test_the_pane_of_an_indicator_is_chosen_in_its_form_and_put_back_on_cancel(setting, qtbot):
    """By the keyboard as anywhere else; the layout keeps it, and new parameters do too."""
    setting.dock.set_indicator_labels(("DONCHIAN(20)", "RSI(14)", "RSI(7)"))
    setting.history()
    setting.frame()

    def panes():
        setting.frame()
        return [pane.key for pane in setting.dock.view.state.panes]

    def opened(label):
        setting.dock.view.indicator_settings_wanted.emit(label)
        return setting.dock.findChildren(IndicatorDialog)[-1]

    dialog = opened("DONCHIAN(20)")
    assert [dialog.panes.box.itemText(i) for i in range(dialog.panes.box.count())] == [
        "Over the price",
        "A pane of its own",
    ]
    qtbot.keyClick(dialog.panes.box, Qt.Key.Key_Down)
    assert panes() == ["price", "RSI(14)", "RSI(7)", "DONCHIAN(20)"]
    dialog.reject()
    assert panes() == ["price", "RSI(14)", "RSI(7)"]
    dialog = opened("RSI(7)")
    qtbot.keyClicks(dialog.panes.box, "With RSI(14)")
    dialog.form.field("timeperiod").write(9)
    dialog.accept()
    setting.history()
    assert panes() == ["price", "RSI(14)"]
    (place,) = setting.dock.look.pane_places
    assert (place.label, place.beside) == ("RSI(9)", "RSI(14)")
    dialog = opened("RSI(9)")
    dialog.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert panes() == ["price", "RSI(14)", "RSI(9)"]
    dialog.reject()
    assert panes() == ["price", "RSI(14)"]


def test_events_of_the_calendar_that_matter_stand_on_the_time_axis(setting):
    """As they are announced, also when that changes."""
    calendar = EconomicCalendar()
    setting.dock.show_calendar(calendar)
    events = [
        EconomicEvent("a", "CPI m/m", UnixMs(150 * MINUTE), Impact.HIGH, "USD"),
        EconomicEvent("b", "PMI", UnixMs(160 * MINUTE), Impact.LOW, "EUR"),
    ]
    calendar.take(events, UnixMs(0))
    assert [e.title for e in setting.dock.view.state.events.events] == ["USD CPI m/m"]


def test_bars_and_grounds_are_tried_in_the_chart_and_kept_or_put_back(setting):
    """As lines are; what is kept is in the look that is saved with the layout."""
    setting.dock.set_indicator_labels(("DONCHIAN(20)",))
    setting.history()
    setting.frame()
    (label,) = setting.dock.indicator_labels

    def ground():
        setting.frame()
        (fill,) = setting.dock.view.state.panes[0].fills
        return fill.colour, fill.opacity

    def chosen():
        setting.dock.view.indicator_settings_wanted.emit(label)
        dialog = setting.dock.findChildren(IndicatorDialog)[-1]
        row = dialog.lines.rows[-1]
        row.choice.box.setCurrentIndex(row.choice.box.findData(5))
        row.opacity.slider.setValue(40)
        return dialog

    before = ground()
    dialog = chosen()
    assert ground() == (5, 40)
    dialog.reject()
    assert ground() == before
    chosen().accept()
    assert ground() == (5, 40)
    (style,) = setting.dock.look.line_styles
    assert (style.output, style.colour, style.opacity) == ("upperband/lowerband", 5, 40)
