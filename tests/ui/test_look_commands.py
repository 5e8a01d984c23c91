"""The commands for the price scale, as a person finds them in the palette and in the menu."""

import pytest
from PySide6.QtCore import Qt

from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode


@pytest.fixture
def window(make_world, tmp_path):
    """A window with real charts."""
    world = make_world(tmp_path, real_charts=True)
    world.quotes()
    world.windows.open_all()
    return world.windows.active


def choose(window, qtbot, typed):
    """By typing it into the palette."""
    window.run_command("palette.open")
    field = window.palette_box.field
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def ticked(window):
    """In the menu, as it is opened."""
    menu = window.commands.menu("chart.scale")
    menu.aboutToShow.emit()
    return [a.text() for a in menu.actions() if a.isChecked()]


def test_bid_and_ask_are_a_command(window, qtbot):
    """Of the current chart, there and back."""
    first, second = window.arrangement.charts
    choose(window, qtbot, "bid and ask")
    assert first.look == ChartLook(quotes=True)
    assert second.look == ChartLook()
    assert "Bid and ask" in ticked(window)
    choose(window, qtbot, "bid and ask")
    assert first.look == ChartLook()


@pytest.mark.parametrize(
    ("typed", "text", "look"),
    [
        ("logarithmic", "Logarithmic scale", ChartLook(scale=ScaleMode.LOG)),
        ("scale in percent", "Scale in percent", ChartLook(scale=ScaleMode.PERCENT)),
        ("inverted", "Inverted scale", ChartLook(inverted=True)),
    ],
)
def test_the_scale_is_found_by_typing(window, qtbot, typed, text, look):
    """The menu ticks what is on, whoever switched it on."""
    chart = window.current_chart
    choose(window, qtbot, typed)
    assert chart.look == look
    assert text in ticked(window)
    chart.set_look(ChartLook())
    assert text not in ticked(window)


def test_prices_are_fitted_or_left_alone(window, qtbot):
    """As the toggle on the axis does."""
    chart = window.current_chart
    assert "Fit prices to the screen" in ticked(window)
    choose(window, qtbot, "fit prices")
    assert not chart.fits_prices
    assert "Fit prices to the screen" not in ticked(window)
    choose(window, qtbot, "fit prices")
    assert chart.fits_prices


def test_without_a_chart_nothing_happens(window):
    """Nor is anything ticked that is not there."""
    for chart in list(window.arrangement.charts):
        chart.close()
    for command in ("scale.fit", "scale.log", "scale.quotes"):
        window.run_command(command)
    assert ticked(window) == []
