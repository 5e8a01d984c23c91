"""Why a connection failed, as a sentence for people."""

from __future__ import annotations

import socket
import ssl
from http import HTTPStatus

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    ProxyError,
)

POLICY_VIOLATION = 1008
TOO_BIG = 1009

_REFUSALS = {
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "{host} does not serve this country (HTTP 451).",
    HTTPStatus.FORBIDDEN: "The firewall of {host} refused the connection (HTTP 403).",
    HTTPStatus.TOO_MANY_REQUESTS: "{host} asks for a pause: too many requests (HTTP 429).",
    418: "{host} has banned this address for a while: too many requests (HTTP 418).",
    HTTPStatus.NOT_FOUND: "{host} has no market data at this address (HTTP 404).",
}


def why(error: BaseException, host: str) -> str:
    """What ``error`` means for someone who wants prices from ``host``."""
    match error:
        case ConnectionClosed():
            return _closed(error, host)
        case InvalidStatus():
            status = error.response.status_code
            return _REFUSALS.get(status, "{host} answered HTTP " + f"{status}.").format(host=host)
        case InvalidProxy() | ProxyError() | ImportError():
            return f"The proxy of this computer does not let us through to {host}."
        case InvalidMessage() if isinstance(error.__cause__, EOFError | OSError):
            return f"{host} hung up before the connection was made."
        case InvalidHandshake():
            return f"{host} does not speak the language of market data streams."
        case _:
            return _unreachable(error, host)


def _closed(error: ConnectionClosed, host: str) -> str:
    close = error.rcvd
    if error.sent is not None and error.sent.code == TOO_BIG:
        return f"{host} sent more at once than makes sense."
    if close is None:
        return f"The connection to {host} broke."
    if close.code == POLICY_VIOLATION:
        return f"{host} closed the connection: {close.reason or 'too many requests'}."
    said = f" ({close.reason})" if close.reason else ""
    return f"{host} closed the connection{said}."


def _unreachable(error: BaseException, host: str) -> str:
    match error:
        case TimeoutError():
            return f"{host} did not answer in time."
        case socket.gaierror():
            return f"The address of {host} was not found. Is this computer online?"
        case ssl.SSLCertVerificationError():
            because = getattr(error, "verify_message", "") or "its certificate is not trusted"
            return f"The identity of {host} could not be verified: {because}."
        case ssl.SSLError():
            return f"No secure connection to {host} could be made."
        case ConnectionRefusedError():
            return f"{host} refused the connection."
        case _:
            return f"{host} cannot be reached."
