"""Import of candle files into the archive."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app.candle_rows import rows_of
from thebot_desktop.app.imports import BrokenLine, import_candles
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Origin


class Source:
    """Batches from memory; fails at the end if told to."""

    def __init__(self, *numbers, fails=False):
        self.broken = [BrokenLine(3, "no candle")]
        self.broken_count = 1
        self._numbers, self._fails = numbers, fails

    def batches(self):
        for batch in self._numbers:
            yield rows_of([candle(i, close=5.0) for i in batch], Origin.IMPORTED)
        if self._fails:
            raise InputError


@pytest.fixture
def store():
    store = CandleStore(None, [])
    yield store
    store.close()


def test_what_is_new_is_kept_and_the_rest_counted(store):
    """In any order, doubles too; candles that are there already stay as they are."""
    store.save(BTC_1M, [candle(1, close=1.0)], Origin.LIVE)
    report = import_candles(store, BTC_1M, Source((3, 2), (2, 1, 0)))
    assert (report.kept, report.known_already, report.broken_count) == (3, 1, 1)
    assert report.repeated == 1
    assert report.broken == (BrokenLine(3, "no candle"),)
    loaded = store.load(BTC_1M, 10)
    assert loaded.close.tolist() == [5.0, 1.0, 5.0, 5.0]
    assert loaded.origin.tolist() == [4, 0, 4, 4]


def test_imported_candles_take_the_place_of_fillers(store):
    """The file knows what the exchange did not tell."""
    store.save(BTC_1M, [candle(i, close=1.0) for i in range(3)], Origin.EXCHANGE_HOLE)
    assert import_candles(store, BTC_1M, Source((0, 1))).kept == 2
    loaded = store.load(BTC_1M, 10)
    assert loaded.close.tolist() == [5.0, 5.0, 1.0]
    assert loaded.origin.tolist() == [4, 4, 6]


def test_a_file_that_turns_out_wrong_leaves_nothing(store):
    """Even where its first rows were good."""
    with pytest.raises(InputError):
        import_candles(store, BTC_1M, Source((0, 1), fails=True))
    assert len(store.load(BTC_1M, 10)) == 0
