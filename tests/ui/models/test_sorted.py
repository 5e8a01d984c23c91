"""A table that sorts itself and keeps what is selected."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from thebot_desktop.ui.models.sorted import SortedModel
from thebot_desktop.ui.models.table import Column, Role

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
COLUMNS = (
    Column("name", "Name", lambda r: r[0], lambda r: r[0]),
    Column("size", "Size", lambda r: f"{r[1]}", lambda r: r[1], right=True),
)


@pytest.fixture
def model(qapp):
    made = SortedModel(COLUMNS, lambda row: row[0])
    made.tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    made.set_rows([("b", 10), ("a", 9), ("c", 100)])
    return made


def names(model):
    return "".join(row[0] for row in model.rows)


def test_it_sorts_by_raw_values_and_back(model):
    """10 is more than 9; without a column the given order is there again."""
    model.sort(1, UP)
    assert names(model) == "abc"
    model.sort(1, DOWN)
    assert names(model) == "cba"
    model.sort(-1)
    assert names(model) == "bac"


def test_equal_rows_keep_their_order(model):
    """Whichever way they are sorted."""
    model.set_rows([("x", 1), ("y", 1), ("z", 1)])
    model.sort(1, DOWN)
    assert names(model) == "xyz"


def test_rows_that_come_take_their_place(model):
    """As long as a column is chosen."""
    model.sort(1, UP)
    model.set_rows([("d", 50), ("b", 10), ("a", 9), ("c", 100)])
    assert names(model) == "abdc"


def test_the_heading_tells_the_order(model):
    """With an arrow, on the chosen column only."""

    def titles():
        return [model.headerData(i, Qt.Orientation.Horizontal) for i in range(2)]

    assert titles() == ["Name", "Size"]
    model.sort(1, UP)
    assert titles() == ["Name", "Size ▲"]
    model.sort(0, DOWN)
    assert titles() == ["Name ▼", "Size"]


def test_who_holds_a_row_still_holds_it_after_any_change(model):
    """Rows come, go, change and are sorted, over and over."""
    chance = random.Random(5)
    for _ in range(200):
        held = {
            row[0]: QPersistentModelIndex(model.index(i, 1)) for i, row in enumerate(model.rows)
        }
        fresh = [(name, chance.randrange(50)) for name in "abcdefgh" if chance.random() < 0.6]
        chance.shuffle(fresh)
        if chance.random() < 0.3:
            model.sort(chance.choice([-1, 0, 1]), chance.choice([UP, DOWN]))
        model.set_rows(fresh)
        assert sorted(model.rows) == sorted(fresh)
        left = {row[0] for row in fresh}
        for name, index in held.items():
            assert index.isValid() is (name in left), name
            if name in left:
                assert index.data(Role.ROW)[0] == name


def test_new_rows_on_top_are_only_inserted(model):
    """So that a list that grows is not laid out anew."""
    told = []
    model.rowsInserted.connect(lambda _parent, first, last: told.append((first, last)))
    model.layoutChanged.connect(lambda: told.append("layout"))
    model.set_rows([("z", 1), ("b", 10), ("a", 9), ("c", 100)])
    assert told == [(0, 0)]
