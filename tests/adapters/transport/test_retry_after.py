"""How long a server asks to be left alone."""

from __future__ import annotations

import pytest

from thebot_desktop.adapters.transport.retry_after import retry_after_s

DATE = "Mon, 22 Dec 2025 09:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("9" * 40, 999_999),
        ("Mon, 22 Dec 2025 09:10:00 GMT", 600),
        ("Mon, 22 Dec 2025 08:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_seconds_and_dates_are_understood(value, seconds):
    """Dates by the clock of the server itself; nonsense asks for nothing."""
    assert retry_after_s({"Retry-After": value, "Date": DATE}) == seconds


def test_a_date_without_the_time_of_the_server_says_nothing():
    """Our clock may be another."""
    assert retry_after_s({"Retry-After": "Mon, 22 Dec 2025 09:10:00 GMT"}) == 0
