"""How long each TA-Lib function remembers: where a look-back ends that never quite does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thebot_desktop.analysis.smoothing import cascade, exponential, settled_after, wilder
from thebot_desktop.analysis.talib_library import AverageType

HILBERT_SETTLES = 700
"""Candles until the Hilbert transforms agree to 1e-8 wherever they began, measured."""

MAMA_SLOW_LIMIT = 0.05
"""What the library uses where MAMA is only one of the kinds of average."""

SMOOTHED: Mapping[str, tuple[tuple[AverageType | str, str | int], ...]] = {
    "ADOSC": ((AverageType.EMA, "slowperiod"), (AverageType.EMA, "fastperiod")),
    "ADX": ((AverageType.RMA, "timeperiod"), (AverageType.RMA, "timeperiod")),
    "ADXR": ((AverageType.RMA, "timeperiod"), (AverageType.RMA, "timeperiod")),
    "APO": (("matype", "slowperiod"), ("matype", "fastperiod")),
    "ATR": ((AverageType.RMA, "timeperiod"),),
    "BBANDS": (("matype", "timeperiod"),),
    "CMO": ((AverageType.RMA, "timeperiod"),),
    "CVI": ((AverageType.EMA, "timeperiod"),),
    "DEMA": ((AverageType.DEMA, "timeperiod"),),
    "DX": ((AverageType.RMA, "timeperiod"),),
    "EFI": ((AverageType.EMA, "timeperiod"),),
    "EMA": ((AverageType.EMA, "timeperiod"),),
    "ERI": ((AverageType.EMA, "timeperiod"),),
    "HA": ((AverageType.EMA, 3),),
    "HT_DCPERIOD": (("hilbert", 0),),
    "HT_DCPHASE": (("hilbert", 0),),
    "HT_PHASOR": (("hilbert", 0),),
    "HT_SINE": (("hilbert", 0),),
    "HT_TRENDLINE": (("hilbert", 0),),
    "HT_TRENDMODE": (("hilbert", 0),),
    "KAMA": ((AverageType.KAMA, "timeperiod"),),
    "KC": ((AverageType.EMA, "timeperiod"), (AverageType.RMA, "atrperiod")),
    "KDJ": (("slowk_matype", "slowk_period"), ("slowd_matype", "slowd_period")),
    "MA": (("matype", "timeperiod"),),
    "MACD": (
        (AverageType.EMA, "slowperiod"),
        (AverageType.EMA, "fastperiod"),
        (AverageType.EMA, "signalperiod"),
    ),
    "MACDEXT": (
        ("slowmatype", "slowperiod"),
        ("fastmatype", "fastperiod"),
        ("signalmatype", "signalperiod"),
    ),
    "MACDFIX": ((AverageType.EMA, 26), (AverageType.EMA, "signalperiod")),
    "MAMA": (("hilbert", 0), ("adaptive", "slowlimit")),
    "MASSI": ((AverageType.EMA, "fastperiod"), (AverageType.EMA, "fastperiod")),
    "MAVP": (("hilbert", 0), ("matype", "maxperiod")),
    "MINUS_DI": ((AverageType.RMA, "timeperiod"),),
    "MINUS_DM": ((AverageType.RMA, "timeperiod"),),
    "NATR": ((AverageType.RMA, "timeperiod"),),
    "PLUS_DI": ((AverageType.RMA, "timeperiod"),),
    "PLUS_DM": ((AverageType.RMA, "timeperiod"),),
    "PPO": (("matype", "slowperiod"), ("matype", "fastperiod")),
    "PVO": (("matype", "slowperiod"), ("matype", "fastperiod")),
    "RMA": ((AverageType.RMA, "timeperiod"),),
    "RSI": ((AverageType.RMA, "timeperiod"),),
    "RVI": ((AverageType.RMA, "timeperiod"),),
    "SMI": (
        (AverageType.EMA, "slowperiod"),
        (AverageType.EMA, "fastperiod"),
        (AverageType.EMA, "signalperiod"),
    ),
    "STOCH": (("slowk_matype", "slowk_period"), ("slowd_matype", "slowd_period")),
    "STOCHF": (("fastd_matype", "fastd_period"),),
    "STOCHRSI": ((AverageType.RMA, "timeperiod"), ("fastd_matype", "fastd_period")),
    "T3": ((AverageType.T3, "timeperiod"),),
    "TEMA": ((AverageType.TEMA, "timeperiod"),),
    "TRIX": ((AverageType.TEMA, "timeperiod"),),
    "TSI": ((AverageType.EMA, "firstperiod"), (AverageType.EMA, "secondperiod")),
    "ZLEMA": ((AverageType.EMA, "timeperiod"),),
}
"""Functions made of averages that feed on their past: which average over which period.

The average may be named by the parameter that chooses it, the period is a parameter or a number.
"""


def settled(name: str, options: Mapping[str, Any]) -> int:
    """Candles after its first value until function ``name`` forgot where it began."""
    return cascade(_stages(name, options))


def _stages(name: str, options: Mapping[str, Any]) -> Iterator[int]:
    """How long each average inside the function needs on its own."""
    for kind, of in SMOOTHED.get(name, ()):
        amount = options[of] if isinstance(of, str) else of
        if kind == "hilbert":
            yield HILBERT_SETTLES
        elif kind == "adaptive":
            yield from _adaptive(amount)
        else:
            chosen = options[kind] if isinstance(kind, str) else kind
            yield from _average_stages(chosen, amount)


def _average_stages(kind: AverageType, period: int) -> Iterator[int]:
    match kind:
        case AverageType.EMA | AverageType.ZLEMA:
            yield exponential(period)
        case AverageType.DEMA:
            yield from [exponential(period)] * 2
        case AverageType.TEMA:
            yield from [exponential(period)] * 3
        case AverageType.T3:
            yield from [exponential(period)] * 6
        case AverageType.RMA:
            yield wilder(period)
        case AverageType.KAMA:
            yield _kaufman(period)
        case AverageType.MAMA:
            yield HILBERT_SETTLES
            yield from _adaptive(MAMA_SLOW_LIMIT)
        case _:
            pass


def _adaptive(slow_limit: float) -> tuple[int, int]:
    """MAMA at its slowest, and FAMA, which follows it half as fast."""
    return settled_after(slow_limit), settled_after(slow_limit / 2)


def _kaufman(period: int) -> int:
    """KAMA, taking the efficiency of a random walk, 1/√period, for the usual one.

    Its weight lies between that of a 30- and a 2-candle exponential average; only where the price
    gets nowhere for hundreds of candles does it remember longer.
    """
    slow, fast = 2 / 31, 2 / 3
    return settled_after(((fast - slow) / period**0.5 + slow) ** 2)
