"""Plug-ins are files: one module per plug-in, and the module's name is the plug-in's name.

There is no list to forget and no decorator with side effects: a crosswalk, a record syntax
or a match key is there because its file is there.
"""

import importlib
import pkgutil
from typing import TypeVar

T = TypeVar("T")


def discover(package: str, attribute: str, kind: type[T]) -> dict[str, T]:
    """Import every module of ``package`` whose name does not start with ``_``; key by file name.

    Raises ``TypeError``, naming the file, when a module lacks ``attribute`` or it is of
    another type: a half-written plug-in fails at start, not at the first request.
    """
    found: dict[str, T] = {}
    path = importlib.import_module(package).__path__
    for info in sorted(pkgutil.iter_modules(path), key=lambda module: module.name):
        if info.name.startswith("_"):
            continue
        value = getattr(importlib.import_module(f"{package}.{info.name}"), attribute, None)
        if not isinstance(value, kind):
            raise TypeError(
                f"{package.replace('.', '/')}/{info.name}.py must define "
                f"{attribute}: {kind.__name__}"
            )
        found[info.name] = value
    return found
