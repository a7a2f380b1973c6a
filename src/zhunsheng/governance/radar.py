"""The normative radar: a new version of a law is loaded, and everything that rests on what it changed is listed.

What is compared are the wordings kept of the law: each thing's last one under the old law and its first under the new. Beside
these, papers, checklists and pages whose text still gives a figure of the old law are named with file and line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.governance.citing import Cited, Wording, asking, everything
from zhunsheng.norms.loading import NormSet

State = Literal["figures", "wording", "cited-anew", "left-behind", "ended", "added"]
STATES: Mapping[State, tuple[str, str]] = {
    "figures": ("数字变了", "figures changed"),
    "wording": ("内容变了", "content changed"),
    "cited-anew": ("只换了条文号", "only the article has another number"),
    "left-behind": ("仍依旧法，没有新法的版本", "still rests on the old law, with no wording under the new"),
    "ended": ("旧法的规定到期，新法没有", "ended with the old law"),
    "added": ("新法新增", "new under the new law"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "norm": ("规范", "norms"),
    "parameter": ("参数", "parameters"),
    "discretion": ("裁量表", "tables of discretion"),
    "table": ("其他表", "other tables"),
    "paper": ("文书", "papers"),
    "checklist": ("检查清单", "checklists"),
    "page": ("页面", "pages"),
}
FIGURE = re.compile(r"[〇一二两三四五六七八九十百千万]+(?:个)?(?:元|日|小时|月|年|周岁|人|倍)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2}
SCANNED: Mapping[str, tuple[str, ...]] = {
    "checklist": ("casework/review/*.py", "casework/review/*.yaml"),
    "page": ("*/templates/**/*.html", "*/pages/*.py"),
    "paper": ("casework/papers/forms/*.yaml",),
}
QUESTIONS = "inspections.yaml"
"""The file of the rulebook with the questions of inspections."""


@dataclass(frozen=True)
class Touched:
    """One thing that rests on the law that changes."""

    kind: str
    id: str
    zh: str
    en: str
    place: str
    state: State
    old: tuple[str, ...]
    new: tuple[str, ...]
    differences: tuple[str, ...] = ()
    """`path: before → after`, for figures and conditions."""
    conflicts: tuple[str, ...] = ()
    """Where lower rules still say the old thing."""


@dataclass(frozen=True)
class Stale:
    """A text that gives a figure of the old law, to be looked at: it may mean something else."""

    kind: str
    place: str
    figure: str
    text: str
    norms: tuple[str, ...]
    """The norms whose figure it was."""


@dataclass(frozen=True)
class Followed:
    """A checklist that names norms whose figures or content changed: it asks them as they now are, and wants to be read again."""

    id: str
    zh: str
    en: str
    place: str
    norms: tuple[str, ...]
    """Those of its norms that changed."""


@dataclass(frozen=True)
class Radar:
    """What a change of law touches."""

    old: str
    new: str
    since: str
    """The first day most of the new law's wordings are in force."""
    touched: tuple[Touched, ...]
    stale: tuple[Stale, ...]
    followed: tuple[Followed, ...] = ()

    def of(self, *states: State, kind: str = "") -> list[Touched]:
        """Those in some states, of one kind."""
        return [t for t in self.touched if t.state in states and kind in ("", t.kind)]


def radar(old: str, new: str, norms: NormSet, *, texts: Path | None = None) -> Radar:
    """Everything that rests on two versions of a law, by the keys of rulebook/laws.yaml.

    `texts` is the folder whose papers, checklists and pages are searched for figures of the old law; by default the package's.
    """
    things = list(everything(norms))
    firsts = Counter(w.since for t in things for w in t.wordings if new in w.articles)
    since = firsts.most_common(1)[0][0] if firsts else ""
    touched = [found for thing in things if (found := judged(thing, old, new, since)) is not None]
    order = list(STATES)
    touched.sort(key=lambda t: (list(KINDS).index(t.kind), order.index(t.state), t.id))
    stale = tuple(stale_texts(figures_lost(things, old, new), texts))
    return Radar(old, new, since, tuple(touched), stale, tuple(following(touched)))


CHANGED: tuple[State, ...] = ("figures", "wording", "left-behind", "ended")
"""What a checklist that names the norm has to be read again for."""


def following(touched: Iterable[Touched]) -> Iterator[Followed]:
    """The checklists that name norms which changed."""
    changed = {t.id for t in touched if t.kind == "norm" and t.state in CHANGED}
    for one in asking():
        norms = tuple(norm for norm in one.norms if norm in changed)
        if norms:
            yield Followed(one.id, one.zh, one.en, one.place, norms)


def judged(thing: Cited, old: str, new: str, since: str) -> Touched | None:
    """What the change does to one thing; None where it rests on neither law, or the change passes it by."""
    before = [w for w in thing.wordings if old in w.articles]
    after = [w for w in thing.wordings if new in w.articles]
    if not before and not after:
        return None
    last = max(before, key=lambda w: w.since, default=None)
    first = min((w for w in after if w.since >= since), key=lambda w: w.since, default=None) or min(
        after, key=lambda w: w.since, default=None
    )
    state, told = compared(last, first, since, (old, new))
    return Touched(
        thing.kind,
        thing.id,
        thing.zh,
        thing.en,
        thing.place,
        state,
        last.articles[old] if last else (),
        first.articles[new] if first else (),
        told,
        thing.conflicts,
    )


def compared(
    last: Wording | None, first: Wording | None, since: str, laws: tuple[str, str]
) -> tuple[State, tuple[str, ...]]:
    """How the wording under the new law differs from that under the old, in what it asks and in the law's own words."""
    if last is None:
        # A wording older than the new law only names it beside another law it has rested on all along.
        assert first is not None
        return ("added", ()) if first.since >= since else ("cited-anew", ())
    if first is None:
        return ("ended", ()) if last.until else ("left-behind", ())
    cites = tuple(differences(last.content, first.content))
    before, after = without_cites(last.content), without_cites(first.content)
    told = tuple(differences(before, after))
    stated = quoted(last, laws[0]), quoted(first, laws[1])
    if all(stated) and set(stated[0]) != set(stated[1]):
        told = (*told, f"quote: {'、'.join(stated[0])} → {'、'.join(stated[1])}")
        return "figures", told
    if not told:
        return "cited-anew", cites
    return ("figures" if numbers(before) != numbers(after) else "wording"), told


def quoted(wording: Wording, law: str) -> tuple[str, ...]:
    """The figures in a law's own words, each once."""
    return tuple(dict.fromkeys(f for q in wording.quotes.get(law, ()) for f in FIGURE.findall(q)))


def without_cites(content: Any) -> Any:
    """A wording without the articles it names inside."""
    if isinstance(content, dict):
        return {k: without_cites(v) for k, v in content.items() if k not in ("cite", "articles")}
    return [without_cites(v) for v in content] if isinstance(content, list) else content


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """The leaves of two trees that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (one, other) in enumerate(zip(before, after, strict=True), start=1):
            yield from differences(one, other, f"{path}[{n}]")
    elif before != after:
        yield f"{path}: {shown(before)} → {shown(after)}"


def shown(value: Any) -> str:
    """A leaf as text."""
    return (
        "—" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )


def numbers(content: Any) -> list[str]:
    """Every number a wording states, articles in its texts aside."""
    text = re.sub(r"第[〇一二三四五六七八九十百]+条|第\d+条", "", json.dumps(content, ensure_ascii=False))
    return sorted(NUMBER.findall(text) + FIGURE.findall(text))


def figures_lost(things: Iterable[Cited], old: str, new: str) -> dict[str, tuple[str, ...]]:
    """The figures in the old law's own words that are not in the new one's, with the norms that rest on them."""
    found: dict[str, dict[str, None]] = {}
    for thing in things:
        if thing.kind != "norm":
            continue
        before = {f for w in thing.wordings for q in w.quotes.get(old, ()) for f in FIGURE.findall(q)}
        after = {f for w in thing.wordings for q in w.quotes.get(new, ()) for f in FIGURE.findall(q)}
        rests_on_both = any(new in w.articles for w in thing.wordings)
        for figure in before - after if rests_on_both else ():
            found.setdefault(figure, {})[thing.id] = None
    return {figure: tuple(ids) for figure, ids in sorted(found.items())}


def stale_texts(figures: Mapping[str, tuple[str, ...]], texts: Path | None) -> Iterator[Stale]:
    """Papers, checklists and pages that give one of the figures."""
    spelt = {text: figure for figure in figures for text in (figure, *arabic(figure))}
    if not spelt:
        return
    wanted = re.compile("|".join(rf"(?<![\d〇一二三四五六七八九十百千万]){re.escape(t)}" for t in spelt))
    for kind, root, path in texts_read(texts):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for figure in dict.fromkeys(spelt[m] for m in wanted.findall(line)):
                place = f"{path.relative_to(root).as_posix()}:{number}"
                yield Stale(kind, place, figure, line.strip()[:200], figures[figure])


def texts_read(texts: Path | None) -> Iterator[tuple[str, Path, Path]]:
    """Kind, root and path of every text; of the house itself the questions of inspections too, which stand in the rulebook."""
    root = texts or Path(str(files("zhunsheng")))
    for kind, patterns in SCANNED.items():
        for path in sorted({p for pattern in patterns for p in root.glob(pattern) if p.is_file()}):
            yield kind, root, path
    if texts is None:
        folder = rulebook_folder()
        yield from (("checklist", folder.parent, path) for path in sorted(folder.glob(QUESTIONS)))


def arabic(figure: str) -> tuple[str, ...]:
    """二千元 as 2000元 and 2,000元; nothing for what is no plain number."""
    digits = re.match(r"[〇一二两三四五六七八九十百千万]+", figure)
    assert digits is not None
    value, unit = counted(digits[0]), figure[digits.end() :]
    return (f"{value}{unit}", f"{value:,}{unit}", f"{value} {unit}")


def counted(text: str) -> int:
    """A Chinese number below a hundred million."""
    total = section = digit = 0
    for mark in text:
        if mark in DIGITS:
            digit = DIGITS[mark]
        elif mark == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += max(digit, 1) * {"十": 10, "百": 100, "千": 1000}[mark]
            digit = 0
    return total + section + digit
