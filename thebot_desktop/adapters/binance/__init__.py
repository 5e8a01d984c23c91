"""Binance's language in its parts: numbers, stream messages, REST answers. No socket in it."""
