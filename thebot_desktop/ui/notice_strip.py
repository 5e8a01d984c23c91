"""NoticeStrip: the place of the banner under the tool bar, which leaves no trace in the docks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QToolBar

from thebot_desktop.ui.banner import Banner


class NoticeStrip(QToolBar):
    """There only while the banner says something.

    What it takes, Qt takes from whichever dock it likes, and gives it to another one afterwards:
    in a week of notices the lowest panel would be gone. So the arrangement is put back as it was,
    unless the person has changed it meanwhile.
    """

    def __init__(
        self, banner: Banner, state: Callable[[], str], restore: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.setObjectName("noticeBar")
        self.setWindowTitle(self.tr("Notices"))
        self.setMovable(False)
        self.addWidget(banner)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self._banner = banner
        self._state, self._restore = state, restore
        self._before = self._with = ""
        """The arrangement before and with the strip; nothing where that is not known."""
        self.hide()
        banner.filled.connect(self._follow)

    @property
    def state(self) -> str:
        """The arrangement, as it was without the strip if nothing else has changed since."""
        now = self._state()
        return self._before if self._before and now == self._with else now

    def show_if_needed(self) -> None:
        """While the docks are arranged: an arrangement may bring a strip along."""
        self._before = ""
        self.setVisible(bool(self._banner.texts))

    def _follow(self, filled: bool) -> None:  # noqa: FBT001 - a slot
        if filled != self.isHidden():
            return
        if filled:
            before = self._state() if self.window().isVisible() else ""
            self.show()
            QTimer.singleShot(0, self, lambda: self._note(before))
            return
        kept, now = self.state, self._state()
        self.hide()
        if kept != now:
            QTimer.singleShot(0, self, lambda: self._restore(kept))

    def _note(self, before: str) -> None:
        if not self.isHidden():
            self._before, self._with = before, self._state()
