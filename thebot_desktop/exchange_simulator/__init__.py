"""The embedded exchange: a market model and a server that speaks the real protocol on loopback.

Imports app and below; imported by bootstrap, its own command and tests only.
"""
