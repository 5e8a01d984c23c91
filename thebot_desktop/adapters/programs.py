"""Runs a program of the person's with something on its standard input."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from pathlib import PurePath

from thebot_desktop.app.channels import ProgramEnd
from thebot_desktop.app.given_secrets import without_secrets
from thebot_desktop.domain.errors import DeliveryError

OUTPUT_LIMIT = 400
IS_WINDOWS = sys.platform == "win32"


async def run_program(command: tuple[str, ...], stdin: bytes, timeout_s: float) -> ProgramEnd:
    """Without a shell; what it leaves running is not waited for. Raises DeliveryError.

    It gets the environment without the secrets in it.
    One that takes too long is ended with everything it started.
    """
    name = PurePath(command[0]).name
    # Into a file: a pipe would have to be read until the last child of the program is gone.
    with tempfile.TemporaryFile() as output:
        process = await _start(command, name, output.fileno())
        try:
            async with asyncio.timeout(timeout_s):
                await process.communicate(stdin)
        except TimeoutError:
            sentence = f"“{name}” took longer than {timeout_s:g} s and was ended."
            raise DeliveryError(user_message=sentence) from None
        finally:
            await _end(process)
        output.seek(0)
        printed = output.read(OUTPUT_LIMIT).decode(errors="replace")
    assert process.returncode is not None
    return ProgramEnd(process.returncode, printed)


async def _start(command: tuple[str, ...], name: str, output: int) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=not IS_WINDOWS,
            env=without_secrets(os.environ),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except FileNotFoundError:
        sentence = f"There is no program “{name}”."
    except PermissionError:
        sentence = f"“{name}” may not be run."
    except (OSError, ValueError) as cause:
        sentence = f"“{name}” could not be started: {type(cause).__name__}."
    raise DeliveryError(user_message=sentence, again=False)


async def _end(process: Process) -> None:
    """If it still runs."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):  # it was faster
        if IS_WINDOWS:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
