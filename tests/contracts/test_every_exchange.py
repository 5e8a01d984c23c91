"""Promises every exchange makes, checked for each file in adapters/exchanges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M, ETH_1M
from thebot_desktop.adapters import exchanges
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.errors import DecodeError, FeedError
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.market.ports import ExchangeProtocol, Subscriptions

OUTCOMES = ("understood", "refused")
EVERY = discover(exchanges, ExchangeProtocol)


def outcome(decode, raw):
    """What became of ``raw``; any error but ours escapes and fails the test."""
    try:
        decode(raw)
    except DecodeError:
        return "refused"
    return "understood"


@pytest.fixture(params=EVERY.values(), ids=EVERY.keys(), scope="module")
def exchange(request):
    return request.param()


def test_its_addresses_are_encrypted(exchange):
    """Market data comes over TLS, from hosts the class names."""
    assert exchange.rest_url.startswith("https://")
    assert exchange.stream_url.startswith("wss://")
    assert exchange.name


def test_every_interval_has_a_stream_that_leads_back_to_its_series(exchange):
    """Names of streams say which candles they carry."""
    series = frozenset(SeriesKey(BTC_1M.symbol, interval) for interval in Interval)
    names = exchange.stream_names(Subscriptions(series=series))
    assert len(names) == len(set(names)) == len(Interval)
    assert frozenset(exchange.series_of(names)) == series


def test_what_is_wanted_twice_is_named_once_and_in_one_order(exchange):
    """The same wishes give the same names, whatever order they were made in."""
    one = Subscriptions(series=frozenset({BTC_1M, ETH_1M}), tickers=frozenset({BTC_1M.symbol}))
    two = Subscriptions(series=frozenset({ETH_1M, BTC_1M}), tickers=frozenset({BTC_1M.symbol}))
    assert exchange.stream_names(one) == exchange.stream_names(two)
    assert len(exchange.stream_names(one)) == 3


@given(raw=st.binary(max_size=200))
def test_nonsense_is_our_own_error_wherever_it_is_read(raw):
    """Bytes from outside raise DecodeError or are understood, and nothing else."""
    for kind in EVERY.values():
        protocol = kind()
        for decode in (
            protocol.decode,
            protocol.decode_history,
            protocol.decode_instruments,
            protocol.decode_weight_limit,
            protocol.decode_tickers,
            protocol.decode_prices,
            protocol.decode_quotes,
            protocol.decode_time,
        ):
            assert outcome(decode, raw) in OUTCOMES
        assert protocol.decode_refusal(raw) is None or isinstance(
            protocol.decode_refusal(raw), FeedError
        )


def test_every_request_names_a_path_and_its_weight(exchange):
    """The budget can only be kept when each request says what it costs."""
    for request in (
        exchange.history_request(BTC_1M, 0, 1, 500),
        exchange.instruments_request(),
        exchange.tickers_request([BTC_1M.symbol]),
        exchange.prices_request([BTC_1M.symbol]),
        exchange.quotes_request([]),
        exchange.trades_request(BTC_1M.symbol, 0, 1000),
        exchange.book_request(BTC_1M.symbol, 100),
        exchange.ping_request(),
        exchange.time_request(),
    ):
        assert request.path.startswith("/")
        assert request.weight >= 1
