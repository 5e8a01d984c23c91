"""The form for one drawing: words, colour, width, dash, levels."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.domain.drawings import THICKEST, THINNEST, Dash, Drawing, Fibonacci, Style
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.drawings.toolbox import tool_of

MARGIN, GAP = 18, 12
SWATCH = 16
COLUMNS = 6
TEXT_ROWS = 3
MOST_TEXT = 500
MOST_RATIOS = 24
FARTHEST_RATIO = 10.0


class PropertiesDialog(QDialog):
    """Hands the changed drawing to ``save`` when the person agrees."""

    def __init__(
        self,
        parent: QWidget | None,
        drawing: Drawing,
        style: ChartStyle,
        save: Callable[[Drawing], None],
    ) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._save = save
        self._tool = tool_of(drawing)
        self.setWindowTitle(self._tool.name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(drawing.text)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(TEXT_ROWS * self.fontMetrics().lineSpacing() + 14)
        self.colours = _Colours(drawing.style.colour, style, self)
        self.width_choice = QComboBox()
        for width in range(THINNEST, THICKEST + 1):
            self.width_choice.addItem(self.tr("{0} px").format(width), width)
        self.width_choice.setCurrentIndex(drawing.style.width - THINNEST)
        self.dash_choice = QComboBox()
        for dash, title in self._dashes():
            self.dash_choice.addItem(title, dash)
            if dash is drawing.style.dash:
                self.dash_choice.setCurrentIndex(self.dash_choice.count() - 1)
        ratios = drawing.ratios if isinstance(drawing, Fibonacci) else ()
        self.levels = QLineEdit("  ".join(f"{ratio:g}" for ratio in ratios))
        self.locked = QCheckBox(self.tr("Locked"))
        self.locked.setChecked(drawing.locked)
        self._problem = QLabel()
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        if self._tool.has_text:
            self.text.setFocus()
            self.text.selectAll()

    @property
    def problem(self) -> str:
        return self._problem.text()

    def accept(self) -> None:
        try:
            changed = self._changed()
        except ValueError as problem:
            self._problem.setText(str(problem))
            self._problem.show()
            return
        super().accept()
        self._save(changed)

    def _changed(self) -> Drawing:
        style = Style(
            self.colours.chosen, self.width_choice.currentData(), self.dash_choice.currentData()
        )
        text = self.text.toPlainText().strip()[:MOST_TEXT]
        changed = msgspec.structs.replace(
            self._drawing, style=style, text=text, locked=self.locked.isChecked()
        )
        if isinstance(changed, Fibonacci):
            changed = msgspec.structs.replace(changed, ratios=self._ratios())
        return changed

    def _ratios(self) -> tuple[float, ...]:
        """Raises ValueError with a sentence."""
        words = self.levels.text().replace(";", " ").split()
        try:
            ratios = [float(word.replace(",", ".")) for word in words]
        except ValueError:
            raise ValueError(self.tr("Levels are numbers with spaces between them.")) from None
        if not 0 < len(ratios) <= MOST_RATIOS:
            raise ValueError(self.tr("Give 1 to {0} levels.").format(MOST_RATIOS))
        if not all(abs(ratio) <= FARTHEST_RATIO for ratio in ratios):
            raise ValueError(self.tr("Levels lie between -10 and 10."))
        return tuple(ratios)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(GAP)
        if self._tool.has_text:
            form.addRow(self.tr("Text"), self.text)
        form.addRow(self.tr("Colour"), self.colours)
        if self._tool.has_line:
            form.addRow(self.tr("Width"), self.width_choice)
            form.addRow(self.tr("Line"), self.dash_choice)
        if isinstance(self._drawing, Fibonacci):
            form.addRow(self.tr("Levels"), self.levels)
        form.addRow("", self.locked)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(MARGIN)
        whole.addLayout(form)
        whole.addWidget(self._problem)
        whole.addWidget(buttons)
        self.setMinimumWidth(340)

    def _dashes(self) -> list[tuple[Dash, str]]:
        return [
            (Dash.SOLID, self.tr("Solid")),
            (Dash.DASHED, self.tr("Dashed")),
            (Dash.DOTTED, self.tr("Dotted")),
        ]


class _Colours(QWidget):
    """Swatches of the theme's line colours, the theme's own, and any other."""

    def __init__(self, chosen: str, style: ChartStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.chosen = chosen
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._grid.setColumnStretch(COLUMNS, 1)
        self._group = QButtonGroup(self)
        own = style.lines[0].name()
        title = QCoreApplication.translate("Drawings", "Colour of the theme")
        self._add("", title, QColor(own), ring=True)
        choices = [c.name() for c in style.lines[1:]]
        choices += [style.theme.up, style.theme.down, style.theme.text]
        for colour in choices:
            self._add(colour, colour, QColor(colour))
        if chosen and chosen.lower() not in (c.lower() for c in choices):
            self._add(chosen, chosen, QColor(chosen))
        other = QPushButton(QCoreApplication.translate("Drawings", "Other…"))
        other.setAutoDefault(False)
        other.clicked.connect(self._ask)
        self._grid.addWidget(other, 0, COLUMNS + 1)

    def _add(self, value: str, title: str, colour: QColor, *, ring: bool = False) -> None:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(value.lower() == self.chosen.lower())
        button.setIcon(QIcon(_swatch(colour, ring=ring)))
        button.setIconSize(QSize(SWATCH, SWATCH))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.clicked.connect(lambda: self._choose(value))
        self._group.addButton(button)
        self._grid.addWidget(button, *divmod(len(self._group.buttons()) - 1, COLUMNS))

    def _choose(self, value: str) -> None:
        self.chosen = value

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self.chosen or "#808080"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._take)
        dialog.open()

    def _take(self, colour: QColor) -> None:
        self.chosen = colour.name()
        self._add(self.chosen, self.chosen, colour)
        self._group.buttons()[-1].setChecked(True)


def _swatch(colour: QColor, *, ring: bool) -> QPixmap:
    pixmap = QPixmap(SWATCH * 2, SWATCH * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(4, 4, 24, 24, 6, 6)
    if ring:
        painter.setBrush(QColor(255, 255, 255, 220))
        painter.drawEllipse(12, 12, 8, 8)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return pixmap


def open_properties(
    parent: QWidget, style: ChartStyle, drawing: Drawing, save: Callable[[Drawing], None]
) -> None:
    """Show the form without waiting for it."""
    PropertiesDialog(parent, drawing, style, save).open()
