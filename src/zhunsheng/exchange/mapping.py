"""The mapping file: which columns of a foreign log are the case, the act, the time, the officers, the fields.

Models, and the load from YAML with line and column in every error. Applying a mapping is the business of `prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import FieldType

DEFAULT_ZONE = "Asia/Shanghai"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One column name, or a list of them."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficerSlot(_Model):
    """Who acted: each part names a column, or is `=text` for a constant. Without officer the whole slot is empty."""

    officer: str
    role: str | None = None
    rank: str | None = None
    qualification: str | None = None


class SubjectColumn(_Model):
    """The column that names what an act concerns; with `separator` one cell may hold several."""

    column: str
    separator: str | None = Field(None, min_length=1)


class FieldColumn(_Model):
    """A field of the act: source column, type (inferred when absent), and values to be replaced before typing."""

    source: str | None = Field(None, alias="from")
    type: FieldType | None = None
    values: dict[str, str | None] = Field(default_factory=dict)

    @field_validator("values", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {_text(k): None if v is None else _text(v) for k, v in value.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _subject(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class LogMapping(_Model):
    """How a foreign log is read; every part has the default of its format (XES, OCEL), tables need case, type, time."""

    zone: str = DEFAULT_ZONE
    case: str | None = None
    type: Columns | None = None
    type_separator: str = "+"
    types: dict[str, str] = Field(default_factory=dict)
    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    time: str | None = None
    ended: str | None = None
    id: str | None = None
    unit: str | None = None
    officers: tuple[OfficerSlot, ...] | None = None
    subjects: dict[str, Annotated[SubjectColumn, BeforeValidator(_subject)]] | None = None
    fields: dict[str, FieldColumn] = Field(default_factory=dict)
    other_fields: bool = True
    case_object: str | None = None
    object_name: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    sheet: str | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Asia/Shanghai") from fault
        return value

    @field_validator("types", mode="before")
    @classmethod
    def _type_texts(cls, value: Any) -> Any:
        return {_text(k): _text(v) for k, v in value.items()} if isinstance(value, dict) else value


def load_mapping(path: Path) -> LogMapping:
    """Read a mapping file; InputError with file, line and column when it is no YAML or does not fit the model."""
    yaml = YAML(typ="rt")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise InputError(
            zh=f"读不到映射文件：{fault.strerror}。", en=f"Cannot read the mapping file: {fault.strerror}.",
            where=str(path), remedy_zh="请检查路径。", remedy_en="Check the path.",
        ) from None
    except UnicodeDecodeError as fault:
        raise InputError(
            zh="映射文件不是 UTF-8 文本。", en="The mapping file is not UTF-8 text.",
            where=f"{path}, byte {fault.start}", remedy_zh="请改存为 UTF-8。", remedy_en="Save it as UTF-8.",
        ) from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise InputError(
            zh=f"不是合法的 YAML：{fault.problem}。", en=f"Not valid YAML: {fault.problem}.", where=place,
            remedy_zh="请检查缩进、冒号和引号。", remedy_en="Check indentation, colons and quotes.",
        ) from None
    except YAMLError as fault:
        raise InputError(
            zh="不是合法的 YAML。", en="Not valid YAML.", where=str(path),
            remedy_zh=f"请去掉特殊字符：{str(fault).splitlines()[0]}",
            remedy_en=f"Remove special characters: {str(fault).splitlines()[0]}",
        ) from None
    try:
        return LogMapping.model_validate(content if content is not None else {})
    except ValidationError as fault:
        raise _invalid(path, content, fault) from None


def _invalid(path: Path, content: Any, fault: ValidationError) -> InputError:
    first = fault.errors()[0]
    names = [str(part) for part in first["loc"]]
    line, column = _place(content, names)
    unknown = first["type"] == "extra_forbidden"
    where = ".".join(names)
    return InputError(
        zh=f"没有“{where}”这一项。" if unknown else f"“{where}”的内容不对：{first['msg']}。",
        en=f"There is no entry '{where}'." if unknown else f"'{where}' is wrong: {first['msg']}.",
        where=f"{path}:{line}:{column}",
        remedy_zh="可用的项见 docs/event-logs.md。", remedy_en="docs/event-logs.md lists the entries.",
    )


def _place(content: Any, names: list[str]) -> tuple[int, int]:
    """Line and column, from 1, of the deepest part of the path that the file holds."""
    line, column = 0, 0
    for name in names:
        if isinstance(content, CommentedMap) and name in content:
            line, column = content.lc.key(name)
            content = content[name]
        elif isinstance(content, CommentedSeq) and name.isdigit() and int(name) < len(content):
            line, column = content.lc.item(int(name))
            content = content[int(name)]
    return line + 1, column + 1
