"""What the market looks like now: buffers, quotes, order of candles, resampling.

Imports domain only.
"""
