"""Reading YAML files so that every mistake names its line: norm files, calendar overrides, countings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError

from zhunsheng.base.errors import InputError

Model = TypeVar("Model", bound=BaseModel)


class _DatesAsWritten(RoundTripConstructor):
    """Leaves dates as text for the model to read, because the parser itself fails without a line on 30 February."""


_DatesAsWritten.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)

FAULTS_ZH = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的项",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "literal_error": "不是允许的取值",
    "date_from_datetime_parsing": "不是日期",
    "int_parsing": "应为整数",
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
    """The document with its line numbers (ruamel round-trip nodes); InputError when missing, unreadable or not YAML."""
    try:
        parser = YAML(typ="rt")
        parser.Constructor = _DatesAsWritten
        return parser.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            zh=f"读不到文件：{fault}",
            en=f"cannot read the file: {fault}",
            where=str(path),
            remedy_zh="检查路径、读取权限，并保存为 UTF-8",
            remedy_en="check the path, its permissions, and that it is UTF-8",
        ) from fault
    except YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise InputError(
            zh=f"不是有效的 YAML：{getattr(fault, 'problem', None) or fault}",
            en=f"not valid YAML: {getattr(fault, 'problem', None) or fault}",
            where=f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path),
            remedy_zh="检查该行的缩进、冒号、括号和重复的键",
            remedy_en="check indentation, colons, brackets and repeated keys there",
        ) from fault


def place(path: Path, node: Any, key: str | int | None = None) -> str:
    """`file:line:column` of a node, or of the entry `key` in it, as far as the parser kept it."""
    position = getattr(node, "lc", None)
    if position is None:
        return str(path)
    line, column = position.line, position.col
    if isinstance(node, dict) and key in node:
        line, column = position.key(key)
    elif isinstance(node, list) and isinstance(key, int) and key < len(node):
        line, column = position.item(key)
    return f"{path}:{line + 1}:{column + 1}"


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
