"""Dates as feeds write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.feed_dates import MONTHS, published_at


def ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Thu, 14 Oct 2021 12:59:53 GMT", "2021-10-14T12:59:53Z"),
        ("Sun, 17 Dec 2023 00:58:40 -0500", "2023-12-17T05:58:40Z"),
        ("Sun, 17 Dec 2023 00:58:40 EST", "2023-12-17T05:58:40Z"),
        ("14 Oct 2021 12:59", "2021-10-14T12:59:00Z"),
        ("14 Oct 21 12:59:53 Z", "2021-10-14T12:59:53Z"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("2023-01-25T19:03:02+01:00", "2023-01-25T18:03:02Z"),
        ("2023-01-25T19:03:02.250Z", "2023-01-25T19:03:02.250Z"),
        ("2023-01-25", "2023-01-25T00:00:00Z"),
        ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33Z"),
        ("Sat, Dec 16 2023 12:02:33 AM", "2023-12-16T00:02:33Z"),
        ("December 16th, 2023 12:02 p.m.", "2023-12-16T12:02:00Z"),
        ("mer, 16 nov 2022 00:38:15 +0100", "2022-11-15T23:38:15Z"),
        ("mar, 15 nov 2022 10:00:00 +0100", "2022-11-15T09:00:00Z"),
        ("mar. 14 févr. 2023 10:00:00 +0100", "2023-02-14T09:00:00Z"),
        ("12 juillet 2023 10:00", "2023-07-12T10:00:00Z"),
        ("12 juin 2023 10:00", "2023-06-12T10:00:00Z"),
        ("1. März 2023 10:00 CET", "2023-03-01T09:00:00Z"),
        ("Di, 05 Dez 2023 10:00:00 +0100", "2023-12-05T09:00:00Z"),
        ("3 de agosto de 2023 10:00", "2023-08-03T10:00:00Z"),
        ("пт, 12 мая 2023 10:00:00 +0300", "2023-05-12T07:00:00Z"),
        ("12 май 2023 10:00:00 +0300", "2023-05-12T07:00:00Z"),
        ("31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
    ],
)
def test_a_date_is_understood_as_it_was_meant(written, meant):
    """Zones, halves of the day, two-digit years and other languages included."""
    assert published_at(written) == ms(meant)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "32 Jan 2023 10:00",
        "12 Foo 2023",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "12 Jan 2023 10:00 +9900",
        "12 Jan 2023 25:00",
        "1 " * 100,
    ],
)
def test_what_is_no_date_of_a_news_item_is_nothing(written):
    """Rubbish, impossible days, and the epoch that programs put where they know no date."""
    assert published_at(written) is None


def test_no_month_begins_like_another():
    """The table would silently prefer the later one."""
    starts = " ".join(MONTHS).split()
    assert len(starts) == len(set(starts))


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    """Nothing that a feed may send raises."""
    when = published_at(text)
    assert when is None or when > 0
