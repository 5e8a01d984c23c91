"""The real program with its window, as a process: what a person gets in good days and bad."""

from __future__ import annotations

import json
import os
import shutil
import struct
import sys
import zlib

import pytest

from tests.process import exchange, thebot

pytestmark = pytest.mark.process
NOWHERE = ["--rest-url", "http://127.0.0.1:9", "--stream-url", "ws://127.0.0.1:9"]


def size_and_colours(png):
    """Width, height and how many different bytes the picture has: a blank one has few."""
    content = png.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    at, packed = 8, b""
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        if kind == b"IDAT":
            packed += content[at + 8 : at + 8 + length]
        at += 12 + length
    return width, height, len(set(zlib.decompress(packed)))


def window(*arguments, profile, tmp_path, seconds=6, **more):
    """Run the window for a while; the process, the picture's facts and the health document."""
    picture, health = tmp_path / "window.png", tmp_path / "health.json"
    done = thebot(
        *arguments,
        "--quit-after",
        seconds,
        "--screenshot",
        picture,
        "--diagnostics",
        health,
        profile=profile,
        **more,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done, size_and_colours(picture), json.loads(health.read_text())


def test_the_demo_market_fills_the_charts(profile, tmp_path):
    """Candles by REST, messages by socket, nothing at fault; all of it in a profile of its own."""
    _, (width, height, colours), health = window("--demo", profile=profile, tmp_path=tmp_path)
    assert width > 600
    assert height > 400
    assert colours > 60
    assert (health["mode"], health["state"]) == ("demo", "live")
    assert {s["series"] for s in health["series"]} == {"BTCUSDT 1m", "ETHUSDT 1m"}
    assert all(s["candles"] >= 500 for s in health["series"])
    assert health["feed"]["messages"] > 10
    assert health["faults"] == []
    assert (profile / "demo" / "data").is_dir()
    assert not (profile / "data").exists()


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs Xvfb")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is for Linux")
def test_the_same_on_a_real_display(profile, tmp_path):
    """With X instead of the offscreen platform."""
    _, (width, _, colours), health = window(
        "--demo", profile=profile, tmp_path=tmp_path, **x_display(tmp_path)
    )
    assert width > 600
    assert colours > 60
    assert health["state"] == "live"


def x_display(tmp_path):
    """Run under a virtual screen of its own by putting xvfb-run before the interpreter."""
    wrapper = tmp_path / "python"
    wrapper.write_text(
        f'#!/bin/sh\nexec xvfb-run -a -s "-screen 0 1600x900x24" {sys.executable} "$@"\n'
    )
    wrapper.chmod(0o755)
    return {"QT_QPA_PLATFORM": "xcb", "python": wrapper}


def test_without_a_network_the_window_opens_and_says_why(profile, tmp_path):
    """Nothing answers: the state says so, with the address, and the program goes on trying."""
    _, _, health = window(*NOWHERE, profile=profile, tmp_path=tmp_path)
    assert health["state"] == "offline"
    assert "127.0.0.1" in health["reason"]
    assert health["feed"]["messages"] == 0


def test_a_broken_settings_file_is_set_aside(profile, tmp_path):
    """The window opens with defaults; the file is kept under another name."""
    profile.mkdir()
    (profile / "settings.toml").write_text("[ui\ntheme = ")
    with exchange(profile=tmp_path / "server") as addresses:
        _, _, health = window(*addresses, profile=profile, tmp_path=tmp_path)
    assert health["state"] == "live"
    assert (profile / "settings.toml.bad").read_text() == "[ui\ntheme = "


def test_a_profile_that_cannot_be_written_costs_nothing_but_memory(tmp_path):
    """Everything runs; standard error says what is not kept."""
    blocked = tmp_path / "profile"
    blocked.write_text("a file where a folder should be")
    with exchange(profile=tmp_path / "server") as addresses:
        _, _, health = window(*addresses, profile=blocked, tmp_path=tmp_path)
    assert health["state"] == "live"
    assert health["series"][0]["candles"] >= 500
    assert blocked.read_text() == "a file where a folder should be"


def test_an_unknown_symbol_opens_a_window_that_works(profile, tmp_path):
    """The sentence is in the window; the standard charts run."""
    with exchange(profile=tmp_path / "server") as addresses:
        _, _, health = window(*addresses, "--symbol", "BTCUSTD", profile=profile, tmp_path=tmp_path)
    assert health["state"] == "live"
    assert {s["series"] for s in health["series"]} == {"BTCUSDT 1m", "ETHUSDT 1m"}


def test_a_chart_of_another_symbol_and_interval(profile, tmp_path):
    """--symbol and --interval choose the first chart."""
    with exchange(profile=tmp_path / "server") as addresses:
        _, _, health = window(
            *addresses,
            "--symbol",
            "solusdt",
            "--interval",
            "5m",
            profile=profile,
            tmp_path=tmp_path,
        )
    assert "SOLUSDT 5m" in {s["series"] for s in health["series"]}


def test_safe_mode_reads_and_writes_nothing(profile, tmp_path):
    """Default settings, default layout, and a folder that stays as it was."""
    profile.mkdir()
    (profile / "settings.toml").write_text("[ui]\nfont_size = 20\n")
    with exchange(profile=tmp_path / "server") as addresses:
        window(*addresses, "--safe-mode", profile=profile, tmp_path=tmp_path, seconds=4)
    assert [p.name for p in profile.iterdir()] == ["settings.toml"]


def test_a_recorded_session_is_played(recorded, profile, tmp_path):
    """Charts of the recorded symbols, in recorded time, and nothing is kept."""
    file = recorded / "ws" / "session-spot-20210814.jsonl.gz"
    _, _, health = window(
        "--replay", file, "--speed", 20, profile=profile, tmp_path=tmp_path, seconds=8
    )
    assert health["mode"] == "replay"
    assert {s["series"] for s in health["series"]} == {
        "FTMUSDT 1m", "SXPBTC 1m", "BADGERBTC 1m", "XMRBTC 1m",
    }  # fmt: skip
    # One of the four symbols did not trade in these thirty seconds.
    assert sum(s["candles"] >= 1 for s in health["series"]) == 3
    assert not (profile / "data").exists()


def test_a_picture_that_cannot_be_written_is_said(profile, tmp_path):
    """Status 1, a sentence, no traceback."""
    done = thebot(
        "--demo",
        "--quit-after",
        3,
        "--screenshot",
        os.devnull + "/x.png",
        profile=profile,
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a screen may lack")
def test_without_a_screen_there_is_a_sentence_instead_of_an_abort(profile):
    """And the way that works without one."""
    done = thebot("--demo", profile=profile, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 2
    assert "no screen" in done.stderr
    assert "thebot watch" in done.stderr
