"""The same operations with finplot, where it is installed: what peers need for a frame.

finplot is no dependency. ``pip install --no-deps --target DIR finplot`` and ``PYTHONPATH=DIR`` are
enough, since what it needs is here already.
"""

from __future__ import annotations

import contextlib
import importlib
from types import ModuleType

import pandas as pd

from thebot_desktop.domain.market import Candles


def find_peer() -> ModuleType | None:
    """finplot, or None where it is not installed."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("finplot")
    return None


class FinplotChart:
    """Candles and volume in a window of the same size."""

    def __init__(self, peer: ModuleType, candles: Candles, size: tuple[int, int]) -> None:
        self._count = len(candles)
        self._rows = pd.DataFrame(
            {
                "time": pd.to_datetime(candles.open_time, unit="ms"),
                "open": candles.open,
                "close": candles.close,
                "high": candles.high,
                "low": candles.low,
                "volume": candles.volume,
            }
        )
        price, volume = peer.create_plot("peer", rows=2, maximize=False, init_zoom_periods=200)
        self.window = peer.windows[-1]
        self.window.resize(*size)
        self._box = price.vb
        self._candles = peer.candlestick_ochl(self._prices(), ax=price)
        self._volume = peer.volume_ocv(self._volumes(), ax=volume)
        self.window.show()
        peer.refresh()

    def look_at(self, visible: int) -> None:
        self._box.update_y_zoom(self._count - visible, self._count + 5)

    def pan(self, number: int, visible: int) -> None:
        """Several places to the left and back; where all is visible, a little less of it."""
        shift = 2 + 7 * (number % 2)
        first = max(0, self._count - visible - shift)
        self._box.update_y_zoom(first, self._count + 5 - shift)

    def tick(self, close: float) -> None:
        self._rows.iat[self._count - 1, 2] = close
        self._candles.update_data(self._prices())
        self._volume.update_data(self._volumes())

    def close(self) -> None:
        """Out of sight only: finplot goes on using every window it ever made."""
        self.window.hide()

    def _prices(self) -> pd.DataFrame:
        return self._rows[["time", "open", "close", "high", "low"]]

    def _volumes(self) -> pd.DataFrame:
        return self._rows[["time", "open", "close", "volume"]]
