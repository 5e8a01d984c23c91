"""Everything that can be done in a window, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from thebot_desktop.app.settings import PaletteChoice, ThemeChoice
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.actions import Command
from thebot_desktop.ui.charts.chart_output import ChartOutput
from thebot_desktop.ui.charts.drawings.toolbox import toolbox
from thebot_desktop.ui.dock import Dock
from thebot_desktop.ui.interval_words import interval_name
from thebot_desktop.ui.look_commands import look_commands
from thebot_desktop.ui.mute_commands import MENU as MUTE_MENU
from thebot_desktop.ui.mute_commands import mute_commands
from thebot_desktop.ui.plugin_desk import plugin_commands
from thebot_desktop.ui.rule_desk import rule_commands

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow


def _noop(_context: str, text: str) -> str:
    """Marks ``text`` for translation; it is translated when it is shown."""
    return text


MENUS: dict[str, str] = {
    "file": _noop("Menus", "&File"),
    "chart": _noop("Menus", "&Chart"),
    "chart.interval": _noop("Menus", "&Interval"),
    "chart.scale": _noop("Menus", "&Price scale"),
    "chart.draw": _noop("Menus", "&Draw"),
    "chart.zone": _noop("Menus", "Time &zone"),
    "alerts": _noop("Menus", "&Alerts"),
    MUTE_MENU: _noop("Menus", "&Mute"),
    "view": _noop("Menus", "&View"),
    "view.panels": _noop("Menus", "&Panels"),
    "view.theme": _noop("Menus", "&Theme"),
    "view.palette": _noop("Menus", "&Colours"),
    "help": _noop("Menus", "&Help"),
}
"""Paths and headings of the menus, in their order."""


def menu_titles() -> dict[str, str]:
    return {path: QCoreApplication.translate("Menus", title) for path, title in MENUS.items()}


def window_commands(window: MainWindow) -> list[Command]:
    return [
        *_file(window),
        *_chart(window),
        *look_commands(window),
        *_drawing(window),
        *_output(window),
        *_alerts(window),
        *_view(window),
        *_help(window),
    ]


def panel_commands(window: MainWindow, panels: Mapping[str, Dock]) -> list[Command]:
    """One tick in the View menu for each panel."""
    return [
        Command(
            f"view.panel.{name}",
            panel.windowTitle(),
            partial(window.toggle_panel, name),
            menu="view.panels",
            shortcut=panel.shortcut,
            icon=panel.icon,
            checkable=True,
            tip=window.tr("Show or hide the panel {0}").format(panel.windowTitle()),
        )
        for name, panel in panels.items()
    ]


def _file(window: MainWindow) -> list[Command]:
    tr, program = window.tr, window.program
    return [
        Command(
            "file.recording",
            tr("Open recording…"),
            lambda: window.dialogs.recording(),
            menu="file",
            shortcut="Ctrl+O",
            tip=tr("Play a recorded session in a window of its own"),
        ),
        Command(
            "file.demo",
            tr("Open the demo market"),
            program.open_demo,
            menu="file",
            tip=tr("Start the embedded market in a window of its own"),
        ),
        Command(
            "file.connect",
            tr("Connect now"),
            program.try_again,
            menu="file",
            separated=True,
            tip=tr("Try to reach the exchange at once instead of waiting for the next attempt"),
        ),
        Command(
            "file.settings",
            tr("Settings…"),
            lambda: window.dialogs.settings(),
            menu="file",
            shortcut="Ctrl+,",
            icon="settings",
            separated=True,
            role=QAction.MenuRole.PreferencesRole,
        ),
        Command(
            "file.quit",
            tr("Quit"),
            program.quit,
            menu="file",
            shortcut="Ctrl+Q",
            icon="quit",
            separated=True,
            role=QAction.MenuRole.QuitRole,
        ),
    ]


def _chart(window: MainWindow) -> list[Command]:
    tr = window.tr
    intervals = [
        Command(
            f"chart.interval.{interval.value}",
            tr("Interval {0}").format(interval_name(interval)),
            partial(window.show_interval, interval),
            menu="chart.interval",
            choice="interval",
        )
        for interval in Interval
    ]
    return [
        Command(
            "palette.open",
            tr("Find symbol or command…"),
            lambda: window.finder.everything(),
            menu="view",
            shortcut="Ctrl+K",
            icon="search",
        ),
        Command(
            "chart.new",
            tr("New chart…"),
            lambda: window.finder.new_chart(),
            menu="chart",
            shortcut="Ctrl+T",
            icon="chart",
            tip=tr("Open another chart beside the current one"),
        ),
        Command(
            "chart.symbol",
            tr("Symbol…"),
            lambda: window.finder.symbol(),
            menu="chart",
            shortcut="Ctrl+L",
            icon="search",
            tip=tr("Change the symbol of the current chart"),
        ),
        Command(
            "chart.close",
            tr("Close chart"),
            window.close_chart,
            menu="chart",
            shortcut="Ctrl+W",
            icon="close",
        ),
        Command(
            "chart.next",
            tr("Next chart"),
            lambda: window.step_chart(1),
            menu="chart",
            shortcut="Ctrl+PgDown",
            separated=True,
        ),
        Command(
            "chart.previous",
            tr("Previous chart"),
            lambda: window.step_chart(-1),
            menu="chart",
            shortcut="Ctrl+PgUp",
        ),
        Command(
            "chart.compare",
            tr("Compare with symbol…"),
            lambda: window.finder.compared(),
            menu="chart",
            shortcut="Ctrl+Shift+K",
            tip=tr("Draw another symbol over the price, in percent"),
        ),
        Command(
            "chart.indicator",
            tr("Add indicator…"),
            lambda: window.finder.indicators(),
            menu="chart",
            shortcut="Ctrl+I",
            icon="indicators",
            tip=tr("Draw an indicator with the candles of the current chart"),
        ),
        *intervals,
        Command(
            "chart.repaired",
            tr("Show repaired bars"),
            window.toggle_repaired,
            menu="chart",
            checkable=True,
            separated=True,
            tip=tr("Mark bars that came late or were fetched afterwards"),
        ),
        Command(
            "chart.zone",
            tr("Time zone of charts…"),
            lambda: window.finder.zone(),
            tip=tr("Choose the zone in which all charts show times"),
        ),
        Command(
            "symbol.add",
            tr("Add symbol to watchlist…"),
            lambda: window.finder.watched(),
            menu="chart",
        ),
    ]


def _drawing(window: MainWindow) -> list[Command]:
    """The chart itself listens to the keys of its tools: they are no shortcuts of the window."""
    tip = window.tr("Draw in the current chart: {0}")
    return [
        Command(
            f"draw.{tool.icon}",
            tool.name,
            partial(window.arm_tool, tool),
            menu="chart.draw",
            icon=tool.icon,
            tip=tip.format(tool.name),
        )
        for tool in toolbox().values()
    ]


def _output(window: MainWindow) -> list[Command]:
    tr, run = window.tr, window.with_output
    return [
        Command(
            "chart.picture",
            tr("Save picture…"),
            lambda: run(ChartOutput.save_picture),
            menu="chart",
            shortcut="Ctrl+S",
            separated=True,
            tip=tr("Copy or save the chart with all its panes, as PNG or SVG"),
        ),
        Command(
            "chart.picture.copy",
            tr("Copy picture"),
            lambda: run(ChartOutput.copy_picture),
            menu="chart",
            shortcut="Ctrl+Shift+C",
        ),
        Command(
            "chart.print",
            tr("Print chart…"),
            lambda: run(ChartOutput.print_out),
            menu="chart",
            shortcut="Ctrl+P",
        ),
        Command(
            "chart.export",
            tr("Export data…"),
            lambda: run(ChartOutput.export_data),
            menu="chart",
            shortcut="Ctrl+E",
            tip=tr("Write the candles in view and their indicators to a CSV file"),
        ),
    ]


def _alerts(window: MainWindow) -> list[Command]:
    tr = window.tr
    return [
        Command(
            "alert.new",
            tr("Add price alert…"),
            window.new_alert_for_current,
            menu="alerts",
            shortcut="Ctrl+Shift+A",
            icon="bell",
        ),
        *rule_commands(window.rule_desk),
        Command(
            "alert.show",
            tr("Show alerts"),
            lambda: window.show_dock("alerts"),
            menu="alerts",
            icon="bell",
        ),
        Command(
            "alert.channels",
            tr("Alert channels…"),
            lambda: window.dialogs.channels(),
            menu="alerts",
            icon="link",
            tip=tr("Send alerts by Telegram, Discord, e-mail, to a web server or a program"),
        ),
        *mute_commands(window.notifier, window.toggle_mute),
    ]


def _view(window: MainWindow) -> list[Command]:
    tr = window.tr
    names = {
        ThemeChoice.DARK: tr("Dark theme"),
        ThemeChoice.LIGHT: tr("Light theme"),
        ThemeChoice.SYSTEM: tr("Theme of the system"),
    }
    themes = [
        Command(
            f"view.theme.{choice.value}",
            name,
            partial(window.choose_theme, choice),
            menu="view.theme",
            choice="theme",
        )
        for choice, name in names.items()
    ]
    return [
        *themes,
        *_palettes(window),
        Command(
            "view.theme.toggle",
            tr("Switch between dark and light"),
            window.toggle_theme,
            shortcut="Ctrl+Shift+L",
            icon="theme",
        ),
        Command(
            "view.reset",
            tr("Reset layout"),
            window.reset_layout,
            menu="view",
            icon="layout",
            separated=True,
            tip=tr("Put all panels back where they were at the first start"),
        ),
        Command(
            "view.full_screen",
            tr("Full screen"),
            window.toggle_full_screen,
            menu="view",
            shortcut="F11",
            checkable=True,
        ),
        Command(
            "view.float",
            tr("Float this panel"),
            window.float_focused,
            menu="view",
            shortcut="Ctrl+Shift+F",
            icon="float",
            tip=tr("Take the panel with the keyboard focus out of the window, or put it back"),
        ),
    ]


def _palettes(window: MainWindow) -> list[Command]:
    tr = window.tr
    names = {
        PaletteChoice.GREEN_UP: tr("Green up, red down (usual colours)"),
        PaletteChoice.RED_UP: tr("Red up, green down (East Asian colours)"),
        PaletteChoice.COLOUR_BLIND: tr("Blue up, orange down (colour-blind safe)"),
    }
    palettes = [
        Command(
            f"view.palette.{choice.value}",
            name,
            partial(window.choose_palette, choice),
            menu="view.palette",
            choice="palette",
        )
        for choice, name in names.items()
    ]
    return [
        *palettes,
        Command(
            "view.contrast",
            tr("High contrast"),
            window.toggle_contrast,
            menu="view.palette",
            checkable=True,
            separated=True,
            tip=tr("Text at 7 to 1 or more, on black or white"),
        ),
        Command(
            "view.candles",
            tr("Candle colours…"),
            lambda: window.dialogs.settings("ui", "candle_up"),
            menu="view.palette",
            separated=True,
            tip=tr("Choose colours of your own for candles, and see them on both themes"),
        ),
    ]


def _help(window: MainWindow) -> list[Command]:
    tr = window.tr
    return [
        Command(
            "help.shortcuts",
            tr("Keyboard shortcuts"),
            lambda: window.dialogs.shortcuts(),
            "help",
            "F1",
        ),
        Command(
            "help.log",
            tr("Open log folder"),
            window.open_log_folder,
            menu="help",
            icon="link",
        ),
        *plugin_commands(window.plugin_desk),
        Command(
            "help.about",
            tr("About THEBOT Desktop"),
            lambda: window.dialogs.about(),
            menu="help",
            icon="info",
            separated=True,
            role=QAction.MenuRole.AboutRole,
        ),
    ]
