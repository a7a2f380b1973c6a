"""The act vocabulary, one module per subject; `vocabulary()` registers them all."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from zhunsheng.acts.registry import Vocabulary


@functools.cache
def vocabulary() -> Vocabulary:
    """Every declared act type and field; ValueError when two modules declare the same name."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return Vocabulary.of((t for m in modules for t in m.TYPES), (f for m in modules for f in m.FIELDS))
