"""One file per exchange: its bytes to our events and back, without I/O."""
