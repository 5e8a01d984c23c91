"""The pictures of the chart: every kind and state is among them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import get_args

import pytest

from thebot_desktop.app.settings import PaletteChoice, UiConfig
from thebot_desktop.domain.drawings import AnyDrawing
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.charts.chart_look import ChartKind

pytestmark = pytest.mark.ui

SCRIPT = Path(__file__).parents[2] / "packaging" / "chart_pictures.py"


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("chart_pictures", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_and_state_has_a_picture(pictures):
    """Each with a name of its own."""
    names = [name for name, _size, _change in pictures.scenes(pictures.Stage())]
    assert len(set(names)) == len(names)
    assert {f"kind-{kind.value}" for kind in ChartKind} <= set(names)
    assert {"loading", "empty", "error", "stale", "hole", "narrow", "compare"} <= set(names)
    assert {"zones", "profile", "marks", "drawings-1", "ruler", "quotes", "panes"} <= set(names)
    drawn = sum(name.startswith("drawings-") for name in names) * 4
    assert drawn >= len(get_args(AnyDrawing))


def test_every_palette_has_a_picture(pictures):
    """Of both themes, in high contrast and without."""
    chosen = dict(pictures.looks())
    assert len(chosen) == 2 * 2 * len(PaletteChoice)
    assert {config.palette for config in chosen.values()} == set(PaletteChoice)


def test_every_scene_can_be_painted(pictures, qapp):
    """Once in each size, without a warning."""
    appearance = Appearance(qapp)
    appearance.install(UiConfig())
    stage, images = pictures.Stage(), []
    for _name, size, change in pictures.scenes(stage):
        view = stage.chart(appearance, size, change)
        images.append(view.grab().toImage())
        assert (images[-1].width(), images[-1].height()) == size
        view.close()
        view.deleteLater()
    assert not pictures.sheet(images[:4]).isNull()
    appearance.close()
