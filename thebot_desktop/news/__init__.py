"""What the world says about the market: items, sentiment. Sources are adapters.

Imports domain only.
"""
