"""The command line: what can be typed, and what it means."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from thebot_desktop import __version__
from thebot_desktop.alerts.terms import MOST_MINUTES
from thebot_desktop.app.interval_names import interval_of
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.domain.time import UnixMs

COMMANDS = (
    "watch",
    "exchange",
    "indicators",
    "compute",
    "history",
    "import",
    "export",
    "rules",
    "alerts",
    "selfcheck",
)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

ALERT_KINDS = tuple(kind.value for kind in AlertType)

_FAULT_KINDS = "faults"
_RULE_FORMS = "rules"
_SECRETS = "secrets"


class _WithKinds(argparse.RawDescriptionHelpFormatter):
    """Ends with all kinds of faults or rules, looked up only when somebody asks."""

    def add_text(self, text: str | None) -> None:
        if text == _FAULT_KINDS:
            from thebot_desktop.exchange_simulator.faults import guide

            text = guide()
        elif text == _RULE_FORMS:
            from thebot_desktop.cli.rule_text import FORMS

            text = FORMS
        elif text == _SECRETS:
            from thebot_desktop.app.given_secrets import HELP

            text = textwrap.fill(HELP, 90)
        super().add_text(text)


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """Arguments as a namespace whose ``command`` is one of COMMANDS or ``desktop``.

    Ends the process with status 2 and a sentence when something is not understood.
    """
    namespace = _parser(environment).parse_args(arguments)
    namespace.command = namespace.command or "desktop"
    return namespace


def time_of(text: str) -> UnixMs:
    """``2026-03-01``, ``2026-03-01T12:30``, with or without zone (UTC then), or milliseconds."""
    if text.isdigit() and len(text) >= 10:
        return UnixMs(int(text))
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            user_message=f"“{text}” is not a time. Write 2026-03-01, 2026-03-01T12:30 "
            "or milliseconds since 1970."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return UnixMs(int(moment.timestamp() * 1000))


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thebot", description="Watches the crypto markets live and tells you what matters."
    )
    parser.add_argument("--version", action="version", version=f"thebot {__version__}")
    _add_common(parser, environment)
    _add_desktop(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    watch = commands.add_parser(
        "watch",
        help="print candles, signals and alerts",
        epilog=_SECRETS,
        formatter_class=_WithKinds,
    )
    _add_watch(watch, environment)
    exchange = commands.add_parser(
        "exchange",
        help="run the embedded exchange as a server",
        epilog=_FAULT_KINDS,
        formatter_class=_WithKinds,
    )
    _add_exchange(exchange)
    _add_indicators(commands.add_parser("indicators", help="list all indicators"))
    _add_compute(commands.add_parser("compute", help="compute an indicator over a CSV file"))
    _add_history(commands.add_parser("history", help="fetch candles into a file"), environment)
    _add_import(commands.add_parser("import", help="keep candles of bulk files"))
    _add_history(commands.add_parser("export", help="stored candles into a file"), environment)
    _add_rules(commands.add_parser("rules", help="alerts that are armed: add, list, remove ..."))
    _add_alerts(commands.add_parser("alerts", help="list what alerts have raised"))
    _add_selfcheck(commands.add_parser("selfcheck", help="check this installation"), environment)
    return parser


def _add_common(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    profile = environment.get("THEBOT_PROFILE")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="DIR",
        default=Path(profile) if profile else None,
        help="folder of settings, data and logs",
    )
    parser.add_argument(
        "--rest-url",
        type=_address("http", "https"),
        metavar="URL",
        default=environment.get("THEBOT_REST_URL") or None,
        help="another server of the same protocol, such as http://127.0.0.1:9000",
    )
    parser.add_argument(
        "--stream-url",
        type=_address("ws", "wss"),
        metavar="URL",
        default=environment.get("THEBOT_STREAM_URL") or None,
        help="its streams, such as ws://127.0.0.1:9000",
    )
    parser.add_argument("--log-level", type=str.upper, choices=LEVELS, metavar="L")


def _add_desktop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="use the embedded demo market")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play a recorded session")
    parser.add_argument("--symbol", metavar="S", help="symbol of the first chart")
    parser.add_argument("--interval", type=_interval, metavar="I", help="interval of the charts")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="of demo or replay")
    parser.add_argument("--minimized", action="store_true", help="start in the tray or minimised")
    parser.add_argument(
        "--safe-mode", action="store_true", help="default settings and layout, nothing is saved"
    )
    parser.add_argument("--screenshot", type=Path, metavar="PNG", help="save the window at the end")
    parser.add_argument(
        "--diagnostics", type=Path, metavar="JSON", help="write the health document"
    )
    parser.add_argument("--quit-after", type=_seconds, metavar="SECONDS")


def _add_watch(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    parser.add_argument("symbols", nargs="*", metavar="SYMBOL")
    parser.add_argument(
        "--interval", type=_interval, action="append", metavar="I", dest="intervals"
    )
    parser.add_argument("--indicator", action="append", default=[], metavar='"RSI(14)"')
    parser.add_argument(
        "--rule", action="append", default=[], metavar='"close crosses above EMA(20)"'
    )
    parser.add_argument("--history", type=_count, default=500, metavar="N")
    parser.add_argument("--forming", action="store_true", help="print forming candles too")
    parser.add_argument("--duration", type=_seconds, metavar="S")
    _add_repeated(parser)


def _add_exchange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=9000, metavar="N", help="0: any free one")
    parser.add_argument(
        "--symbols",
        type=_listed,
        default=13,
        metavar="N|NAMES",
        dest="listed",
        help="so many (1 to 3000), or names such as BTCUSDT,ETHUSDT",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X")
    parser.add_argument("--klines", action="append", default=[], metavar="SYMBOL=FILE")
    parser.add_argument(
        "--life",
        action="append",
        default=[],
        metavar="SYMBOL=WORD[@TIME]",
        help="a symbol that is LISTED late, or has the status HALT, BREAK, CANCEL_ONLY "
        "or END_OF_DAY from a time on (now if none is given; whole hours)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="WORDS",
        help="something that goes wrong, such as "
        '"at=20 kind=starve streams=*@kline_1s for=10"; may be given more than once',
    )
    parser.add_argument(
        "--faults",
        type=Path,
        metavar="FILE",
        help="a script of such lines, or the same as JSON or TOML",
    )
    _add_exchange_limits(parser)


def _add_exchange_limits(parser: argparse.ArgumentParser) -> None:
    """How strict the exchange is; what is not said is as on the real one."""
    limits = parser.add_argument_group("limits, as on the real exchange unless set")
    for name, kind, metavar, text in (
        ("--weight-limit", _whole, "N", "weight of REST requests a minute (6000)"),
        ("--raw-limit", _whole, "N", "REST requests in five minutes (300000)"),
        ("--ban-after", _count, "N", "requests after a refusal before a ban (10)"),
        ("--ban-seconds", _whole, "S", "the first ban; each further one is twice as long (120)"),
        ("--trade-window-hours", _whole, "H", "longest stretch of aggregate trades (any)"),
        ("--streams-per-connection", _whole, "N", "(1024)"),
        ("--messages-per-second", _whole, "N", "from a client, pings and pongs counted (5)"),
        ("--connects-per-5-minutes", _whole, "N", "from one address (300)"),
        ("--ping-seconds", _duration, "S", "between the server's pings (20)"),
        ("--pong-seconds", _duration, "S", "to wait for the answer (60)"),
        ("--connection-seconds", _duration, "S", "before a connection is cut (86400)"),
        ("--notice-seconds", _duration, "S", "to announce the cut before (not at all)"),
    ):
        limits.add_argument(name, type=kind, metavar=metavar, help=text)
    parser.add_argument(
        "--no-empty-candles",
        dest="empty_candles",
        action="store_false",
        help="say nothing when a candle closes in which nobody traded",
    )


def _add_indicators(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def _add_compute(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression", metavar='"MACD(12,26,9)"')
    parser.add_argument("--input", type=Path, required=True, metavar="CSV")
    parser.add_argument(
        "--interval",
        type=_interval,
        metavar="I",
        help="make longer candles of those in the file first",
    )
    parser.add_argument(
        "--with",
        type=Path,
        dest="other",
        metavar="CSV",
        help="candles of the other symbol, for an indicator that needs one",
    )
    parser.add_argument("--output", type=Path, metavar="CSV")


def _add_history(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    parser.add_argument("symbol", metavar="SYMBOL")
    parser.add_argument("interval", type=_interval, metavar="INTERVAL")
    parser.add_argument("--from", dest="start", metavar="T", help="2026-03-01 or milliseconds")
    parser.add_argument("--to", dest="end", metavar="T")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.csv|.parquet")
    _add_repeated(parser)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("symbol", metavar="SYMBOL")
    parser.add_argument("interval", type=_interval, metavar="INTERVAL")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="zip, gzip or CSV")
    _add_repeated(parser)


def _add_rules(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_repeated(parser)
    add = actions.add_parser(
        "add", help="keep a rule and arm it", epilog=_RULE_FORMS, formatter_class=_WithKinds
    )
    add.add_argument("text", metavar='"RSI(14) < 30"', help="or another form, as below")
    add.add_argument("--symbol", metavar="S", help="any that is watched, if not given")
    add.add_argument("--interval", type=_interval, metavar="I")
    add.add_argument("--once", action="store_true", help="switch it off after the first alert")
    add.add_argument("--name", default="", metavar="NAME")
    add.add_argument(
        "--kind",
        type=str.upper,
        choices=ALERT_KINDS,
        default="WARNING",
        metavar="KIND",
    )
    add.add_argument(
        "--pause", type=_minutes, default=0, metavar="MIN", help="silent so long after it spoke"
    )
    add.add_argument("--until", metavar="T", help="2026-03-01T12:30 or milliseconds")
    add.add_argument(
        "--message", default="", metavar="TEXT", help="such as “{symbol} is at {price}”"
    )
    add.add_argument(
        "--when",
        choices=("tick", "bar", "close"),
        help="asked on each tick, told once per bar, or on bar close",
    )
    add.add_argument(
        "--between", default="", metavar="HOURS", help="such as “09:00-17:30 mon tue wed”"
    )
    add.add_argument(
        "--channel",
        action="append",
        metavar="NAME",
        help="sent there outside; may be given more than once (passwords: thebot watch --help)",
    )
    add.add_argument("--urgent", action="store_true", help="told in quiet hours too")
    listed = actions.add_parser("list", help="all rules of the profile")
    listed.add_argument("--json", action="store_true", help="a line of JSON each")
    for name, text in (
        ("remove", "forget rules"),
        ("enable", "switch rules on"),
        ("disable", "switch rules off"),
    ):
        changed = actions.add_parser(name, help=text)
        changed.add_argument("ids", nargs="+", metavar="ID", help="or the beginning of it")
    checked = actions.add_parser(
        "check",
        help="say a rule in plain words, and keep nothing",
        epilog=_RULE_FORMS,
        formatter_class=_WithKinds,
    )
    checked.add_argument("text", metavar='"RSI(14) < 30"')
    for action in actions.choices.values():
        _add_repeated(action)


def _add_alerts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", help="2026-03-01 or milliseconds")
    parser.add_argument("--symbol", metavar="S")
    parser.add_argument("--json", action="store_true", help="a line of JSON each")
    _add_repeated(parser)


def _add_selfcheck(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    parser.add_argument("--json", action="store_true")
    _add_repeated(parser)


def _add_repeated(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before or after the command; what is not said stays as it is."""
    quiet = argparse.SUPPRESS
    parser.add_argument("--profile", type=Path, default=quiet, help=quiet)
    parser.add_argument("--rest-url", type=_address("http", "https"), default=quiet, help=quiet)
    parser.add_argument("--stream-url", type=_address("ws", "wss"), default=quiet, help=quiet)
    parser.add_argument("--log-level", type=str.upper, choices=LEVELS, default=quiet, help=quiet)


def _address(*schemes: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.hostname or parts.path not in ("", "/"):
            raise argparse.ArgumentTypeError(
                f"“{text}” is not a base address such as {schemes[0]}://127.0.0.1:9000"
            )
        return text.rstrip("/")

    return check


def _interval(text: str) -> Interval:
    try:
        return interval_of(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(error.user_message) from None


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not {what}") from None


def _seconds(text: str) -> float:
    value = _number(text, "a number of seconds")
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of seconds")
    return value


def _speed(text: str) -> float:
    value = _number(text, "a speed")
    if not 0 < value <= 100_000:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a speed; 1 is real time, 60 a minute a second"
        )
    return value


def _count(text: str) -> int:
    value = _number(text, "a whole number")
    if value != int(value) or not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a count")
    return int(value)


def _minutes(text: str) -> int:
    value = _count(text)
    if value > MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"at most {MOST_MINUTES} minutes")
    return value


def _whole(text: str) -> int:
    value = _count(text)
    if not value:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return value


def _duration(text: str) -> float:
    value = _seconds(text)
    if not value:
        raise argparse.ArgumentTypeError("it must be longer than 0 seconds")
    return value


def _listed(text: str) -> int | tuple[str, ...]:
    """A number of symbols, or their names."""
    if text.isdecimal():
        return _count(text)
    names = tuple(name.strip().upper() for name in text.split(","))
    if not all(any(map(str.isalpha, name)) for name in names):
        raise argparse.ArgumentTypeError(f"“{text}” is neither a count nor names")
    return names


def _port(text: str) -> int:
    value = _count(text)
    if value > 65_535:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port")
    return value


def environment() -> Mapping[str, str]:
    return os.environ
