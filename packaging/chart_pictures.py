"""Pictures of every kind, theme and state of a chart, to be looked at before a release."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.expressions import parse_indicator
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.older_candles import Older
from thebot_desktop.app.settings import PaletteChoice, ThemeChoice, UiConfig
from thebot_desktop.domain.drawings import (
    Anchor,
    AnyDrawing,
    Drawing,
    Measure,
    Rectangle,
    Text,
    TrendLine,
)
from thebot_desktop.domain.market import (
    Candles,
    FeedGap,
    Instrument,
    Interval,
    Origin,
    Quote,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.signals import Alert, AlertType, Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.exchange_simulator.listings import WELL_KNOWN
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_state import AlertLine, Crosshair
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.shown import Measured
from thebot_desktop.ui.charts.events import ChartEvent, EventKind
from thebot_desktop.ui.charts.link import LinkedPoint

NOW = 1_766_420_000_000
MINUTES = 1200
SEED = 7
WIDE, NARROW, LOW = (900, 520), (230, 320), (620, 150)
SHEET_COLUMNS, SHEET_WIDTH = 3, 600
BITCOIN = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
OTHERS = (Symbol("ETHUSDT"), Symbol("SOLUSDT"))
DRAWN = ("EMACROSS(20,50)", "RSI(14)", "MACD(12,26,9)")
ANALYSES = {
    "zones": ("ORDERBLOCKS", "FVG", "SR"),
    "levels": ("PIVOTS", "AUTOFIB"),
    "profile": ("VOLUMEPROFILE(VISIBLE)",),
    "bands": ("BBANDS(20,2,2)", "ICHIMOKU", "SUPERTREND"),
    "patterns": ("CDLENGULFING", "CDLHAMMER", "CDLDOJI"),
}
SCALES = (1.25, 1.5, 2.0, 3.0)

Change = Callable[[ChartView], None]
Scene = tuple[str, tuple[int, int], Change]


class Stage:
    """Makes charts of the demo market's candles."""

    def __init__(self) -> None:
        self._market = ModelMarket(WELL_KNOWN, SEED)
        types = indicator_catalogue(discover(indicators, Indicator))
        self._types = types
        self._listings = {each.symbol: each for each in WELL_KNOWN}

    def candles(self, symbol: Symbol, origin: Origin = Origin.HISTORY) -> Candles:
        """The minutes before NOW."""
        listing = self._listings[symbol]
        rows = self._market.rows(symbol, NOW - MINUTES * 60_000, NOW)
        price, lots = 10.0**listing.price_decimals, 10.0**listing.quantity_decimals
        prices = (rows.column(name) / price for name in ("open", "high", "low", "close"))
        marks = (0 * rows.open_time + int(origin)).astype("uint8")
        volume = rows.column("volume") / lots
        return Candles(rows.open_time, *prices, volume, volume, marks)

    def moment(self, candles: Candles, symbol: Symbol, labels: tuple[str, ...] = DRAWN) -> Moment:
        """What the chart is told of these candles, with the indicators of these labels."""
        chosen = [parse_indicator(label, self._types) for label in labels]
        results = tuple(IndicatorResult(i, i.compute(candles)) for i in chosen)
        series = SeriesKey(symbol, Interval.M1)
        return Moment(series, candles, False, UnixMs(NOW - 22_000), Origin.LIVE, results)

    def instrument(self, symbol: Symbol) -> Instrument:
        """How its prices are written."""
        listing = self._listings[symbol]
        decimals = listing.price_decimals
        return Instrument(symbol, listing.base, listing.quote, 10.0**-decimals, 0.0001, decimals, 4)

    def chart(self, appearance: Appearance, size: tuple[int, int], change: Change) -> ChartView:
        """A chart to which ``change`` happened."""
        view = ChartView(appearance.theme)
        view.resize(*size)
        view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        view.show()
        view.set_series(BITCOIN, self.instrument(BITCOIN.symbol), "", "Demo market")
        change(view)
        QCoreApplication.processEvents()
        return view

    def fill(
        self,
        view: ChartView,
        labels: tuple[str, ...] = DRAWN,
        *,
        candles: Candles | None = None,
    ) -> None:
        """The candles are there, and live."""
        shown = self.candles(BITCOIN.symbol) if candles is None else candles
        view.update_chart(self.moment(shown, BITCOIN.symbol, labels))
        view.set_freshness(Freshness(FreshnessWord.LIVE, 200))


def scenes(stage: Stage) -> Iterator[Scene]:
    """Everything a chart can look like: name, size, and what leads to it."""
    for kind in ChartKind:
        yield f"kind-{kind.value}", WIDE, _filled(stage, ChartLook(kind=kind))
    for mode in (ScaleMode.LOG, ScaleMode.PERCENT):
        yield f"scale-{mode.value}", WIDE, _filled(stage, ChartLook(scale=mode))
    yield "scale-inverted", WIDE, _filled(stage, ChartLook(inverted=True))
    yield "compare", WIDE, lambda view: _compare(stage, view)
    yield "crosshair", WIDE, lambda view: _point(stage, view)
    yield "crosshair-linked", WIDE, lambda view: _point_from_afar(stage, view)
    yield "alert", WIDE, lambda view: _alert(stage, view)
    for name, labels in ANALYSES.items():
        yield name, WIDE, lambda view, chosen=labels: stage.fill(view, chosen)
    yield "marks", WIDE, lambda view: _marks(stage, view)
    yield "quotes", WIDE, lambda view: _quotes(stage, view)
    yield from _drawings(stage)
    yield from _panes(stage)
    yield from _states(stage)
    yield "narrow", NARROW, _filled(stage, ChartLook())
    yield "low", LOW, _filled(stage, ChartLook())
    yield "narrow-loading", NARROW, lambda view: view.show_loading()
    yield "narrow-error", NARROW, _failed


def _states(stage: Stage) -> Iterator[Scene]:
    yield "loading", WIDE, lambda view: view.show_loading()
    yield "empty", WIDE, _empty
    yield "error", WIDE, _failed
    yield "unknown-symbol", WIDE, _unknown
    for word in (FreshnessWord.DELAYED, FreshnessWord.STALE):
        age = 14_000 if word is FreshnessWord.DELAYED else 95_000
        yield word.value, WIDE, _aged(stage, Freshness(word, age))
    yield "hole", WIDE, lambda view: _hole(stage, view)
    yield "repaired", WIDE, lambda view: _origins(stage, view, Origin.REPAIRED)
    yield "exchange-hole", WIDE, lambda view: _origins(stage, view, Origin.EXCHANGE_HOLE)
    for older in (Older.LOADING, Older.FAILED, Older.NOTHING):
        yield f"older-{older.value}", WIDE, lambda view, o=older: _oldest(stage, view, o)


def _filled(stage: Stage, look: ChartLook) -> Change:
    def change(view: ChartView) -> None:
        view.set_look(look)
        stage.fill(view)

    return change


def _compare(stage: Stage, view: ChartView) -> None:
    view.set_look(ChartLook(compared=OTHERS))
    stage.fill(view, ())
    for symbol in OTHERS:
        view.update_compared(stage.moment(stage.candles(symbol), symbol, ()))


def _point(stage: Stage, view: ChartView) -> None:
    stage.fill(view)
    view.state.crosshair = Crosshair(420, 150)
    view.refresh_live()


def _point_from_afar(stage: Stage, view: ChartView) -> None:
    stage.fill(view)
    candle = view.state.store.candle(view.state.store.newest - 60)
    assert candle is not None
    view.point_at(LinkedPoint(candle.open_time, candle.close))


def _alert(stage: Stage, view: ChartView) -> None:
    stage.fill(view)
    middle = view.state.store.live.close
    view.set_alert_lines([AlertLine(middle * 1.0008, "BTCUSDT rises above this price")])


def _marks(stage: Stage, view: ChartView) -> None:
    """Signals one by one and so near that they share a place, alerts, news, dates."""
    stage.fill(view, ("EMACROSS(20,50)", "CDLENGULFING"))
    candles = stage.candles(BITCOIN.symbol)
    times = [int(time) for time in candles.open_time]
    view.set_signals([_signal(times[-at], at) for at in (75, 60, 44, 43, 42, 30, 12)])
    view.set_fired([_fired(times[-at]) for at in (50, 20, 19)])
    view.set_events(
        [
            ChartEvent(UnixMs(times[-66]), EventKind.NEWS, "Fund adds Bitcoin to its holdings"),
            ChartEvent(UnixMs(times[-35]), EventKind.NEWS, "Regulator publishes new rules"),
            ChartEvent(UnixMs(times[-34]), EventKind.NEWS, "Exchange lists another coin"),
            ChartEvent(UnixMs(times[-1] + 240_000), EventKind.CALENDAR, "Consumer prices"),
        ]
    )


def _signal(time: int, number: int) -> Signal:
    direction = Direction.BUY if number % 2 else Direction.SELL
    price, at = 70_000.0, UnixMs(time + 60_000)
    strength, source = Strength.STRONG, "EMACROSS(20,50)"
    return Signal(BITCOIN, UnixMs(time), source, direction, strength, 0.7, price, "crossed", at)


def _fired(time: int) -> Alert:
    at, key = UnixMs(time), f"{time}"
    return Alert(key, key, "r", "rule", AlertType.INFO, BITCOIN, at, 1.0, "Price", at, at, at)


def _quotes(stage: Stage, view: ChartView) -> None:
    view.set_look(ChartLook(quotes=True))
    stage.fill(view)
    price = view.state.store.live.close
    bid, ask = price * (1 - 2e-4), price * (1 + 2e-4)
    view.set_quote(Quote(BITCOIN.symbol, 1, bid, 1.0, ask, 1.0, UnixMs(NOW)))


def _drawings(stage: Stage) -> Iterator[Scene]:
    """Each kind of drawing, a few in one picture, and the ruler."""
    kinds: tuple[type[Drawing], ...] = get_args(AnyDrawing)
    for at in range(0, len(kinds), 4):
        group = kinds[at : at + 4]
        yield f"drawings-{at // 4 + 1}", WIDE, _drawn(stage, group)
    yield "ruler", WIDE, lambda view: _measure(stage, view)
    yield "tools", WIDE, _drawn(stage, (TrendLine, Rectangle), selected=True)


def _drawn(stage: Stage, kinds: tuple[type[Drawing], ...], *, selected: bool = False) -> Change:
    def change(view: ChartView) -> None:
        stage.fill(view, ())
        book = DrawingBook()
        view.hand.use(book)
        for number, kind in enumerate(kinds):
            words = "A level to watch" if kind is Text else ""
            anchors = _anchors(view, kind.points, number)
            book.put(BITCOIN.symbol, kind(id=f"d{number}", anchors=anchors, text=words))
        if selected:
            view.hand.select(view.hand.drawings[-1])

    return change


def _anchors(view: ChartView, count: int, number: int) -> tuple[Anchor, ...]:
    """Spread over the candles in view, a little to the right for each drawing."""
    store = view.state.store
    times, close = store.open_times, store.live.close
    places = ((120, 1.0012), (100, 1.0028), (106, 0.9996))
    return tuple(
        Anchor(UnixMs(int(times[number * 28 - back])), close * (rise + 0.0003 * number))
        for back, rise in places[:count]
    )


def _measure(stage: Stage, view: ChartView) -> None:
    stage.fill(view, ())
    anchors = _anchors(view, 2, 1)
    pane = view.frame_now.panes[0].spec.key
    view.state.drawings.measured = Measured(pane, Measure(id="ruler", anchors=anchors))
    view.refresh_live()


def _panes(stage: Stage) -> Iterator[Scene]:
    many = ("RSI(14)", "MACD(12,26,9)", "ADX(14)", "OBV", "ATR(14)", "CCI(14)")
    yield "panes", (900, 760), lambda view: stage.fill(view, many)
    yield "panes-without-room", (620, 320), lambda view: stage.fill(view, many)
    for pane in ("RSI(14)", "MACD(12,26,9)"):
        name = f"maximised-{pane.partition('(')[0].lower()}"
        yield name, WIDE, _filled(stage, ChartLook(maximised=pane))


def _aged(stage: Stage, freshness: Freshness) -> Change:
    def change(view: ChartView) -> None:
        stage.fill(view)
        view.set_freshness(freshness)

    return change


def _hole(stage: Stage, view: ChartView) -> None:
    stage.fill(view)
    times = view.state.store.open_times
    first, last = UnixMs(int(times[-70])), UnixMs(int(times[-55]))
    view.set_gaps([FeedGap(BITCOIN, first, last, UnixMs(NOW))])


def _origins(stage: Stage, view: ChartView, origin: Origin) -> None:
    candles = stage.candles(BITCOIN.symbol)
    candles.origin[-70:-50] = int(origin)
    stage.fill(view, candles=candles)


def _oldest(stage: Stage, view: ChartView, older: Older) -> None:
    stage.fill(view)
    view.state.viewport.to_oldest(view.plot_width, view.state.store.newest)
    view.set_older(older)
    view.invalidate()


def _empty(view: ChartView) -> None:
    view.show_message(
        "No trades of BTCUSDT 1m in this range.",
        "Candles appear with the next trade.",
        "Look again",
    )


def _failed(view: ChartView) -> None:
    view.show_message(
        "No candles of BTCUSDT 1m yet.",
        "The exchange cannot be reached: the connection was refused.",
        "Connect now",
        failed=True,
    )


def _unknown(view: ChartView) -> None:
    view.show_message(
        "The exchange has no symbol BTCUSTD.", "You may also mean BTCUSDC.", "Open BTCUSDT"
    )


def made(stage: Stage, appearance: Appearance) -> Iterator[tuple[str, QImage]]:
    """Every scene as it is on the screen, and the first one at other scales."""
    for number, (name, size, change) in enumerate(scenes(stage)):
        view = stage.chart(appearance, size, change)
        yield name, view.grab().toImage()
        for scale in SCALES if number == 0 else ():
            yield f"factor-{scale:g}", view.render_to_image(scale)
        view.close()
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def looks() -> Iterator[tuple[str, UiConfig]]:
    """The two themes, and each palette of both in high contrast and without."""
    for theme in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        for palette in PaletteChoice:
            for contrast in (False, True):
                name = f"{theme.value}-{palette.value}{'-contrast' if contrast else ''}"
                chosen = UiConfig(theme=theme, palette=palette, high_contrast=contrast)
                yield name, chosen


def sheet(images: list[QImage]) -> QImage:
    """All pictures of one theme beside each other, each as wide as on the screen at most."""
    for image in images:
        image.setDevicePixelRatio(1.0)
    shown = [i.scaledToWidth(min(i.width(), SHEET_WIDTH), _SMOOTH) for i in images]
    rows = [shown[at : at + SHEET_COLUMNS] for at in range(0, len(shown), SHEET_COLUMNS)]
    heights = [max(image.height() for image in row) for row in rows]
    whole = QImage(SHEET_COLUMNS * SHEET_WIDTH, sum(heights), QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.gray)
    painter = QPainter(whole)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for column, image in enumerate(row):
            painter.drawImage(column * SHEET_WIDTH, top, image)
        top += height
    painter.end()
    return whole


_SMOOTH = Qt.TransformationMode.SmoothTransformation


def main(arguments: list[str]) -> int:
    """Write pictures of both themes and all palettes into a folder, with a sheet of each group."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    appearance = Appearance(app)
    appearance.install(UiConfig())
    stage = Stage()
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        appearance.choose(replace(UiConfig(), theme=choice))
        if not _save_all(folder, choice.value, dict(made(stage, appearance))):
            return 1
    palettes = {}
    for name, chosen in looks():
        appearance.choose(chosen)
        view = stage.chart(appearance, WIDE, lambda view: _marks(stage, view))
        palettes[name] = view.grab().toImage()
        view.close()
        view.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    appearance.close()
    return 0 if _save_all(folder, "palettes", palettes) else 1


def _save_all(folder: Path, group: str, images: dict[str, QImage]) -> bool:
    """Each as a file, and all on one sheet; False if the folder cannot be written to."""
    for name, image in images.items():
        if not image.save(str(folder / f"{name}-{group}.png")):
            print(f"{folder} cannot be written to", file=sys.stderr)
            return False
    sheet(list(images.values())).save(str(folder / f"all-{group}.png"))
    print(f"made {len(images)} pictures: {group}")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
