"""What every panel promises, whichever file it comes from."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from tests.ui.world import FakeHost, panel_types
from thebot_desktop.app.settings import ThemeChoice, UiConfig
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.theme import load_theme

DOCKS = panel_types()


@pytest.fixture(params=sorted(DOCKS))
def dock(request, world, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = DOCKS[request.param].build(world.context, FakeHost())
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, made)
    window.resize(700, 500)
    window.show()
    made.show()
    yield made
    made.release()
    window.close()


def test_it_describes_itself(dock):
    """Name as its file, title, area, an icon that exists."""
    assert DOCKS[dock.name] is type(dock)
    assert dock.windowTitle()
    assert isinstance(dock.area, DockArea)
    assert resource("icons", f"{dock.icon}.svg").is_file()
    assert dock.accessibleName()


def test_it_draws_with_nothing_there(dock, world):
    """A fresh profile shows a designed state, not an error."""
    world.session.set_watchlist(())
    dock.draw()
    if dock.state is not None:
        assert dock.state_view.sentence


def test_it_draws_with_data(dock, world):
    """And again, in the other theme and a larger font."""
    world.quotes()
    dock.draw()
    world.appearance.choose(UiConfig(theme=ThemeChoice.LIGHT, font_size=18))
    dock.apply_theme(world.appearance.theme, 18)
    dock.draw()
    image = dock.grab().toImage()
    panel = load_theme("light").panel.lower()
    assert image.pixelColor(image.width() // 2, image.height() - 6).name() == panel


def test_it_lets_go_of_everything(dock, world):
    """After release nothing it observed knows it any more."""
    core = world.core
    seen = (core.subscriber.quotes, core.subscriber.moments, core.alerts.changed)
    before = [len(o) for o in seen]
    fresh = type(dock).build(world.context, dock.host)
    fresh.release()
    assert [len(o) for o in seen] == before
    fresh.deleteLater()


def test_everything_in_it_can_be_named_by_a_screen_reader(dock, world):
    """Whatever takes the keyboard has a name, a text or a hint of what to type."""
    world.quotes()
    dock.draw()
    for widget in dock.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy().value & 1:
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named or "scroll" in type(widget).__name__.lower(), widget


def test_docks_are_found_by_their_files():
    """The panels of the first version are all there."""
    names = {"alerts", "health", "metrics", "news_feed", "order_book", "signals", "watchlist"}
    assert names <= set(DOCKS)
    assert all(issubclass(kind, Dock) for kind in DOCKS.values())
