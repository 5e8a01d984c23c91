"""How freshness looks wherever it is shown: a sign, one of three words, the age once it counts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel

from thebot_desktop.domain.time import SECOND_MS
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.formatting import age_text
from thebot_desktop.ui.theme import Theme

SKEW_WORTH_A_WORD_MS = 1000
_SKEW_SHOWN_MS = 50
"""Less than this is the error of the measurement."""
SIGN_PX = 8
_RING_SHARE = 0.18
"""How thick the ring of a sign is."""


def word_text(word: FreshnessWord) -> str:
    words = {
        FreshnessWord.LIVE: _tr("Live"),
        FreshnessWord.DELAYED: _tr("Delayed"),
        FreshnessWord.STALE: _tr("Stale"),
    }
    return words[word]


def freshness_text(freshness: Freshness) -> str:
    """``Live``, ``Delayed 14 s``, ``Stale 2 min``; whole seconds, so that it seldom changes."""
    age = freshness.age_ms
    if freshness.word is FreshnessWord.LIVE or age is None or age < SECOND_MS:
        return word_text(freshness.word)
    return f"{word_text(freshness.word)} {whole_age_text(age)}"


def freshness_with_age(freshness: Freshness) -> str:
    """The same with an age that is told while it is live, too: ``Live 0.2 s``."""
    if freshness.word is FreshnessWord.LIVE and freshness.age_ms is not None:
        return f"{word_text(freshness.word)} {age_text(freshness.age_ms)}"
    return freshness_text(freshness)


def freshness_with_reason(freshness: Freshness, reason: str) -> str:
    """For the feed: why it is not live, where that is known."""
    text = freshness_with_age(freshness)
    is_live = freshness.word is FreshnessWord.LIVE
    return text if is_live or not reason else f"{text} · {reason}"


def whole_age_text(age_ms: int) -> str:
    """An age without tenths of seconds."""
    seconds = age_ms // SECOND_MS
    return f"{seconds} s" if seconds < 60 else age_text(age_ms)


def kind_of(word: FreshnessWord) -> str:
    """The ``kind`` property that the style sheet colours labels by."""
    return "good" if word is FreshnessWord.LIVE else "warning"


def color_of(theme: Theme, word: FreshnessWord) -> str:
    return theme.good if word is FreshnessWord.LIVE else theme.warning


def clock_text(offset_ms: int | None) -> str:
    """How this computer's clock stands to the exchange's."""
    if offset_ms is None:
        return _tr("Not measured yet")
    if abs(offset_ms) < _SKEW_SHOWN_MS:
        return _tr("In step with the exchange")
    ahead, behind = _tr("{0} ahead of the exchange"), _tr("{0} behind the exchange")
    return (ahead if offset_ms < 0 else behind).format(age_text(abs(offset_ms)))


def clock_warning(offset_ms: int | None) -> str:
    """A sentence for a clock that is more than a second wrong, else nothing."""
    if offset_ms is None or abs(offset_ms) <= SKEW_WORTH_A_WORD_MS:
        return ""
    fast = _tr("Your computer's clock is {0} fast.")
    slow = _tr("Your computer's clock is {0} slow.")
    rest = _tr("Ages and countdowns are corrected; set the clock to be safe.")
    return f"{(fast if offset_ms < 0 else slow).format(age_text(abs(offset_ms)))} {rest}"


def paint_sign(painter: QPainter, box: QRectF, word: FreshnessWord, color: QColor) -> None:
    """A full disc for live, a half one for delayed, an empty one for stale."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if word is FreshnessWord.LIVE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(box)
        return
    thick = max(1.0, box.width() * _RING_SHARE)
    ring = box.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
    if word is FreshnessWord.DELAYED:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPie(ring, 90 * 16, 180 * 16)
    painter.setPen(QPen(color, thick))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(ring)


class FreshnessSign(QLabel):
    """The sign alone, in the colour that the style sheet gives the label."""

    def __init__(self) -> None:
        super().__init__()
        self._word = FreshnessWord.STALE

    def show_word(self, word: FreshnessWord) -> None:
        if word is not self._word:
            self._word = word
            self.update()

    @property
    def word(self) -> FreshnessWord:
        return self._word

    def sizeHint(self) -> QSize:
        return QSize(SIGN_PX, SIGN_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = QRectF(self.rect()).center()
        size = float(SIGN_PX)
        box = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
        paint_sign(painter, box, self._word, self.palette().windowText().color())


def _tr(text: str) -> str:
    return QCoreApplication.translate("Freshness", text)
