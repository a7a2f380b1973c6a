"""Reading YAML files so that every mistake names its line: norm files, calendar overrides, countings.

libyaml finds the nodes and their places; the values are resolved here by YAML 1.2's core schema, so that `no` stays a word and a
date stays as written (the parsers of both YAML libraries fail without a line on 30 February).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from zhunsheng.base.errors import InputError

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int, int]
"""Line and column, from 1."""

WHOLE = re.compile(r"[-+]?[0-9]+")
LONGEST_WHOLE = 100
"""Digits; longer ones stay text, which no number takes: Python refuses to read them from 4,300 on."""
WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class YamlMap(dict[str, Any]):
    """A mapping that knows where it and each of its keys stand."""

    at: Place = (1, 1)
    places: dict[str | int, Place]


class YamlList(list[Any]):
    """A list that knows where it and each of its items stand."""

    at: Place = (1, 1)
    places: dict[str | int, Place]


FAULTS_ZH = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的项",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "不是允许的取值",
    "date_from_datetime_parsing": "不是日期",
    "int_parsing": "应为整数",
    "int_parsing_size": "太大",
    "int_type": "应为整数",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
    "string_pattern_mismatch": "只能用小写字母、数字、点和连字符",
    "list_type": "应为列表",
    "dict_type": "应为映射",
    "model_type": "应为映射",
}


def read_yaml(path: Path) -> Any:
    """The document as `YamlMap`, `YamlList` and scalars; decimals stay text. InputError when missing, unreadable or not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            zh=f"读不到文件：{fault}",
            en=f"cannot read the file: {fault}",
            where=str(path),
            remedy_zh="检查路径、读取权限，并保存为 UTF-8",
            remedy_en="check the path, its permissions, and that it is UTF-8",
        ) from fault
    try:
        node = yaml.compose(text, Loader=LOADER)
        return None if node is None else built(node, [])
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or fault
        raise InputError(
            zh=f"不是有效的 YAML：{problem}",
            en=f"not valid YAML: {problem}",
            where=f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path),
            remedy_zh="检查该行的缩进、冒号、括号和重复的键",
            remedy_en="check indentation, colons, brackets and repeated keys there",
        ) from fault


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where the wheel has it: ten times faster over a whole rulebook."""


def built(node: yaml.Node, above: list[yaml.Node]) -> Any:
    """A node as a value; MarkedYAMLError for a repeated key or a node that contains itself."""
    if any(node is other for other in above):
        raise yaml.constructor.ConstructorError(None, None, "a node contains itself", node.start_mark)
    within = [*above, node]
    if isinstance(node, yaml.MappingNode):
        return mapping(node, within)
    if isinstance(node, yaml.SequenceNode):
        items = YamlList(built(item, within) for item in node.value)
        items.at = start(node)
        items.places = {n: start(item) for n, item in enumerate(node.value)}
        return items
    return scalar(node)


def mapping(node: yaml.MappingNode, within: list[yaml.Node]) -> YamlMap:
    """A mapping with the places of its keys, which are text; `<<: *name` brings in what it does not say itself."""
    found = YamlMap()
    found.at, found.places = start(node), {}
    merged: list[YamlMap] = []
    for key_node, value_node in node.value:
        key = str(key_node.value)
        value = built(value_node, within)
        if key == "<<" and not key_node.style:
            merged += [
                m for m in (value if isinstance(value, YamlList) else [value]) if isinstance(m, YamlMap)
            ]
            continue
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"repeated key {key}", key_node.start_mark)
        found[key] = value
        found.places[key] = start(key_node)
    for other in merged:
        for key in other.keys() - found.keys():
            found[key], found.places[key] = other[key], other.places[key]
    return found


def scalar(node: yaml.Node) -> Any:
    """A plain scalar by the core schema, decimals as text so that no digit is lost; anything quoted as text."""
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    if text in WORDS:
        return WORDS[text]
    return int(text) if WHOLE.fullmatch(text) and len(text) <= LONGEST_WHOLE else text


def start(node: yaml.Node) -> Place:
    """Where a node begins."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def place_of(tree: Any, keys: Sequence[str | int]) -> Place:
    """Line and column of the deepest piece along `keys` that has a place."""
    found, node = (1, 1), tree
    for key in keys:
        if not isinstance(node, YamlMap | YamlList) or key not in node.places:
            break
        found = node.places[key]
        node = node[key]  # type: ignore[index]
    return found


def place(path: Path, node: Any, key: str | int | None = None) -> str:
    """`file:line:column` of a node, or of the entry `key` in it, as far as it is known."""
    if not isinstance(node, YamlMap | YamlList):
        return str(path)
    line, column = node.places.get(key, node.at) if key is not None else node.at
    return f"{path}:{line}:{column}"


def validated(
    path: Path, node: Any, model: type[Model], parent: Any = None, key: str | int | None = None
) -> Model:
    """`node` as a `model`; InputError for its first fault, at the line of the offending entry."""
    try:
        return model.model_validate(node)
    except ValidationError as fault:
        first = fault.errors()[0]
        at, inner, last = node, None, None
        for part in first["loc"]:
            if not isinstance(at, dict | list):
                break
            inner, last = at, part
            at = (
                at.get(part)
                if isinstance(at, dict)
                else at[part]
                if isinstance(part, int) and part < len(at)
                else None
            )
        where = place(path, inner, last) if inner is not None else place(path, parent, key)
        name = ".".join(str(part) for part in first["loc"])
        zh = FAULTS_ZH.get(first["type"], f"不合要求（{first['msg']}）")
        allowed = ", ".join(field.alias or key for key, field in model.model_fields.items())
        raise InputError(
            zh=f"{name}：{zh}" if name else zh,
            en=f"{name}: {first['msg']}" if name else first["msg"],
            where=where,
            remedy_zh=f"可用的项：{allowed}",
            remedy_en=f"the entries are: {allowed}",
        ) from fault
