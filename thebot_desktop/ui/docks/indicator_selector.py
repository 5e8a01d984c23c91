"""Indicators: the whole catalogue to choose from, and those of the current chart."""

from __future__ import annotations

from typing import Self

import msgspec
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.expressions import Catalogue, parse_indicator
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.indicator_shelf import PRESETS, IndicatorLooks, IndicatorShelf, Template
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import InputError
from thebot_desktop.ui.attempts import attempt
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.dock import Dock, DockArea, SeriesDock
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.indicator_search import find_indicators
from thebot_desktop.ui.models.indicators import (
    CatalogueModel,
    KindRow,
    UseModel,
    UseRow,
    kind_rows,
    use_rows,
)
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

CATALOGUE, CHART = 0, 1
ROW_PX = 44
FAVOURITES = "favourites"


class IndicatorSelectorDock(Dock):
    """What is chosen here is about the chart that was used last."""

    name = "indicator_selector"
    title = "Indicators"
    area = DockArea.RIGHT
    icon = "indicators"
    shortcut = "Ctrl+8"
    place = 3
    height_share = 5
    shown_at_first = False
    shows_age = True

    def __init__(
        self,
        host: WindowHost,
        catalogue: Catalogue,
        shelf: IndicatorShelf,
        session: Session,
        subscriber: RealTimeDataSubscriber,
    ) -> None:
        super().__init__(host)
        self._catalogue = catalogue
        self._shelf = shelf
        self._session = session
        self._subscriber = subscriber
        self.search = QLineEdit()
        self.search.setPlaceholderText(self._search_hint())
        self.search.setAccessibleName(self.tr("Search indicators"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self.mark_dirty())
        self.search.returnPressed.connect(self._add_first)
        self.group = self._groups()
        self.table = self._table(self.tr("Catalogue of indicators"), CatalogueModel(self))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.clicked.connect(self._click_kind)
        self.table.activated_row.connect(lambda _index: self._add_selected())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._name_add())
        self.add = QPushButton()
        self.add.clicked.connect(self._add_selected)
        self.uses = self._table(self.tr("Indicators of the chart"), UseModel(self))
        self.uses.clicked.connect(self._click_use)
        self.uses.activated_row.connect(self._edit)
        self.uses.removal_wanted.connect(self._remove)
        self.sets = QPushButton(self.tr("Sets of indicators"))
        self.sets.clicked.connect(self._show_sets)
        self.none, self.nothing = StateView(host.theme), StateView(host.theme)
        self.none.show_state(
            State.EMPTY,
            self.tr("This chart has no indicators yet."),
            button=self.tr("Choose some"),
            action=lambda: self.show_page(CATALOGUE),
        )
        self.add_page(_page(self._strip(), self.nothing, self.table, self.add))
        self.add_page(_page(None, self.none, self.uses, self.sets), self.tr("In chart"))
        self._name_add()
        self.on_release(shelf.changed.add(lambda _none: self.mark_dirty()))
        self.on_release(host.series_changed.add(lambda _series: self.mark_dirty()))
        self.apply_theme(host.theme, host.font_px)

    @classmethod
    def build(cls, context: AppContext, host: WindowHost) -> Self:
        types = context.indicator_types
        dock = cls(host, types, context.shelf, context.session, context.subscriber)
        dock.on_release(context.plugins.changed.add(lambda _none: dock.note_catalogue()))
        return dock

    def note_catalogue(self) -> None:
        """Plug-ins have come or gone: there may be other groups."""
        self.search.setPlaceholderText(self._search_hint())
        chosen = self.group.currentData()
        self._fill_groups(self.group)
        self.group.setCurrentIndex(max(0, self.group.findData(chosen)))
        self.mark_dirty()

    def draw(self) -> None:
        chart = self.host.current_chart
        if chart is None:
            sentence = self.tr("Open a chart to give it indicators.")
            self.show_state(State.EMPTY, sentence)
            return
        self.show_content()
        self.header.set_info(chart.series.symbol)
        if self.page == CATALOGUE:
            self._draw_catalogue(chart)
        else:
            self._draw_uses(chart)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        super().apply_theme(theme, font_px)
        self.none.apply_theme(theme)
        self.nothing.apply_theme(theme)
        side = scaled(34, font_px)
        self.table.paint_columns([_paint_star, _paint_kind, _paint_plus], theme, font_px)
        self.table.set_widths([side, None, side])
        self.uses.paint_columns([_paint_use, _paint_eye, _paint_gear, _paint_cross], theme, font_px)
        self.uses.set_widths([None, scaled(28, font_px), scaled(28, font_px), side])

    def sets_menu(self) -> QMenu:
        """Presets by trading style, a person's own templates, and how those come and go."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(self.tr("Presets"))
        for preset in PRESETS:
            self._offer(menu, preset)
        menu.addSection(self.tr("Own"))
        for template in self._shelf.templates:
            self._offer(menu, template)
        menu.addAction(self.tr("Save these as a template…")).triggered.connect(self._save_template)
        if self._shelf.templates:
            delete = menu.addMenu(self.tr("Delete template"))
            for template in self._shelf.templates:
                delete.addAction(template.name).triggered.connect(
                    lambda _on=False, name=template.name: self._remove_template(name)
                )
        return menu

    # The catalogue

    def _draw_catalogue(self, chart: SeriesDock) -> None:
        kinds = find_indicators(self.search.text(), self._in_group())
        used = {label.partition("(")[0] for label in chart.indicator_labels}
        model = self.table.model()
        assert isinstance(model, CatalogueModel)
        model.set_rows(kind_rows(kinds, self._shelf.favourites, used))
        if not kinds:
            self._say_nothing_found()
        self.nothing.setVisible(not kinds)
        self.table.setVisible(bool(kinds))

    def _say_nothing_found(self) -> None:
        sentence = self.tr("No indicator fits this search.")
        if self.group.currentData() == FAVOURITES and not self._shelf.favourites:
            sentence = self.tr("The star beside an indicator makes it a favourite.")
        self.nothing.show_state(
            State.EMPTY, sentence, button=self.tr("Show all"), action=self._show_all
        )

    def _show_all(self) -> None:
        self.search.clear()
        self.group.setCurrentIndex(0)

    def _in_group(self) -> list[type[Indicator]]:
        wanted = self.group.currentData()
        if wanted == FAVOURITES:
            return [k for k in self._catalogue.values() if k.name in self._shelf.favourites]
        return [k for k in self._catalogue.values() if wanted in (None, k.group)]

    def _click_kind(self, index: QModelIndex) -> None:
        row: KindRow = index.data(Role.ROW)
        if index.column() == 0:
            attempt(self.host, lambda: self._shelf.toggle_favourite(row.kind.name))
        elif index.column() == 2:
            self._add([row.kind])

    def _add_first(self) -> None:
        """Enter in the search: the best match."""
        self.draw()
        index = self.table.model().index(0, 0)
        if index.isValid():
            self._add([index.data(Role.ROW).kind])

    def _add_selected(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        self._add([index.data(Role.ROW).kind for index in sorted(rows, key=lambda i: i.row())])

    def _add(self, kinds: list[type[Indicator]]) -> None:
        chart = self.host.current_chart
        if chart is None:
            return
        for kind in kinds:
            chart.add_indicator(kind())
        self.mark_dirty()

    def _name_add(self) -> None:
        count = len(self.table.selectionModel().selectedRows())
        one, many = self.tr("Add to chart"), self.tr("Add {0} to chart").format(count)
        self.add.setText(many if count > 1 else one)
        self.add.setEnabled(count > 0)

    # Those of the chart

    def _draw_uses(self, chart: SeriesDock) -> None:
        moment = self._subscriber.latest(chart.series)
        rows = use_rows(
            chart.indicators,
            None if moment is None else moment.results,
            0 if moment is None else len(moment.candles),
            chart.look.hidden_indicators,
            chart.series.interval,
        )
        model = self.uses.model()
        assert isinstance(model, UseModel)
        model.set_rows(rows)
        self.none.setVisible(not rows)
        self.uses.setVisible(bool(rows))

    def _click_use(self, index: QModelIndex) -> None:
        row: UseRow = index.data(Role.ROW)
        chart = self.host.current_chart
        if chart is None:
            return
        match index.column():
            case 1:
                chart.toggle_hidden(row.label)
            case 2 if row.broken:
                self._switch_on(chart, row.label)
            case 2:
                chart.edit_indicator(row.label)
            case 3:
                chart.remove_indicator(row.label)
        self.mark_dirty()

    def _edit(self, index: QModelIndex) -> None:
        if self.host.current_chart is not None:
            self.host.current_chart.edit_indicator(index.data(Role.ROW).label)

    def _remove(self, index: QModelIndex) -> None:
        if self.host.current_chart is not None:
            self.host.current_chart.remove_indicator(index.data(Role.ROW).label)
            self.mark_dirty()

    def _switch_on(self, chart: SeriesDock, label: str) -> None:
        for indicator in chart.indicators:
            if indicator.label == label:
                self._session.switch_on(chart.series, indicator)

    # Sets

    def _show_sets(self) -> None:
        self.sets_menu().popup(self.sets.mapToGlobal(self.sets.rect().topLeft()))

    def _offer(self, menu: QMenu, template: Template) -> None:
        action = menu.addAction(f"{template.name}\t{len(template.indicators)}")
        action.setToolTip(", ".join(template.indicators))
        action.triggered.connect(lambda _on=False: self._use_set(template))

    def _use_set(self, template: Template) -> None:
        """In place of what the chart has, with a way back."""
        chart = self.host.current_chart
        if chart is None:
            return
        before, look_before = chart.indicators, chart.look
        wanted: list[Indicator] = []
        for label in template.indicators:
            try:
                wanted.append(parse_indicator(label, self._catalogue))
            except InputError as error:
                self.host.notify_person(error.user_message)
        if template.looks is not None:
            _give_looks(chart, _looks(chart.look).replaced(template.indicators, template.looks))
        chart.change_indicators(tuple(wanted))
        sentence = self.tr("{0}: {1} indicators").format(template.name, len(wanted))

        def bring_back() -> None:
            _give_looks(chart, _looks(look_before))
            chart.change_indicators(before)

        self.host.offer_undo(sentence, bring_back)
        self.mark_dirty()

    def _save_template(self) -> None:
        chart = self.host.current_chart
        if chart is None:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Save template"))
        dialog.setLabelText(self.tr("Name of the template:"))
        labels, looks = chart.indicator_labels, _looks(chart.look)
        dialog.textValueSelected.connect(
            lambda name: attempt(self.host, lambda: self._shelf.save_template(name, labels, looks))
        )
        dialog.open()

    def _remove_template(self, name: str) -> None:
        gone = next((t for t in self._shelf.templates if t.name == name), None)
        if gone is None or not attempt(self.host, lambda: self._shelf.remove_template(name)):
            return

        def bring_back() -> None:
            attempt(
                self.host, lambda: self._shelf.save_template(gone.name, gone.indicators, gone.looks)
            )

        self.host.offer_undo(self.tr("Template {0} deleted").format(name), bring_back)

    # Small things

    def _search_hint(self) -> str:
        return self.tr("Search {0} indicators").format(len(self._catalogue))

    def _groups(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Group"))
        self._fill_groups(box)
        box.currentIndexChanged.connect(lambda _index: self.mark_dirty())
        return box

    def _fill_groups(self, box: QComboBox) -> None:
        box.clear()
        box.addItem(self.tr("All groups"), None)
        box.addItem(self.tr("Favourites"), FAVOURITES)
        for group in sorted({kind.group for kind in self._catalogue.values()}):
            box.addItem(group, group)

    def _strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("dockStrip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 4, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.search, 3)
        row.addWidget(self.group, 2)
        self.group.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        return strip

    def _table(self, name: str, model: CatalogueModel | UseModel) -> TableView:
        table = TableView(name, ROW_PX)
        table.setModel(model)
        return table


def _looks(look: ChartLook) -> IndicatorLooks:
    """What a chart says of its indicators."""
    return IndicatorLooks(look.line_styles, look.pane_places)


def _give_looks(chart: SeriesDock, looks: IndicatorLooks) -> None:
    """The rest of the chart's look stays."""
    chart.set_look(
        msgspec.structs.replace(chart.look, line_styles=looks.styles, pane_places=looks.places)
    )


def _page(top: QWidget | None, otherwise: QWidget, table: QWidget, button: QPushButton) -> QWidget:
    """The table, or what is said in its place, between a strip above and a button below."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    if top is not None:
        column.addWidget(top)
    column.addWidget(otherwise, 1)
    column.addWidget(table, 1)
    foot = QHBoxLayout()
    foot.setContentsMargins(8, 8, 8, 8)
    foot.addWidget(button, 1)
    column.addLayout(foot)
    return page


def _halves(area: QRect) -> tuple[QRect, QRect]:
    half = area.height() // 2
    return (
        QRect(area.left(), area.top() + 4, area.width(), half - 4),
        QRect(area.left(), area.top() + half, area.width(), half - 4),
    )


def _paint_star(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: KindRow = index.data(Role.ROW)
    name = "star-filled" if row.favourite else "star"
    pencil.icon(area, name, pencil.theme.warning if row.favourite else pencil.theme.muted)


def _paint_kind(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: KindRow = index.data(Role.ROW)
    upper, lower = _halves(area)
    pencil.text(upper, row.kind.title, pencil.theme.text)
    width = pencil.text(lower, row.label, pencil.theme.secondary, size=11)
    beside = lower.adjusted(width + 8, 0, 0, 0)
    pencil.text(beside, row.kind.group, pencil.theme.muted, size=11)


def _paint_plus(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: KindRow = index.data(Role.ROW)
    pencil.icon(area, "check" if row.in_use else "plus", pencil.theme.secondary)


def _paint_use(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: UseRow = index.data(Role.ROW)
    theme = pencil.theme
    upper, lower = _halves(area)
    pencil.text(upper, row.label, theme.muted if row.hidden else theme.text, strong=True)
    tones = {"good": theme.secondary, "warning": theme.warning, "bad": theme.bad}
    pencil.text(lower, row.status, tones.get(row.tone, theme.muted), size=11)


def _paint_eye(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: UseRow = index.data(Role.ROW)
    pencil.icon(area, "hide" if row.hidden else "show", pencil.theme.muted)


def _paint_gear(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row: UseRow = index.data(Role.ROW)
    pencil.icon(area, "refresh" if row.broken else "settings", pencil.theme.muted)


def _paint_cross(pencil: Pencil, area: QRect, _index: AnyIndex) -> None:
    pencil.icon(area, "close", pencil.theme.muted)
