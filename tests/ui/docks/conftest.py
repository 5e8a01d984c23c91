"""Docks in a bare window, over real services."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from tests.ui.world import panel_types


@pytest.fixture
def open_dock(world, host, qtbot):
    """Builds a panel by its name and shows it; ``host`` writes down what it asks for."""
    window = QMainWindow()
    window.resize(900, 600)
    made = []

    def build(name):
        dock = panel_types()[name].build(world.context, host)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        window.show()
        dock.show()
        dock.draw()
        made.append(dock)
        return dock

    yield build
    for dock in made:
        dock.release()
    window.close()
    window.deleteLater()


@pytest.fixture
def click_cell(qtbot):
    def click(table, row, column, button=Qt.MouseButton.LeftButton):
        place = table.visualRect(table.model().index(row, column)).center()
        qtbot.mouseClick(table.viewport(), button, pos=place)

    return click


@pytest.fixture
def texts():
    """What a table says, row by row."""

    def read(table):
        model = table.model()
        return [
            [model.index(r, c).data() for c in range(model.columnCount())]
            for r in range(model.rowCount())
        ]

    return read
