"""A paper filled: the text of its version with the facts put in, as blocks of runs that every output is made from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.papers.kinds import Block, Kind, Row, Version
from zhunsheng.casework.papers.view import PaperView
from zhunsheng.casework.papers.words import ENTERED, Word
from zhunsheng.casework.papers.words_of_case import words
from zhunsheng.norms.calendar_days import Language

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters around the name of a fact that is not there."""
MISSING = re.compile(f"{OPEN}(.*?){CLOSE}")
GAP = "　" * 4
"""What stands in the print for a fact that is to be written in by hand."""


@dataclass(frozen=True)
class Run:
    """A piece of text; `missing` names the fact it leaves room for."""

    text: str
    missing: str = ""

    @property
    def label(self) -> str:
        """What is missing, in words."""
        return words()[self.missing].zh if self.missing else ""


Runs = tuple[Run, ...]
Style = Literal["text", "to", "head", "table", "list", "record", "write", "sign", "seal", "note"]


@dataclass(frozen=True)
class Cell:
    """A cell of a form; labels stand out."""

    runs: Runs
    label: bool
    span: int = 1


@dataclass(frozen=True)
class Filled:
    """One block with the facts in. `rows` for tables and lists, `runs` for the rest; `lines` is the least height of rows."""

    style: Style
    runs: Runs = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    lines: tuple[int, ...] = ()
    date: str = ""

    @property
    def columns(self) -> int:
        """How many columns the rows have."""
        return max((sum(cell.span for cell in row) for row in self.rows), default=0)

    @property
    def cols(self) -> list[str]:
        """Which columns hold labels."""
        return ["label" if n % 2 == 0 else "value" for n in range(self.columns)]

    @property
    def measured(self) -> list[tuple[tuple[Cell, ...], int]]:
        """The rows with their least heights."""
        return list(zip(self.rows, self.lines, strict=True))

    @property
    def paragraphs(self) -> list[Runs]:
        """A text of several lines, line by line."""
        if any(run.missing for run in self.runs):
            return [self.runs]
        return [(Run(line),) for line in "".join(run.text for run in self.runs).splitlines() if line.strip()]


@dataclass(frozen=True)
class Sheet:
    """A whole paper, ready for print, Word and screen."""

    kind: Kind
    version: Version
    title: str
    organ: str
    number: str
    blocks: tuple[Filled, ...]
    missing: tuple[Word, ...]
    """Facts it names that are not there, in the order of the text."""
    needed: tuple[tuple[Word, str], ...]
    """Those of them that the law says it must state, each with the article."""

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, whatever it is printed as."""
        said = [
            self.kind.code,
            self.version.name,
            self.title,
            self.organ,
            self.number,
            [asdict(b) for b in self.blocks],
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Fact:
    """A fact in a text: false where there is none, so that a text can do without it."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return str(self.value) if self.value not in (None, "", []) else f"{OPEN}{self.name}{CLOSE}"


@dataclass
class Filling:
    """One paper being filled; facts are asked for once."""

    view: PaperView
    version: Version
    facts: dict[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = words()
        self.facts = {
            name: Fact(name, known[name].get(self.view)) for name in names_in(self.version) if name in known
        }

    def text(self, source: str) -> str:
        """A text with the facts put in."""
        given: Mapping[str, Any] = {**self.version.articles, **self.facts}
        return str(template(source).render(given))

    def runs(self, source: str) -> Runs:
        """A text as runs, those for missing facts apart."""
        return runs_of(self.text(source))

    def value(self, name: str) -> Any:
        """A fact itself."""
        return self.facts[name].value if name in self.facts else words()[name].get(self.view)


@lru_cache(maxsize=4096)
def template(source: str) -> Template:
    """A text compiled."""
    return ENVIRONMENT.from_string(source)


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def runs_of(text: str) -> Runs:
    """Text between the marks for missing facts, and the marks."""
    found, at = [], 0
    for mark in MISSING.finditer(text):
        if mark.start() > at:
            found.append(Run(text[at : mark.start()]))
        found.append(Run(GAP, mark[1]))
        at = mark.end()
    if at < len(text):
        found.append(Run(text[at:]))
    return tuple(found)


@lru_cache(maxsize=4096)
def names_of(source: str) -> tuple[str, ...]:
    """What a text names, in its order."""
    return tuple(sorted(meta.find_undeclared_variables(ENVIRONMENT.parse(source)), key=source.find))


def names_in(version: Version) -> list[str]:
    """The facts a version names, in the order of the text."""
    found: dict[str, None] = {}
    for block in version.body:
        for source in block.texts():
            found |= dict.fromkeys(names_of(source))
        if block.listed is not None:
            found[block.listed.of] = None
    found |= dict.fromkeys(need.fact for need in version.needs)
    return [name for name in found if name not in version.articles]


def filled(kind: Kind, version: Version, view: PaperView) -> Sheet:
    """The paper for these facts."""
    filling = Filling(view, version)
    blocks = tuple(made for block in version.body if (made := block_filled(block, filling)) is not None)
    lacking = [name for block in blocks for name in missing_in(block)]
    lacking += [need.fact for need in version.needs if filling.value(need.fact) in (None, "", [])]
    known = words()
    needed = tuple(
        (known[need.fact], need.cite) for need in version.needs if filling.value(need.fact) in (None, "", [])
    )
    return Sheet(
        kind,
        version,
        version.title or kind.title.zh,
        view.issuer.bureau,
        view.number,
        blocks,
        tuple(known[name] for name in dict.fromkeys(lacking)),
        needed,
    )


def missing_in(block: Filled) -> Iterator[str]:
    """The missing facts of a block."""
    for run in (*block.runs, *(r for row in block.rows for cell in row for r in cell.runs)):
        if run.missing:
            yield run.missing


def block_filled(block: Block, filling: Filling) -> Filled | None:
    """One block filled; None where its condition leaves nothing to say."""
    if block.table is not None:
        return table_filled(block.table, filling)
    if block.listed is not None:
        return list_filled(block, filling)
    if block.sign is not None:
        return Filled("sign", rows=tuple((Cell(filling.runs(s), label=True),) for s in block.sign))
    if block.seal is not None:
        signed = filling.view.signed_at or filling.view.base.at
        return Filled("seal", filling.runs(block.seal), date=dated(signed))
    if block.record is not None:
        return Filled("record", filling.runs(f"{{{{ {block.record} }}}}"))
    simple: tuple[tuple[Style, str | None], ...] = (
        ("text", block.p),
        ("to", block.to),
        ("head", block.h),
        ("note", block.note),
        ("write", block.write),
    )
    style, source = next((style, source) for style, source in simple if source is not None)
    runs = filling.runs(source)
    return Filled(style, runs) if any(r.text.strip() or r.missing for r in runs) else None


def dated(at: dt.datetime) -> str:
    """The date of a paper, below the organ."""
    return f"{at.year}年{at.month}月{at.day}日"


def table_filled(rows: tuple[Row | tuple[str, ...], ...], filling: Filling) -> Filled:
    """A form: labels and values in turn, the last value as wide as is left."""
    plain = [row if isinstance(row, Row) else Row(cells=row) for row in rows]
    width = max(len(row.cells) for row in plain)
    made, heights = [], []
    for row in plain:
        last = len(row.cells) - 1
        made.append(
            tuple(
                Cell(filling.runs(source), label=n % 2 == 0, span=width - last if n == last else 1)
                for n, source in enumerate(row.cells)
            )
        )
        heights.append(row.lines)
    return Filled("table", rows=tuple(made), lines=tuple(heights))


def list_filled(block: Block, filling: Filling) -> Filled:
    """A list: a head, a row for each thing, and empty rows up to the least number."""
    listed = block.listed
    assert listed is not None
    things: list[dict[str, str]] = filling.value(listed.of) or []
    empty = [dict.fromkeys(listed.columns.values(), "")] * max(0, listed.rows - len(things))
    head = tuple(Cell((Run(title),), label=True) for title in listed.columns)
    body = [
        tuple(Cell((Run(str(thing.get(column, ""))),), label=False) for column in listed.columns.values())
        for thing in (*things, *empty)
    ]
    return Filled("list", rows=(head, *body), lines=(1,) * (len(body) + 1))


def cure_of(word: Word) -> tuple[str, str]:
    """What to do about a missing fact."""
    declared = vocabulary().types.get(word.cure)
    if word.cure == ENTERED:
        return f"在本页填写“{word.zh}”", f"enter “{word.en}” on this page"
    if declared is None:
        return f"补齐“{word.zh}”后再制作", f"state “{word.en}” first"
    return f"登记“{declared.zh}”时写明{word.zh}", f"record “{declared.en}” with {word.en}"


def lacking_words(missing: tuple[Word, ...], language: Language = "zh") -> str:
    """缺：住址、联系方式."""
    if language == "en":
        return f"Missing: {', '.join(word.en for word in missing)}"
    return f"缺：{'、'.join(word.zh for word in missing)}"
