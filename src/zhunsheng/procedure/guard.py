"""The guard at the door: the whole rulebook judges the dossier as if the act had happened; blocking norms refuse, others warn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.dossiers import Act, Dossier
from zhunsheng.norms.explain import Explanation
from zhunsheng.norms.plans import BREACHES, Status, Timed
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


NOTHING_REFUSES: frozenset[Status] = frozenset()
BREAKING: frozenset[Status] = frozenset(("broken",))
BREAKING_OR_DOUBTFUL: frozenset[Status] = frozenset(("broken", "unknown"))


def weigh(
    book: Rulebook,
    rows: Iterable[Obligation],
    before: Mapping[Key, str],
    as_of_us: int,
    *,
    act_id: str,
    refusing: frozenset[Status],
) -> tuple[Notice, ...]:
    """What is new in these results compared with the statuses before, refusals first.

    `refusing` are the statuses in which a blocking norm refuses: an act that breaks it, and for a decision also one of which it
    cannot be told. Doing late what is due is never refused. A blocking norm in doubt, and every other one newly in breach, warns.
    """
    notices = []
    for row in rows:
        status = row.status
        if (status not in BREACHES and status != "unknown") or before.get(key_of(row)) == status:
            continue
        blocking, timed = row.plan.severity == "blocking", isinstance(row.plan.form, Timed)
        own = row.opened.facts["act_id"] == act_id
        if blocking and status in refusing and (status == "broken" or (own and not timed)):
            notices.append(Notice("refuses", row, as_of_us, book))
        elif status in BREACHES or (blocking and not timed):
            notices.append(Notice("warns", row, as_of_us, book))
    return tuple(sorted(notices, key=lambda n: n.weight))
