"""A few letters find the command."""

import pytest

from thebot_desktop.ui.fuzzy import fuzzy_find, fuzzy_score

COMMANDS = [
    "Open recording…",
    "Settings…",
    "Add price alert…",
    "Theme: Dark",
    "Theme: Light",
    "Reset layout",
    "Open ETHUSDT",
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("set", "Settings…"),
        ("apa", "Add price alert…"),
        ("rl", "Reset layout"),
        ("dark", "Theme: Dark"),
        ("eth", "Open ETHUSDT"),
        ("RESET", "Reset layout"),
    ],
)
def test_the_best_match_comes_first(query, first):
    """Starts of words and letters in a row find what a person means."""
    assert fuzzy_find(query, COMMANDS, str)[0] == first


def test_letters_must_be_there_in_order():
    """What has not all letters in their order is not offered."""
    assert fuzzy_score("zz", "Settings") is None
    assert fuzzy_find("tes", ["Settings", "Test"], str) == ["Test"]


def test_no_query_shows_everything_in_its_order():
    """An empty field lists all commands as they are."""
    assert fuzzy_find("  ", COMMANDS, str) == COMMANDS
