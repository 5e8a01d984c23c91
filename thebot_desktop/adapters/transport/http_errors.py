"""What went wrong with a request, in our own words."""

from __future__ import annotations

import httpx

from thebot_desktop.domain.errors import FatalFeedError, FeedError, TransientFeedError

TOO_MANY = (httpx.codes.TOO_MANY_REQUESTS, 418)
EXCERPT = 200
"""So much of an answer goes to the log."""


class UnreachableError(TransientFeedError):
    """No answer of the exchange itself: another address of it may do better."""


class NotJsonError(UnreachableError):
    """An answer, but not of the exchange: the login page of a network, or nothing at all."""


class TroubleError(TransientFeedError):
    """The exchange answered that it cannot answer (HTTP 5xx)."""


class PausedError(TransientFeedError):
    """The exchange asked for a pause, which is not over."""


class RestingError(TransientFeedError):
    """The exchange has failed so often that it is left alone for a while."""


class RefusedError(FatalFeedError):
    """An answer with a status of 4xx; ``body`` may say more in the exchange's own terms."""

    def __init__(
        self, detail: str, body: bytes, status: int, *, user_message: str | None = None
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.body = body
        self.is_about_country = status == httpx.codes.UNAVAILABLE_FOR_LEGAL_REASONS


def unreachable(path: str, host: str, cause: Exception) -> UnreachableError:
    """No answer at all."""
    match cause:
        case TimeoutError() | httpx.TimeoutException():
            sentence = f"{host} did not answer in time."
        case httpx.ProxyError():
            sentence = f"The proxy does not let us through to {host}."
        case _:
            sentence = f"{host} cannot be reached."
    return UnreachableError(f"{path}: {cause!r}", user_message=sentence)


def not_json(path: str, host: str, body: bytes) -> NotJsonError:
    detail = f"{path}: no JSON: {body[:EXCERPT].decode(errors='replace')}"
    if not body.strip():
        return NotJsonError(detail, user_message=f"{host} sent an empty answer.")
    return NotJsonError(
        detail,
        user_message=f"Something between this computer and {host} answered in its place: "
        "perhaps a page to log in to the network.",
    )


def asked_to_wait(detail: str, seconds: float) -> PausedError:
    return PausedError(
        detail,
        user_message=f"The exchange asked us to wait {seconds:.0f} s: too many requests "
        "came from this address.",
    )


def resting(failures: int, seconds: float) -> RestingError:
    times = "once" if failures == 1 else f"{failures} times in a row"
    sentence = f"The exchange has failed {times}; next try in {max(1, round(seconds))} s."
    return RestingError(user_message=sentence)


def refusal(status: int, detail: str, body: bytes) -> FeedError:
    """An answer whose status says no."""
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TroubleError(detail, user_message=f"The exchange has trouble (HTTP {status}).")
    sentence = _REFUSALS.get(status)
    return RefusedError(detail, body, status, user_message=sentence)


_REFUSALS: dict[int, str] = {
    httpx.codes.UNAVAILABLE_FOR_LEGAL_REASONS: "The exchange does not serve this country from "
    "this address (HTTP 451). Its market-data-only address may work: leave the REST address in "
    "the settings empty.",
    httpx.codes.FORBIDDEN: "The exchange's firewall refused the request (HTTP 403).",
    httpx.codes.PROXY_AUTHENTICATION_REQUIRED: "The proxy wants a name and a password (HTTP 407).",
}


def no_way_out(cause: Exception) -> FatalFeedError:
    """The client could not be made: proxies or certificates of this computer are odd."""
    if isinstance(cause, ImportError):
        sentence = (
            "The proxy is a SOCKS proxy, for which a library is missing here: "
            "set an http:// proxy in the settings."
        )
    else:
        sentence = "The proxy or certificate settings of this computer cannot be used."
    return FatalFeedError(type(cause).__name__, user_message=sentence)
