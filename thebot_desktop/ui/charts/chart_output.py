"""ChartOutput: what leaves a chart: pictures to copy, save and print, and its numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QByteArray, QMimeData, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImageWriter, QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QMenu

from thebot_desktop.ui.charts.picture import image_of, print_chart, svg_of
from thebot_desktop.ui.charts.picture_choice import PictureChoice, PictureFormat
from thebot_desktop.ui.charts.picture_dialog import PictureDialog
from thebot_desktop.ui.charts.visible_data import csv_of
from thebot_desktop.ui.file_dialogs import ask_where_to_save
from thebot_desktop.ui.palettes import paper_theme

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_view import ChartView


class ChartOutput(QObject):
    """Dialogs are opened, never executed: a nested loop would stop the feed's tasks."""

    failed = Signal(str)
    """Something could not be written: a sentence that says so."""

    def __init__(self, view: ChartView) -> None:
        super().__init__(view)
        self._view = view

    @property
    def choice(self) -> PictureChoice:
        """As what the last picture of this chart was wanted."""
        return self._view.state.look.picture

    def copy_picture(self) -> None:
        """To the clipboard, as it was chosen last."""
        self._copy(self.choice)

    def save_picture(self) -> None:
        """Ask for format and scale, then for a file."""
        dialog = PictureDialog(self._view, self.choice, self._size)
        dialog.copy_wanted.connect(self._copy)
        dialog.save_wanted.connect(self._ask_for_picture)
        dialog.open()

    def export_data(self) -> None:
        """Ask for a file, and write the candles in view to it."""
        ending = self.tr("CSV (*.csv)")
        self._ask_for_file(self.tr("Export data"), "csv", ending, self.write_data)

    def print_out(self) -> None:
        """Ask for a printer; a chart lies across the page."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setDocName(self._name)
        dialog = QPrintDialog(printer, self._view)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        # Its own ``open`` wants a receiver; that of every dialog does not.
        QDialog.open(dialog)

    def print_on(self, printer: QPrinter) -> None:
        """Dark ink on white paper, whatever the theme; the palette stays."""
        theme = paper_theme(self._view.theme)
        if not print_chart(printer, self._view.state, theme, self._size, self._view.font_px):
            self.failed.emit(self.tr("The chart could not be printed."))

    def write_picture(self, path: str, choice: PictureChoice) -> None:
        state, theme = self._view.state, self._view.theme
        if choice.format is PictureFormat.SVG:
            self._write(path, svg_of(state, theme, self._size, choice.scale, self._view.font_px))
            return
        writer = QImageWriter(path, QByteArray(b"png"))
        if not writer.write(image_of(state, theme, self._size, choice.scale, self._view.font_px)):
            self._tell_failed(path)

    def write_data(self, path: str) -> None:
        self._write(path, csv_of(self._view.state, self._view.frame_now).encode())

    @property
    def _size(self) -> QSize:
        size: QSize = self._view.viewport().size()
        return size

    @property
    def _name(self) -> str:
        return str(self._view.state.series or "chart").replace(" ", "-")

    def _remember(self, choice: PictureChoice) -> None:
        look = self._view.state.look
        self._view.set_look(msgspec.structs.replace(look, picture=choice))

    def _copy(self, choice: PictureChoice) -> None:
        """Programs that know no SVG find pixels on the clipboard."""
        self._remember(choice)
        state, theme = self._view.state, self._view.theme
        data = QMimeData()
        data.setImageData(image_of(state, theme, self._size, choice.scale, self._view.font_px))
        if choice.format is PictureFormat.SVG:
            svg = svg_of(state, theme, self._size, choice.scale, self._view.font_px)
            data.setData("image/svg+xml", QByteArray(svg))
        QGuiApplication.clipboard().setMimeData(data)

    def _ask_for_picture(self, choice: PictureChoice) -> None:
        self._remember(choice)
        ending = choice.format.value
        kinds = {
            PictureFormat.PNG: self.tr("PNG (*.png)"),
            PictureFormat.SVG: self.tr("SVG (*.svg)"),
        }
        self._ask_for_file(
            self.tr("Save picture"),
            ending,
            kinds[choice.format],
            lambda path: self.write_picture(path, choice),
        )

    def _ask_for_file(
        self, title: str, ending: str, kind: str, chosen: Callable[[str], None]
    ) -> None:
        ask_where_to_save(self._view, title, f"{self._name}.{ending}", kind, chosen)

    def _write(self, path: str, content: bytes) -> None:
        try:
            Path(path).write_bytes(content)
        except OSError:
            self._tell_failed(path)

    def _tell_failed(self, path: str) -> None:
        self.failed.emit(self.tr("{0} could not be written.").format(path))


def add_output_entries(menu: QMenu, output: ChartOutput) -> None:
    """What can be made of the chart, at the end of its menu."""
    menu.addAction(output.tr("Copy picture")).triggered.connect(output.copy_picture)
    menu.addAction(output.tr("Save picture…")).triggered.connect(output.save_picture)
    menu.addAction(output.tr("Print…")).triggered.connect(output.print_out)
    menu.addAction(output.tr("Export data…")).triggered.connect(output.export_data)
