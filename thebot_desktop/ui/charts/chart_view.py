"""ChartView: one chart, from a series and its moments to pixels, and from gestures to signals."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.older_candles import Older
from thebot_desktop.domain.market import FeedGap, Instrument, Quote, SeriesKey
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.signals import Signal as TradeSignal
from thebot_desktop.domain.time import SECOND_MS, UnixMs
from thebot_desktop.market.freshness import Freshness
from thebot_desktop.ui.charts import scale_buttons
from thebot_desktop.ui.charts.alert_hand import AlertHand
from thebot_desktop.ui.charts.chart_canvas import ChartCanvas
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook
from thebot_desktop.ui.charts.chart_output import ChartOutput, add_output_entries
from thebot_desktop.ui.charts.chart_state import AlertLine, ChartState
from thebot_desktop.ui.charts.comparison import compared_now
from thebot_desktop.ui.charts.comparison_menu import add_comparison_entries
from thebot_desktop.ui.charts.derivation import Derivation
from thebot_desktop.ui.charts.drawings.hand import Hand
from thebot_desktop.ui.charts.drawings.menus import add_drawing_entries, drawing_menu
from thebot_desktop.ui.charts.drawings.properties import open_properties
from thebot_desktop.ui.charts.drawings.ruler import Ruler
from thebot_desktop.ui.charts.events import ChartEvent, EventSeries
from thebot_desktop.ui.charts.frame import Frame, outgrown
from thebot_desktop.ui.charts.gestures import Gestures
from thebot_desktop.ui.charts.legend_hand import LegendHand
from thebot_desktop.ui.charts.line_styles import styled
from thebot_desktop.ui.charts.link import LinkedPoint, Stretch
from thebot_desktop.ui.charts.look_menus import add_fit_entry, kind_menu, marks_menu, scale_menu
from thebot_desktop.ui.charts.mark_tips import MarkTips
from thebot_desktop.ui.charts.marks import fired_marks, signal_marks
from thebot_desktop.ui.charts.newest_button import SIZE as BUTTON_SIZE
from thebot_desktop.ui.charts.newest_button import NewestButton
from thebot_desktop.ui.charts.pane_arrangement import in_order
from thebot_desktop.ui.charts.pane_hand import PaneHand
from thebot_desktop.ui.charts.pane_places import placed
from thebot_desktop.ui.charts.pane_specs import pane_specs
from thebot_desktop.ui.charts.panes import PRICE_PANE
from thebot_desktop.ui.charts.series_store import Change, SeriesStore
from thebot_desktop.ui.charts.state_signs import state_sign
from thebot_desktop.ui.charts.stretches import show_stretch, stretch_of
from thebot_desktop.ui.charts.ticks import TimeLine
from thebot_desktop.ui.charts.zone_button import ZoneButton
from thebot_desktop.ui.freshness import freshness_text
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import Theme

BUTTON_AIR = 12
LEAST_SIGN_ROOM = 220
LEGEND_SECONDS = 0.25
"""Numbers of legends change no more often: nobody reads faster, and they cost half of a tick."""
AHEAD = 0.5
"""Older candles are asked for when so much of a screen is left of them."""


class ChartView(ChartCanvas):
    """Show a series with ``set_series``, then hand every moment to ``update_chart``."""

    message_clicked = Signal()
    price_alert_requested = Signal(float)
    older_wanted = Signal()
    """The oldest candles have come near: those before them will be looked for soon."""
    look_changed = Signal(object)
    """A person wants the chart to look otherwise: the new ChartLook."""
    crosshair_moved = Signal(object, object)
    """Open time and price under the pointer, or None and None when it left."""
    drawing_failed = Signal(object)
    """An indicator could not draw its shapes: the PluginError that says why."""
    compare_wanted = Signal()
    """A person wants to choose a symbol to be compared with this one."""
    indicator_settings_wanted = Signal(str)
    """A person wants to change the parameters of the indicator with this label."""
    indicator_removed = Signal(str)
    """A person wants the indicator with this label gone."""
    compared_removed = Signal(str)
    """A person wants the compared symbol gone."""
    zone_menu_wanted = Signal(QPoint)
    """A person clicked the time zone: where on the screen its menu should open."""
    stretch_moved = Signal(object)
    """A person moved or scaled the time: the Stretch that is shown now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.output = ChartOutput(self)
        """Pictures and numbers of it."""
        self._gestures = Gestures(self)
        self.hand = Hand(self)
        """Makes and moves drawings; it looks at the mouse and the keyboard first."""
        self.hand.edit_wanted.add(
            lambda drawing: open_properties(self, self.style_now, drawing, self.hand.save)
        )
        self.ruler = Ruler(self, self.hand)
        """Measures while nothing is drawn; it looks first of all."""
        self.alert_hand = AlertHand(self)
        """Moves alert lines; asked after the drawings."""
        self.legend_hand = LegendHand(self)
        self.pane_hand = PaneHand(self)
        self.mark_tips = MarkTips(self)
        self._derivation = Derivation(self.state.look.kind)
        self._latest: Moment | None = None
        self._drawn: tuple[tuple[Indicator, bool], ...] = ()
        self._closes_at = 0
        self._event_time = 0
        self._heard_at = 0.0
        self._market_time: Callable[[], UnixMs] | None = None
        self._told_stretch: Stretch | None = None
        self._countdown = QTimer(self)
        self._countdown.setSingleShot(True)
        self._countdown.timeout.connect(self._tick)
        self._legends_at = 0.0
        self._catch_up = QTimer(self)
        self._catch_up.setSingleShot(True)
        self._catch_up.setInterval(round(LEGEND_SECONDS * 1000))
        self._catch_up.timeout.connect(self._refresh)
        self._newest_button = NewestButton(theme, self.viewport())
        self._newest_button.clicked.connect(self.show_newest)
        self.scale_buttons = scale_buttons.ScaleButtons(theme, self.viewport())
        self.scale_buttons.look_wanted.connect(self.set_look)
        self.scale_buttons.automatic_wanted.connect(lambda on: self.set_automatic(automatic=on))
        self.zone_button = ZoneButton(theme, self.viewport())
        self.zone_button.entered.connect(self._gestures.leave)
        self.zone_button.clicked.connect(self._want_zone_menu)
        self._message = StateView(theme, self.viewport())
        self._message.hide()
        self.setAccessibleName(self.tr("Chart"))

    # What is shown

    def set_series(
        self,
        series: SeriesKey,
        instrument: Instrument | None,
        badge: str = "",
        exchange: str = "",
    ) -> None:
        """Show another series; it is empty until its first moment."""
        state = self.state
        state.start(series, instrument)
        state.badge, state.exchange = badge, exchange
        self._drawn = ()
        self._latest = None
        self._derivation = Derivation(state.look.kind)
        self.hand.restart()
        self.ruler.clear()
        self.alert_hand.let_go()
        self._closes_at = 0
        self._hide_message()
        self.forget_axis_width()
        self.setAccessibleName(self.tr("Chart of {0}").format(str(series)))
        self.invalidate()

    def set_titled(self, *, titled: bool) -> None:
        """Leave symbol and interval out of the legend where something above the chart says it."""
        self.state.titled = titled
        self.invalidate()

    def set_instrument(self, instrument: Instrument) -> None:
        """The exchange has told more about the symbol: its price steps."""
        if self.state.name_prices(instrument):
            self.forget_axis_width()
            self.invalidate()

    def update_chart(self, moment: Moment, price: float = math.nan) -> None:
        """Take over what is new in ``moment`` and repaint as little as possible.

        ``price`` is the newest of the symbol, which may be ahead of the newest candle.
        """
        state = self.state
        if moment.series != state.series or not len(moment.candles):
            return
        place = self._place()
        self._note_time(moment)
        self._latest = moment
        state.last_price = price if price > 0 else float(moment.candles.close[-1])
        real, moment = moment, self._derivation.of(moment, state.tick_size)
        state.marks.provisional = signal_marks(moment.provisional)
        new_panes = self._sort_panes(moment)
        before = len(state.store)
        change = state.store.apply(moment)
        if change in (Change.RESET, Change.APPENDED):
            changed = change is Change.RESET
            for error in state.shapes.update(real, state.store.open_times, anew=changed):
                self.drawing_failed.emit(error)
        if change in (Change.RESET, Change.APPENDED):
            for each in state.compared:
                each.align(state.store.open_times, exact=self._exact)
        if change is Change.RESET:
            state.guess_decimals()
            self._show_place(place)
        elif change is Change.APPENDED and place.following:
            state.viewport.right += len(state.store) - before
        if before == 0:
            state.loading = False
            self._hide_message()
        self._repaint_after(change, whole=new_panes)

    def update_compared(self, moment: Moment) -> None:
        """What is new of a compared symbol, at the interval of this chart."""
        state = self.state
        each = next((c for c in state.compared if c.symbol == moment.series.symbol), None)
        if each is None or state.series is None or moment.series.interval != state.series.interval:
            return
        if each.apply(moment, state.store.open_times, exact=self._exact):
            self._repaint_after(Change.RESET, whole=True)
        else:
            self._repaint_after(Change.LIVE, whole=False)

    def set_look(self, look: ChartLook) -> None:
        """Draw the same series in another way; what is in view stays in view."""
        before, self.state.look = self.state.look, look
        if look == before:
            return
        self.state.compared = compared_now(self.state.compared, look.compared, look.hidden_compared)
        if look.scale is not before.scale or bool(look.compared) != bool(before.compared):
            self.state.manual.pop(PRICE_PANE, None)
        self.forget_axis_width()
        self.hand.show()
        self.state.weights = dict(look.pane_heights)
        if _arrangement(look) != _arrangement(before) and self._latest is not None:
            self._drawn = ()
            self._sort_panes(self._latest)
        if look.kind is not before.kind:
            self._derivation = Derivation(look.kind)
            if self._latest is not None:
                self._draw_anew(self._latest)
        self.look_changed.emit(look)

    def set_clock(self, market_time: Callable[[], UnixMs]) -> None:
        """Count down by this clock, the exchange's, instead of by the times of messages."""
        self._market_time = market_time
        self._update_countdown()

    def set_freshness(self, freshness: Freshness | None) -> None:
        """How old what one sees is."""
        if _told(freshness) == _told(self.state.freshness):
            return
        self.state.freshness = freshness
        self._update_countdown()
        self._refresh()

    def set_quote(self, quote: Quote | None) -> None:
        """The best bid and ask of this symbol, which are drawn where a person wants them."""
        before, self.state.quote = self.state.quote, quote
        if self.state.look.quotes and quote != before:
            self._refresh()

    def set_alert_lines(self, lines: Sequence[AlertLine]) -> None:
        if tuple(lines) != self.state.alert_lines:
            self.state.alert_lines = tuple(lines)
            self.alert_hand.forget_missing()
            self.invalidate()

    def set_signals(self, signals: Sequence[TradeSignal]) -> None:
        """Signals of this series, each marked at its candle."""
        if tuple(signals) != self.state.signals:
            self.state.signals = tuple(signals)
            self.state.marks.signals = signal_marks(self.state.signals)
            self.invalidate()

    def set_fired(self, alerts: Sequence[Alert]) -> None:
        """Alerts of this symbol that were raised, each marked when it was true."""
        if tuple(alerts) != self.state.fired:
            self.state.fired = tuple(alerts)
            self.state.marks.fired = fired_marks(self.state.fired)
            self.invalidate()

    def set_events(self, events: Sequence[ChartEvent]) -> None:
        """News and dates of the calendar, on the time axis."""
        wanted = EventSeries.of(events)
        if wanted.events != self.state.events.events:
            self.state.events = wanted
            self.invalidate()

    def set_gaps(self, gaps: Sequence[FeedGap]) -> None:
        """Holes of this series that are being fetched."""
        if tuple(gaps) != self.state.gaps:
            self.state.gaps = tuple(gaps)
            self.invalidate()

    def set_older(self, older: Older) -> None:
        """What there is before the oldest candle."""
        if older is not self.state.older:
            self.state.older = older
            self.invalidate()

    def set_shows_repaired(self, *, shown: bool) -> None:
        """Mark candles that were late or repaired."""
        if shown != self.state.shows_repaired:
            self.state.shows_repaired = shown
            self.invalidate()

    def set_zone(self, zone: dt.tzinfo | None) -> None:
        """Show times as clocks of this zone do; None is that of this computer."""
        if zone != self.state.zone:
            self.state.zone = zone
            self.forget_axis_width()
            self.invalidate()

    def point_at(self, point: LinkedPoint | None) -> None:
        """Show the crosshair of another chart; that of this one goes before it."""
        if point != self.state.linked:
            self.state.linked = point
            self._refresh()

    @property
    def stretch(self) -> Stretch | None:
        """The time in view."""
        return stretch_of(self.state, self.plot_width)

    def show_stretch(self, stretch: Stretch) -> None:
        """Bring this time into view."""
        show_stretch(self.state, stretch, self.plot_width)
        self._told_stretch = self.stretch
        self.invalidate()

    def set_font_px(self, font_px: int) -> None:
        for each in (self.scale_buttons, self.zone_button, self.pane_hand):
            each.set_font_px(font_px)
        super().set_font_px(font_px)

    def set_theme(self, theme: Theme) -> None:
        self._newest_button.set_theme(theme)
        self.scale_buttons.set_theme(theme)
        self.legend_hand.buttons.set_theme(theme)
        self.pane_hand.set_theme(theme)
        self.zone_button.set_theme(theme)
        self._message.apply_theme(theme)
        super().set_theme(theme)
        self._show_sign()

    def show_loading(self) -> None:
        """The candles are on their way."""
        self._hide_message()
        self.state.loading = True
        self.invalidate()

    def show_message(
        self, title: str, detail: str, button_text: str | None = None, *, failed: bool = False
    ) -> None:
        """Say why there are no candles, with at most one way out."""
        self.state.covered = True
        self._message.show_state(
            State.ERROR if failed else State.EMPTY,
            title,
            detail=detail,
            button=button_text or "",
            action=self.message_clicked.emit,
        )
        self._show_sign()
        self._message.setGeometry(self.viewport().rect())
        self._message.show()
        self._newest_button.hide()
        self.invalidate()

    def show_newest(self) -> None:
        """Scroll to the newest candle."""
        self.state.viewport.to_newest(self.plot_width, self.state.store.newest)
        self.invalidate()
        self._tell_stretch()

    @property
    def automatic(self) -> bool:
        """Whether prices are fitted to the screen."""
        return PRICE_PANE not in self.state.manual

    def set_automatic(self, *, automatic: bool) -> None:
        """Fit prices to the screen, or leave the price scale as it is now."""
        if automatic:
            self.state.manual.pop(PRICE_PANE, None)
        else:
            self.state.manual[PRICE_PANE] = self.frame_now.panes[0].scale.stretched(1.0)
        self.invalidate()

    def reset_scale(self) -> None:
        """Back to how a chart is opened: newest candles, usual width, automatic prices."""
        self.state.manual.clear()
        self.state.viewport.reset(self.plot_width, self.state.store.newest)
        self.invalidate()
        self._tell_stretch()

    # Events

    def frame_made(self, frame: Frame) -> None:
        state = self.state
        away = not (state.empty or state.covered or state.viewport.shows(state.store.newest))
        if away:
            box, unit = next(p.box for p in frame.panes if p.box.bottom > 0), frame.unit
            x = round(frame.plot_width / unit) - BUTTON_SIZE - BUTTON_AIR
            y = round(box.bottom / unit) - BUTTON_SIZE - BUTTON_AIR
            self._newest_button.move(x, max(0, y))
        self._newest_button.setVisible(away)
        self.scale_buttons.show_state(
            frame,
            state.look,
            automatic=self.automatic,
            usable=not (state.empty or state.covered),
        )
        self.zone_button.follow(frame, state)
        self.pane_hand.follow()
        seen = frame.plot_width / frame.bars.spacing
        near_end = not state.empty and state.viewport.right < (1 + AHEAD) * seen
        if near_end and state.older in (Older.UNKNOWN, Older.FAILED):
            self.older_wanted.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_message"):
            self._message.setGeometry(self.viewport().rect())
            self._show_sign()
            self.invalidate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_countdown()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._countdown.stop()
        self._catch_up.stop()

    def sizeHint(self) -> QSize:
        return QSize(720, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pane_hand.press(event)
        taken = self.ruler.press(event) or self.hand.press(event) or self.alert_hand.press(event)
        event.setAccepted(taken or self._gestures.press(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.ruler.move(event)
        if not self._gestures.dragging:
            self.hand.move(event)
            free = self.hand.tool is None and self.state.drawings.hovered is None
            self.alert_hand.move(event, free=free)
        self._gestures.move(event)
        if not self._gestures.dragging:
            self.legend_hand.move(event.position())
            self.pane_hand.move(event.position())
            self.mark_tips.move(event.position())
            self.hand.show_cursor()
            self.alert_hand.show_cursor()
        self._tell_crosshair()
        if self._gestures.dragging:
            self._tell_stretch()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        released = (self.ruler, self.hand, self.alert_hand)
        if not any(each.release(event) for each in released):
            self._gestures.release(event)
            self.pane_hand.keep_heights()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        taken = self.ruler.press(event) or self.hand.double_click(event)
        taken = taken or self.alert_hand.double_click(event)
        taken = taken or self.legend_hand.double_click(event.position())
        taken = taken or self._gestures.double_click(event)
        event.setAccepted(taken or self.pane_hand.double_click(event))
        self.pane_hand.keep_heights()
        self._tell_stretch()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.setAccepted(self._gestures.wheel(event))
        self._tell_stretch()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.scale_buttons.set_wanted(wanted=True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.scale_buttons.set_wanted(wanted=False)
        self.hand.leave()
        self.alert_hand.leave()
        self.legend_hand.leave()
        self.pane_hand.leave()
        self.mark_tips.leave()
        self._gestures.leave()
        self._tell_crosshair()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        taken = self._scale_key(event) or any(
            each.key(event) for each in (self.ruler, self.alert_hand, self.hand)
        )
        event.setAccepted(taken or self._gestures.key(event))
        self._tell_stretch()

    def _scale_key(self, event: QKeyEvent) -> bool:
        if scale_buttons.is_reset_key(event):
            self.reset_scale()
            return True
        look = scale_buttons.look_after_key(event, self.state.look)
        if look is not None:
            self.set_look(look)
        return look is not None

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.hand.key_released(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hand.focus_lost()
        self.alert_hand.let_go()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001, N802 - called by Qt
        """Tab goes from drawing to drawing before it leaves the chart."""
        return self.hand.cycle(forward=forward) or super().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        """Keys of the drawing tools are for the chart while it has the focus."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                self.ruler.claims(event)
                or self.hand.claims(event)
                or self.alert_hand.claims(event)
                or scale_buttons.claims(event)
            )
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.context_menu(event.pos().x(), event.pos().y())
        menu.popup(event.globalPos())

    def context_menu(self, x: float, y: float) -> QMenu:
        """What a right click offers; an alert only where there is a price."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        drawing = self.hand.at(x, y)
        if drawing is not None:
            add_drawing_entries(menu, self.hand, drawing)
        self.alert_hand.add_entries(menu, x, y)
        price = self.price_at(x, y)
        if price is not None:
            text = self.frame_now.panes[0].text(price)
            add = menu.addAction(self.tr("Add alert at {0}").format(text))
            add.triggered.connect(lambda: self.price_alert_requested.emit(price))
            menu.addSeparator()
        menu.addMenu(drawing_menu(self, self.hand, self.state.look, self.set_look))
        menu.addMenu(kind_menu(self, self.state.look, self.set_look))
        scales = scale_menu(self, self.state.look, self.set_look)
        add_fit_entry(scales, self.set_automatic, automatic=self.automatic)
        menu.addMenu(scales)
        menu.addMenu(marks_menu(self, self.state.look, self.set_look))
        wanted = self.compare_wanted.emit
        self.legend_hand.add_entries(menu)
        self.pane_hand.add_entries(menu)
        add_comparison_entries(menu, self.state.look, self.set_look, wanted)
        menu.addAction(self.tr("Reset scale")).triggered.connect(self.reset_scale)
        menu.addSeparator()
        add_output_entries(menu, self.output)
        return menu

    def price_at(self, x: float, y: float) -> float | None:
        """The price at a point of the price pane, in whole price steps."""
        frame = self.frame_now
        pane = frame.panes[0]
        inside = y * frame.unit < pane.box.bottom and x * frame.unit <= frame.width
        if self.state.empty or self.state.covered or not inside:
            return None
        return self.state.in_steps(pane.scale.value(y * frame.unit))

    # Data

    @property
    def _exact(self) -> bool:
        """Whether candles open when those of other symbols do; bricks do not."""
        return self.state.look.kind is not ChartKind.RENKO

    def _draw_anew(self, moment: Moment) -> None:
        """Other candles than before are made of the same moment."""
        place = self._place()
        self.state.store = SeriesStore()
        self.state.viewport.right = 0.0
        self.update_chart(moment)
        self._show_place(place)
        self.invalidate()

    def _sort_panes(self, moment: Moment) -> bool:
        """Panes and colours anew when other indicators are in use."""
        drawn = tuple((r.indicator, r.error is None) for r in moment.results)
        if drawn == self._drawn:
            return False
        self._drawn = drawn
        look = self.state.look
        specs = pane_specs(moment.results, self.state.colours, look.hidden_indicators)
        specs = styled(placed(specs, look.pane_places), look.line_styles)
        self.state.panes = in_order(specs, look)
        return True

    def _place(self) -> _Place:
        """Where the view is, in a way that outlives a new set of candles."""
        state = self.state
        if state.empty or state.series is None:
            return _Place(following=True)
        line = TimeLine(state.store.open_times, state.series.interval)
        right = state.viewport.right
        whole = math.floor(right)
        return _Place(
            following=state.following,
            beyond=right - state.store.newest,
            when=line.time_at(whole),
            rest=right - whole,
        )

    def _show_place(self, place: _Place) -> None:
        """The same stretch of time as before, in the candles of now."""
        state = self.state
        width, newest = self.plot_width, state.store.newest
        if place.beyond is None or place.when is None or state.series is None:
            state.viewport.to_newest(width, newest)
            return
        if place.following:
            state.viewport.right = newest + place.beyond
        else:
            line = TimeLine(state.store.open_times, state.series.interval)
            state.viewport.right = line.first_at_or_after(place.when) + place.rest
        state.viewport.refit(width, newest)

    def _repaint_after(self, change: Change, *, whole: bool) -> None:
        frame = self._frame
        if not self.isVisible():
            # Whoever shows the chart again lays everything out anew.
            self._frame = None
        elif frame is None or whole or _needs_all(change, self.state, frame):
            self.invalidate()
        else:
            self._refresh_after_tick()

    def _refresh_after_tick(self) -> None:
        """The candle follows at once, the numbers of legends as often as one can read them."""
        now = time.monotonic()
        if now - self._legends_at >= LEGEND_SECONDS:
            self._legends_at = now
            self._catch_up.stop()
            self.refresh_live()
            return
        self.refresh_live(legends=False)
        if not self._catch_up.isActive():
            self._catch_up.start()

    def _refresh(self) -> None:
        if self.isVisible():
            self.refresh_live()
        else:
            self._frame = None

    # Time

    def _note_time(self, moment: Moment) -> None:
        """The countdown is to the end of the candle that is forming, or about to."""
        self._event_time = moment.event_time
        self._heard_at = time.monotonic()
        interval = moment.series.interval
        self._closes_at = interval.next_open(moment.open_time)
        if moment.closed:
            self._closes_at = interval.next_open(self._closes_at)
        self.state.left_ms = self._time_left()
        self._update_countdown()

    def _time_left(self) -> int | None:
        """Without a clock, by the newest message's time and what has passed since."""
        if not self._closes_at:
            return None
        if self._market_time is not None:
            return max(0, self._closes_at - self._market_time())
        passed = int((time.monotonic() - self._heard_at) * 1000)
        return max(0, self._closes_at - self._event_time - passed)

    def _update_countdown(self) -> None:
        """Run only while someone sees it and the price is not stale."""
        left = self._time_left()
        counts = self.state.freshness is not None and not self.state.stale
        if counts and left and self.isVisible():
            if not self._countdown.isActive():
                self._countdown.start(left % SECOND_MS or SECOND_MS)
        else:
            self._countdown.stop()

    def _tick(self) -> None:
        self.state.left_ms = self._time_left()
        self._refresh()
        self._update_countdown()

    # Small things

    def _show_sign(self) -> None:
        """Above a sentence, unless the chart is too low for both."""
        room = self.viewport().height() >= LEAST_SIGN_ROOM
        failed = self._message.state is State.ERROR
        sign = state_sign(self.theme, self.devicePixelRatioF(), failed=failed) if room else None
        self._message.show_sign(sign)

    def _want_zone_menu(self) -> None:
        self.zone_menu_wanted.emit(self.zone_button.mapToGlobal(QPoint(0, 0)))

    def _hide_message(self) -> None:
        self.state.covered = False
        self._message.hide()

    def _tell_crosshair(self) -> None:
        at = self.state.crosshair
        if at is None or self.state.empty:
            self.crosshair_moved.emit(None, None)
            return
        frame = self.frame_now
        index = frame.bars.nearest(at.x * frame.unit)
        candle = self.state.store.candle(index)
        self.crosshair_moved.emit(
            candle.open_time if candle is not None else None, self.price_at(at.x, at.y)
        )

    def _tell_stretch(self) -> None:
        now = self.stretch
        if now is not None and now != self._told_stretch:
            self._told_stretch = now
            self.stretch_moved.emit(now)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in time: so far beyond the newest candle, or at this time."""

    following: bool
    beyond: float | None = None
    when: int | None = None
    rest: float = 0.0


def _arrangement(look: ChartLook) -> tuple[object, ...]:
    """What decides which panes there are and what is in them."""
    return look.hidden_indicators, look.pane_order, look.line_styles, look.pane_places


def _told(freshness: Freshness | None) -> str:
    return "" if freshness is None else freshness_text(freshness)


def _needs_all(change: Change, state: ChartState, frame: Frame) -> bool:
    """Whether more than the live layer is different now."""
    if change is Change.LIVE:
        return outgrown(state, frame)
    return change in (Change.APPENDED, Change.RESET)
