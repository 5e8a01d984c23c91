"""Tasks by name; a crash is a fault, shutdown has an order."""

from __future__ import annotations

import asyncio

from thebot_desktop.app.supervisor import CrashError, Supervisor
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.observers import Observers


async def test_a_task_that_crashes_is_reported_with_its_name(caplog):
    """Our own errors keep their kind, others are said to be ours."""
    faults, reported = Observers(), []
    faults.add(reported.append)
    supervisor = Supervisor(faults)

    async def fail(error):
        raise error

    tasks = [
        supervisor.spawn("a", fail(ValueError("x"))),
        supervisor.spawn("b", fail(StorageError())),
    ]
    await asyncio.wait(tasks)
    await asyncio.sleep(0)
    assert [type(e) for e in reported] == [CrashError, StorageError]
    assert "a: " in str(reported[0])


async def test_shutdown_ends_tasks_first_and_closes_in_reverse_order(no_tasks_left, caplog):
    """What was opened last is closed first; one that fails stops nothing."""
    supervisor, order = Supervisor(Observers()), []

    async def for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            order.append("task")

    def closing(name, error=None):
        async def close():
            order.append(name)
            if error:
                raise error

        return close

    supervisor.at_stop("first", closing("first"))
    supervisor.at_stop("second", closing("second", ValueError("stuck")))
    supervisor.spawn("t", for_ever())
    await asyncio.sleep(0)
    await supervisor.stop()
    assert order == ["task", "second", "first"]
    assert "closing second failed" in caplog.text
