"""RoomNote: names the panes that a low chart has no room for, and leads to them by a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QToolButton, QWidget

from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, scaled

HEIGHT = 18
FONT_PX = 11
ICON = 12
PADDING = 5
GAP = 4
"""Between the words and the sign."""


class RoomNote(QToolButton):
    """Stands at the foot of the lowest pane; a narrow chart only says how many there are."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setIconSize(QSize(ICON, ICON))
        # The sign stands behind the words.
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._shown: tuple[object, ...] | None = None
        self._theme = theme
        self._font_px = BASE_FONT_PX
        self.set_theme(theme)
        self.hide()

    def set_font_px(self, font_px: int) -> None:
        """As large as the labels of the axes."""
        self._font_px = font_px
        self._shown = None
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(scaled(HEIGHT, self._font_px))
        self.setStyleSheet(
            f"RoomNote {{ color: {theme.secondary}; background: {theme.raised}; border: none;"
            f" border-radius: 4px; padding: 0 {PADDING}px; margin: 0; "
            f" font-size: {scaled(FONT_PX, self._font_px)}px; }}"
            f"RoomNote:hover {{ color: {theme.text}; }}"
        )
        self.setIcon(icon("chevron-down", theme.secondary))

    def show_for(self, names: Sequence[str], left_bottom: QPoint, room: int) -> None:
        """With its left bottom corner there, no wider than ``room``."""
        shown = (*names, left_bottom.toTuple(), room)
        if shown == self._shown:
            return
        self._shown = shown
        sentence = self.tr("No room for {0}").format(", ".join(names))
        self.setToolTip(self.tr("{0}. Click for what can be done.").format(sentence))
        self.setAccessibleName(sentence)
        sign_too = self._fits(sentence, room)
        text = sentence if sign_too or self._fits(sentence, room + ICON + GAP) else ""
        text = text or self._short(sentence, len(names), room)
        style = Qt.ToolButtonStyle
        beside = style.ToolButtonTextBesideIcon if sign_too else style.ToolButtonTextOnly
        self.setToolButtonStyle(beside)
        self.setText(text.replace("&", "&&"))
        self.setFixedWidth(min(room, self._width(text) + (ICON + GAP if sign_too else 0)))
        self.move(left_bottom.x(), left_bottom.y() - self.height())
        self.show()
        self.raise_()

    def leave(self) -> None:
        self._shown = None
        self.hide()

    def _short(self, sentence: str, count: int, room: int) -> str:
        """As much of the sentence as tells something, else how many panes there are."""
        cut = self._metrics.elidedText(
            sentence, Qt.TextElideMode.ElideRight, room - self._width("")
        )
        return cut if len(cut) > len(sentence) // 2 else f"+{count}"

    def _fits(self, text: str, room: int) -> bool:
        return self._width(text) + ICON + GAP <= room

    def _width(self, text: str) -> int:
        return self._metrics.horizontalAdvance(text) + 2 * PADDING + 2

    @property
    def _metrics(self) -> QFontMetrics:
        font = QFont(self.font())
        font.setPixelSize(scaled(FONT_PX, self._font_px))
        return QFontMetrics(font)
