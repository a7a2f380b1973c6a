"""Names of the acts about records themselves, which the code below the vocabulary must know."""

from __future__ import annotations

WITHDRAWN = "record.withdrawn"
"""An act recorded by mistake counts no more; it names it by `corrects`."""

ERASED = "record.erased"
"""Content of an earlier act is dropped by law."""

SEALED = "dossier.sealed"
UNSEALED = "dossier.unsealed"
CLOSING = frozenset(("case.closed", "case.terminated", "case.transferred"))
"""Acts that close a dossier; what follows (serving, enforcing, filing) is still recorded in it."""
