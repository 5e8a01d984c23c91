"""Our icons."""

import pytest
from PySide6.QtGui import QColor

from thebot_desktop.ui.icons import icon, icon_pixmap, icon_svg
from thebot_desktop.ui.resources import resource

NAMES = sorted(p.stem for p in resource("icons").glob("*.svg") if p.stem != "thebot")


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_takes_the_colour_it_is_given(qapp, name):
    """And draws something, within its sixteen pixels."""
    assert b"currentColor" not in icon_svg(name, "#F5A524")
    image = icon_pixmap(name, "#F5A524", 16, 4).toImage()
    drawn = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    # Blending at the edges rounds by one.
    wanted = QColor("#F5A524").getRgb()
    assert drawn
    assert all(
        abs(a - b) <= 1 for c in drawn for a, b in zip(QColor(c).getRgb(), wanted, strict=True)
    )


def test_icons_are_sharp_on_dense_screens(qapp):
    """There is a picture for each scale."""
    sizes = icon("bell", "#FFFFFF").availableSizes()
    assert {size.width() for size in sizes} == {16, 32, 48}
    assert icon_pixmap("bell", "#FFFFFF", 16, 2).width() == 32
