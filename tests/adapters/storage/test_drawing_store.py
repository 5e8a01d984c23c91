"""Drawings on disk."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.storage.drawing_store import DrawingFiles
from thebot_desktop.app.drawings import DrawingBook, read, written
from thebot_desktop.domain.drawings import (
    Anchor,
    AnyDrawing,
    Dash,
    Fibonacci,
    HorizontalLine,
    Style,
)
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Symbol

BTC = Symbol("BTCUSDT")
LINE = HorizontalLine(id="a", anchors=(Anchor(1_000, 1.5),))

ANCHORS = st.builds(
    Anchor, st.integers(0, 4 * 10**12), st.floats(allow_nan=False, allow_infinity=False)
)
STYLES = st.builds(
    Style,
    st.one_of(
        st.just(""), st.text("0123456789abcdefABCDEF", min_size=6, max_size=6).map("#".__add__)
    ),
    st.integers(1, 3),
    st.sampled_from(Dash),
)


@st.composite
def drawings(draw):
    """Any drawing of any kind."""
    kind = draw(st.sampled_from(AnyDrawing.__args__))
    anchors = tuple(draw(ANCHORS) for _ in range(kind.points))
    more = {}
    if kind is Fibonacci:
        more["ratios"] = tuple(draw(st.lists(st.floats(-10, 10), min_size=1, max_size=24)))
    return kind(
        id=draw(st.text(string.ascii_letters, min_size=1, max_size=40)),
        anchors=anchors,
        style=draw(STYLES),
        text=draw(st.text(max_size=60)),
        locked=draw(st.booleans()),
        **more,
    )


@given(st.lists(drawings(), max_size=6, unique_by=lambda d: d.id))
def test_what_is_written_is_read_back(some):
    """Every kind, every style, to the last digit of each price."""
    assert list(read(written(BTC, some)).drawings) == some


def test_drawings_outlive_the_program(tmp_path):
    """Another book over the same folder has them."""
    DrawingBook(DrawingFiles(tmp_path)).put(BTC, LINE)
    assert DrawingBook(DrawingFiles(tmp_path)).of(BTC) == (LINE,)
    assert [p.name for p in tmp_path.iterdir()] == ["BTCUSDT.json"]


@pytest.mark.parametrize("symbol", ["币安人生USDT", "../../etc/passwd", "A/B", "C:D"])
def test_every_symbol_has_a_file_inside_the_folder(tmp_path, symbol):
    """Whatever it is called."""
    folder = tmp_path / "drawings"
    files = DrawingFiles(folder)
    files.save(Symbol(symbol), [LINE])
    assert files.load(Symbol(symbol)) == (LINE,)
    assert len(list(folder.iterdir())) == 1
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("content", [b"{", b"null", b'{"symbol": "ETHUSDT"}'])
def test_a_broken_file_is_set_aside_and_said(tmp_path, content):
    """Nothing is lost, and drawing goes on with an empty sheet."""
    (tmp_path / "BTCUSDT.json").write_bytes(content)
    told = []
    book = DrawingBook(DrawingFiles(tmp_path), told.append)
    assert book.of(BTC) == ()
    assert "BTCUSDT.json.bad" in told[0].user_message
    assert (tmp_path / "BTCUSDT.json.bad").read_bytes() == content
    book.put(BTC, LINE)
    assert DrawingFiles(tmp_path).load(BTC) == (LINE,)


def test_a_folder_that_cannot_be_written_is_an_error_with_a_sentence(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "drawings").write_text("in the way")
    with pytest.raises(StorageError) as refused:
        DrawingFiles(tmp_path / "drawings").save(BTC, [LINE])
    assert "BTCUSDT" in refused.value.user_message
