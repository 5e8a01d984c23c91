"""Layouts come back, on whatever screens there are, and a bad file harms nothing."""

import msgspec
import pytest

from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.ui.layout_state import (
    ChartState,
    Layout,
    LayoutFile,
    Rect,
    ScreenState,
    WindowState,
    can_be_grabbed,
    centred,
    home_of,
    placed,
)

LEFT = ScreenState("LEFT", Rect(0, 0, 1920, 1080), "Acme", "S1")
RIGHT = ScreenState("RIGHT", Rect(1920, 0, 2560, 1440), "Acme", "S2")
SMALL = ScreenState("SMALL", Rect(0, 0, 1024, 768))

WINDOW = WindowState(
    key="main",
    rect=Rect(2000, 40, 1400, 900),
    screen=RIGHT,
    maximized=True,
    state="AAAA",
    charts=(ChartState("chart.1", Symbol("BTCUSDT"), Interval.M1, ("RSI(14)",)),),
    current_chart="chart.1",
)


def test_a_layout_comes_back_as_it_was(tmp_path):
    """What is saved is what is loaded."""
    file = LayoutFile(tmp_path / "deep" / "layout.json")
    file.save(Layout(windows=(WINDOW,)))
    assert file.load() == Layout(windows=(WINDOW,))
    assert file.notice == ""
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["layout.json"]


def test_a_first_start_has_no_layout_and_nothing_to_say(tmp_path):
    """No file is not a problem."""
    file = LayoutFile(tmp_path / "layout.json")
    assert file.load() == Layout()
    assert file.notice == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 99}',
        b'{"version":1,"windows":[{"key":"a"}]}',
        msgspec.json.encode(Layout(windows=(WINDOW,))).replace(b"1400", b"-5"),
        msgspec.json.encode(Layout(windows=(WINDOW,))).replace(b'"1m"', b'"7m"'),
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_bad_file_is_set_aside_with_a_notice(tmp_path, content):
    """Nonsense is kept for a look, said once, and the standard layout is used."""
    path = tmp_path / "layout.json"
    path.write_bytes(content)
    file = LayoutFile(path)
    assert file.load() == Layout()
    assert "layout.json.bad" in file.notice
    assert (tmp_path / "layout.json.bad").read_bytes() == content
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    """Saving says what went wrong instead of losing it silently."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError):
        LayoutFile(tmp_path / "file" / "layout.json").save(Layout())


def test_a_window_goes_back_to_its_place():
    """With its screen there, not a pixel changes."""
    assert placed(WINDOW.rect, RIGHT, [LEFT, RIGHT], LEFT) == WINDOW.rect


def test_a_screen_is_known_by_its_serial_before_its_name():
    """Two plugs that were swapped do not swap the windows."""
    swapped = [msgspec.structs.replace(LEFT, name="RIGHT"), RIGHT]
    assert home_of(LEFT, swapped) == swapped[0]
    assert home_of(ScreenState("RIGHT", SMALL.rect), [LEFT, RIGHT]) == RIGHT


def test_a_window_whose_screen_is_gone_comes_to_the_primary_one():
    """It is shrunk to fit and stands in the middle."""
    rect = placed(Rect(2000, 40, 2400, 1300), RIGHT, [LEFT], LEFT)
    assert rect == Rect(96, 54, 1728, 972)


def test_a_window_that_cannot_be_grabbed_is_moved_within_its_screen():
    """A title bar above the edge of all screens is no use."""
    assert not can_be_grabbed(Rect(100, -200, 800, 600), [LEFT])
    rect = placed(Rect(100, -200, 800, 600), LEFT, [LEFT], LEFT)
    assert rect == Rect(560, 240, 800, 600)


@pytest.mark.parametrize(("x", "grabbed"), [(1820, True), (1821, False), (-700, True)])
def test_a_hundred_pixels_of_title_are_enough(x, grabbed):
    """Less than that of the strip on a screen, and it counts as lost."""
    assert can_be_grabbed(Rect(x, 0, 800, 600), [LEFT]) is grabbed


def test_a_centred_window_never_exceeds_its_screen():
    """However large it was, it fits."""
    rect = centred(Rect(0, 0, 9000, 9000), SMALL.rect)
    assert rect.overlap(SMALL.rect) == (rect.width, rect.height)
