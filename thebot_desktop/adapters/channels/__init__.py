"""One file per channel through which alerts leave this machine."""
