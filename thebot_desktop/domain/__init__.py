"""The words of the program: market facts, signals, alerts, news, time, errors.

Imports nothing of ours.
"""
