"""Drawing tools, one to a file; found by looking. Its drawing is a Struct in domain/drawings.py."""
