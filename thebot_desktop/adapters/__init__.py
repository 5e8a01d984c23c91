"""The outside world: exchanges, sockets, files, news sites, the clock.

Imports app and below; nobody but bootstrap imports this.
"""
