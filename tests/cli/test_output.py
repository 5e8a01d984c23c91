"""Printing to a reader that may leave before the end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from thebot_desktop.cli.output import until_the_reader_leaves


def test_what_is_printed_arrives():
    """At once, not when the program ends."""
    read, write = os.pipe()
    with os.fdopen(write, "w") as out, os.fdopen(read) as reader:
        with until_the_reader_leaves(out):
            out.write("hello\n")
        assert reader.readline() == "hello\n"


def test_a_reader_that_left_is_no_error():
    """Neither while printing nor afterwards."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as out:
        with until_the_reader_leaves(out):
            out.write("x" * 1_000_000)
        out.write("more")


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="there is no head")
def test_a_command_piped_into_head_ends_in_silence():
    """Status 0, nothing on standard error."""
    command = [sys.executable, "-m", "thebot_desktop", "indicators", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.read(1) == b"["
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
