"""Which command does what, and how its failures become a sentence and an exit status."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import replace

from thebot_desktop.app.mode import Mode
from thebot_desktop.bootstrap import Launch
from thebot_desktop.cli.parser import time_of
from thebot_desktop.domain.errors import (
    ConfigError,
    FatalFeedError,
    InputError,
    TheBotError,
)
from thebot_desktop.domain.market import Interval

BAD_INPUT = 2
FAILED = 1


def dispatch(options: argparse.Namespace) -> int:
    """Run the command; 2 for input that makes no sense, 1 for what did not work out."""
    command = COMMANDS[options.command]
    try:
        return command(options)
    except (InputError, ConfigError, FatalFeedError) as error:
        return _say(error, BAD_INPUT)
    except TheBotError as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return 0


def launch_of(options: argparse.Namespace, *, keep: bool = True) -> Launch:
    mode = Mode.DEMO if options.demo else Mode.REPLAY if options.replay else Mode.LIVE
    return Launch(
        mode=mode,
        profile=options.profile,
        rest_url=options.rest_url,
        stream_url=options.stream_url,
        replay=options.replay,
        speed=options.speed,
        log_level=options.log_level,
        safe_mode=options.safe_mode,
        keep=keep,
        with_news=keep,
    )


def _desktop(options: argparse.Namespace) -> int:
    if options.demo and options.replay:
        raise InputError(user_message="--demo and --replay cannot be used together.")
    from thebot_desktop.cli import desktop

    return desktop.run_desktop(launch_of(options), desktop.options_of(options))


def _watch(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import watch

    wanted = watch.WatchOptions(
        symbols=tuple(options.symbols),
        intervals=tuple(dict.fromkeys(options.intervals or [options_interval(options)])),
        indicators=tuple(options.indicator),
        rules=tuple(options.rule),
        history=options.history,
        forming=options.forming,
        duration=options.duration,
    )
    launch = replace(launch_of(options, keep=False), keep_alerts=True)
    return _run(watch.run(wanted, launch, sys.stdout, sys.stderr))


def options_interval(options: argparse.Namespace) -> Interval:
    chosen: Interval | None = getattr(options, "interval", None)
    return chosen or Interval.M1


def _exchange(options: argparse.Namespace) -> int:
    from thebot_desktop.adapters.clock import SystemClock
    from thebot_desktop.cli import exchange

    return _run(exchange.run(exchange.config_of(options), SystemClock()))


def _indicators(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import indicators
    from thebot_desktop.cli.known import known_plugins

    catalogue = known_plugins(options.profile, sys.stderr).indicators
    return indicators.run(catalogue, as_json=options.json, out=sys.stdout)


def _compute(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import compute
    from thebot_desktop.cli.known import known_plugins

    catalogue = known_plugins(options.profile, sys.stderr).indicators
    return compute.run(
        options.expression,
        options.input,
        options.output,
        catalogue,
        sys.stdout,
        sys.stderr,
        options.interval,
        options.other,
    )


def _history(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import history

    return _run(
        history.run(
            options.symbol,
            options.interval,
            time_of(options.start) if options.start else None,
            time_of(options.end) if options.end else None,
            options.output,
            launch_of(options, keep=False),
            sys.stderr,
        )
    )


def _import(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import import_

    return import_.run(
        options.symbol,
        options.interval,
        options.files,
        options.profile,
        sys.stdout,
        sys.stderr,
    )


def _export(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import export

    return export.run(
        options.symbol,
        options.interval,
        time_of(options.start) if options.start else None,
        time_of(options.end) if options.end else None,
        options.output,
        options.profile,
        sys.stderr,
    )


def _rules(options: argparse.Namespace) -> int:
    from thebot_desktop.alerts.hours_text import read_hours
    from thebot_desktop.alerts.telling import Telling
    from thebot_desktop.alerts.terms import Terms
    from thebot_desktop.cli import rules
    from thebot_desktop.cli.known import known_plugins
    from thebot_desktop.domain.signals import AlertType

    profile, out = options.profile, sys.stdout
    match options.action:
        case "add":
            new = rules.NewRule(
                options.text,
                options.symbol,
                options.interval,
                options.once,
                options.name,
                AlertType(options.kind),
                Terms(
                    pause_minutes=options.pause,
                    until=time_of(options.until) if options.until else None,
                    message=options.message,
                    when=rules.WHEN[options.when] if options.when else None,
                    hours=read_hours(options.between),
                ),
                Telling(
                    channels=tuple(options.channel) if options.channel else None,
                    urgent=options.urgent,
                ),
            )
            return rules.add(profile, new, out)
        case "check":
            catalogue = known_plugins(profile, sys.stderr).indicators
            return rules.check(options.text, catalogue, out)
        case "list":
            return rules.show(profile, as_json=options.json, out=out)
        case "remove":
            return rules.remove(profile, options.ids, out)
    return rules.switch(profile, options.ids, out, enabled=options.action == "enable")


def _alerts(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import rules

    since = time_of(options.since) if options.since else None
    return rules.show_alerts(
        options.profile, since, options.symbol, sys.stdout, as_json=options.json
    )


def _selfcheck(options: argparse.Namespace) -> int:
    from thebot_desktop.cli import selfcheck

    return selfcheck.run(launch_of(options), as_json=options.json, out=sys.stdout, err=sys.stderr)


def _run(work: Coroutine[object, object, int]) -> int:
    return asyncio.run(work)


def _say(error: TheBotError, status: int) -> int:
    sys.stderr.write(f"thebot: {error.user_message}\n")
    return status


COMMANDS = {
    "desktop": _desktop,
    "watch": _watch,
    "exchange": _exchange,
    "indicators": _indicators,
    "compute": _compute,
    "history": _history,
    "import": _import,
    "export": _export,
    "rules": _rules,
    "alerts": _alerts,
    "selfcheck": _selfcheck,
}
