"""The fence around a plug-in: what it raises, how long it takes, what it answers and may touch."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from time import perf_counter
from traceback import walk_tb
from typing import Annotated, Any, Protocol, TypeVar

import numpy as np
from msgspec import Meta, Struct

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.errors import PluginError, TheBotError
from thebot_desktop.domain.market import Candles, Interval, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.plots import outputs_of
from thebot_desktop.domain.shapes import Shapes
from thebot_desktop.domain.signals import AlertType, Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs

T = TypeVar("T")


class PluginConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How patient the program is with code that people drop into the profile."""

    budget_ms: Annotated[
        int,
        Meta(
            ge=5,
            le=10_000,
            title="Time for one call (ms)",
            description="The window stands still while a plug-in works.",
        ),
    ] = 250
    slow_calls: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="Slow calls until it is off",
            description="So many in a row beyond that time switch a plug-in off.",
        ),
    ] = 3
    stop_seconds: Annotated[
        int,
        Meta(
            ge=1,
            le=60,
            title="Stop a call after (s)",
            description="For code that does not come back at all.",
        ),
    ] = 5


DEFAULTS = PluginConfig()


class PluginStopped(BaseException):
    """Raised inside a plug-in that does not come back; no ``except Exception`` holds it up."""


class BadAnswerError(Exception):
    """A plug-in answered something that nobody can use; the text says what."""


class LocatedError(PluginError):
    """What is wrong with a plug-in, in a sentence that names its file and, if known, the line."""

    def __init__(self, file: str, line: int | None, text: str, *, before: str = "") -> None:
        place = f"{file}, line {line}" if line is not None else file
        super().__init__(user_message=f"{before}{place}: {text.rstrip('.')}.")
        self.line = line


class Limit(Protocol):
    """Answers what ``work`` answers, and ends what does not come back, by PluginStopped."""

    def __call__(self, work: Callable[[], T], /) -> T: ...


def unlimited(work: Callable[[], T], /) -> T:
    """Where nobody watches the clock."""
    return work()


@dataclass(frozen=True)
class Surroundings:
    """What a fence needs of the program; the same for all."""

    config: Callable[[], PluginConfig] = lambda: DEFAULTS
    limited: Limit = unlimited
    timer: Callable[[], float] = perf_counter
    faults: Observers[TheBotError] = field(default_factory=Observers)


class Fence:
    """Of one plug-in. After the first failure nothing of it is called any more."""

    def __init__(
        self,
        file: str,
        path: str,
        around: Surroundings,
        fell: Callable[[LocatedError], None] = lambda _error: None,
    ) -> None:
        self.title = ""
        """What to call it in sentences; empty while it is only being loaded."""
        self.error: LocatedError | None = None
        self._file = file
        self._path = path
        self._around = around
        self._fell = fell
        self._slow: Counter[str] = Counter()

    def call(self, work: Callable[[], T], name: str, line: int | None = None) -> T:
        """What ``work`` answers. Raises PluginError, the same one once it is switched off.

        ``line`` is the one to name where a failure has none of its own.
        """
        if self.error is not None:
            raise self.error.with_traceback(None)
        began = self._around.timer()
        try:
            found = self._around.limited(work)
        except LocatedError:
            raise
        except (Exception, SystemExit, PluginStopped) as cause:
            raise self._fall(_words(cause), line_in(cause, self._path) or line) from cause
        self._judge((self._around.timer() - began) * 1000, name, line)
        return found

    def ask(self, work: Callable[[], T], name: str, line: int | None, otherwise: T) -> T:
        """As ``call``, for answers that people's screens cannot do without."""
        if self.error is not None:
            return otherwise
        try:
            return self.call(work, name, line)
        except PluginError as error:
            self._around.faults.notify(error)
            return otherwise

    def _judge(self, took_ms: float, name: str, line: int | None) -> None:
        config = self._around.config()
        if took_ms <= config.budget_ms:
            self._slow[name] = 0
            return
        self._slow[name] += 1
        if self._slow[name] >= config.slow_calls:
            text = f"{name} took {took_ms:,.0f} ms, and more than {config.budget_ms:,} ms "
            times = f"{config.slow_calls} times in a row" if config.slow_calls > 1 else "at once"
            raise self._fall(f"{text}{times}", line)

    def _fall(self, text: str, line: int | None) -> LocatedError:
        before = f"{self.title} was switched off: " if self.title else ""
        self.error = LocatedError(self._file, line, text, before=before)
        self._fell(self.error)
        return self.error


def line_in(cause: BaseException, path: str) -> int | None:
    """The innermost line of the file at ``path`` that ``cause`` came through."""
    if isinstance(cause, SyntaxError) and cause.filename == path:
        return cause.lineno
    lines = [at for frame, at in walk_tb(cause.__traceback__) if frame.f_code.co_filename == path]
    return lines[-1] if lines else None


def fence_indicator(kind: type[Indicator], fence: Fence) -> None:
    """Let nobody call what ``kind`` defines but through ``fence``."""
    for name, check in _INDICATOR_CALLS.items():
        _fence_call(kind, Indicator, name, fence, check)
    for name, otherwise in _INDICATOR_FACTS.items():
        _fence_fact(kind, Indicator, name, fence, otherwise)
    _fence_lookback(kind, fence)


def fence_rule(kind: type[Rule], fence: Fence) -> None:
    """Let nobody call what ``kind`` defines but through ``fence``."""
    for name in ("check", "check_price"):
        _fence_call(kind, Rule, name, fence, _verdict)
    _fence_fact(kind, Rule, "sentence", fence, lambda rule: rule.title)
    _fence_fact(kind, Rule, "indicators", fence, lambda _rule: ())
    _fence_fact(kind, Rule, "others", fence, lambda _rule: ())


def _fence_call(
    kind: type[Any], base: type[Any], name: str, fence: Fence, check: Callable[..., object]
) -> None:
    inner = inspect.getattr_static(kind, name)
    if inner is inspect.getattr_static(base, name):
        return
    line = _first_line(inner)

    def call(self: Any, *given: Any) -> Any:  # noqa: ANN401 - as the method has it
        safe = [_untouchable(value) for value in given]
        return fence.call(lambda: check(self, inner(self, *safe), fence, *given), name, line)

    setattr(kind, name, call)


def _fence_fact(
    kind: type[Any],
    base: type[Any],
    name: str,
    fence: Fence,
    otherwise: Callable[[Any], object],
) -> None:
    """Of a property; where it fails, ``otherwise`` tells what is said instead."""
    inner = inspect.getattr_static(kind, name)
    if inner is inspect.getattr_static(base, name) or not isinstance(inner, property):
        return
    getter = inner.fget
    assert getter is not None
    line = _first_line(getter)

    def tell(self: Any) -> object:  # noqa: ANN401 - any plug-in
        instead = otherwise(self)
        return fence.ask(lambda: _fact(self, name, getter(self), instead), name, line, instead)

    setattr(kind, name, property(tell))


def _fence_lookback(kind: type[Any], fence: Fence) -> None:
    """By interval it is a method, and screens ask for it too."""
    inner = inspect.getattr_static(kind, "lookback_for")
    if inner is inspect.getattr_static(Indicator, "lookback_for"):
        return
    line = _first_line(inner)

    def tell(self: Any, interval: Interval) -> object:  # noqa: ANN401 - any plug-in
        def work() -> object:
            return _fact(self, "lookback_for", inner(self, interval), 1)

        otherwise: object = 1
        return fence.ask(work, "lookback_for", line, otherwise)

    kind.lookback_for = tell


def _fact(owner: object, name: str, found: object, instead: object) -> object:
    """``found``, if it is of the kind that a screen can do with."""
    if instead is not None and not isinstance(found, type(instead)):
        raise BadAnswerError(f"{name} answers {_kind(found)} instead of “{type(instead).__name__}”")
    if name == "plots" and isinstance(owner, Indicator) and isinstance(found, tuple):
        unknown = [o for plot in found for o in outputs_of(plot) if o not in owner.outputs]
        if unknown:
            raise BadAnswerError(f"plots draws {' and '.join(unknown)}, which is no output")
    return found


def _untouchable(value: object) -> object:
    """Candles and values are live memory of the program: a plug-in that writes there must fail."""
    match value:
        case Candles():
            return _locked_candles(value)
        case Moment():
            return replace(value, candles=_locked_candles(value.candles))
        case dict():
            return {name: _untouchable_column(column) for name, column in value.items()}
    return value


def _untouchable_column(column: object) -> object:
    return _locked_candles(column) if isinstance(column, Candles) else _locked(column)


def _locked_candles(candles: Candles) -> Candles:
    return Candles(*(_locked(getattr(candles, f.name)) for f in fields(Candles)))


def _locked(column: Any) -> Any:  # noqa: ANN401 - any array
    view = column.view()
    view.flags.writeable = False
    return view


def _values(
    indicator: Indicator, found: object, _fence: Fence, candles: Candles, *_: object
) -> Values:
    """In memory of their own, as the program may write into them."""
    if not isinstance(found, dict):
        raise BadAnswerError(f"compute answers {_kind(found)} instead of a dict of arrays")
    missing = [o for o in indicator.outputs if o not in found]
    if missing:
        raise BadAnswerError(f"compute has no values for {' and '.join(missing)}")
    values = {o: np.array(found[o], dtype=np.float64) for o in indicator.outputs}
    for output, column in values.items():
        if column.shape != (len(candles),):
            raise BadAnswerError(
                f"compute gives {column.size} values for {output}; there are {len(candles)} candles"
            )
    return values


def _signals(
    _indicator: Indicator, found: Iterable[Signal], _fence: Fence, series: SeriesKey, *_: object
) -> tuple[Signal, ...]:
    return tuple(_plain_signal(signal, series) for signal in found)


def _plain_signal(signal: object, series: SeriesKey) -> Signal:
    """With Python's own numbers: an array's would not go into the store."""
    if not isinstance(signal, Signal) or signal.series != series:
        raise BadAnswerError(f"signals gives {_kind(signal)} instead of a Signal about {series}")
    return Signal(
        series,
        UnixMs(int(signal.open_time)),
        str(signal.source),
        Direction(signal.direction),
        Strength(signal.strength),
        float(signal.confidence),
        float(signal.price),
        str(signal.reason),
        UnixMs(int(signal.event_time)),
    )


def _shapes(_indicator: Indicator, found: object, _fence: Fence, *_: object) -> Shapes:
    if not isinstance(found, Shapes):
        raise BadAnswerError(f"it answers {_kind(found)} instead of Shapes")
    return found


def _as_it_is(_owner: object, found: T, _fence: Fence, *_: object) -> T:
    return found


def _opened(
    indicator: Indicator,
    found: Any,  # noqa: ANN401 - a plug-in's
    fence: Fence,
    candles: Candles,
) -> tuple[IndicatorStream, Values] | None:
    if found is None:
        return None
    stream, values = found
    return _FencedStream(stream, fence), _values(indicator, values, fence, candles)


def _verdict(_rule: Rule, found: object, _fence: Fence, *_: object) -> Verdict | None:
    if found is None:
        return None
    if not isinstance(found, Verdict):
        raise BadAnswerError(f"it answers {_kind(found)} instead of a Verdict or None")
    return Verdict(AlertType(found.type), str(found.message))


class _FencedStream:
    """A plug-in's own way to carry values forward."""

    def __init__(self, stream: IndicatorStream, fence: Fence) -> None:
        self._stream = stream
        self._fence = fence

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self._fence.call(lambda: self._stream.close(candles, at), "close")

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self._fence.call(lambda: self._stream.peek(candles, at), "peek")


_INDICATOR_CALLS: dict[str, Callable[..., object]] = {
    "compute": _values,
    "compute_with": _values,
    "signals": _signals,
    "shapes": _shapes,
    "shapes_in_view": _shapes,
    "exact_start": _as_it_is,
    "open": _opened,
}
_INDICATOR_FACTS: dict[str, Callable[[Any], object]] = {
    "plots": lambda _indicator: (),
    "sparse": lambda _indicator: frozenset(),
    "others": lambda _indicator: (),
    "lookback": lambda _indicator: 1,
    "shape_memory": lambda _indicator: None,
    "label": lambda indicator: indicator.name,
}


def unknown_outputs(indicator: Indicator) -> list[str]:
    """Outputs that ``indicator`` wants drawn and does not have."""
    drawn = (output for plot in indicator.plots for output in outputs_of(plot))
    return [output for output in drawn if output not in indicator.outputs]


def _words(cause: BaseException) -> str:
    if isinstance(cause, BadAnswerError):
        return str(cause)
    if isinstance(cause, PluginStopped):
        return "it did not come back and was stopped"
    if isinstance(cause, SyntaxError):
        return cause.msg
    text = str(cause)
    return f"{text} ({type(cause).__name__})" if text else type(cause).__name__


def _kind(value: object) -> str:
    return "nothing" if value is None else f"“{type(value).__name__}”"


def _first_line(function: object) -> int | None:
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if code is not None else None
