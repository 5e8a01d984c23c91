"""Makes the sounds of alerts, as plain sums of tones: ``python packaging/make_sounds.py``."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "sounds"
RATE = 44_100
LOUDEST = 0.7
"""Of what 16 bits hold: a sound of the system is no louder."""
PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.35, 1.6), (3.01, 0.12, 2.4))
"""Of a bell-like tone: times the pitch, how strong, how much sooner it fades."""


@dataclass(frozen=True)
class Note:
    """One tone: when it begins (s), its pitch (Hz), how fast it fades (1/s), how strong it is."""

    at: float
    pitch: float
    fades: float = 9.0
    strength: float = 1.0


C5, D5, E5, G5, A5, B4, C6, E6 = 523.25, 587.33, 659.26, 783.99, 880.0, 493.88, 1046.5, 1318.51

SOUNDS: dict[str, tuple[float, tuple[Note, ...]]] = {
    # Rising for what rises, falling for what falls: told apart without looking.
    "buy": (0.7, (Note(0.0, C5), Note(0.09, E5), Note(0.18, G5, 7.0))),
    "sell": (0.7, (Note(0.0, G5), Note(0.09, E5), Note(0.18, C5, 7.0))),
    # Twice the same, and lower than the others.
    "warning": (0.75, (Note(0.0, B4, 10.0), Note(0.22, B4, 7.0), Note(0.22, D5, 7.0, 0.6))),
    # One short, soft drop.
    "info": (0.45, (Note(0.0, A5, 12.0, 0.8),)),
    # Two bright pairs: it is meant to be heard through a door.
    "urgent": (
        1.1,
        (
            *(Note(at, C6, 11.0) for at in (0.0, 0.16, 0.48, 0.64)),
            *(Note(at + 0.08, E6, 11.0) for at in (0.0, 0.16, 0.48, 0.64)),
        ),
    ),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (seconds, notes) in SOUNDS.items():
        write(FOLDER / f"{name}.wav", samples(seconds, notes))


def samples(seconds: float, notes: tuple[Note, ...]) -> np.ndarray:
    """All notes together, as loud as every other sound, without a click at either end."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros_like(time)
    for note in notes:
        since = np.clip(time - note.at, 0.0, None)
        rise = np.clip(since / 0.004, 0.0, 1.0)
        for times, strong, sooner in PARTIALS:
            fade = np.exp(-note.fades * sooner * since)
            sound += (
                note.strength
                * strong
                * rise
                * fade
                * np.sin(2 * np.pi * note.pitch * times * since)
            )
    end = np.clip((time[-1] - time) / 0.03, 0.0, 1.0)
    sound *= end * LOUDEST / np.abs(sound).max()
    return np.round(sound * 32_767).astype("<i2")


def write(path: Path, sound: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())


if __name__ == "__main__":
    main()
