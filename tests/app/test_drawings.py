"""The drawings of a symbol, shared, undone and handed on."""

import msgspec
import pytest

from thebot_desktop.app.drawings import DrawingBook, read
from thebot_desktop.domain.drawings import MOST_DRAWINGS, Anchor, HorizontalLine, TrendLine
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Symbol

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")


def line(name, price=1.0):
    return HorizontalLine(id=name, anchors=(Anchor(1_000, price),))


class FailingStore:
    def load(self, symbol):
        raise StorageError("broken", user_message="Not readable.")

    def save(self, symbol, drawings):
        raise StorageError("full", user_message="Not saved.")


def test_all_charts_of_a_symbol_are_told():
    """Whoever shows the symbol hears of every change, others see nothing of it."""
    book, heard = DrawingBook(), []
    book.changed.add(heard.append)
    book.put(BTC, line("a"))
    book.put(BTC, line("a", 2.0))
    assert book.of(BTC) == (line("a", 2.0),)
    assert book.of(ETH) == ()
    assert heard == [BTC, BTC]


def test_every_step_can_be_undone_and_done_again():
    """Adding, changing and deleting; a new step forgets what was undone."""
    book = DrawingBook()
    book.put(BTC, line("a"))
    book.put(BTC, line("b"))
    book.remove(BTC, ["a", "b"])
    assert book.undo(BTC)
    assert book.of(BTC) == (line("a"), line("b"))
    assert book.undo(BTC)
    assert book.undo(BTC)
    assert not book.undo(BTC)
    assert book.of(BTC) == ()
    assert book.redo(BTC)
    assert book.of(BTC) == (line("a"),)
    book.put(BTC, line("c"))
    assert not book.redo(BTC)
    assert not book.can_undo(ETH)


def test_small_moves_in_a_row_are_one_step():
    """Ten presses of an arrow key are undone by one undo."""
    book = DrawingBook()
    book.put(BTC, line("a"))
    for price in range(2, 12):
        book.put(BTC, line("a", float(price)), step=("nudge", "a"))
    book.undo(BTC)
    assert book.of(BTC) == (line("a"),)


def test_what_does_not_change_is_no_step():
    """Putting the same thing again leaves nothing to undo."""
    book = DrawingBook()
    book.put(BTC, line("a"))
    book.put(BTC, line("a"))
    book.undo(BTC)
    assert book.of(BTC) == ()
    assert not book.can_undo(BTC)


def test_drawings_are_handed_on_as_a_file():
    """They arrive with ids of their own, at the symbol that the file names."""
    book, other = DrawingBook(), DrawingBook()
    sloped = TrendLine(id="b", anchors=(Anchor(1, 1.0), Anchor(2, 2.0)), text="note")
    book.add(BTC, [line("a"), sloped])
    other.put(BTC, line("a"))
    assert other.take_in(book.export(BTC)).symbol == BTC
    first, *fresh = other.of(BTC)
    assert first == line("a")
    assert [msgspec.structs.replace(d, id="") for d in fresh] == [
        msgspec.structs.replace(d, id="") for d in book.of(BTC)
    ]
    assert len({d.id for d in other.of(BTC)}) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"symbol": ""}',
        b'{"symbol": "BTCUSDT", "version": 9}',
        b'{"symbol": "BTCUSDT", "drawings": [{"kind": "spiral", "id": "a", "anchors": []}]}',
        b'{"symbol": "BTCUSDT", "drawings": [{"kind": "text", "id": "a", "anchors": []}]}',
        b"\xff\xfe",
    ],
)
def test_other_files_are_refused_with_a_sentence(content):
    """And nothing of them is taken."""
    book = DrawingBook()
    with pytest.raises(InputError) as refused:
        book.take_in(content)
    assert refused.value.user_message == "This is not a file of drawings."
    assert book.of(BTC) == ()


def test_one_id_twice_is_refused():
    """Two drawings of one id could not be told apart."""
    twice = DrawingBook()
    twice.replace(BTC, [line("a"), line("a", 2.0)])
    with pytest.raises(InputError):
        read(twice.export(BTC))


def test_there_is_a_limit():
    """A file of the largest size still leaves the chart usable."""
    book = DrawingBook()
    book.add(BTC, [line(str(n)) for n in range(MOST_DRAWINGS)])
    with pytest.raises(InputError):
        book.put(BTC, line("one more"))


def test_what_the_disk_refuses_stays_on_screen_and_is_told():
    """Loading and saving fail; drawing goes on."""
    told = []
    book = DrawingBook(FailingStore(), told.append)
    book.put(BTC, line("a"))
    assert book.of(BTC) == (line("a"),)
    assert [error.user_message for error in told] == ["Not readable.", "Not saved."]
