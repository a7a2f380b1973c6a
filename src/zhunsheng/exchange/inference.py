"""What type a column has, learnt over the whole source: declared kinds are checked, undeclared ones narrowed down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from zhunsheng.norms.log import FieldType

from .batch import Kind, RawBatch
from .times import moments
from .values import flags, looks_like_codes, numbers

GUESSES: tuple[FieldType, ...] = ("flag", "number", "date", "time")


@dataclass
class _Seen:
    """One column so far: kinds declared, whether each declared kind held, and the guesses still possible."""

    kinds: set[Kind] = field(default_factory=set)
    failed: set[Kind] = field(default_factory=set)
    guesses: list[FieldType] = field(default_factory=lambda: list(GUESSES))
    finer_times: bool = False


class Inference:
    """Collects facts about columns batch by batch; asked for types when all batches have passed."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def declare(self, names: Iterable[str]) -> None:
        """Columns the source names in a header, whether or not anything stands in them."""
        for name in names:
            self._seen.setdefault(name, _Seen())

    def observe(self, batch: RawBatch) -> None:
        """Take in one batch of columns that hold at least one value each."""
        for (name, kind), column in batch.columns.items():
            seen = self._seen.setdefault(name, _Seen())
            seen.kinds.add(kind)
            if kind == "any":
                seen.guesses = [guess for guess in seen.guesses if _holds(guess, column.dictionary, guessed=True)]
            elif kind != "text" and kind not in seen.failed and not _holds(kind, column.dictionary, guessed=False):
                seen.failed.add(kind)

    def columns(self) -> list[str]:
        """Names of all columns of a header or with a value, in order of appearance."""
        return list(self._seen)

    def type_of(self, name: str) -> FieldType:
        """The type of a column: text when values differ in kind or do not fit exactly, or when there are none."""
        seen = self._seen.get(name)
        if seen is None or len(seen.kinds) != 1 or seen.kinds & seen.failed:
            return "text"
        kind = next(iter(seen.kinds))
        if kind == "any":
            return seen.guesses[0] if seen.guesses else "text"
        return kind

    def misfits(self) -> list[tuple[str, str]]:
        """Columns that became text against their declaration: (name, declared kinds)."""
        return [
            (name, "/".join(sorted(seen.kinds)))
            for name, seen in self._seen.items()
            if len(seen.kinds) > 1 or seen.kinds & seen.failed
        ]


def _holds(kind: FieldType, texts: pa.Array, *, guessed: bool) -> bool:
    if kind == "flag":
        return not flags(texts, words_only=guessed)[1].any()
    if kind == "number":
        return not (guessed and looks_like_codes(texts)) and not numbers(texts)[1].any()
    if kind == "text":
        return True
    read = moments(texts)
    if read.bad.any():
        return False
    return bool(read.date_only.all()) if kind == "date" else not guessed or not read.date_only.any()
