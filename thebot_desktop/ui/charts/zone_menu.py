"""The menu of time zones: this computer's, that of the exchange, those of the large markets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimeZone
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from thebot_desktop.app.time_zones import (
    LOCAL,
    MARKET_ZONES,
    UTC,
    ZoneName,
    known_zone,
    trouble_with_zone,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.ticks import local, zone_name
from thebot_desktop.ui.formatting import DASH

Choose = Callable[[ZoneName], object]


def zone_title(name: str) -> str:
    """A zone as people call it: by the city of the market where there is one."""
    if name == LOCAL:
        here = _city(bytes(QTimeZone.systemTimeZoneId().data()).decode())
        return _tr("Local time") + (f" ({here})" if here else "")
    titles = {
        UTC: _tr("UTC (exchange time)"),
        "Europe/Berlin": _tr("Frankfurt"),
        "Asia/Kolkata": _tr("Mumbai"),
        "America/Sao_Paulo": _tr("São Paulo"),
    }
    return titles.get(name) or _city(name) or name


def zone_offset(name: str, now: UnixMs) -> str:
    """How far its clocks are from UTC at present: ``UTC−5``."""
    offset = local(now, known_zone(name)).utcoffset()
    return zone_name(offset) if offset is not None else DASH


def fill_zone_menu(
    menu: QMenu, chosen: ZoneName, now: UnixMs, choose: Choose, search: Callable[[], object]
) -> None:
    """All that is offered without searching; the zone in force is ticked."""
    menu.clear()
    group = QActionGroup(menu)
    in_force = LOCAL if trouble_with_zone(chosen) else chosen

    def add(name: ZoneName) -> None:
        action = QAction(f"{zone_title(name)}\t{zone_offset(name, now)}", menu, checkable=True)
        action.setChecked(name == in_force)
        action.triggered.connect(lambda _on: choose(name))
        group.addAction(action)
        menu.addAction(action)

    for name in (LOCAL, UTC):
        add(name)
    menu.addSeparator()
    for name in MARKET_ZONES:
        add(name)
    menu.addSeparator()
    if in_force not in (LOCAL, UTC, *MARKET_ZONES):
        add(in_force)
    menu.addAction(_tr("Other…")).triggered.connect(lambda _on: search())


def _city(name: str) -> str:
    """The place in the name of a zone; mere offsets have none."""
    area, slash, place = name.rpartition("/")
    return place.replace("_", " ") if slash and area != "Etc" else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Zones", text)
