"""Tables with raw values."""

import pytest
from PySide6.QtCore import Qt

from thebot_desktop.ui.models.table import Column, Role, RowModel

COLUMNS = (
    Column("name", "Name", lambda r: r[0], lambda r: r[0], tip=True),
    Column("size", "Size", lambda r: f"{r[1]:,}", lambda r: r[1], right=True),
)


@pytest.fixture
def model(qapp):
    return RowModel(COLUMNS)


@pytest.fixture
def told(model):
    changes = []
    model.dataChanged.connect(lambda a, b: changes.append(("changed", a.row(), b.row())))
    model.rowsInserted.connect(lambda _p, a, b: changes.append(("inserted", a, b)))
    model.rowsRemoved.connect(lambda _p, a, b: changes.append(("removed", a, b)))
    model.modelReset.connect(lambda: changes.append(("reset",)))
    return changes


def test_cells_say_sort_and_align(model):
    """Words for people, numbers for sorting, numbers at the right."""
    model.set_rows([("a", 1500)])
    cell = model.index(0, 1)
    assert cell.data() == "1,500"
    assert cell.data(Role.SORT) == 1500
    assert cell.data(Role.ROW) == ("a", 1500)
    assert cell.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "a"
    assert cell.data(Qt.ItemDataRole.ToolTipRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Size"


def test_only_rows_that_differ_are_told(model, told):
    """Two of a thousand redraw two."""
    rows = [("r", i) for i in range(1000)]
    model.set_rows(rows)
    told.clear()
    rows[3], rows[7] = ("x", 3), ("y", 7)
    model.set_rows(rows)
    assert told == [("changed", 3, 3), ("changed", 7, 7)]
    told.clear()
    model.set_rows(list(rows))
    assert told == []


def test_neighbours_that_differ_are_told_together(model, told):
    """A view has to work for each signal: never for more than a few of them."""
    model.set_rows([("r", i) for i in range(1000)])
    told.clear()
    model.change_rows({i: ("x", i) for i in (9, 5, 6, 7, 999)})
    assert told == [("changed", 5, 7), ("changed", 9, 9), ("changed", 999, 999)]
    told.clear()
    model.change_rows({i: ("y", i) for i in range(100, 200, 2)})
    assert told == [("changed", 100, 198)]


def test_new_rows_on_top_move_the_rest(model, told):
    """Selection and scrolling stay with what they were on."""
    model.set_rows([("a", 1), ("b", 2)])
    told.clear()
    model.set_rows([("c", 3), ("a", 1), ("b", 2)])
    assert told == [("inserted", 0, 0)]


def test_what_is_too_old_is_dropped(model, told):
    """At the end."""
    model.set_rows([("a", 1), ("b", 2)])
    told.clear()
    model.prepend([("c", 3)], most=2)
    assert told == [("inserted", 0, 0), ("removed", 2, 2)]
    assert list(model.rows) == [("c", 3), ("a", 1)]


def test_a_column_that_depends_on_the_time_is_asked_again(model, told):
    """Without anything else having changed."""
    model.set_rows([("a", 1), ("b", 2)])
    told.clear()
    model.touch("size")
    assert told == [("changed", 0, 1)]


def test_a_shorter_list_is_shown_as_it_is(model, told):
    """From the start."""
    model.set_rows([("a", 1), ("b", 2)])
    model.set_rows([("b", 2)])
    assert [model.index(r, 0).data() for r in range(model.rowCount())] == ["b"]
