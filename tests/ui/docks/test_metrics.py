"""The badges of the current series."""

from itertools import product

import pytest
from PySide6.QtCore import Qt

from tests.fakes import MINUTE, signal
from tests.ui.world import NOW
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.metrics import IndicatorMetrics, IndicatorState, Metrics
from thebot_desktop.domain.market import Quote, Symbol
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.docks.metrics import CONFIDENCE, INDICATORS, PAUSE_MS
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import load_theme


class Close(Indicator, frozen=True):
    """The close of each candle."""

    name, title, group, outputs = "CLOSE", "Close", "Test", ("close",)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        return {"close": candles.close.copy()}


def test_what_is_not_known_is_a_dash(open_dock):
    """Nothing is made up before the first message."""
    dock = open_dock("metrics")
    assert dock.badge("price").text == "–"
    assert dock.badge("spread").text == "–"
    assert dock.badge("signals").text == "0"


def test_numbers_are_shown_with_sign_and_decimals(open_dock, world):
    """Price, change and spread as the instrument needs them."""
    world.quotes()
    quote = Quote(Symbol("BTCUSDT"), 1, 69487.99, 1.0, 69488.0, 1.0)
    world.core.stream.board.quote(quote, NOW)
    dock = open_dock("metrics")
    assert dock.badge("price").text == "69,488.00"
    assert dock.badge("change").text == "+1.82%"
    assert dock.badge("spread").text == "0.01"
    assert dock.header.info == "BTCUSDT · 1m"


def test_all_badges_of_one_series(open_dock, host):
    """As the service gives them."""
    dock = open_dock("metrics")
    dock.update_metrics(
        Metrics(
            host.current_series,
            price=1.0,
            change_percent=-2.5,
            buy_signals=5,
            sell_signals=2,
            confidence=0.58,
            volatility_percent=0.214,
            spread=0.01,
            updated_at=UnixMs(NOW),
            freshness=Freshness(FreshnessWord.DELAYED, 14_000),
        )
    )
    assert dock.badge("signals").text == "7 ▲ 5  ▼ 2"
    assert dock.badge("confidence").text == "+0.58"
    assert dock.badge("confidence")._value.property("kind") == "up"
    assert dock.badge("change")._value.property("kind") == "down"
    assert dock.badge("volatility").text == "0.21%"
    assert dock.badge("data").text.startswith("Delayed 14 s ")
    assert dock.badge("data").text.count(":") == 2
    assert dock.badge("data")._value.property("kind") == "warning"


def test_a_stale_price_is_grey(open_dock, host):
    """Its change, too: neither is to be relied on."""
    dock = open_dock("metrics")
    stale = Freshness(FreshnessWord.STALE, 90_000)
    dock.update_metrics(
        Metrics(
            host.current_series,
            price=1.0,
            change_percent=2.0,
            freshness=stale,
            price_freshness=stale,
        )
    )
    assert dock.badge("data").text == "Stale 1 min"
    kinds = {dock.badge(name)._value.property("kind") for name in ("price", "change")}
    assert kinds == {"muted"}


def test_only_the_current_symbol_makes_it_draw(open_dock, world):
    """Thirteen symbols that move do not redraw it thirteen times as often."""
    dock = open_dock("metrics")
    dock.draw_if_needed()
    assert not dock.dirty
    world.quote("ETH", 2000.0, 2000.0, NOW + 1)
    assert not dock.dirty
    world.quote("BTC", 70000.0, 69000.0, NOW + 1)
    assert dock.dirty


def test_without_a_chart_there_is_a_way_to_one(open_dock, host):
    """The panel says what it would show."""
    host.current_series = None
    dock = open_dock("metrics")
    assert dock.state is State.EMPTY
    dock.state_view.button.click()
    assert host.calls == [("run_command", "chart.new")]


def page_of(dock, page):
    """The page in view, drawn."""
    dock.show_page(page)
    dock.draw()
    return dock


def indicator(label="RSI(14)", state=IndicatorState.LIVE, **given):
    return IndicatorMetrics(label, label.partition("(")[0], state, **given)


def test_each_indicator_has_value_change_signals_age_and_status(open_dock, host, texts):
    """A status is a sign and a word, a number that is not known a dash."""
    dock = page_of(open_dock("metrics"), INDICATORS)
    dock.update_indicators(
        host.current_series,
        (
            indicator(
                values=(("rsi", 61.25),),
                change=-1.5,
                buy_signals=2,
                sell_signals=1,
                updated_at=UnixMs(NOW - 2500),
            ),
            indicator(
                "SMA(20)", values=(("sma", 200.0),), change=2.0, change_percent=1.01, have=30
            ),
            indicator("SMA(200)", IndicatorState.WARMING_UP, have=12, needed=200),
            indicator("MINE", IndicatorState.ERROR, problem="division by zero"),
            indicator("GONE", IndicatorState.OFF),
            indicator("NEW", IndicatorState.COMPUTING),
        ),
    )
    told = texts(dock.indicators)
    assert told[0] == ["RSI(14)", "61.25", "−1.50", "–", "▲ 2 ▼ 1", "2 s", "● Live"]
    assert told[1][2:4] == ["+2.00", "+1.01%"]
    assert told[2] == ["SMA(200)", "–", "–", "–", "0", "–", "◔ Warming up 12 of 200"]
    assert [row[6] for row in told[3:]] == ["✕ Error", "○ Off", "… Computing"]
    tip = dock.indicators.model().index(3, 6).data(Qt.ItemDataRole.ToolTipRole)
    assert "division by zero" in tip


def test_values_sort_as_numbers(open_dock, host, texts):
    """Nine comes before ten, what is not known comes last from the top."""
    dock = page_of(open_dock("metrics"), INDICATORS)
    rows = [("TEN", 10.0), ("NINE", 9.0), ("NONE", None), ("BELOW", -3.0)]
    dock.update_indicators(
        host.current_series,
        tuple(indicator(n, values=() if v is None else (("v", v),)) for n, v in rows),
    )
    dock.indicators.model().sort(1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in texts(dock.indicators)] == ["TEN", "NINE", "BELOW", "NONE"]


def test_a_series_without_indicators_has_a_way_to_some(open_dock, host):
    """The panel says so, and where they are."""
    dock = page_of(open_dock("metrics"), INDICATORS)
    assert dock.nothing.isVisible()
    dock.nothing.button.click()
    assert host.calls == [("show_dock", "indicator_selector")]


def test_the_confidence_shows_what_it_is_made_of(open_dock, world, host, texts):
    """Each opinion with weight, age and share; the shares add up to the value."""
    at = NOW // MINUTE - 1
    for said in (
        signal(at, source="RSI(14)", confidence=0.8),
        signal(at - 10, Direction.SELL, "EMACROSS(9,21)", confidence=0.4),
    ):
        world.core.signals.add_signal(said)
    dock = page_of(open_dock("metrics"), CONFIDENCE)
    confidence = world.core.signals.calculate_confidence(host.current_series, NOW)
    dock.update_confidence(host.current_series, confidence)
    told = texts(dock.parts)
    assert [row[:5] for row in told] == [
        ["RSI(14)", "1m", "▲ BUY", "0.80", "1"],
        ["EMACROSS(9,21)", "1m", "▼ SELL", "0.40", "1"],
    ]
    assert told[0][7] == "+0.400"
    assert told[1][5:] == ["10 bars", "50%", "−0.100"]
    assert dock.sum_badge("sum").text == "+0.30 buy"
    assert dock.sum_badge("opinions").text == "60% ▲ 1  ▼ 1"
    assert dock.sum_badge("intervals").text == "– 1m +0.30"
    tip = dock.parts.model().index(1, 7).data(Qt.ItemDataRole.ToolTipRole)
    assert "1 × 0.50 × 0.40 / 2 = −0.100" in tip


def test_nobody_has_an_opinion(open_dock):
    """Said in words and not as a zero."""
    dock = page_of(open_dock("metrics"), CONFIDENCE)
    assert dock.silence.isVisible()
    assert dock.sum_badge("sum").text == "–"


def test_an_opinion_leads_to_its_candle(open_dock, world, host):
    """Enter on a row shows the series it is about."""
    world.core.signals.add_signal(signal(NOW // MINUTE - 1))
    dock = page_of(open_dock("metrics"), CONFIDENCE)
    confidence = world.core.signals.calculate_confidence(host.current_series, NOW)
    dock.update_confidence(host.current_series, confidence)
    dock.parts.activated_row.emit(dock.parts.model().index(0, 0))
    at = UnixMs((NOW // MINUTE - 1) * MINUTE)
    assert host.calls == [("reveal_chart", host.current_series), ("at", at)]


def test_tables_are_filled_a_few_times_a_second(open_dock, world, host):
    """A price that moves with every frame does not fill them with every frame."""
    dock = page_of(open_dock("metrics"), INDICATORS)
    world.core.indicators.use(host.current_series, [Close()])
    dock.draw()
    assert dock.indicators.model().rowCount() == 0
    world.core.clock.advance_to(UnixMs(NOW + PAUSE_MS))
    dock.draw()
    assert dock.indicators.model().rowCount() == 1


@pytest.mark.parametrize("width", [270, 900])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_tables_are_painted_in_both_looks_and_themes(
    open_dock, world, host, qtbot, width, theme
):
    """Every status, with and without numbers."""
    dock = page_of(open_dock("metrics"), INDICATORS)
    dock.update_indicators(
        host.current_series,
        tuple(
            indicator(f"A({i})", state, values=(("a", 1.0),) if i % 2 else (), change=float(i))
            for i, state in enumerate(IndicatorState)
        ),
    )
    world.core.signals.add_signal(signal(NOW // MINUTE - 1, Direction.SELL))
    confidence = world.core.signals.calculate_confidence(host.current_series, NOW)
    dock.update_confidence(host.current_series, confidence)
    dock.apply_theme(load_theme(theme), 13)
    dock.setFloating(True)
    dock.resize(width, 300)
    for page, table in ((INDICATORS, dock.indicators), (CONFIDENCE, dock.parts)):
        dock.show_page(page)
        qtbot.waitUntil(lambda table=table: table.is_narrow is (width == 270))
        picture = table.grab().toImage()
        area = product(range(0, picture.width(), 2), range(min(90, picture.height())))
        assert len({picture.pixelColor(x, y).name() for x, y in area}) > 15


def test_what_is_nothing_when_it_is_rounded_has_no_colour(open_dock, host):
    """A confidence of 0.00 speaks for neither side, and a change of 0.00% is none."""
    dock = open_dock("metrics")
    dock.update_metrics(Metrics(host.current_series, change_percent=-0.004, confidence=-0.004))
    assert dock.badge("confidence").text == "0.00"
    assert dock.badge("confidence")._value.property("kind") == ""
    assert dock.badge("change")._value.property("kind") == ""
