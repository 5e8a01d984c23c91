"""The sounds of alerts are made by a script, and are what it makes."""

from __future__ import annotations

import importlib.util
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("make_sounds", ROOT / "packaging" / "make_sounds.py")
make_sounds = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = make_sounds
SPEC.loader.exec_module(make_sounds)


def read(path):
    with wave.open(str(path)) as file:
        form = file.getnchannels(), file.getsampwidth(), file.getframerate()
        return form, np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.mark.parametrize("name", sorted(make_sounds.SOUNDS))
def test_a_sound_in_the_resources_is_what_the_script_makes(name, tmp_path):
    """Rounding may differ by one between processors."""
    make_sounds.write(tmp_path / "new.wav", make_sounds.samples(*make_sounds.SOUNDS[name]))
    (form, kept), (again, made) = (
        read(ROOT / "resources" / "sounds" / f"{name}.wav"),
        read(tmp_path / "new.wav"),
    )
    assert form == again == (1, 2, 44_100)
    assert len(kept) == len(made)
    assert np.abs(kept.astype(int) - made).max() <= 1


def test_no_two_sounds_are_alike():
    """Told apart by length, or by which tones come first."""
    made = {n: make_sounds.samples(*s)[:4_000].tobytes() for n, s in make_sounds.SOUNDS.items()}
    assert len(set(made.values())) == len(made)
