"""Sizes of docks once the desktop has maximised their window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from thebot_desktop.ui import settling
from thebot_desktop.ui.settling import Settling

pytestmark = pytest.mark.ui


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    return made


def test_what_is_maximized_is_laid_out_again(window, qtbot):
    """When it has its size."""
    widths = []
    Settling(window, lambda: widths.append(window.width()))
    window.showMaximized()
    qtbot.waitUntil(lambda: widths[-1:] == [window.width()] and window.width() > 300, timeout=3000)


def test_a_window_of_its_own_size_is_left_alone(window, qtbot):
    """What it has is what it was laid out for."""
    calls = []
    settled = Settling(window, lambda: calls.append(1))
    with qtbot.waitSignal(settled.destroyed, timeout=5000):
        window.show()
        window.resize(400, 200)
    assert calls == []


def test_a_person_who_maximizes_later_keeps_what_they_see(window, qtbot, monkeypatch):
    """It is over soon after the start."""
    monkeypatch.setattr(settling, "OVER_AFTER_MS", 1)
    calls = []
    settled = Settling(window, lambda: calls.append(1))
    with qtbot.waitSignal(settled.destroyed, timeout=5000):
        window.show()
    window.showMaximized()
    qtbot.waitUntil(window.isMaximized, timeout=3000)
    assert calls == []
