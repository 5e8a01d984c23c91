"""Which coins a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.news.coins import COINS, NEVER_TICKERS, symbols_in

WITH_ODD_ONES = COINS | {"AI", "US", "ONE", "A", "1INCH", "S"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Bitcoin and ether lead the market", ("BTC", "ETH")),
        ("ETH flips, BTC waits, ETH again", ("ETH", "BTC")),
        ("Solana's outage", ("SOL",)),
        ("BITCOIN TUMBLES", ("BTC",)),
        ("BTC/USDT and ETH-USD", ("BTC", "USDT", "ETH")),
        ("Bitcoin Cash is not the coin it came from", ("BCH",)),
        ("Ethereum Classic", ("ETC",)),
        ("Tether, not ether", ("USDT", "ETH")),
        ("Chainlink (LINK) is up", ("LINK",)),
        ("LINK", ("LINK",)),
        ("TON, SUI and NEAR lead", ("TON", "SUI", "NEAR")),
        ("Sui Foundation grants", ("SUI",)),
        ("Toncoin on Telegram", ("TON",)),
        ("Avalanche slides, Pepe and Polygon follow", ("AVAX", "PEPE", "POL")),
        ("Ripple's day in court", ("XRP",)),
        ("$AI and $ONE surge", ("AI", "ONE")),
        ("1INCH jumps", ("1INCH",)),
        ("$LINK TO THE MOON", ("LINK",)),
        ("BTC, SOL, LINK Rally", ("BTC", "SOL", "LINK")),
    ],
)
def test_a_coin_is_found_by_ticker_or_name_in_order_of_mention(text, named):
    """Tickers in capitals, names in any case; the longer name wins; each coin once."""
    assert symbols_in(text, WITH_ODD_ONES) == named


@pytest.mark.parametrize(
    "text",
    [
        "Click the link near you for a ton of news",
        "CLICK THE LINK NEAR YOU",
        "Near-term ripple effects; Ripple Effect of rates",
        "je suis, sui generis, suite",
        "bitcoiners and wBTC",
        "AI in the US, says a one-man firm",
        "A plan S nobody knows",
        "Avalanche of liquidations; an avalanche; a polygon",
        "solar and Adam, dotted",
        "",
    ],
)
def test_plain_words_are_not_taken_for_coins(text):
    """Small letters, parts of words, everyday capitals and shouted headlines name no coin."""
    assert symbols_in(text, WITH_ODD_ONES) == ()


def test_a_shouted_title_does_not_silence_the_summary():
    """Each line is judged for itself."""
    assert symbols_in("BITCOIN NEAR RECORD HIGH\nThe token NEAR rose too", COINS) == ("BTC", "NEAR")
    assert symbols_in("BITCOIN NEAR RECORD HIGH\nnothing more", COINS) == ("BTC",)


def test_only_known_coins_are_reported():
    """A name whose coin is not traded here is nothing, and not its shorter neighbour either."""
    assert symbols_in("Bitcoin Cash and Ethereum", {"BTC"}) == ()
    assert symbols_in("Bitcoin", ()) == ()


@given(st.text(max_size=200), st.frozensets(st.text(max_size=6), max_size=5))
def test_whatever_the_text_the_answer_is_made_of_known_tickers(text, known):
    """Odd texts and odd tickers are harmless."""
    found = symbols_in(text, known)
    assert set(found) <= known
    assert len(set(found)) == len(found)


def test_no_well_known_coin_needs_a_dollar_sign():
    """The list of everyday capitals does not hide a coin we know by name."""
    assert not COINS & NEVER_TICKERS
