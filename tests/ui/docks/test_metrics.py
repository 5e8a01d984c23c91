"""The badges of the current series."""

from tests.ui.world import NOW
from thebot_desktop.app.metrics import Metrics
from thebot_desktop.domain.market import Quote, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.states import State


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
