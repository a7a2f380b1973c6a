"""From norm files to checked norms: YAML with positions, pydantic models, and errors that name file, line, column and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zhunsheng.base.errors import InputError
from zhunsheng.norms.language import KINDS, TELLS, LeftOut, Norm, NormFile, Parameter
from zhunsheng.norms.log import FieldType
from zhunsheng.norms.yaml_source import FAULTS_ZH, YamlList, YamlMap, place_of, read_yaml


@dataclass(frozen=True)
class LoadedFile:
    """One norm file with the tree it was read from, so that later checks can name places."""

    path: Path
    model: NormFile
    tree: Any = field(repr=False, compare=False)

    def place(self, *keys: str | int) -> str:
        """`file.yaml:12:5` of a piece of the file; the nearest enclosing piece where the exact one has no position."""
        line, column = place_of(self.tree, keys)
        return f"{self.path}:{line}:{column}"


@dataclass(frozen=True)
class NormSet:
    """All norms, parameters and named dates of one or more files."""

    files: tuple[LoadedFile, ...]

    @property
    def norms(self) -> tuple[Norm, ...]:
        return tuple(n for f in self.files for n in f.model.norms)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for f in self.files for p in f.model.parameters)

    @property
    def dates(self) -> Mapping[str, str]:
        """Names that `governed_by` may use, with their expressions."""
        return {name: text for f in self.files for name, text in f.model.dates.items()}

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return tuple(o for f in self.files for o in f.model.left_out)

    @property
    def acts(self) -> Mapping[str, Mapping[str, FieldType]]:
        """The act types and fields the files themselves declare."""
        return {name: fields for f in self.files for name, fields in f.model.acts.items()}

    @property
    def calendar(self) -> str:
        """Which calendar the files ask for; China's unless one says otherwise."""
        return next((f.model.calendar for f in self.files if f.model.calendar), "china")

    def located(self) -> Iterable[tuple[LoadedFile, int, Norm]]:
        """Every norm with its file and number in it."""
        for file in self.files:
            for number, norm in enumerate(file.model.norms):
                yield file, number, norm


def load_norms(paths: Path | str | Sequence[Path | str]) -> NormSet:
    """Load norm files, or folders of them, and check their form.

    Raises InputError for the first file that cannot be read, naming line, column and remedy. What norms mean together
    (unknown act types, gaps between versions, norms that never fire) is checked by `lint`.
    """
    given = [paths] if isinstance(paths, Path | str) else list(paths)
    files = [file for path in given for file in norm_files(Path(path))]
    loaded = tuple(load_file(file) for file in files)
    seen: dict[str, str] = {}
    for file in loaded:
        for number, norm in enumerate(file.model.norms):
            if norm.id in seen:
                raise InputError(
                    zh=f"规范编号“{norm.id}”重复，已见于 {seen[norm.id]}",
                    en=f"norm id {norm.id} is already used at {seen[norm.id]}",
                    where=file.place("norms", number, "id"),
                    remedy_zh="给其中一条换一个编号，或并为同一规范的两个版本",
                    remedy_en="rename one of them, or make them two versions of one norm",
                )
            seen[norm.id] = file.place("norms", number, "id")
    return NormSet(loaded)


def norm_files(path: Path) -> list[Path]:
    """The norm files meant by a path: itself, or the YAML files below a folder (files of other kinds there are skipped)."""
    if path.is_dir():
        every = (f for f in path.rglob("*.y*ml") if not f.name.endswith(OTHER_FILES))
        found = sorted(f for f in every if not OTHER_FOLDERS.intersection(f.relative_to(path).parts[:-1]))
        if found:
            return found
    elif path.exists():
        return [path]
    raise InputError(
        zh=f"找不到规范文件：{path}",
        en=f"no norm files at {path}",
        where=str(path),
        remedy_zh="给出一个 .yaml 文件，或含有 .yaml 文件的文件夹",
        remedy_en="name a .yaml file, or a folder that holds some",
    )


OTHER_FOLDERS = frozenset(("discretion", "local"))
"""Folders below the one named without norms for everybody: tables of discretion, what single bureaus ask beyond the law."""
OTHER_FILES = (
    *("laws.yaml", "countings.yaml", "ages.yaml", "reminders.yaml"),
    *("accountability.yaml", "alerting.yaml", "inspections.yaml", "mapping.yaml"),
)
"""Ends of file names that are not norm files: laws, tables, rules of the house, and mappings of logs kept beside them."""


def load_file(path: Path) -> LoadedFile:
    """Read one norm file; InputError with line, column and remedy when it is not one."""
    tree = read_yaml(path)
    if not isinstance(tree, YamlMap):
        raise InputError(
            zh="规范文件应是一个映射（norms: 列表，或单条规范）",
            en="a norm file is a mapping (a `norms:` list, or one norm)",
            where=f"{path}:1:1",
            remedy_zh="以 norms: 开头，下列各条规范",
            remedy_en="begin with `norms:` and list the norms below it",
        )
    single = "id" in tree and "norms" not in tree
    plain = {"norms": [tree]} if single else tree
    try:
        model = NormFile.model_validate(plain)
    except ValidationError as error:
        raise model_error(path, tree, error, single=single) from None
    return LoadedFile(path, model, alone(tree) if single else tree)


def alone(tree: YamlMap) -> YamlMap:
    """A single norm in the shape of a file with a list of norms, so that its places are found the same way."""
    norms = YamlList([tree])
    norms.places = {0: tree.at}
    whole = YamlMap(norms=norms)
    whole.places = {"norms": tree.at}
    return whole


def model_error(path: Path, tree: Any, error: ValidationError, *, single: bool) -> InputError:
    """The first pydantic error as a sentence with place and remedy."""
    first = error.errors()[0]
    keys = [k for k in first["loc"] if isinstance(k, int) or not k.startswith(("function-", "constrained-"))]
    keys = keys[2:] if single and keys[:1] == ["norms"] else keys
    line, column = place_of(tree, keys)
    norm = norm_id(tree, keys, single=single)
    name = " › ".join(str(k) for k in keys) or "norms"
    zh, en, remedy_zh, remedy_en = explain(first, keys)
    prefix_zh, prefix_en = (f"规范“{norm}”的 ", f"norm {norm}, ") if norm else ("", "")
    return InputError(
        zh=f"{prefix_zh}{name}：{zh}",
        en=f"{prefix_en}{name}: {en}",
        where=f"{path}:{line}:{column}",
        remedy_zh=remedy_zh,
        remedy_en=remedy_en,
    )


def norm_id(tree: Any, keys: Sequence[str | int], *, single: bool) -> str | None:
    """The id of the norm an error lies in."""
    node = tree
    if not single:
        if len(keys) < 2 or keys[0] != "norms":
            return None
        try:
            node = tree["norms"][keys[1]]
        except (KeyError, IndexError, TypeError):
            return None
    return str(node.get("id")) if isinstance(node, YamlMap) and "id" in node else None


def explain(error: Any, keys: Sequence[str | int]) -> tuple[str, str, str, str]:
    """(Chinese, English, remedy in Chinese, remedy in English) for one pydantic error."""
    match error["type"]:
        case "extra_forbidden" if " " in str(keys[-1]) or error.get("input") is None:
            return (
                "花括号里的文字含有逗号或冒号，被当成了另一个键",
                "the text within {…} holds a comma or colon and was taken for a further key",
                "给这段文字加上引号",
                "put the text in quotes",
            )
        case "extra_forbidden":
            return (
                "没有这个键",
                "there is no such key",
                f"检查拼写；版本的种类有 {', '.join(KINDS)}，可用的键见 docs/norm-language.md",
                f"check the spelling; the kinds are {', '.join(KINDS)}; docs/norm-language.md lists the keys",
            )
        case "missing":
            key = str(keys[-1]) if keys else ""
            cures = {
                "basis": (
                    "写明依据：basis: {law: …, article: …}",
                    "cite the law: basis: {law: …, article: …}",
                ),
                "in_force": (
                    "写明施行期间：in_force: {from: 2026-01-01}",
                    "say when it is law: in_force: {from: 2026-01-01}",
                ),
                "title": ("写标题：title: {zh: …, en: …}", "give a title: title: {zh: …, en: …}"),
            }
            remedy = cures.get(key, (f"补上 {key}", f"add {key}"))
            return "缺少这一项", "this is missing", *remedy
        case "value_error":
            zh, _, en = str(error["msg"]).removeprefix("Value error, ").partition(TELLS)
            return zh, en or zh, "按提示改写这一处", "rewrite this place as the message says"
        case kind:
            given = repr(error.get("input"))[:60]
            wanted = FAULTS_ZH.get(kind) or f"{error['msg']}"
            return (
                f"值 {given} 不合适：{wanted}",
                f"{given} does not fit ({error['msg']})",
                "改成所要求的类型或取值",
                "change it to the type or value asked for",
            )
