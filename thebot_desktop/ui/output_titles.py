"""What outputs of indicators are called in forms, where their names are no words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("OutputTitles", text)


def _titles() -> dict[str, str]:
    return {
        "aroondown": _tr("Aroon down"),
        "aroonup": _tr("Aroon up"),
        "bearpower": _tr("Bear power"),
        "bullpower": _tr("Bull power"),
        "fama": _tr("FAMA"),
        "fastd": _tr("Fast %D"),
        "fastk": _tr("Fast %K"),
        "haclose": _tr("Close"),
        "hahigh": _tr("High"),
        "halow": _tr("Low"),
        "haopen": _tr("Open"),
        "inphase": _tr("In phase"),
        "integer": _tr("Value"),
        "leadsine": _tr("Lead sine"),
        "lowerband": _tr("Lower band"),
        "macd": _tr("MACD"),
        "macdhist": _tr("Histogram"),
        "macdsignal": _tr("Signal"),
        "mama": _tr("MAMA"),
        "max": _tr("Highest"),
        "maxidx": _tr("Place of the highest"),
        "middleband": _tr("Middle band"),
        "min": _tr("Lowest"),
        "minidx": _tr("Place of the lowest"),
        "minusvi": _tr("VI−"),
        "plusvi": _tr("VI+"),
        "real": _tr("Value"),
        "slowd": _tr("Slow %D"),
        "slowk": _tr("Slow %K"),
        "smi": _tr("SMI"),
        "smisignal": _tr("Signal"),
        "span_a": _tr("Span A"),
        "span_b": _tr("Span B"),
        "swinghigh": _tr("Swing high"),
        "swinglow": _tr("Swing low"),
        "upperband": _tr("Upper band"),
    }


def output_title(output: str) -> str:
    """Any other output is called by its name, as a word."""
    name = output.replace("_", " ")
    return _titles().get(output, name[:1].upper() + name[1:])
