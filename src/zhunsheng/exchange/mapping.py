"""The mapping file: which columns of a foreign log are the case, the act, the time, the officers, the fields.

Models, and the load from YAML with line and column in every error. Applying a mapping is the business of `prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from zhunsheng.norms.log import FieldType
from zhunsheng.norms.yaml_source import read_yaml, validated

DEFAULT_ZONE = "Asia/Shanghai"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One column name, or a list of them."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficerSlot(_Model):
    """Who acted: each part names a column, or is `=text` for a constant. Without officer the whole slot is empty.

    With `separator` one cell may hold several officers, at most `at_most`; role, rank and qualification may then be one
    value for all of them or a list of the same length.
    """

    officer: str
    role: str | None = None
    rank: str | None = None
    qualification: str | None = None
    separator: str | None = Field(None, min_length=1)
    at_most: int = Field(4, ge=1, le=32)


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
    content = read_yaml(path)
    return validated(path, {} if content is None else content, LogMapping, content)
