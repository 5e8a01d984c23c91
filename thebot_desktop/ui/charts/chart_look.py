"""ChartLook: how a person wants a chart to look; kept with the layout."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct
from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.indicator_place import IndicatorPlaces
from thebot_desktop.domain.line_style import LineStyles
from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.charts.link import Link
from thebot_desktop.ui.charts.picture_choice import PictureChoice

MOST_COMPARED = 6
MOST_NAMED = 100
"""So many indicators or panes are remembered of a chart."""

_Symbols = Annotated[
    tuple[Annotated[Symbol, Meta(min_length=1, max_length=40)], ...], Meta(max_length=MOST_COMPARED)
]

_Labels = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=MOST_NAMED)
]

_Height = tuple[
    Annotated[str, Meta(min_length=1, max_length=200)], Annotated[float, Meta(gt=0, le=1000)]
]
_Heights = Annotated[tuple[_Height, ...], Meta(max_length=MOST_NAMED)]


class ChartKind(Enum):
    """How the candles of a series are drawn."""

    CANDLES = "candles"
    HOLLOW = "hollow"
    BARS = "bars"
    LINE = "line"
    AREA = "area"
    HEIKIN_ASHI = "heikin-ashi"
    RENKO = "renko"

    @property
    def title(self) -> str:
        titles = {
            ChartKind.CANDLES: QCoreApplication.translate("Chart", "Candles"),
            ChartKind.HOLLOW: QCoreApplication.translate("Chart", "Hollow candles"),
            ChartKind.BARS: QCoreApplication.translate("Chart", "Bars"),
            ChartKind.LINE: QCoreApplication.translate("Chart", "Line"),
            ChartKind.AREA: QCoreApplication.translate("Chart", "Area"),
            ChartKind.HEIKIN_ASHI: QCoreApplication.translate("Chart", "Heikin-Ashi"),
            ChartKind.RENKO: QCoreApplication.translate("Chart", "Renko"),
        }
        return titles[self]

    @property
    def is_line(self) -> bool:
        return self in (ChartKind.LINE, ChartKind.AREA)


class ScaleMode(Enum):
    """How prices are spread over the price axis."""

    NORMAL = "normal"
    LOG = "log"
    PERCENT = "percent"

    @property
    def title(self) -> str:
        titles = {
            ScaleMode.NORMAL: QCoreApplication.translate("Chart", "Normal"),
            ScaleMode.LOG: QCoreApplication.translate("Chart", "Logarithmic"),
            ScaleMode.PERCENT: QCoreApplication.translate("Chart", "Percent"),
        }
        return titles[self]


class ChartLook(Struct, frozen=True):
    """Everything about a chart that a person chooses and that is not its content."""

    kind: ChartKind = ChartKind.CANDLES
    scale: ScaleMode = ScaleMode.NORMAL
    inverted: bool = False
    volume: bool = True
    shows_signals: bool = True
    shows_patterns: bool = True
    shows_fired: bool = True
    shows_events: bool = True
    """Which marks stand at candles and on the time axis."""
    quotes: bool = False
    """Whether lines show the best bid and ask."""
    compared: _Symbols = ()
    """Other symbols over the price, in percent."""
    hidden_compared: _Symbols = ()
    hidden_indicators: _Labels = ()
    """Labels of indicators that are computed and named, but not drawn."""
    line_styles: LineStyles = ()
    """Outputs of indicators that are drawn otherwise than they come."""
    pane_places: IndicatorPlaces = ()
    """Indicators that are in another pane than they come with."""
    pane_order: _Labels = ()
    """Panes below the price that were given a place, from top to bottom."""
    pane_heights: _Heights = ()
    """Heights of panes against that of the price pane, where dividers were moved."""
    maximised: str = ""
    """The pane that has the whole chart; empty: none."""
    link: Link = Link()
    picture: PictureChoice = PictureChoice()
    """As what its last picture was wanted."""
    drawings: bool = True
    """Whether what a person has drawn is shown."""
    tools: bool = False
    """Whether the bar of drawing tools stands beside it."""
    magnet: bool = False
    """Whether new points are drawn to the prices of a candle."""
    keep_tool: bool = False
    """Whether a drawing tool stays armed after a drawing."""
