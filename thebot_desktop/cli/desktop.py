"""``thebot`` without a command: the window. The only file of this package that loads Qt."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import MutableMapping
from contextlib import ExitStack
from pathlib import Path

import msgspec
from msgspec.structs import replace

from thebot_desktop.app.mode import Mode
from thebot_desktop.app.supervisor import CrashError
from thebot_desktop.bootstrap import Launch, Program, find_docks, open_program
from thebot_desktop.domain.errors import InputError, StorageError, TheBotError, UnknownSymbolError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.ui.application import (
    Application,
    SingleInstance,
    quit_after,
    run,
    save_screenshot,
)
from thebot_desktop.ui.crash import CrashHandler, CrashLog, report_of
from thebot_desktop.ui.desktop import Desktop
from thebot_desktop.ui.parts import ProgramActions

log = logging.getLogger(__name__)

FAILED = 1
SCREENS = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
"""Where a window can be, on Linux."""


class WindowOptions(msgspec.Struct, frozen=True):
    """What the command line says about the window."""

    symbol: str | None = None
    interval: Interval | None = None
    minimized: bool = False
    screenshot: Path | None = None
    diagnostics: Path | None = None
    quit_after: float | None = None


def options_of(options: argparse.Namespace) -> WindowOptions:
    return WindowOptions(
        symbol=options.symbol,
        interval=options.interval,
        minimized=options.minimized,
        screenshot=options.screenshot,
        diagnostics=options.diagnostics,
        quit_after=options.quit_after,
    )


def run_desktop(launch: Launch, options: WindowOptions) -> int:
    """Show the window until it is closed. Raises TheBotError kinds when there can be none."""
    _require_screen(options, os.environ)
    failure: list[TheBotError] = []

    async def main(app: Application) -> int:
        try:
            return await _run(app, launch, options)
        except TheBotError as error:
            failure.append(error)
            return FAILED

    status = run(main)
    if failure:
        raise failure[0]
    return status


def _require_screen(options: WindowOptions, environment: MutableMapping[str, str]) -> None:
    """Qt would abort without a screen; a run that ends by itself can do without one."""
    has_screen = any(environment.get(name) for name in SCREENS)
    if not sys.platform.startswith("linux") or has_screen:
        return
    if options.quit_after is None:
        raise InputError(
            user_message="There is no screen to open a window on: neither DISPLAY nor "
            "WAYLAND_DISPLAY is set. “thebot watch SYMBOL” works without one."
        )
    environment["QT_QPA_PLATFORM"] = "offscreen"


async def _run(app: Application, launch: Launch, options: WindowOptions) -> int:
    program = await open_program(launch)
    try:
        with ExitStack() as leaving:
            return await _show(app, program, options, leaving)
    finally:
        await program.aclose()


async def _show(
    app: Application, program: Program, options: WindowOptions, leaving: ExitStack
) -> int:
    context = program.context
    instance = SingleInstance(context.profile)
    if context.mode is not Mode.REPLAY:
        if not instance.claim():
            sys.stderr.write("THEBOT Desktop is running already with this profile.\n")
            return 0
        leaving.callback(instance.release)
    desktop = _desktop(app, program, options, leaving)
    leaving.callback(desktop.close)
    _catch_crashes(program, desktop, leaving)
    instance.started_again.connect(lambda _arguments: desktop.windows.show_up())
    _begin(program, desktop, options)
    if options.quit_after is not None:
        context.supervisor.spawn("quit after", quit_after(app, options.quit_after))
    await app.wait_for_quit()
    return _leave_traces(program, desktop, options)


def _desktop(
    app: Application, program: Program, options: WindowOptions, leaving: ExitStack
) -> Desktop:
    context = program.context
    layout = context.profile / "layout.json"
    if not program.keeps_layout:
        folder = leaving.enter_context(tempfile.TemporaryDirectory(prefix="thebot-"))
        layout = Path(folder) / "layout.json"
    dock_types = find_docks()
    # All of this stays until the end. Looking through it again and again for what may be thrown
    # away would stop the window for a tenth of a second each time.
    gc.freeze()
    actions = ProgramActions(
        quit=app.ask_quit,
        try_again=program.feed.retry,
        open_demo=lambda: _start_another("--demo"),
        open_recording=lambda path: _start_another("--replay", str(path)),
        log_folder=context.profile / "logs",
    )
    return Desktop(
        app,
        context,
        dock_types,
        actions,
        layout_file=layout,
        symbols=_first_symbols(program),
        interval=options.interval,
    )


def _begin(program: Program, desktop: Desktop, options: WindowOptions) -> None:
    """The window first, then the market."""
    context = program.context
    desktop.open(minimized=options.minimized)
    symbols = _first_symbols(program) if program.market.replay else _watched(program)
    context.session.set_watchlist(symbols)
    context.session.watchlist_changed.add(lambda _none: _keep_watchlist(program))
    context.settings.changed.add(lambda _settings: _follow_watchlist(program))
    program.start()
    if options.symbol is not None:
        opening = _open_symbol(program, desktop, options.symbol, options.interval)
        context.supervisor.spawn("first chart", opening)


def _first_symbols(program: Program) -> tuple[Symbol, ...]:
    """What the first charts show: the settings' symbols, or what the recording has."""
    replay = program.market.replay
    if replay is not None:
        return tuple(dict.fromkeys(series.symbol for series in replay.series()))
    return tuple(Symbol(s) for s in program.context.settings.current.data_stream.symbols)


def _watched(program: Program) -> tuple[Symbol, ...]:
    return tuple(Symbol(s) for s in program.context.settings.current.watchlist.symbols)


def _keep_watchlist(program: Program) -> None:
    if program.market.replay is None:
        settings = program.context.settings
        changed = replace(settings.saved.watchlist, symbols=program.context.session.watchlist)
        settings.update(replace(settings.saved, watchlist=changed))


def _follow_watchlist(program: Program) -> None:
    """The settings can name the symbols too."""
    watched = _watched(program)
    if program.market.replay is None and watched != program.context.session.watchlist:
        program.context.session.set_watchlist(watched)


async def _open_symbol(
    program: Program, desktop: Desktop, text: str, interval: Interval | None
) -> None:
    window = desktop.windows.active
    if window is None:
        return
    try:
        symbol = await program.context.session.instruments.resolve(text)
    except UnknownSymbolError as error:
        window.notify_person(error.user_message)
        return
    chosen = interval or program.context.settings.current.chart.interval
    window.open_chart(SeriesKey(symbol, chosen))


def _catch_crashes(program: Program, desktop: Desktop, leaving: ExitStack) -> None:
    """Errors of our own reach the person; the interpreter's last words reach a file."""
    handler = CrashHandler(desktop.show_crash)
    handler.install()
    handler.watch(asyncio.get_running_loop())
    leaving.callback(handler.uninstall)
    if program.keeps_layout:
        last_words = CrashLog(program.context.profile / "logs" / "crash.txt")
        left = last_words.open()
        leaving.callback(last_words.close)
        if left:
            log.error("the last run ended in a crash:\n%s", left)

    def show(error: TheBotError) -> None:
        if isinstance(error, CrashError):
            desktop.show_crash(report_of(str(error)))

    program.context.faults.add(show)


def _leave_traces(program: Program, desktop: Desktop, options: WindowOptions) -> int:
    """The picture and the health document that were asked for."""
    window = desktop.windows.active
    if (
        options.screenshot is not None
        and window is not None
        and not save_screenshot(window, options.screenshot)
    ):
        sys.stderr.write(f"thebot: {options.screenshot} cannot be written.\n")
        return FAILED
    if options.diagnostics is not None:
        document = msgspec.json.encode(program.context.health.document())
        try:
            options.diagnostics.write_bytes(msgspec.json.format(document, indent=2))
        except OSError as cause:
            raise StorageError(
                user_message=f"{options.diagnostics} cannot be written: {cause.strerror}."
            ) from cause
    return 0


def _start_another(*arguments: str) -> None:
    """The same program once more, on its own."""
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, *(() if frozen else ("-m", "thebot_desktop")), *arguments]
    subprocess.Popen(command, start_new_session=True)
