"""What is kept on disk: candles, alerts, settings."""
