"""What a plug-in must be before anybody uses it; everything else is refused in a sentence."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Collection, Iterable
from enum import Enum
from types import ModuleType
from typing import Any, TypeVar, Union

import msgspec

from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis.aggregator import DIVERGENCE
from thebot_desktop.analysis.expressions import parse_indicator
from thebot_desktop.analysis.facts import FactName
from thebot_desktop.analysis.indicator import Indicator, Parameter, parameters_of
from thebot_desktop.app.discovery import is_concrete
from thebot_desktop.app.plugin_fence import BadAnswerError, LocatedError, unknown_outputs

T = TypeVar("T")

LONGEST_TITLE = 60
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,29}", re.ASCII)
_OUTPUT = re.compile(r"[A-Za-z_]\w{0,29}", re.ASCII)
_RESERVED = re.compile(
    rf"AND|OR|NOT|IS|ABOVE|BELOW|CROSSES|OPEN|HIGH|LOW|CLOSE|VOLUME|{DIVERGENCE}|"
    + "|".join(fact.name for fact in FactName)
)
"""Words of conditions, and what divergences are called."""


class Text:
    """The text of a plug-in's file, which knows in which line something stands."""

    def __init__(self, file: str, content: bytes) -> None:
        self._file = file
        self._lines = {
            node.name: node.lineno
            for node in ast.walk(ast.parse(content))
            if isinstance(node, ast.ClassDef)
        }

    def refusal(self, text: str, kind: type | None = None) -> LocatedError:
        line = self._lines.get(kind.__name__) if kind is not None else None
        return LocatedError(self._file, line, text)


def indicator_in(module: ModuleType, text: Text, taken: Collection[str]) -> type[Indicator]:
    """The indicator that ``module`` adds. Raises PluginError, or whatever its code raises."""
    kind = _only_one(module, Indicator, "indicator", text)
    problem = (
        _trouble_with_words(kind, ("name", "title", "group"))
        or _trouble_with_name(kind.name, taken)
        or _trouble_with_outputs(kind)
        or _trouble_with_parameters(kind, (int, float))
        or _trouble_with_default(kind)
    )
    if problem:
        raise text.refusal(problem, kind)
    return kind


def rule_in(module: ModuleType, text: Text, taken: Iterable[type[Rule]]) -> type[Rule]:
    """The rule that ``module`` adds. Raises PluginError, or whatever its code raises."""
    kind = _only_one(module, Rule, "rule", text)
    problem = (
        _trouble_with_words(kind, ("title",))
        or _trouble_with_parameters(kind, (int, float, bool, str))
        or _trouble_with_tag(kind, taken)
    )
    if problem:
        raise text.refusal(problem, kind)
    if not isinstance(kind().sentence, str) or not isinstance(kind().indicators, tuple):
        raise BadAnswerError("the sentence must be a text, and the indicators a tuple")
    return kind


def _only_one(module: ModuleType, base: type[T], what: str, text: Text) -> type[T]:
    mine = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, base) and member.__module__ == module.__name__
    ]
    found = [kind for kind in mine if is_concrete(kind)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(kind.__name__ for kind in found)
        raise text.refusal(f"it defines {names}; one file adds one {what}", found[-1])
    if mine:
        lacking = " and ".join(sorted(_unwritten(mine[0])))
        raise text.refusal(f"{mine[0].__name__} lacks {lacking}", mine[0])
    raise text.refusal(f"it defines no {what}: a class that is a kind of {base.__name__}")


def _unwritten(kind: type) -> Iterable[str]:
    return (
        name
        for name in dir(kind)
        if getattr(inspect.getattr_static(kind, name, None), "__isabstractmethod__", False)
    )


def _trouble_with_words(kind: type, names: Iterable[str]) -> str:
    for name in names:
        value = getattr(kind, name, None)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_TITLE:
            return (
                f"{kind.__name__} needs a {name}: a text of at most {LONGEST_TITLE} characters, "
                f"written as “{name}: ClassVar[str] = …”"
            )
    return ""


def _trouble_with_name(name: str, taken: Collection[str]) -> str:
    if not _NAME.fullmatch(name):
        return f"the name “{name}” must be made of capital letters, digits and _"
    if _RESERVED.fullmatch(name):
        return f"{name} is a word of conditions; choose another name"
    if name in taken:
        return f"there is an indicator {name} already; choose another name"
    return ""


def _trouble_with_outputs(kind: type[Indicator]) -> str:
    outputs: object = getattr(kind, "outputs", None)
    if not isinstance(outputs, tuple) or not outputs or len({*outputs}) < len(outputs):
        return f"{kind.__name__} needs outputs: a tuple of names, each once"
    for output in outputs:
        if not isinstance(output, str) or not _OUTPUT.fullmatch(output):
            return f"“{output}” is no name for an output: letters, digits and _ only"
    return ""


def _trouble_with_parameters(kind: type[msgspec.Struct], plain: tuple[type, ...]) -> str:
    if not kind.__struct_config__.frozen:
        return f"{kind.__name__} must be frozen: an indicator or rule never changes"
    troubles = (_trouble_with_parameter(p, plain) for p in parameters_of(kind))
    return next((t for t in troubles if t), "")


def _trouble_with_parameter(parameter: Parameter, plain: tuple[type, ...]) -> str:
    kind: object = parameter.kind
    if not isinstance(kind, type) or not (kind in plain or issubclass(kind, Enum)):
        known = ", ".join(p.__name__ for p in plain)
        return f"the parameter {parameter.name} must be one of {known} or an Enum"
    if parameter.default is msgspec.NODEFAULT:
        return f"the parameter {parameter.name} needs a default"
    return ""


def _trouble_with_default(kind: type[Indicator]) -> str:
    """It must come back from its label, which is how layouts and conditions keep it."""
    indicator: Any = kind()
    if not isinstance(indicator.lookback, int) or indicator.lookback < 1:
        return f"the lookback must be a whole number from 1, not {indicator.lookback!r}"
    unknown = unknown_outputs(indicator)
    if unknown:
        return f"plots draws {' and '.join(unknown)}, which outputs does not name"
    if parse_indicator(indicator.label, {kind.name: kind}) != indicator:
        return f"the label {indicator.label} does not say what it is made of"
    return ""


def _trouble_with_tag(kind: type[Rule], taken: Iterable[type[Rule]]) -> str:
    others = tuple(taken)
    tag = kind.__struct_config__.tag
    if any(other.__struct_config__.tag == tag for other in others):
        return f"there is a rule {tag} already; give the class another name"
    try:
        msgspec.json.Decoder(Union[(kind, *others)])
    except TypeError as cause:
        return f"{kind.__name__} cannot be kept in a file: {cause}"
    return ""
