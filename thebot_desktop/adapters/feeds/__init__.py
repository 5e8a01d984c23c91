"""Ways to obtain events: live and replayed."""
