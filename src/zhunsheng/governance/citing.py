"""Everything that names a law: norms, discretion tables, ages and countings, papers; each with its dated versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.norms.loading import NormSet
from zhunsheng.norms.yaml_source import read_yaml

TABLES = ("discretion/*.yaml", "ages.yaml", "countings.yaml", "reminders.yaml")
"""Files of the rulebook that are no norm files and cite laws."""


@dataclass(frozen=True)
class Wording:
    """One dated version of something: the articles it names by law, and what it says."""

    articles: Mapping[str, tuple[str, ...]]
    since: str
    until: str
    """The last day in force; empty while there is none."""
    content: Any
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The law's own words, by law."""


@dataclass(frozen=True)
class Cited:
    """Something that rests on law."""

    kind: str
    """norm, parameter, discretion, table or paper."""
    id: str
    zh: str
    en: str
    place: str
    wordings: tuple[Wording, ...]
    conflicts: tuple[str, ...] = ()


def everything(norms: NormSet) -> Iterator[Cited]:
    """Norms, parameters, tables and papers."""
    yield from norms_citing(norms)
    folder = rulebook_folder()
    for pattern in TABLES:
        for path in sorted(folder.glob(pattern)):
            kind = "discretion" if path.parent.name == "discretion" else "table"
            yield from entries_citing(path, kind)
    for path in paper_files():
        yield from entries_citing(path, "paper")


@dataclass(frozen=True)
class Asking:
    """Something that rests on no law of its own but on norms it names, as a theme of inspections does."""

    id: str
    zh: str
    en: str
    place: str
    norms: tuple[str, ...]


def asking() -> Iterator[Asking]:
    """What names norms in the rulebook's other files."""
    for path in sorted(rulebook_folder().glob("*.yaml")):
        yield from asking_in(read_yaml(path), path)


def asking_in(node: Any, path: Path) -> Iterator[Asking]:
    """Entries anywhere in a tree that have a name and a list of norms."""
    if isinstance(node, list):
        for item in node:
            yield from asking_in(item, path)
    elif isinstance(node, dict):
        name, norms = node.get("code") or node.get("id"), node.get("norms")
        if name is not None and isinstance(norms, list) and all(isinstance(n, str) for n in norms):
            title = node["title"] if isinstance(node.get("title"), dict) else {}
            line = getattr(node, "at", (1, 1))[0]
            zh, en = title.get("zh", name), title.get("en", name)
            yield Asking(str(name), str(zh), str(en), f"{path}:{line}", tuple(norms))
            return
        for item in node.values():
            yield from asking_in(item, path)


def paper_files() -> list[Path]:
    """The catalogue of papers, where it is installed; it is read as files, for papers stand below this layer."""
    folder = Path(str(files("zhunsheng"))) / "casework" / "papers" / "forms"
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def norms_citing(norms: NormSet) -> Iterator[Cited]:
    """Norms and the parameters they read."""
    for file, number, norm in norms.located():
        wordings = tuple(
            Wording(
                articles=grouped((b.law, b.article) for b in version.basis),
                since=version.in_force.from_.isoformat(),
                until=version.in_force.to.isoformat() if version.in_force.to else "",
                content=version.body.model_dump(
                    by_alias=True, exclude_none=True, exclude_defaults=True, mode="json"
                ),
                quotes=grouped((b.law, b.quote) for b in version.basis if b.quote),
            )
            for version in norm.versions
        )
        conflicts = tuple(v.conflict.zh for v in norm.versions if v.conflict is not None)
        place = file.place("norms", number, "id")
        yield Cited("norm", norm.id, norm.title.zh, norm.title.en, place, wordings, conflicts)
    for loaded in norms.files:
        for parameter in loaded.model.parameters:
            dated = tuple(
                Wording(
                    grouped([(v.basis.law, v.basis.article)]),
                    v.in_force.from_.isoformat(),
                    v.in_force.to.isoformat() if v.in_force.to else "",
                    {"value": v.value},
                )
                for v in parameter.versions
            )
            yield Cited(
                "parameter", parameter.name, parameter.title.zh, parameter.title.en, str(loaded.path), dated
            )


def entries_citing(path: Path, kind: str) -> Iterator[Cited]:
    """The entries of a YAML file that have a basis, or versions with one."""
    yield from entries_in(read_yaml(path), kind, path)


def entries_in(node: Any, kind: str, path: Path) -> Iterator[Cited]:
    """Entries anywhere in a tree: what has a name of its own and cites a law."""
    if isinstance(node, list):
        for item in node:
            yield from entries_in(item, kind, path)
    elif isinstance(node, dict):
        name = node.get("code") or node.get("key") or node.get("id")
        dated = node.get("versions") if isinstance(node.get("versions"), list) else [node]
        wordings = tuple(w for w in (wording(v) for v in dated or ()) if w.articles)
        if name is not None and wordings:
            title = node.get("title")
            zh, en = (
                (title.get("zh", name), title.get("en", name)) if isinstance(title, dict) else (name, name)
            )
            line = getattr(node, "at", (1, 1))[0]
            yield Cited(kind, str(name), str(zh), str(en), f"{path}:{line}", wordings)
            return
        for item in node.values():
            yield from entries_in(item, kind, path)


def wording(node: Any) -> Wording:
    """One version of an entry."""
    if not isinstance(node, dict):
        return Wording({}, "", "", None)
    span = node.get("in_force") or {}
    content = {
        k: v for k, v in node.items() if k not in ("in_force", "basis", "note", "source", "status", "name")
    }
    cited = list(bases(node.get("basis")))
    return Wording(
        articles=grouped((b["law"], str(b.get("article") or b.get("cite") or "")) for b in cited),
        since=str(span.get("from", "")),
        until=str(span.get("to", "") or ""),
        content=content,
        quotes=grouped((b["law"], str(b["quote"])) for b in cited if b.get("quote")),
    )


def bases(node: Any) -> Iterator[Mapping[str, Any]]:
    """The bases of an entry, one or several."""
    for one in node if isinstance(node, list) else [node]:
        if isinstance(one, dict) and "law" in one:
            yield one


def grouped(pairs: Any) -> dict[str, tuple[str, ...]]:
    """Values by law, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for law, value in pairs:
        found.setdefault(law, {})[str(value)] = None
    return {law: tuple(values) for law, values in found.items()}
