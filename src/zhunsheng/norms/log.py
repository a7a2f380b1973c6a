"""The prepared event log that every execution reads: flat, typed, integer-coded Parquet in one folder.

Readers of event logs (`zhunsheng.exchange`) write it; `interpret`, `compile` and the fast path read it. Nothing
else about a log reaches a norm, so that all three see exactly the same facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

FieldType = Literal["text", "flag", "number", "date", "time"]

NUMBER_SCALE = 10_000
"""Numbers are kept as integers of ten-thousandths, so that money is exact and equal on every engine."""

OFFICER_PARTS = ("officer", "role", "rank", "qualification")
"""An officer slot k is the four text columns officer_k, role_k, rank_k, qualification_k."""


@dataclass(frozen=True)
class Log:
    """A prepared log in `folder`.

    `acts.parquet`, one row per act, in file order:
      seq int64            position in the source, unique; breaks ties in time
      act_id string        the source's own id, else the seq as text; unique
      case_id string       never null
      act_type string      never null
      at_us int64          instant in microseconds since 1970-01-01 UTC; null when the source gives no time
      day int32            local calendar day of `at_us` in `zone`, days since 1970-01-01; null with at_us
      tod int32            local seconds since midnight; null with at_us
      ended_us int64       end of the act (recordings, questioning); null when unknown
      unit string          acting unit; null when unknown
      officer_1, role_1, rank_1, qualification_1 … officer_K … string, null when unused
      one column per name in `fields`, prefixed `f_`:
          text → string; flag → bool; number → int64 of ten-thousandths; date → int32 day number;
          time → int64 microseconds UTC, with a second column `f_<name>__day` int32 (local day)
    `subjects.parquet`, one row per act and subject it concerns: seq int64, kind string, subject string.
    """

    folder: Path
    zone: str = "Asia/Shanghai"
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    slots: int = 1
    rows: int = 0
    subject_kinds: tuple[str, ...] = ()
    source: str = ""

    @property
    def acts(self) -> Path:
        return self.folder / "acts.parquet"

    @property
    def subjects(self) -> Path:
        return self.folder / "subjects.parquet"

    def write_meta(self) -> None:
        """Write `log.json` beside the tables; it is written last, so that a folder with it is a whole log."""
        meta = asdict(self) | {"folder": None, "fields": dict(self.fields)}
        (self.folder / "log.json").write_text(
            json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def open(cls, folder: Path) -> Log:
        """Open a prepared log; FileNotFoundError when the folder holds none."""
        meta = json.loads((folder / "log.json").read_text(encoding="utf-8"))
        meta["folder"], meta["subject_kinds"] = folder, tuple(meta["subject_kinds"])
        return cls(**meta)
