"""The loop of the program, begun and ended in order: real processes."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from thebot_desktop.ui.application import SingleInstance, instance_name, save_screenshot

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import asyncio, sys, threading
from thebot_desktop.ui.application import run, quit_after

async def keep(name):
    try:
        await asyncio.Event().wait()
    finally:
        print("closed", name, flush=True)

async def listen(reader):
    try:
        await reader.read()
    finally:
        print("closed connection", flush=True)

async def main(app):
    peers = []
    server = await asyncio.start_server(lambda r, w: peers.append(w), "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(*address)
    held = asyncio.create_task(keep("task"))
    heard = asyncio.create_task(listen(reader))
    names = await asyncio.gather(*[asyncio.to_thread(threading.current_thread) for _ in range(8)])
    print("threads", len({t.name for t in names}) <= 2, flush=True)
    BODY
    await app.wait_for_quit()
    for each in (writer, *peers):
        each.close()
    server.close()
    return 7

sys.exit(run(main))
"""


def start(body):
    code = textwrap.dedent(PROGRAM).replace("BODY", body)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.process
def test_asking_to_quit_ends_everything_in_order():
    """Every finally runs, the status is main's, and nothing is said on standard error."""
    program = start("asyncio.create_task(quit_after(app, 0.2))")
    out, err = program.communicate(timeout=30)
    assert out.splitlines()[0] == "threads True"
    assert sorted(out.splitlines()[1:]) == ["closed connection", "closed task"]
    assert program.returncode == 7
    assert [line for line in err.splitlines() if "does not support" not in line] == []


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_as_the_menu_does(which):
    """Ctrl+C and a polite kill."""
    program = start('print("ready", flush=True)')
    assert program.stdout.readline().strip() == "threads True"
    assert program.stdout.readline().strip() == "ready"
    program.send_signal(which)
    out, err = program.communicate(timeout=30)
    assert sorted(out.splitlines()) == ["closed connection", "closed task"]
    assert program.returncode == 7, err


@pytest.mark.process
def test_an_error_of_main_is_not_swallowed():
    """It ends the program with a trace, after everything was closed."""
    program = start('raise RuntimeError("early end")')
    out, err = program.communicate(timeout=30)
    assert "closed task" in out
    assert "RuntimeError: early end" in err
    assert program.returncode == 1


def test_a_second_start_raises_the_first(qtbot, tmp_path):
    """It hands over its arguments and ends."""
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim([])
    got = []
    first.started_again.connect(got.append)
    assert not second.claim(["--symbol", "ETHUSDT"])
    qtbot.waitUntil(lambda: got == [["--symbol", "ETHUSDT"]])
    first.release()
    assert SingleInstance(tmp_path).claim([])


def test_profiles_do_not_disturb_each_other(qtbot, tmp_path):
    """The demo market runs beside the live one."""
    one, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert one.claim()
    assert other.claim()
    assert instance_name(tmp_path / "a") != instance_name(tmp_path / "b")
    one.release()
    other.release()


def test_a_screenshot_is_a_picture_of_the_window(qtbot, tmp_path):
    """Also into a folder that is not there yet."""
    label = QLabel("hello")
    qtbot.addWidget(label)
    label.resize(120, 40)
    label.show()
    path = tmp_path / "deep" / "shot.png"
    assert save_screenshot(label, path)
    assert path.read_bytes()[:4] == b"\x89PNG"
