"""Tests of what can be traded."""

from __future__ import annotations

import pytest

from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator.listings import (
    LISTED,
    UNLISTED,
    Life,
    assets_of,
    listings,
    named_listings,
    with_lives,
)

HOUR = 3_600_000
NOW = LISTED + 1000 * HOUR + 1234


def test_a_symbol_is_the_same_by_name_and_by_number() -> None:
    """Whichever others are listed beside it."""
    every = listings(400)
    names = tuple(str(one.symbol) for one in (every[3], every[250], every[-1]))
    assert named_listings(names) == (every[3], every[250], every[-1])


def test_any_name_can_be_listed() -> None:
    """With assets that its name tells and a nature of its own, always the same."""
    ether, other = named_listings(("ETHBTC", "币安人生USDT"))
    assert (ether.base, ether.quote) == ("ETH", "BTC")
    assert (other.base, other.quote) == ("币安人生", "USDT")
    assert named_listings(("ETHBTC",)) == (ether,)
    assert ether.price > 0
    assert ether.price_decimals + ether.quantity_decimals <= 8


@pytest.mark.parametrize(
    "names", [("btcusdt",), ("",), ("A B",), ("BTCUSDT", "BTCUSDT"), ("X" * 51,), ("1.5",)]
)
def test_names_that_cannot_be_listed(names: tuple[str, ...]) -> None:
    """A sentence says why."""
    with pytest.raises(InputError) as caught:
        named_listings(names)
    assert caught.value.user_message.endswith(".")


def test_assets_are_told_from_the_name() -> None:
    """By the currencies that things are paid with."""
    assert assets_of("BTCUSDT") == ("BTC", "USDT")
    assert assets_of("USDCUSDT") == ("USDC", "USDT")
    assert assets_of("USDT") == ("USDT", "USDT")


def test_symbols_begin_and_end_on_the_hour() -> None:
    """At a time of their own, or now; before and after they are not traded."""
    lives = (
        Life("ETHUSDT", NOW - 5 * HOUR),
        Life("SOLUSDT", None, "HALT"),
        Life("BNBUSDT", NOW + HOUR, "CANCEL_ONLY"),
    )
    bitcoin, ether, solana, other = with_lives(listings(4), lives, NOW)
    hour = NOW // HOUR * HOUR
    assert (bitcoin.since, bitcoin.until) == (LISTED, UNLISTED)
    assert (ether.since, ether.until) == (hour - 5 * HOUR, UNLISTED)
    assert [ether.status(t) for t in (ether.since - 1, ether.since)] == ["BREAK", "TRADING"]
    assert [solana.status(t) for t in (hour - 1, NOW)] == ["TRADING", "HALT"]
    assert [other.status(t) for t in (NOW, NOW + HOUR)] == ["TRADING", "CANCEL_ONLY"]


@pytest.mark.parametrize("life", [Life("NOSUCH"), Life("BTCUSDT", None, "TRADING")])
def test_lives_that_make_no_sense(life: Life) -> None:
    """A sentence says why."""
    with pytest.raises(InputError) as caught:
        with_lives(listings(2), (life,), NOW)
    assert caught.value.user_message.endswith(".")
