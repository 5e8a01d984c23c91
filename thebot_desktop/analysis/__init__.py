"""What the numbers mean: indicators and the signals they give.

Imports market, news and domain.
"""
