"""Plugins: everything that is found by looking into packages of one file per thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thebot_desktop.adapters import channels as channel_kinds
from thebot_desktop.adapters import exchanges, news
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.channels import Channel
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.plugin_catalogue import OpenCatalogue
from thebot_desktop.market.ports import ExchangeProtocol
from thebot_desktop.news.ports import NewsSource

if TYPE_CHECKING:
    from thebot_desktop.ui.dock import Dock


@dataclass(frozen=True)
class Plugins:
    """Everything found by looking into the plug-in packages; people's own files can add to it."""

    indicators: OpenCatalogue[Indicator]
    own_indicators: Mapping[str, type[Indicator]]
    rules: OpenCatalogue[Rule]
    exchanges: Mapping[str, type[ExchangeProtocol]]
    news_sources: Mapping[str, type[NewsSource]]
    channels: Mapping[str, type[Channel]]


def find_plugins() -> Plugins:
    """Raises PluginError for a package without plug-ins or a file with two."""
    own = discover(indicators, Indicator)
    return Plugins(
        indicators=OpenCatalogue(indicator_catalogue(own)),
        own_indicators=own,
        rules=OpenCatalogue(discover(rules, Rule)),
        exchanges=discover(exchanges, ExchangeProtocol),
        news_sources=discover(news, NewsSource),
        channels=discover(channel_kinds, Channel),
    )


def find_docks() -> Mapping[str, type[Dock]]:
    """The panels of the window. Loads Qt."""
    from thebot_desktop.ui import docks
    from thebot_desktop.ui.dock import Dock

    return discover(docks, Dock)


def find_resources(name: str) -> bool:
    """Whether the resources have something called ``name``. Loads no Qt."""
    from thebot_desktop.ui.resources import resource

    return any(resource(name).iterdir())
