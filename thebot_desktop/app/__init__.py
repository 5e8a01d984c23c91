"""What the program does: pipeline, session, settings, services. asyncio yes; Qt and sockets no.

Imports alerts and below.
"""
