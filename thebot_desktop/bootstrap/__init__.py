"""The composition root: makes everything, once. Importing it loads no Qt.

Imports everything but ``cli``. In the order of making: launch, ground (with plugins), market,
stores, feed, engine and session, the rest of the core; ``open_program`` goes through them.
"""

from __future__ import annotations

from thebot_desktop.bootstrap.core import build_core
from thebot_desktop.bootstrap.feed import build_feed
from thebot_desktop.bootstrap.ground import lay_ground
from thebot_desktop.bootstrap.health import resident_mb
from thebot_desktop.bootstrap.launch import Launch
from thebot_desktop.bootstrap.market import find_market
from thebot_desktop.bootstrap.plugins import Plugins, find_docks, find_plugins, find_resources
from thebot_desktop.bootstrap.program import Program
from thebot_desktop.bootstrap.stores import open_stores

__all__ = [
    "Launch",
    "Plugins",
    "Program",
    "find_docks",
    "find_plugins",
    "find_resources",
    "open_program",
    "resident_mb",
]


async def open_program(launch: Launch) -> Program:
    """Everything but the screen, ready to start.

    Raises ConfigError or InputError with a sentence when the launch makes no sense.
    """
    ground = lay_ground(launch)
    try:
        market = await find_market(ground)
        stores = open_stores(ground, market)
        feed = build_feed(ground, market, stores)
        return build_core(ground, market, stores, feed)
    except BaseException:
        await ground.supervisor.stop()
        raise
