"""The published JSON Schema of norm files, so that editors complete and check them; the models are its only source."""

from __future__ import annotations

from typing import Any

from zhunsheng.norms.language import Norm, NormFile

SCHEMA_ID = "https://zhunsheng.example/norm-file.schema.json"


def norm_file_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a norm file: a list of norms with what they share, or a single norm."""
    whole = NormFile.model_json_schema(by_alias=True, mode="validation")
    single = Norm.model_json_schema(by_alias=True, mode="validation")
    definitions = {**whole.pop("$defs"), **single.pop("$defs"), "NormFile": whole, "Norm": single}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Zhunsheng norm file 准绳规范文件",
        "if": {"required": ["id"]},
        "then": {"$ref": "#/$defs/Norm"},
        "else": {"$ref": "#/$defs/NormFile"},
        "$defs": definitions,
    }
