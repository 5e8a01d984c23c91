"""Symbols found by name, with help for typing errors."""

from __future__ import annotations

import pytest

from tests.fakes import FakeHistory
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.domain.errors import UnknownSymbolError
from thebot_desktop.domain.market import Instrument


def source():
    history = FakeHistory()
    history.known = [
        Instrument("BTCUSDT", "BTC", "USDT", 0.01),
        Instrument("ETHBTC", "ETH", "BTC", 0.00001),
        Instrument("OLDBTC", "OLD", "BTC", 0.00001, trading=False),
    ]
    return history


async def test_a_symbol_is_understood_however_it_is_written():
    """Case, slashes and blanks do not matter."""
    assert await InstrumentBook(source()).resolve(" btc/usdt") == "BTCUSDT"


async def test_an_unknown_symbol_names_its_neighbours():
    """The sentence helps with typing errors."""
    with pytest.raises(UnknownSymbolError) as caught:
        await InstrumentBook(source()).resolve("BTCUSTD")
    assert "BTCUSDT" in caught.value.user_message


async def test_a_symbol_is_taken_at_its_word_while_nobody_can_be_asked():
    """Offline is no reason to refuse a chart of stored candles."""
    history = source()
    history.offline = True
    assert await InstrumentBook(history).resolve("abcusdt") == "ABCUSDT"


async def test_the_search_puts_what_begins_with_the_text_and_trades_first():
    """Symbols that are not trading come last."""
    book = InstrumentBook(source())
    await book.load()
    assert [i.symbol for i in book.search("btc")] == ["BTCUSDT", "ETHBTC", "OLDBTC"]


def test_an_instrument_that_is_not_known_is_guessed_from_its_name():
    """Base and quote are shown before the list has come."""
    guessed = InstrumentBook().of("SOLUSDT")
    assert (guessed.base, guessed.quote) == ("SOL", "USDT")


def test_decimals_that_nobody_states_are_learnt_from_prices():
    """A recording has no list of instruments; its prices show how they are written."""
    book, told = InstrumentBook(), []
    book.changed.add(lambda _none: told.append(1))
    assert book.of("XMRBTC").price_decimals == 8
    for price in (0.00577, 0.005773, 0.006):
        book.learn("XMRBTC", price)
    assert book.of("XMRBTC").price_decimals == 6
    assert len(told) == 2


async def test_an_asset_alone_names_its_pairs():
    """Most people type BTC."""
    book = InstrumentBook(source())
    assert not book.lacks("BTC")
    await book.load()
    assert book.near("btc")[0] == "BTCUSDT"
    assert book.near("eth")[0] == "ETHBTC"
    assert book.near("QQQQQQQ") == []
    assert book.lacks("BTC")
    assert not book.lacks("BTCUSDT")


async def test_a_recording_offers_what_it_has_and_nothing_else():
    """Decimals are learnt all the same; the sentence does not speak of an exchange."""
    book = InstrumentBook()
    book.name_all(["FTMUSDT", "XMRBTC"], "The recording")
    assert [i.symbol for i in book.search("")] == ["FTMUSDT", "XMRBTC"]
    assert book.lacks("BTCUSDT")
    assert not book.lacks("XMRBTC")
    book.learn("XMRBTC", 0.0057)
    assert book.of("XMRBTC").price_decimals == 4
    assert await book.resolve("xmr/btc") == "XMRBTC"
    with pytest.raises(UnknownSymbolError) as caught:
        await book.resolve("FTMUSD")
    assert caught.value.user_message.startswith("The recording does not know “FTMUSD”")
    assert "FTMUSDT" in caught.value.user_message
