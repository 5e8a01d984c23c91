"""Pictures of every kind, theme and state of a chart, to be looked at before a release."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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
from thebot_desktop.app.older_candles import Older
from thebot_desktop.app.settings import ThemeChoice, UiConfig
from thebot_desktop.domain.market import (
    Candles,
    FeedGap,
    Instrument,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.exchange_simulator.listings import WELL_KNOWN
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_state import AlertLine, Crosshair
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.link import LinkedPoint

NOW = 1_766_420_000_000
MINUTES = 1200
SEED = 7
WIDE, NARROW, LOW = (900, 520), (230, 320), (620, 150)
SHEET_COLUMNS, SHEET_WIDTH = 3, 600
BITCOIN = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
OTHERS = (Symbol("ETHUSDT"), Symbol("SOLUSDT"))
DRAWN = ("EMACROSS(20,50)", "RSI(14)", "MACD(12,26,9)")

Change = Callable[[ChartView], None]
Scene = tuple[str, tuple[int, int], Change]


class Stage:
    """Makes charts of the demo market's candles."""

    def __init__(self) -> None:
        self._market = ModelMarket(WELL_KNOWN, SEED)
        types = indicator_catalogue(discover(indicators, Indicator))
        self._indicators = [parse_indicator(label, types) for label in DRAWN]
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

    def moment(self, candles: Candles, symbol: Symbol, *, plain: bool = False) -> Moment:
        """What the chart is told of these candles."""
        chosen = [] if plain else self._indicators
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

    def fill(self, view: ChartView, *, plain: bool = False, candles: Candles | None = None) -> None:
        """The candles are there, and live."""
        shown = self.candles(BITCOIN.symbol) if candles is None else candles
        view.update_chart(self.moment(shown, BITCOIN.symbol, plain=plain))
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
    stage.fill(view, plain=True)
    for symbol in OTHERS:
        view.update_compared(stage.moment(stage.candles(symbol), symbol, plain=True))


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


def sheet(images: list[QImage]) -> QImage:
    """All pictures of one theme beside each other."""
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
    """Write the pictures of both themes into a folder, and a sheet of each theme."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    appearance = Appearance(app)
    appearance.install(UiConfig())
    stage = Stage()
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        appearance.choose(replace(UiConfig(), theme=choice))
        images = []
        for name, size, change in scenes(stage):
            view = stage.chart(appearance, size, change)
            images.append(view.grab().toImage())
            if not images[-1].save(str(folder / f"{name}-{choice.value}.png")):
                print(f"{folder} cannot be written to", file=sys.stderr)
                return 1
            view.close()
            view.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        sheet(images).save(str(folder / f"all-{choice.value}.png"))
        print(f"made {len(images)} pictures of the {choice.value} theme")
    appearance.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
