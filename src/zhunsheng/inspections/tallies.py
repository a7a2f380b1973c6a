"""What an inspection's checklists and answers come to, counted in the database: the number of cases makes no more questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from zhunsheng.inspections.codes import Engine, Verdict
from zhunsheng.inspections.models import Chosen, Inspection, Sheet
from zhunsheng.supervision.codes import COUNTED

SHEETS = Sheet.objects.filter(chosen=OuterRef("pk"))
FINISHED = (
    Exists(SHEETS.exclude(done_at=None))
    & ~Exists(SHEETS.filter(done_at=None, aside=""))
    & (Q(double=False) | Exists(SHEETS.filter(reading=1)) & Exists(SHEETS.filter(reading=2)))
)
"""The case was read and nobody is still reading it: until then no answer of it is seen by anybody else."""
COUNTS = Q(finding=None) | Q(finding__status__in=COUNTED)
"""Of problems: not while the finding is contested, nor once that was dismissed or is gone."""
ASIDE = Exists(SHEETS) & ~Exists(SHEETS.filter(aside=""))


def cases_chosen(inspection: Inspection, unit: str = "") -> QuerySet[Chosen]:
    """The cases of an inspection within reach, of one unit where it is named."""
    rows: QuerySet[Chosen] = Chosen.objects.unfenced("of an inspection within reach").filter(
        inspection=inspection
    )
    return rows.filter(unit__code=unit) if unit else rows


@dataclass(frozen=True)
class Cases:
    """The cases chosen in one unit: how many, how they were chosen, and how far they were read."""

    unit: str
    name: str
    chosen: int
    random: int
    mandatory: int
    read: int
    random_read: int
    aside: int


def cases_by_unit(rows: QuerySet[Chosen]) -> list[Cases]:
    """Cases counted for each unit, by its code."""
    told = (
        rows.order_by()
        .values(unit_code=F("unit_id"), name=F("unit__name_zh"))
        .annotate(
            chosen=Count("pk"),
            drawn=Count("pk", filter=Q(random=True)),
            must=Count("pk", filter=~Q(mandatory="")),
            read=Count("pk", filter=FINISHED),
            random_read=Count("pk", filter=FINISHED & Q(random=True)),
            aside=Count("pk", filter=ASIDE),
        )
    )
    found = [
        Cases(
            one["unit_code"],
            one["name"],
            one["chosen"],
            one["drawn"],
            one["must"],
            one["read"],
            one["random_read"],
            one["aside"],
        )
        for one in told
    ]
    return sorted(found, key=lambda one: one.unit)


@dataclass(frozen=True)
class Tally:
    """So many cases in which a question stood so with the rulebook and with people. An answer is empty where there is none."""

    norm: str
    key: str
    """Of the norm, or of the question where it rests on none."""
    zh: str
    en: str
    engine: Engine
    first: str
    second: str
    settled: str
    cases: int

    @property
    def said(self) -> str:
        """What counts: what was settled, else the first reading that was done."""
        return self.settled or self.first or self.second


SAID = """
said AS (
  SELECT DISTINCT ON (sheet.id, answer.question)
         sheet.chosen_id, sheet.reading, answer.question, answer.answer, answer.note
    FROM inspections_answer answer
    JOIN inspections_sheet sheet ON sheet.id = answer.sheet_id
   WHERE sheet.done_at IS NOT NULL AND sheet.chosen_id = ANY(%s)
   ORDER BY sheet.id, answer.question, answer.id DESC
)"""
"""The answers that count: of each checklist that is done the last one to each question."""
TALLIES = f"""
WITH {SAID},
asked AS (
  SELECT list.chosen_id, one->>'key' AS question, coalesce(one->>'norm', '') AS norm,
         one->>'zh' AS zh, one->>'en' AS en, one->>'engine' AS engine
    FROM inspections_checklist list, jsonb_array_elements(list.questions) one
   WHERE list.chosen_id = ANY(%s)
)
SELECT asked.norm, coalesce(nullif(asked.norm, ''), asked.question), min(asked.zh), min(asked.en), asked.engine,
       coalesce(first.answer, ''), coalesce(second.answer, ''), coalesce(settled.answer, ''), count(*)
  FROM asked
  LEFT JOIN said first ON (first.chosen_id, first.question, first.reading) = (asked.chosen_id, asked.question, 1)
  LEFT JOIN said second ON (second.chosen_id, second.question, second.reading) = (asked.chosen_id, asked.question, 2)
  LEFT JOIN inspections_settlement settled
         ON (settled.chosen_id, settled.question) = (asked.chosen_id, asked.question)
 GROUP BY 1, 2, 5, 6, 7, 8
"""  # noqa: S608 - made of constants
DIFFERING = f"""
WITH {SAID}
SELECT first.chosen_id, first.question, first.answer, first.note, second.answer, second.note
  FROM said first
  JOIN said second ON (second.chosen_id, second.question) = (first.chosen_id, first.question)
  JOIN inspections_chosen chosen ON chosen.id = first.chosen_id
 WHERE first.reading = 1 AND second.reading = 2 AND first.answer <> second.answer
   AND NOT EXISTS (SELECT FROM inspections_settlement settled
                    WHERE (settled.chosen_id, settled.question) = (first.chosen_id, first.question))
 ORDER BY chosen.place, first.question
"""  # noqa: S608 - made of constants


def tallies(read: list[int]) -> list[Tally]:
    """Every question of the cases read, counted by how it stood."""
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, [read, read])
        return [
            Tally(norm, key, zh, en, Engine(engine), *rest)
            for norm, key, zh, en, engine, *rest in cursor.fetchall()
        ]


CHECKED = f"""
WITH {SAID}
SELECT chosen_id, count(*) FROM said WHERE answer <> %s GROUP BY 1
"""  # noqa: S608 - made of constants


def checked_in(read: list[int]) -> dict[int, int]:
    """How many questions were answered of each, without those that did not apply; nothing for one where all did not."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKED, [read, Verdict.NONE.value])
        return dict(cursor.fetchall())


def asked_of(told: Iterable[Tally]) -> Counter[str]:
    """In how many cases each norm or question was asked, and touched the case."""
    found: Counter[str] = Counter()
    for one in told:
        if one.engine != Engine.NONE:
            found[one.key] += one.cases
    return found


@dataclass(frozen=True)
class Differing:
    """A question on which two readings of a case differ, and what each said; not who."""

    chosen: int
    question: str
    said: tuple[tuple[str, str], tuple[str, str]]


def differing_in(cases: Iterable[int]) -> list[Differing]:
    """What two readings see otherwise and nobody has settled, in the order of the cases."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, [list(cases)])
        return [Differing(pk, key, ((a, m), (b, n))) for pk, key, a, m, b, n in cursor.fetchall()]
