"""What the rest of the world publishes besides news: the economic calendar, and a mood index.

Reads pages that others fetched: bytes in, our words out. May import domain and news.
"""
