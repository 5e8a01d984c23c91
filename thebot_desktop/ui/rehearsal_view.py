"""RehearsalView: whether a rule is true now, and when it would have spoken, before it is armed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.rehearsal import Firing, RehearsalStage
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Candles, Origin, SeriesKey
from thebot_desktop.ui.charts.link import Stretch
from thebot_desktop.ui.charts.marks import NO_MARKS, MarkKind, MarkSeries
from thebot_desktop.ui.charts.moment_chart import MomentChart
from thebot_desktop.ui.models.rehearsal import FiringsModel, firing_rows, when_text
from thebot_desktop.ui.models.table import AnyIndex
from thebot_desktop.ui.sortable_table import paint_quiet, paint_strong
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

MOST = 500
"""So many candles are looked at."""
PAUSE_MS = 150
"""Nobody computes while a person types."""
ROW_PX = 26


class RehearsalView(QFrame):
    """Follows the newest candles of the series until ``release``."""

    def __init__(
        self, stage: RehearsalStage, instruments: InstrumentBook, theme: Theme, font_px: int
    ) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self._stage = stage
        self._instruments = instruments
        self._rule: Rule | None = None
        self._series: SeriesKey | None = None
        self._releases: dict[SeriesKey, Callable[[], None]] = {}
        self._light = QLabel()
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setProperty("role", "secondary")
        self.chart = MomentChart(theme)
        self.chart.setMinimumHeight(150)
        self.model = FiringsModel(self)
        self.table = TableView(self.tr("When it would have spoken"), ROW_PX)
        self.table.setModel(self.model)
        self.table.horizontalHeader().show()
        self.table.paint_columns([_paint_time, paint_quiet, paint_strong], theme, font_px)
        self.table.set_widths([None, scaled(110, font_px), scaled(110, font_px)])
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.draw)
        self._lay_out()

    @property
    def light(self) -> str:
        return self._light.text()

    @property
    def summary(self) -> str:
        return self._summary.text()

    def show_rule(self, rule: Rule | None, series: SeriesKey | None) -> None:
        """Try this rule, in a moment; None while there is none."""
        self._rule = rule
        if series is not None and series != self._series:
            self.chart.set_series(series, self._instruments.of(series.symbol))
        self._series = series
        needed: tuple[SeriesKey, ...] = () if series is None else (series,)
        if series is not None and rule is not None:
            needed = self._stage.needs(rule, series)
        self._watch(needed)
        self._pause.start()

    def release(self) -> None:
        """Let go of the series."""
        self._pause.stop()
        self._series = None
        self._watch(())

    def _watch(self, needed: tuple[SeriesKey, ...]) -> None:
        for series in needed:
            if series not in self._releases:
                self._releases[series] = self._stage.watch(series, self._pause.start)
        for series in [known for known in self._releases if known not in needed]:
            self._releases.pop(series)()

    def draw(self) -> None:
        rule, series = self._rule, self._series
        if rule is None or series is None:
            self._say_nothing(self.tr("As soon as the rule is complete it is tried here."))
            return
        if rule.asks is not None:
            self._say_nothing(self.tr("Candles do not tell of this: it cannot be tried on them."))
            return
        candles = self._stage.candles(series)
        if not len(candles):
            self._say_nothing(self.tr("There are no candles of {0} yet.").format(str(series)))
            return
        try:
            firings = self._stage.rehearse(rule, series, MOST)
        except TheBotError as error:
            self._say_nothing(error.user_message)
            return
        self._show_light(rule, series)
        told = self._sentence(firings, candles, series)
        self._summary.setText(" ".join((told, *self._about_facts(rule, series, candles))))
        decimals = self._instruments.of(series.symbol).price_decimals
        self.model.set_rows(firing_rows(firings, candles, decimals))
        self._draw_chart(firings, candles, series)

    def _show_light(self, rule: Rule, series: SeriesKey) -> None:
        truth = self._stage.truth(rule, series)
        words = {
            True: ("good", self.tr("● True at the newest closed candle")),
            False: ("muted", self.tr("○ Not true at the newest closed candle")),
            None: ("muted", ""),
        }
        kind, text = words[truth]
        self._light.setText(text)
        self._light.setVisible(bool(text))
        self._light.setProperty("kind", kind)
        self._light.style().unpolish(self._light)
        self._light.style().polish(self._light)

    def _sentence(self, firings: list[Firing], candles: Candles, series: SeriesKey) -> str:
        count = min(MOST, len(candles))
        since = when_text(int(candles.open_time[-count]))
        looked_at = self.tr("the newest {0} candles of {1} (since {2})").format(
            f"{count:,}", str(series), since
        )
        if not firings:
            return self.tr("It would never have spoken in {0}.").format(looked_at)
        last = when_text(firings[-1].open_time)
        if len(firings) == 1:
            return self.tr("It would have spoken once in {0}: {1}.").format(looked_at, last)
        sentence = self.tr("It would have spoken {0} times in {1}, the last time {2}.")
        return sentence.format(f"{len(firings):,}", looked_at, last)

    def _about_facts(self, rule: Rule, series: SeriesKey, candles: Candles) -> list[str]:
        """Of what is no candle there is no history from before it was first heard."""
        said = []
        first = int(candles.last(MOST).open_time[0])
        for fact, since in self._stage.facts(rule, series):
            name = fact.sentence[:1].upper() + fact.sentence[1:]
            if since is None:
                said.append(self.tr("{0} is not known yet.").format(name))
            elif since > first:
                sentence = self.tr("{0} is known only since {1}.")
                said.append(sentence.format(name, when_text(since)))
        return said

    def _say_nothing(self, sentence: str) -> None:
        self._light.hide()
        self._summary.setText(sentence)
        self.model.set_rows(())
        self.chart.show_marks(NO_MARKS)

    def _draw_chart(self, firings: list[Firing], candles: Candles, series: SeriesKey) -> None:
        shown = candles.last(MOST)
        end = series.interval.next_open(int(shown.open_time[-1]))
        self.chart.update_chart(
            Moment(series, shown, closed=True, event_time=end, origin=Origin.HISTORY)
        )
        times = [firing.open_time for firing in firings]
        kinds = [MarkKind.ALERT] * len(times)
        self.chart.show_marks(MarkSeries.of(times, kinds, lambda at: firings[at].verdict.message))
        self.chart.show_always(Stretch(int(shown.open_time[0]), end))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        heading = QLabel(self.tr("Tried on what is known"))
        heading.setProperty("role", "small")
        parts: tuple[tuple[QWidget, int], ...] = (
            (heading, 0),
            (self._light, 0),
            (self._summary, 0),
            (self.chart, 3),
            (self.table, 2),
        )
        for widget, stretch in parts:
            column.addWidget(widget, stretch)


def _paint_time(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    pencil.text(area, index.data(), pencil.theme.text)
