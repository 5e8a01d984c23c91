"""Tests of what can be traded."""

from __future__ import annotations

import pytest

from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator.listings import assets_of, listings, named_listings


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
