"""The table of signals."""

import pytest

from tests.fakes import BTC_1M, ETH_1M, signal
from thebot_desktop.domain.signals import Direction
from thebot_desktop.ui.models.table import Role
from thebot_desktop.ui.states import State


@pytest.fixture
def filled(world):
    world.core.signals.add_signal(signal(1, Direction.BUY, "RSI(14)", BTC_1M, 0.72))
    world.core.signals.add_signal(signal(2, Direction.SELL, "MACD(12,26,9)", ETH_1M, 0.4))
    world.core.signals.add_signal(signal(3, Direction.BUY, "EMACROSS(20,50)", ETH_1M, 0.6))


def test_the_newest_signal_is_on_top(open_dock, filled, texts):
    """Direction by arrow and word, reason, confidence."""
    rows = texts(open_dock("signals").table)
    assert rows[0] == ["▲ BUY", "ETHUSDT 1m EMACROSS(20,50): because", "0.60"]
    assert [row[0] for row in rows] == ["▲ BUY", "▼ SELL", "▲ BUY"]


def test_it_can_be_filtered_by_direction_and_symbol(open_dock, filled, texts):
    """Both at once, and back."""
    dock = open_dock("signals")
    dock._direction.setCurrentIndex(1)
    assert len(texts(dock.table)) == 2
    dock._symbol.setCurrentIndex(dock._symbol.findText("BTCUSDT"))
    assert [row[2] for row in texts(dock.table)] == ["0.72"]
    dock._direction.setCurrentIndex(2)
    assert texts(dock.table) == []
    dock._direction.setCurrentIndex(0)
    dock._symbol.setCurrentIndex(0)
    assert len(texts(dock.table)) == 3


def test_a_new_signal_goes_on_top_and_leaves_the_rest_alone(open_dock, filled, world):
    """One row is inserted; the table is not built again."""
    dock = open_dock("signals")
    model, inserted, resets = dock._model, [], []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: resets.append(1))
    world.core.signals.add_signal(signal(9))
    dock.draw()
    assert (inserted, resets) == ([(0, 0)], [])


def test_a_double_click_goes_to_the_chart(open_dock, filled, host):
    """Of that series."""
    dock = open_dock("signals")
    dock.table.activated_row.emit(dock.table.model().index(1, 0))
    assert host.calls == [("reveal_chart", ETH_1M)]


def test_only_signals_make_it_draw(open_dock, world):
    """Not every candle."""
    dock = open_dock("signals")
    dock.draw_if_needed()

    class Moment:
        signals = ()
        history = False
        series = BTC_1M

    world.core.subscriber.moments.notify(Moment)
    assert not dock.dirty
    Moment.signals = (signal(1),)
    world.core.subscriber.moments.notify(Moment)
    assert dock.dirty


def test_without_signals_it_says_when_they_come(open_dock):
    """A sentence instead of an empty table."""
    assert open_dock("signals").state is State.EMPTY


def test_confidence_sorts_as_a_number(open_dock, filled):
    """Not as text."""
    model = open_dock("signals").table.model()
    assert model.index(0, 2).data(Role.SORT) == 0.6
