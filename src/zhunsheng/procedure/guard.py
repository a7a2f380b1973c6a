"""The guard at the door: the whole rulebook judges the dossier as if the act had happened; blocking norms refuse, others warn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.dossiers import Act, Dossier
from zhunsheng.norms.explain import Explanation
from zhunsheng.norms.plans import BREACHES, Timed
from zhunsheng.norms.results import Obligation
from zhunsheng.procedure.rulebook import Rulebook

Key = tuple[str, str, str, str]
"""What makes an obligation the same one: norm, version, scope, id of the opening act."""


def key_of(row: Obligation) -> Key:
    """The key of a result."""
    return row.plan.norm_id, row.plan.version, row.scope_text, row.opened.facts["act_id"]


@dataclass(frozen=True)
class Notice:
    """One norm that speaks up at the door."""

    weight: Literal["refuses", "warns"]
    row: Obligation
    as_of_us: int
    book: Rulebook

    @property
    def norm_id(self) -> str:
        return self.row.plan.norm_id

    def told(self, language: Language = "zh") -> Explanation:
        """The reason, the article, the facts, what is missing and the cure."""
        return self.book.told(self.row, self.as_of_us, language)


@dataclass(frozen=True)
class Judgement:
    """What the rulebook says of a dossier with one more act in it."""

    rows: list[Obligation]
    notices: tuple[Notice, ...]

    @property
    def refusals(self) -> tuple[Notice, ...]:
        return tuple(n for n in self.notices if n.weight == "refuses")

    @property
    def warnings(self) -> tuple[Notice, ...]:
        return tuple(n for n in self.notices if n.weight == "warns")


def judge(book: Rulebook, case_id: str, acts: Sequence[Act], as_of_us: int) -> list[Obligation]:
    """Every obligation of the dossier as of an instant."""
    return book.interpreter.judge(Dossier(case_id, list(acts)), as_of_us=as_of_us)


def weigh(
    book: Rulebook, rows: Iterable[Obligation], before: Mapping[Key, str], as_of_us: int, *, may_refuse: bool
) -> tuple[Notice, ...]:
    """What is new in these results compared with the statuses before, refusals first.

    A blocking norm refuses an act that breaks it (`broken`: done though it should not be, or not so). Doing late what is due is
    never refused. A blocking norm that cannot be judged, and every other norm newly in breach, warns.
    """
    notices = []
    for row in rows:
        status = row.status
        if status not in BREACHES and status != "unknown":
            continue
        if before.get(key_of(row)) == status:
            continue
        blocking = row.plan.severity == "blocking"
        if status == "broken" and blocking and may_refuse:
            notices.append(Notice("refuses", row, as_of_us, book))
        elif status in BREACHES or (blocking and not isinstance(row.plan.form, Timed)):
            notices.append(Notice("warns", row, as_of_us, book))
    return tuple(sorted(notices, key=lambda n: n.weight))
