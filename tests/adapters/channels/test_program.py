"""Programs: the alert on standard input, no shell, an end in any case."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest

from tests.adapters.channels.places import make_message, make_tools
from thebot_desktop.adapters.channels.program import Program
from thebot_desktop.domain.errors import DeliveryError

pytestmark = pytest.mark.usefixtures("no_tasks_left")


def python(code, *arguments, timeout=20):
    return Program(sys.executable, ("-c", code, *arguments), timeout)


async def refused(channel, outside, **given):
    with pytest.raises(DeliveryError) as caught:
        await channel.send(make_message(**given), make_tools(outside))
    return caught.value


async def test_the_alert_comes_as_one_line_of_json(outside, tmp_path):
    """What the program prints is told beside its exit code."""
    code = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); print('done')"
    target = tmp_path / "got"
    message = make_message(message="$(touch x); `id` \n two lines")
    said = await python(code, str(target)).send(message, make_tools(outside))
    assert said == "exit code 0: done"
    content = target.read_bytes()
    assert content.count(b"\n") == 1
    assert json.loads(content) == message.line


async def test_arguments_are_passed_as_they_are(outside):
    """Nothing in them means anything to a shell, and nothing is filled in."""
    odd = ("a b", "$HOME", "; exit 3", "{symbol}", "a,b")
    code = "import sys; print('|'.join(sys.argv[1:]))"
    said = await python(code, *odd).send(make_message(), make_tools(outside))
    assert said == "exit code 0: a b|$HOME|; exit 3|{symbol}|a,b"


async def test_a_program_that_does_not_read_is_no_problem(outside):
    """Its input may be longer than what a pipe holds."""
    said = await python("pass").send(make_message(message="x" * 200_000), make_tools(outside))
    assert said == "exit code 0"


@pytest.mark.parametrize(("code", "again"), [(1, False), (75, True)])
async def test_another_exit_code_is_a_failure_with_the_words_of_the_program(outside, code, again):
    """75 means that it may work later."""
    script = f"import sys; print('no such\\n device', file=sys.stderr); sys.exit({code})"
    error = await refused(python(script), outside)
    assert error.again is again
    assert error.user_message == f"The program ended with exit code {code}: no such device"


async def test_a_program_that_floods_its_output_is_not_listened_to(outside):
    """Only the beginning is kept."""
    code = "import sys\nfor _ in range(200): sys.stdout.write('x' * 10_000)"
    said = await python(code).send(make_message(), make_tools(outside))
    assert len(said) < 200


@pytest.mark.skipif(os.name != "posix", reason="asks for process groups")
async def test_a_program_that_takes_too_long_is_ended_with_its_children(outside):
    """And is worth another attempt."""
    held = []

    async def hold(reader, writer):
        held.append(await reader.read())
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    child = f"import socket, time; s = socket.create_connection(('127.0.0.1', {port}));"
    child += "s.sendall(b'here'); time.sleep(600)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    async with server:
        error = await refused(python(code, timeout=3), outside)
        async with asyncio.timeout(5):
            await ended.wait()
    assert held == [b"here"]
    assert error.again
    assert "took longer than 3 s" in error.user_message


@pytest.mark.skipif(os.name != "posix", reason="asks for permissions as Unix has them")
async def test_a_program_that_cannot_be_started_is_said(outside, tmp_path):
    """By its name; it makes no sense to try again."""
    text = tmp_path / "notes.txt"
    text.write_text("x")
    missing = await refused(Program("/nowhere/at-all"), outside)
    forbidden = await refused(Program(str(text)), outside)
    odd = await refused(Program("a\0b"), outside)
    assert missing.user_message == "There is no program “at-all”."
    assert forbidden.user_message == "“notes.txt” may not be run."
    assert not missing.again
    assert not forbidden.again
    assert not odd.again


async def test_a_program_gets_no_secret_of_the_environment(outside, monkeypatch):
    """The rest of the environment is there."""
    monkeypatch.setenv("THEBOT_SECRET_PHONE_TOKEN", "t0k3n")
    monkeypatch.setenv("MY_OWN", "here")
    code = "import os; print(sorted(n for n in os.environ if n.startswith(('THEBOT_', 'MY_OWN'))))"
    said = await python(code).send(make_message(), make_tools(outside))
    assert said == "exit code 0: ['MY_OWN']"
