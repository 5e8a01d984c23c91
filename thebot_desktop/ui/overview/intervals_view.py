"""IntervalsView: one symbol on all intervals, a row each with a small chart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from thebot_desktop.analysis.overview import IntervalView
from thebot_desktop.ui.comparison_table import line_points
from thebot_desktop.ui.models.overview import IntervalsModel
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import paint_strong
from thebot_desktop.ui.table_view import Pencil, TableView
from thebot_desktop.ui.theme import Theme, scaled

_ROW_PX = 44
_WARM, _COLD = 70, 30
"""An RSI beyond these is unusual."""


class IntervalsView(QWidget):
    chosen = Signal(object)
    """An Interval that a person wants to see."""

    def __init__(self) -> None:
        super().__init__()
        self.model = IntervalsModel(self)
        self.table = TableView(_tr("Intervals"), _ROW_PX)
        self.table.setModel(self.model)
        self.table.horizontalHeader().show()
        self.table.activated_row.connect(self._choose)
        self.table.clicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_views(self, views: Sequence[IntervalView]) -> None:
        self.model.set_rows(views)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        paintings = [
            paint_strong,
            _paint_change,
            _paint_trend,
            _paint_rsi,
            _paint_opinion,
            _paint_line,
        ]
        self.table.paint_columns(paintings, theme, font_px)
        widths = [scaled(w, font_px) for w in (60, 76, 62, 40, 70)]
        self.table.set_widths([*widths, None])

    def _choose(self, index: AnyIndex) -> None:
        self.chosen.emit(_view(index).interval)


def _view(index: AnyIndex) -> IntervalView:
    view: IntervalView = index.data(Role.ROW)
    return view


def _paint_change(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    change = _view(index).change_percent
    known = math.isfinite(change)
    color = pencil.theme.of_change(round(change, 2)) if known else pencil.theme.muted
    pencil.text(area, index.data(), color, right=True)


def _paint_trend(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    pencil.text(area, index.data(), pencil.theme.of_change(_view(index).trend.sign), size=12)


def _paint_rsi(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    rsi, theme = _view(index).rsi, pencil.theme
    unusual = rsi >= _WARM or rsi <= _COLD
    pencil.text(area, index.data(), theme.warning if unusual else theme.text, right=True)


def _paint_opinion(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    color = pencil.theme.of_change(round(_view(index).opinion.value, 2))
    pencil.text(area, index.data(), color, size=12)


def _paint_line(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    line = np.array(_view(index).line)
    if len(line) < 2:
        return
    painter, color = pencil.painter, pencil.theme.of_change(float(line[-1] - line[0]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), 1.4, c=Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line_points(line, QRectF(area).adjusted(4, 8, -6, -8)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)
