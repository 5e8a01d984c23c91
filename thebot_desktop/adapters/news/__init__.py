"""One file per news source."""
