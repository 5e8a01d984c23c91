"""Commands for how prices of the current chart are shown: their scale, and the bid and ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from thebot_desktop.ui.actions import Command, Commands
from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode
from thebot_desktop.ui.charts.scale_buttons import with_scale
from thebot_desktop.ui.dock import SeriesDock

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow

MENU = "chart.scale"
_FIT = "scale.fit"


class _Switch(NamedTuple):
    """Something of a look that is on or off."""

    turned: Callable[[ChartLook], ChartLook]
    is_on: Callable[[ChartLook], bool]


_SWITCHES = {
    "scale.log": _Switch(
        lambda look: with_scale(look, ScaleMode.LOG), lambda look: look.scale is ScaleMode.LOG
    ),
    "scale.percent": _Switch(
        lambda look: with_scale(look, ScaleMode.PERCENT),
        lambda look: look.scale is ScaleMode.PERCENT,
    ),
    "scale.inverted": _Switch(
        lambda look: msgspec.structs.replace(look, inverted=not look.inverted),
        lambda look: look.inverted,
    ),
    "scale.quotes": _Switch(
        lambda look: msgspec.structs.replace(look, quotes=not look.quotes),
        lambda look: look.quotes,
    ),
}


def look_commands(window: MainWindow) -> list[Command]:
    """The chart itself listens to the keys named here, as Alt and a letter are for menus."""
    tr = window.tr
    texts = {
        "scale.log": (tr("Logarithmic scale"), tr("Equal distances are equal shares (Alt+L)")),
        "scale.percent": (
            tr("Scale in percent"),
            tr("Count from the first candle in view (Alt+P)"),
        ),
        "scale.inverted": (tr("Inverted scale"), tr("Low prices at the top (Alt+I)")),
        "scale.quotes": (
            tr("Bid and ask"),
            tr("Lines at the best bid and ask of the current chart"),
        ),
    }
    fit = Command(
        _FIT,
        tr("Fit prices to the screen"),
        partial(_turn_fit, window),
        menu=MENU,
        checkable=True,
        tip=tr("Or leave the price scale as it is while candles come"),
    )
    others = [
        Command(
            command,
            text,
            partial(_turn, window, _SWITCHES[command]),
            menu=MENU,
            checkable=True,
            separated=command in ("scale.log", "scale.quotes"),
            tip=tip,
        )
        for command, (text, tip) in texts.items()
    ]
    return [fit, *others]


def show_look(commands: Commands, chart: SeriesDock | None) -> None:
    """Tick what is on in ``chart``."""
    look = ChartLook() if chart is None else chart.look
    for command, switch in _SWITCHES.items():
        commands.set_checked(command, switch.is_on(look))
    commands.set_checked(_FIT, chart is not None and chart.fits_prices)


def _turn(window: MainWindow, switch: _Switch) -> None:
    chart = window.current_chart
    if chart is not None:
        chart.set_look(switch.turned(chart.look))
    show_look(window.commands, chart)


def _turn_fit(window: MainWindow) -> None:
    chart = window.current_chart
    if chart is not None:
        chart.fit_prices(on=not chart.fits_prices)
    show_look(window.commands, chart)
