"""How freshness and the clock are put into words and signs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.freshness import (
    FreshnessSign,
    clock_text,
    clock_warning,
    freshness_text,
    freshness_with_age,
    freshness_with_reason,
    paint_sign,
)

LIVE, DELAYED, STALE = FreshnessWord


@pytest.mark.parametrize(
    ("freshness", "short", "whole"),
    [
        (Freshness(LIVE, 240), "Live", "Live 0.2 s"),
        (Freshness(LIVE), "Live", "Live"),
        (Freshness(DELAYED, 14_900), "Delayed 14 s", "Delayed 14 s"),
        (Freshness(DELAYED, 900), "Delayed", "Delayed"),
        (Freshness(DELAYED, 3_400), "Delayed 3 s", "Delayed 3 s"),
        (Freshness(STALE, 135_000), "Stale 2 min", "Stale 2 min"),
        (Freshness(STALE), "Stale", "Stale"),
    ],
)
def test_one_of_three_words_with_the_age(freshness, short, whole):
    """Whole seconds once it is not live; while it is, the age is told only where asked for."""
    assert freshness_text(freshness) == short
    assert freshness_with_age(freshness) == whole


def test_only_what_is_not_live_needs_a_reason():
    """A feed that is well has nothing to explain."""
    assert freshness_with_reason(Freshness(LIVE, 100), "Connected.") == "Live 0.1 s"
    assert freshness_with_reason(Freshness(STALE, 60_000), "Gone.") == "Stale 1 min · Gone."
    assert freshness_with_reason(Freshness(STALE, 60_000), "") == "Stale 1 min"


@pytest.mark.parametrize(
    ("offset", "text", "warning"),
    [
        (None, "Not measured yet", ""),
        (-20, "In step with the exchange", ""),
        (-400, "0.4 s ahead of the exchange", ""),
        (1_000, "1.0 s behind the exchange", ""),
        (-12_345, "12 s ahead of the exchange", "Your computer's clock is 12 s fast."),
        (200_000, "3 min behind the exchange", "Your computer's clock is 3 min slow."),
    ],
)
def test_the_clock_of_the_computer_in_plain_words(offset, text, warning):
    """A warning only for more than a second, and what to do about it."""
    assert clock_text(offset) == text
    said = clock_warning(offset)
    assert said.startswith(warning)
    assert bool(said) == bool(warning)
    assert not said or said.endswith("set the clock to be safe.")


def painted(word):
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_sign(painter, QRectF(0, 0, 16, 16), word, QColor("#FF0000"))
    painter.end()
    return [image.pixelColor(x, 8).alpha() > 128 for x in (1, 5, 11, 14)]


def test_the_signs_differ_in_shape(qapp):
    """A full disc, a half one, a ring: to be told apart without colours."""
    assert painted(LIVE) == [True, True, True, True]
    assert painted(DELAYED) == [True, True, False, True]
    assert painted(STALE) == [True, False, False, True]


def test_the_sign_alone_follows_the_word(qtbot):
    """It is repainted only for another word."""
    sign = FreshnessSign()
    qtbot.addWidget(sign)
    sign.show_word(LIVE)
    assert sign.word is LIVE
    assert not sign.grab().isNull()
