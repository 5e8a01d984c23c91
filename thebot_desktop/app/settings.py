"""Settings: what a person can choose, typed, with defaults, ranges and words for each choice."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct, field

from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.app.colours import NO_COLOUR, OwnColour, own_colour
from thebot_desktop.app.plugin_fence import PluginConfig
from thebot_desktop.app.time_zones import LOCAL, ZoneName
from thebot_desktop.domain.market import Interval
from thebot_desktop.market.data_stream import DataStreamConfig
from thebot_desktop.market.network_config import NetworkConfig
from thebot_desktop.market.stream_config import WebSocketConfig
from thebot_desktop.news.config import NewsConfig


class ThemeChoice(Enum):
    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class PaletteChoice(Enum):
    """How rising and falling are coloured."""

    GREEN_UP = "green_up"
    RED_UP = "red_up"
    COLOUR_BLIND = "colour_blind"

    @property
    def title(self) -> str:
        return _PALETTES[self]


_PALETTES = {
    PaletteChoice.GREEN_UP: "Green up, red down",
    PaletteChoice.RED_UP: "Red up, green down",
    PaletteChoice.COLOUR_BLIND: "Blue up, orange down (safe)",
}


class UiConfig(Struct, frozen=True, forbid_unknown_fields=True):
    theme: Annotated[ThemeChoice, Meta(title="Theme")] = ThemeChoice.DARK
    palette: Annotated[
        PaletteChoice,
        Meta(
            title="Colours of prices",
            description="Blue and orange are told apart by eyes that confuse red and green.",
        ),
    ] = PaletteChoice.GREEN_UP
    high_contrast: Annotated[
        bool,
        Meta(
            title="High contrast",
            description="Text at 7 to 1 or more, and stronger lines.",
        ),
    ] = False
    candle_up: Annotated[OwnColour, Meta(title="Rising candles")] = NO_COLOUR
    candle_down: Annotated[OwnColour, Meta(title="Falling candles")] = NO_COLOUR
    candle_edge: Annotated[
        OwnColour,
        Meta(
            title="Wicks and borders",
            description="Colours of your own for candles, volume and the last price; empty: as "
            "the palette has them.",
        ),
    ] = NO_COLOUR
    font_size: Annotated[int, Meta(ge=10, le=22, title="Text size (px)")] = 13
    reduced_motion: Annotated[
        bool, Meta(title="Reduce motion", description="Nothing slides or fades.")
    ] = False
    close_to_tray: Annotated[
        bool,
        Meta(
            title="Keep running in the tray",
            description="Closing the window hides it where the desktop has a tray; "
            "alerts still come.",
        ),
    ] = False

    def __post_init__(self) -> None:
        for colour in (self.candle_up, self.candle_down, self.candle_edge):
            own_colour(colour)


class ChartConfig(Struct, frozen=True, forbid_unknown_fields=True):
    interval: Annotated[Interval, Meta(title="Interval of new charts")] = Interval.M1
    indicators: Annotated[
        tuple[str, ...],
        Meta(
            title="Indicators of new charts",
            description="As one writes them: RSI(14), EMACROSS(20,50), MACD(12,26,9).",
        ),
    ] = ("EMACROSS(20,50)", "RSI(14)")
    show_repaired: Annotated[
        bool,
        Meta(
            title="Show repaired bars",
            description="Marks bars that came late or were fetched afterwards; "
            "holes of the exchange are always marked.",
        ),
    ] = True
    zone: Annotated[
        ZoneName,
        Meta(
            title="Time zone",
            description="local, UTC, or a place such as Europe/Berlin. Bars of a day and longer "
            "are always dated in UTC.",
            min_length=1,
            max_length=64,
        ),
    ] = LOCAL


class WatchlistConfig(Struct, frozen=True, forbid_unknown_fields=True):
    symbols: Annotated[tuple[str, ...], Meta(title="Symbols of the watchlist")] = (
        "BTCUSDT",
        "ETHUSDT",
        "SOLUSDT",
        "BNBUSDT",
        "XRPUSDT",
        "DOGEUSDT",
        "ADAUSDT",
        "AVAXUSDT",
        "LINKUSDT",
        "PEPEUSDT",
        "LTCUSDT",
        "TONUSDT",
        "SUIUSDT",
    )
    compared: Annotated[
        tuple[str, ...],
        Meta(
            title="Symbols of the comparison",
            description="Empty for those of the watchlist.",
        ),
    ] = ()


class ExchangeAddresses(Struct, frozen=True, forbid_unknown_fields=True):
    """Empty addresses mean the exchange's own."""

    rest_url: Annotated[
        str,
        Meta(
            title="REST address",
            description="Base address without path; empty for the exchange's own.",
            pattern=r"^(https?://[^/\s]+)?$",
        ),
    ] = ""
    stream_url: Annotated[
        str,
        Meta(
            title="Stream address",
            description="Base address without path; empty for the exchange's own.",
            pattern=r"^(wss?://[^/\s]+)?$",
        ),
    ] = ""


class LogLevel(Enum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LoggingConfig(Struct, frozen=True, forbid_unknown_fields=True):
    level: Annotated[LogLevel, Meta(title="Detail of the log")] = LogLevel.INFO


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole tree. A component receives its section, never this."""

    ui: Annotated[UiConfig, Meta(title="Appearance")] = field(default_factory=UiConfig)
    chart: Annotated[ChartConfig, Meta(title="Charts")] = field(default_factory=ChartConfig)
    watchlist: Annotated[WatchlistConfig, Meta(title="Watchlist")] = field(
        default_factory=WatchlistConfig
    )
    signals: Annotated[SignalConfig, Meta(title="Signals")] = field(default_factory=SignalConfig)
    alerts: Annotated[AlertConfig, Meta(title="Alerts")] = field(default_factory=AlertConfig)
    news: Annotated[NewsConfig, Meta(title="News")] = field(default_factory=NewsConfig)
    data_stream: Annotated[DataStreamConfig, Meta(title="Market data")] = field(
        default_factory=DataStreamConfig
    )
    websocket: Annotated[WebSocketConfig, Meta(title="Connection")] = field(
        default_factory=WebSocketConfig
    )
    exchange: Annotated[ExchangeAddresses, Meta(title="Exchange")] = field(
        default_factory=ExchangeAddresses
    )
    network: Annotated[NetworkConfig, Meta(title="Network")] = field(default_factory=NetworkConfig)
    plugins: Annotated[PluginConfig, Meta(title="Plug-ins")] = field(default_factory=PluginConfig)
    logging: Annotated[LoggingConfig, Meta(title="Log")] = field(default_factory=LoggingConfig)
