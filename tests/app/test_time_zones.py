"""Time zones by their names."""

from __future__ import annotations

import datetime as dt

import pytest

from thebot_desktop.app.time_zones import (
    LOCAL,
    MARKET_ZONES,
    UTC,
    known_zone,
    trouble_with_zone,
    zone_names,
    zone_of,
)
from thebot_desktop.domain.errors import InputError

NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


def test_names_mean_zones():
    """The computer's own, UTC without any database, and places."""
    assert zone_of(LOCAL) is None
    assert zone_of(UTC) is dt.UTC
    berlin = zone_of("Europe/Berlin")
    assert NOON.astimezone(berlin).utcoffset() == dt.timedelta(hours=1)


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "Europe", "../passwd", "/etc/passwd", "a\0b"])
def test_a_name_that_is_none_is_said_and_local_time_stands_in(name):
    """Whatever a settings file holds, a chart has a zone and the person a sentence."""
    with pytest.raises(InputError) as caught:
        zone_of(name)
    assert "knows no time zone" in caught.value.user_message
    assert known_zone(name) is None
    assert trouble_with_zone(name).endswith("Charts show the time of this computer.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("Local", "local"),
    ],
)
def test_a_name_that_is_almost_right_is_mended_in_words(typed, meant):
    """As people write zones."""
    assert f"Did you mean {meant}?" in trouble_with_zone(typed)


def test_nothing_is_said_about_zones_that_exist():
    """Neither about places nor about the two without one."""
    assert [trouble_with_zone(name) for name in (LOCAL, UTC, *MARKET_ZONES)] == [""] * 16


def test_places_are_listed_and_aliases_are_not():
    """All markets are among them; offsets that look like places are not."""
    names = zone_names()
    assert len(names) > 300
    assert set(MARKET_ZONES) <= set(names)
    assert not {"EST5EDT", "Etc/GMT+5", "Factory", "localtime", "UTC"} & set(names)
