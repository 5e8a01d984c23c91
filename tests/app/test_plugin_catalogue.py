"""A catalogue to which plug-ins add while others hold it."""

from __future__ import annotations

import pytest

from thebot_desktop.app.plugin_catalogue import OpenCatalogue


def test_who_holds_it_sees_what_comes_and_goes():
    """In alphabetical order, whatever came first."""
    catalogue = OpenCatalogue({"B": int})
    names = catalogue.keys()
    catalogue.add("A", float)
    catalogue.add("C", str)
    assert list(names) == ["A", "B", "C"]
    assert catalogue["A"] is float
    catalogue.remove("A")
    catalogue.remove("A")
    assert list(names) == ["B", "C"]
    assert "A" not in catalogue


def test_what_the_program_has_by_itself_is_not_replaced():
    """Nor can it be removed."""
    catalogue = OpenCatalogue({"B": int})
    with pytest.raises(ValueError, match="own"):
        catalogue.add("B", float)
    catalogue.remove("B")
    assert catalogue["B"] is int
