"""Failures as sentences for people."""

from __future__ import annotations

import socket
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosedError,
    ConnectionClosedOK,
    InvalidMessage,
    InvalidStatus,
    InvalidUpgrade,
    ProxyError,
)
from websockets.frames import Close
from websockets.http11 import Response

from thebot_desktop.adapters.transport.reasons import why


def refused(status):
    return InvalidStatus(Response(status, "", Headers()))


def hung_up():
    error = InvalidMessage("did not receive a valid HTTP response")
    error.__cause__ = EOFError()
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(), "refused the connection"),
        (TimeoutError(), "did not answer in time"),
        (socket.gaierror(), "address of x.com was not found"),
        (ssl.SSLCertVerificationError(), "identity of x.com could not be verified"),
        (ssl.SSLError(), "secure connection"),
        (OSError(101, "Network is unreachable"), "cannot be reached"),
        (refused(451), "country"),
        (refused(418), "banned"),
        (refused(502), "HTTP 502"),
        (hung_up(), "hung up"),
        (InvalidUpgrade("Upgrade"), "does not speak"),
        (ProxyError("no"), "proxy"),
        (ImportError("python-socks"), "proxy"),
        (ConnectionClosedError(None, Close(1009, "")), "more at once than makes sense"),
        (ConnectionClosedError(None, None), "broke"),
        (ConnectionClosedError(Close(1008, ""), None), "too many requests"),
        (ConnectionClosedOK(Close(1000, "bye"), None), "closed the connection (bye)"),
    ],
)
def test_every_failure_is_a_sentence_with_the_host(error, words):
    """It says what happened and to whom, in words of everyday."""
    sentence = why(error, "x.com")
    assert words in sentence
    assert sentence.endswith((".", "?"))
    assert "x.com" in sentence
