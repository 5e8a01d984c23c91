"""All indicators by name: TA-Lib's and our own, and each described as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from thebot_desktop.analysis.indicator import Indicator, Parameter, parameters_of
from thebot_desktop.analysis.talib_catalogue import talib_types


class ParameterEntry(Struct, frozen=True, omit_defaults=True):
    """One parameter as plain data; ``type`` is int, float, bool, str or choice."""

    name: str
    title: str
    type: str
    default: object
    minimum: float | None
    maximum: float | None
    choices: tuple[object, ...] = ()


class CatalogueEntry(Struct, frozen=True):
    """One indicator as plain data."""

    name: str
    title: str
    group: str
    parameters: tuple[ParameterEntry, ...]
    outputs: tuple[str, ...]


def indicator_catalogue(own: Mapping[str, type[Indicator]]) -> Mapping[str, type[Indicator]]:
    """TA-Lib's indicators and ``own``, by name in alphabetical order; ours replace theirs."""
    found: dict[str, type[Indicator]] = dict(talib_types())
    found.update((kind.name, kind) for kind in own.values())
    return MappingProxyType(dict(sorted(found.items())))


def describe(kind: type[Indicator]) -> CatalogueEntry:
    parameters = tuple(_entry(p) for p in parameters_of(kind))
    return CatalogueEntry(kind.name, kind.title, kind.group, parameters, kind.outputs)


def _entry(parameter: Parameter) -> ParameterEntry:
    choices = _choices(parameter.kind)
    return ParameterEntry(
        name=parameter.name,
        title=parameter.title,
        type="choice" if choices else parameter.kind.__name__,
        default=_plain(parameter.default),
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        choices=choices,
    )


def _choices(kind: type) -> tuple[object, ...]:
    return tuple(c.value for c in kind) if issubclass(kind, Enum) else ()


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
