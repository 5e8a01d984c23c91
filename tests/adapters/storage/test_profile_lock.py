"""One program at a time tells of the alerts of a profile."""

from __future__ import annotations

import subprocess
import sys

from tests.process import ROOT
from thebot_desktop.adapters.storage.profile_lock import ProfileLock

HOLD = """
import sys
from pathlib import Path
from thebot_desktop.adapters.storage.profile_lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def test_the_second_one_does_not_get_it_until_the_first_lets_go(tmp_path):
    """Asking twice for what one has is no harm."""
    path = tmp_path / "data" / "running.lock"
    first, second = ProfileLock(path), ProfileLock(path)
    assert first.take()
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()
    second.release()


def test_a_process_that_is_killed_leaves_no_lock_behind(tmp_path):
    """Nobody has to clean up."""
    path, lock = tmp_path / "running.lock", ProfileLock(tmp_path / "running.lock")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "True\n"
        assert not lock.take()
    finally:
        holder.kill()
        holder.communicate()
    assert lock.take()
    lock.release()


def test_where_no_file_can_be_made_nobody_is_kept_out(tmp_path):
    """A folder that cannot be written to is told of elsewhere."""
    (tmp_path / "file").write_text("")
    assert ProfileLock(tmp_path / "file" / "running.lock").take()
