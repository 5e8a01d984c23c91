"""Finds the plug-ins of a package: one concrete subclass in each of its modules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import TypeVar

from thebot_desktop.domain.errors import PluginError

T = TypeVar("T")


def discover(package: ModuleType, base: type[T]) -> dict[str, type[T]]:
    """Plug-ins by module name, in alphabetical order.

    The names come from pkgutil, which also knows the modules of a frozen build; one from which
    they were left out would otherwise start, silently, without them.
    """
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg)
    if not names:
        raise PluginError(f"{package.__name__} is empty: was it left out of the build?")
    return {name: _only_plugin(f"{package.__name__}.{name}", base) for name in names}


def _only_plugin(module_name: str, base: type[T]) -> type[T]:
    module = importlib.import_module(module_name)
    found = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, base) and member.__module__ == module_name and is_concrete(member)
    ]
    if len(found) != 1:
        raise PluginError(f"{module_name} defines {len(found)} concrete {base.__name__}s, not one")
    return found[0]


def is_concrete(kind: type) -> bool:
    """Whether nothing abstract is left in it, which Structs do not check themselves."""
    members = (inspect.getattr_static(kind, name, None) for name in dir(kind))
    return not any(getattr(member, "__isabstractmethod__", False) for member in members)
