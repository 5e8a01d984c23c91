"""What can go wrong, as a tree; each kind has a sentence for people and detail for the log."""

from __future__ import annotations


class TheBotError(Exception):
    """Base of all our errors. ``str(error)`` is the detail; ``user_message`` is for people."""

    user_message = "Something went wrong."

    def __init__(self, detail: str = "", *, user_message: str | None = None) -> None:
        super().__init__(detail or user_message or type(self).user_message)
        if user_message is not None:
            self.user_message = user_message


class FeedError(TheBotError):
    user_message = "The market data could not be read."


class TransientFeedError(FeedError):
    """Worth trying again: no route, a timeout, a server that is busy."""

    user_message = "The exchange cannot be reached at the moment."


class FatalFeedError(FeedError):
    """Trying again would give the same answer."""

    user_message = "The exchange refused the request."


class UnknownSymbolError(FatalFeedError):
    user_message = "The exchange does not know this symbol."


class DecodeError(FeedError):
    user_message = "The exchange sent something unexpected."


class PluginError(TheBotError):
    user_message = "An indicator, rule or source stopped working and was switched off."


class ObserverError(TheBotError):
    user_message = "A part of the window failed to update."


class StorageError(TheBotError):
    user_message = "Data could not be saved."


class ConfigError(TheBotError):
    user_message = "The settings could not be read."


class InputError(TheBotError):
    """What a person typed or handed over makes no sense; the message says why."""

    user_message = "This input is not understood."


class ParameterError(InputError, ValueError):
    """Parameters that each are possible but do not go together.

    A ValueError too: that is how a Struct refuses to be made, also when read from a file.
    """

    user_message = "These parameters do not go together."


class DeliveryError(TheBotError):
    """``again`` says whether another attempt makes sense, ``after_ms`` how long to wait for it."""

    user_message = "An alert could not be sent."

    def __init__(
        self,
        detail: str = "",
        *,
        user_message: str | None = None,
        again: bool = True,
        after_ms: int | None = None,
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.again = again
        self.after_ms = after_ms


class SecretError(TheBotError):
    """Passwords and tokens cannot be kept or read here."""

    user_message = "The system's keyring cannot be used."
