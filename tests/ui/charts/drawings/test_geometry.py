"""Plane geometry of drawings."""

import math

from hypothesis import assume, given
from hypothesis import strategies as st

from thebot_desktop.ui.charts.drawings.geometry import (
    Box,
    Point,
    around,
    clipped,
    distance,
    extended,
    inside,
)

NEAR = st.floats(-2_000, 2_000)
FAR = st.floats(-1e7, 1e7)
BOX = Box(0, 0, 800, 400)
NEAR_POINTS, FAR_POINTS = st.builds(Point, NEAR, NEAR), st.builds(Point, FAR, FAR)


@given(FAR_POINTS, FAR_POINTS)
def test_a_clipped_line_lies_in_the_box_and_on_the_line(start, stop):
    """However far away its ends are."""
    part = clipped(start, stop, BOX)
    if part is None:
        return
    reach = max(1.0, max(map(abs, (*start, *stop))) * 1e-9)
    for point in part:
        assert BOX.holds(point, reach)
        assert distance(point, start, stop) <= reach


@given(NEAR_POINTS, st.builds(Point, st.floats(1, 799), st.floats(1, 399)), st.floats(1, 9))
def test_no_part_of_a_line_inside_the_box_is_lost(start, at, share):
    """Each of its points that lies inside lies on the clipped part."""
    stop = Point(start.x + share * (at.x - start.x), start.y + share * (at.y - start.y))
    part = clipped(start, stop, BOX)
    assert part is not None
    assert distance(at, *part) < 1e-3


@given(NEAR_POINTS, NEAR_POINTS)
def test_a_ray_leaves_the_box(start, through):
    """Its end is outside, or the ray is a point; its direction stays."""
    assume(math.dist(start, through) > 1)
    end = extended(start, through, BOX)
    assert not BOX.holds(end, -1e-6)
    assert distance(through, start, end) < 1e-3


@given(NEAR_POINTS, NEAR_POINTS, NEAR_POINTS)
def test_distance_is_to_the_nearest_place_of_a_line(at, start, stop):
    """No place on it is nearer, and none is needed that is farther than its ends."""
    found = distance(at, start, stop)
    assert found <= min(math.dist(at, start), math.dist(at, stop)) + 1e-6
    for step in range(11):
        place = Point(
            start.x + step / 10 * (stop.x - start.x), start.y + step / 10 * (stop.y - start.y)
        )
        assert found <= math.dist(at, place) + 1e-6


@given(NEAR_POINTS, NEAR_POINTS, NEAR_POINTS)
def test_a_box_around_corners_holds_what_is_inside(one, other, at):
    """For a rectangle, both ways of asking agree."""
    box = around((one, other))
    assume(box.right - box.left > 1)
    assume(box.bottom - box.top > 1)
    corners = (
        Point(box.left, box.top),
        Point(box.right, box.top),
        Point(box.right, box.bottom),
        Point(box.left, box.bottom),
    )
    if box.holds(at, -1e-6):
        assert inside(at, corners)
    elif not box.holds(at, 1e-6):
        assert not inside(at, corners)
