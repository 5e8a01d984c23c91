"""Window tests run without a display, over a program without a feed."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication

from tests.ui.world import FakeHost, World


@pytest.fixture(autouse=True)
def _no_timers_left(request):
    """A timer that still runs after its test would disturb another one."""
    yield
    app = QApplication.instance()
    if app is None:
        return
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    running = [t for w in app.topLevelWidgets() for t in w.findChildren(QTimer) if t.isActive()]
    assert not running, f"left running: {[(t.parent(), t.interval()) for t in running]}"


@pytest.fixture
def make_world(qtbot, tmp_path):
    """Makes programs, and ends them after the test."""
    made = []

    def make(folder=tmp_path, *args, **given):
        made.append(World(folder, *args, **given))
        return made[-1]

    yield make
    for world in reversed(made):
        world.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def world(make_world):
    """Services, theme and windows; nothing is open yet."""
    return make_world()


@pytest.fixture
def window(world, qtbot):
    """The first window in its standard layout."""
    world.quotes()
    world.windows.open_all()
    window = world.windows.active
    qtbot.waitUntil(lambda: world.ticker.idle)
    return window


@pytest.fixture
def host():
    return FakeHost()
