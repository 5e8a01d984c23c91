"""OpacityEdit: how much a ground covers, in percent, or as much as grounds usually do."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from thebot_desktop.domain.line_style import OPAQUE

USUAL = 10
"""Where the slider stands as long as nothing was chosen, about as grounds are."""
STEP = 5
WIDTH_PX = 90
GAP = 8


class OpacityEdit(QWidget):
    """A slider, its value in writing, and a way back to the usual."""

    edited = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._chosen: int | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, OPAQUE)
        self.slider.setPageStep(STEP)
        self.slider.setMinimumWidth(WIDTH_PX)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(title)
        self.value = QLabel()
        # Wide enough for all that it may say, so that nothing moves while one drags.
        texts = (self._text(None), self._text(OPAQUE))
        metrics = self.value.fontMetrics()
        self.value.setMinimumWidth(max(metrics.horizontalAdvance(text) for text in texts))
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setProperty("role", "link")
        self.reset.setAutoDefault(False)
        self.reset.setAccessibleName(self.tr("Reset: {0}").format(title))
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        row.addWidget(self.reset)
        self.setFocusProxy(self.slider)
        self.write(None)
        self.slider.valueChanged.connect(self._choose)
        self.reset.clicked.connect(self._back)

    def read(self) -> int | None:
        return self._chosen

    def write(self, opacity: int | None) -> None:
        self._chosen = opacity
        with QSignalBlocker(self.slider):
            self.slider.setValue(USUAL if opacity is None else opacity)
        self._show()

    def _choose(self, opacity: int) -> None:
        self._chosen = opacity
        self._show()
        self.edited.emit()

    def _back(self) -> None:
        self.write(None)
        self.slider.setFocus()
        self.edited.emit()

    def _show(self) -> None:
        self.value.setText(self._text(self._chosen))
        self.reset.setVisible(self._chosen is not None)

    def _text(self, opacity: int | None) -> str:
        return self.tr("Usual") if opacity is None else self.tr("{0} %").format(opacity)
