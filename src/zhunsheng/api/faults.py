"""What is wrong with the shape of a request, in words: pydantic's findings as faults in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zhunsheng.api.problems import Words

MOST = 100
"""Faults told of one request."""
LONGEST_PLACE = 120

ZH: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "须为文字",
    "string_too_long": "文字过长",
    "string_pattern_mismatch": "含有不允许的字符，或者不合格式",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "model_attributes_type": "须为对象",
    "model_type": "须为对象",
    "too_long": "项数过多",
    "too_short": "至少一项",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_parsing_size": "数字过大",
    "int_from_float": "须为整数",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "less_than": "太大",
    "uuid_parsing": "须为 UUID",
    "instant": "须为带时区的时刻（1900年至2200年），如 2026-01-31T09:30:00+08:00",
    "scalar": "须为文字、数字、是非或者日期，不能是列表或对象",
    "code": "不是可用的代码",
}


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[Words]:
    """The faults of ninja's validation errors; places as `body.officers.0.role`, and nothing of what was sent but names."""
    found = []
    for error in errors:
        # ninja puts the parameter's own name between `body` and the path.
        source, *rest = [str(part) for part in error["loc"]]
        where = ".".join([source, *(rest[1:] if source == "body" else rest)])[:LONGEST_PLACE]
        found.append(Words(where, ZH.get(error["type"], "不合要求"), error["msg"]))
    return found[:MOST]
