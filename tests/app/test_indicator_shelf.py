"""Favourites and templates: kept, named, and refused where they make no sense."""

from __future__ import annotations

import pytest

from thebot_desktop.adapters.storage.shelf_file import ShelfFile
from thebot_desktop.analysis.expressions import parse_indicator
from thebot_desktop.app.indicator_shelf import (
    MOST_TEMPLATES,
    PRESETS,
    IndicatorLooks,
    IndicatorShelf,
    Shelf,
    Template,
    read,
)
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.indicator_place import IndicatorPlace
from thebot_desktop.domain.line_style import LineStyle


def test_every_preset_names_indicators_that_there_are():
    """Each written as its own label says it."""
    catalogue = find_plugins().indicators
    for preset in PRESETS:
        for label in preset.indicators:
            assert parse_indicator(label, catalogue).label.startswith(label.partition("(")[0])


def test_the_shelf_outlives_a_restart(tmp_path):
    """Favourites in the order they were made, templates by name."""
    store = ShelfFile(tmp_path / "indicators.json")
    shelf = IndicatorShelf(store, store.load())
    told = []
    shelf.changed.add(told.append)
    for name in ("RSI", "MACD", "VWAP", "MACD"):
        shelf.toggle_favourite(name)
    shelf.save_template("Nightly", ["RSI(14)"])
    shelf.save_template(" breakouts ", ["BREAKOUT", "VWAP"])
    again = IndicatorShelf(store, store.load())
    assert again.favourites == ("RSI", "VWAP")
    assert [t.name for t in again.templates] == ["breakouts", "Nightly"]
    assert again.templates[0].indicators == ("BREAKOUT", "VWAP")
    assert len(told) == 6


def test_a_template_of_the_same_name_is_replaced_and_can_be_removed():
    """However it is written."""
    shelf = IndicatorShelf()
    shelf.save_template("Night", ["RSI(14)"])
    shelf.save_template("NIGHT", ["VWAP"])
    assert shelf.templates == (Template("NIGHT", ("VWAP",)),)
    shelf.remove_template("night")
    assert shelf.templates == ()


@pytest.mark.parametrize("name", ["", "   ", "scalping"])
def test_a_name_that_is_none_is_refused_with_a_sentence(name):
    """Nothing is changed by it."""
    shelf = IndicatorShelf()
    with pytest.raises(InputError) as refused:
        shelf.save_template(name, ["RSI(14)"])
    assert refused.value.user_message.endswith(".")
    assert shelf.templates == ()


def test_there_is_an_end_to_templates():
    """So that the file can always be read again."""
    shelf = IndicatorShelf()
    for number in range(MOST_TEMPLATES):
        shelf.save_template(f"T{number}", ["RSI(14)"])
    with pytest.raises(InputError):
        shelf.save_template("one more", ["RSI(14)"])
    shelf.save_template("T5", ["VWAP"])
    assert len(shelf.templates) == MOST_TEMPLATES


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 2}', b'{"favourites": [1]}'])
def test_what_is_no_shelf_is_refused(content):
    """Bad input loses nothing: the file is set aside."""
    with pytest.raises(InputError):
        read(content)


def test_a_broken_file_is_set_aside_and_said(tmp_path):
    """The next start has an empty shelf, the old file is still there."""
    path = tmp_path / "indicators.json"
    path.write_text("{")
    store = ShelfFile(path)
    with pytest.raises(StorageError) as told:
        store.load()
    assert "indicators.json.bad" in told.value.user_message
    assert store.load() == Shelf()
    assert (tmp_path / "indicators.json.bad").read_text() == "{"


def test_a_change_that_cannot_be_written_does_not_happen(tmp_path):
    """The person is told instead of losing it later."""
    (tmp_path / "folder").write_text("a file where a folder should be")
    shelf = IndicatorShelf(ShelfFile(tmp_path / "folder" / "indicators.json"))
    with pytest.raises(StorageError):
        shelf.toggle_favourite("RSI")
    assert shelf.favourites == ()


def test_a_template_keeps_the_looks_of_its_own_indicators(tmp_path):
    """Those of others are none of its business; all of it outlives a restart."""
    mine = LineStyle("RSI(7)", "real", "#FF00FF", dash=Dash.DOTTED, width=3)
    place = IndicatorPlace("RSI(7)", beside="RSI(14)")
    bars = LineStyle("RSI(7)", "bars", 2, falling="#00FF00")
    ground = LineStyle("RSI(7)", "a/b", opacity=40)
    looks = IndicatorLooks(
        (mine, bars, ground, LineStyle("VWAP", "vwap", 3)), (place, IndicatorPlace("X", own=True))
    )
    store = ShelfFile(tmp_path / "indicators.json")
    IndicatorShelf(store).save_template("Mine", ["RSI(14)", "RSI(7)"], looks)
    (again,) = store.load().templates
    assert again.looks == IndicatorLooks((mine, bars, ground), (place,))


def test_templates_of_older_files_say_nothing_of_looks():
    """They load as they are."""
    old = b'{"favourites":["RSI"],"templates":[{"name":"A","indicators":["RSI(14)"]}],"version":1}'
    assert read(old).templates == (Template("A", ("RSI(14)",)),)
    assert read(old).templates[0].looks is None
    with pytest.raises(InputError):
        read(old.replace(b'["RSI(14)"]}', b'["RSI(14)"],"looks":{"styles":[{"label":"a"}]}}'))


def test_looks_take_the_place_of_what_was_said_of_the_same_indicators():
    """Also where a template wants them as they come."""
    one, two = LineStyle("A", "x", 1), LineStyle("B", "x", 2)
    before = IndicatorLooks((one, two), (IndicatorPlace("A", own=True),))
    new = IndicatorLooks((LineStyle("A", "x", width=4),))
    after = before.replaced(("A",), new)
    assert after == IndicatorLooks((two, *new.styles))
