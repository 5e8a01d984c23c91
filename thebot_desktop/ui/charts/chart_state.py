"""Everything a chart knows apart from how it is drawn: series, view, panes, marks, freshness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from thebot_desktop.app.older_candles import Older
from thebot_desktop.domain.market import FeedGap, Instrument, Quote, SeriesKey
from thebot_desktop.domain.signals import Alert, Signal
from thebot_desktop.domain.time import DAY_MS
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.market.pyramid import CLOSE
from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode
from thebot_desktop.ui.charts.comparison import Comparison
from thebot_desktop.ui.charts.drawings.shown import ShownDrawings
from thebot_desktop.ui.charts.events import NO_EVENTS, EventSeries
from thebot_desktop.ui.charts.link import LinkedPoint
from thebot_desktop.ui.charts.marks import MarkBook
from thebot_desktop.ui.charts.pane_specs import ColourBook, PaneSpec
from thebot_desktop.ui.charts.panes import PRICE_PANE
from thebot_desktop.ui.charts.series_store import SeriesStore
from thebot_desktop.ui.charts.shape_book import ShapeBook
from thebot_desktop.ui.charts.viewport import Viewport
from thebot_desktop.ui.formatting import decimals_of

GUESSED_FROM = 50


class AlertLine(Struct, frozen=True):
    """An armed price alert: where it is and what it says."""

    price: float
    text: str
    id: str = ""
    """Of its rule; one without can only be looked at."""


@dataclass(slots=True)
class Crosshair:
    """Where the pointer is, in logical pixels of the chart."""

    x: float
    y: float


@dataclass(slots=True)
class ChartState:
    """One chart. The view changes it, the painters only read it."""

    series: SeriesKey | None = None
    decimals: int = 2
    tick_size: float = 0.0
    exchange: str = ""
    badge: str = ""
    titled: bool = True
    """Whether the legend names symbol and interval; not where a header above does."""
    look: ChartLook = field(default_factory=ChartLook)
    last_price: float | None = None
    """The newest price itself, whatever the candles are made of."""
    quote: Quote | None = None
    """The best bid and ask, where they are known."""
    zone: dt.tzinfo | None = None
    """None is the zone of this computer."""
    store: SeriesStore = field(default_factory=SeriesStore)
    shapes: ShapeBook = field(default_factory=ShapeBook)
    viewport: Viewport = field(default_factory=Viewport)
    compared: tuple[Comparison, ...] = ()
    """Other symbols over the price; while there are any, the scale is in percent."""
    panes: list[PaneSpec] = field(default_factory=lambda: [PaneSpec(PRICE_PANE)])
    colours: ColourBook = field(default_factory=ColourBook)
    weights: dict[str, float] = field(default_factory=dict)
    manual: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Ranges of panes that a person has scaled by hand."""
    alert_lines: tuple[AlertLine, ...] = ()
    hovered_alert: AlertLine | None = None
    held_alert: AlertLine | None = None
    """The one a person is moving, at the price where it is now."""
    signals: Sequence[Signal] = ()
    fired: tuple[Alert, ...] = ()
    """Alerts of this symbol that were raised."""
    marks: MarkBook = field(default_factory=MarkBook)
    events: EventSeries = NO_EVENTS
    """News and dates."""
    gaps: tuple[FeedGap, ...] = ()
    """Holes of this series that are being fetched."""
    shows_repaired: bool = True
    """Whether candles that were late or repaired are marked; holes always are."""
    freshness: Freshness | None = None
    """None while there is nothing to judge."""
    left_ms: int | None = None
    """Time until the newest candle closes; None when nobody knows."""
    drawings: ShownDrawings = field(default_factory=ShownDrawings)
    crosshair: Crosshair | None = None
    linked: LinkedPoint | None = None
    """Where another chart of the link group has its crosshair."""
    loading: bool = False
    older: Older = Older.UNKNOWN
    """What there is before the oldest candle."""
    covered: bool = False
    """A sentence stands in place of the candles."""

    @property
    def empty(self) -> bool:
        return not len(self.store)

    @property
    def scale(self) -> ScaleMode:
        return ScaleMode.PERCENT if self.compared else self.look.scale

    @property
    def following(self) -> bool:
        """Whether new candles move the view along."""
        return self.empty or self.viewport.shows(self.store.newest)

    @property
    def daily(self) -> bool:
        """Candles of a day and longer, which are dated in UTC."""
        return self.series is not None and self.series.interval.milliseconds >= DAY_MS

    @property
    def axis_zone(self) -> dt.tzinfo | None:
        return dt.UTC if self.daily else self.zone

    @property
    def stale(self) -> bool:
        return self.freshness is not None and self.freshness.word is FreshnessWord.STALE

    def start(self, series: SeriesKey, instrument: Instrument | None) -> None:
        """Show another series: nothing of the old one stays."""
        self.series = series
        self.store = SeriesStore()
        self.shapes = ShapeBook()
        self.panes = [PaneSpec(PRICE_PANE)]
        self.manual.clear()
        self.alert_lines, self.signals, self.gaps = (), (), ()
        self.fired, self.events, self.marks = (), NO_EVENTS, MarkBook()
        self.hovered_alert = self.held_alert = None
        self.freshness = self.left_ms = self.last_price = self.quote = None
        self.older = Older.UNKNOWN
        self.linked = None
        for each in self.compared:
            each.clear()
        self.viewport = Viewport(self.viewport.spacing)
        self.tick_size, self.decimals = 0.0, 2
        if instrument is not None:
            self.name_prices(instrument)

    def name_prices(self, instrument: Instrument) -> bool:
        """Take over the price step; whether prices are written otherwise because of it."""
        before = self.tick_size, self.decimals
        self.tick_size = instrument.tick_size
        if self.tick_size > 0:
            self.decimals = decimals_of(self.tick_size)
        return before != (self.tick_size, self.decimals)

    def in_steps(self, price: float) -> float:
        """A price in whole price steps, as the exchange would write it."""
        if self.tick_size > 0:
            price = round(price / self.tick_size) * self.tick_size
        return round(price, self.decimals)

    def guess_decimals(self) -> None:
        """While the price step is not known, the prices themselves show it."""
        if self.tick_size > 0:
            return
        recent = [self.store.live.close]
        newest = self.store.newest
        recent += self.store.candles.items(max(0, newest - GUESSED_FROM), newest)[CLOSE].tolist()
        self.decimals = max(decimals_of(abs(p)) if p else 0 for p in recent)
