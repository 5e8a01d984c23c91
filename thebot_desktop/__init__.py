"""THEBOT Desktop: watches the crypto markets live and tells its user what matters."""

__version__ = "0.1.0"
