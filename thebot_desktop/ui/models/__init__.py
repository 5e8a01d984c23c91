"""Table models with raw values; the views format them."""
