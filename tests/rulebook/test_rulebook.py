"""The rulebook keeps its own rules: clean lint, examples that come out as promised, pages and schema in step with the files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.coverage import coverage_page
from zhunsheng.norms.examples import test_examples as judge_examples
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.json_schema import norm_file_schema
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import NormSet, load_norms, norm_files
from zhunsheng.norms.yaml_source import read_yaml


@pytest.fixture(scope="module")
def rulebook() -> NormSet:
    return load_norms(rulebook_folder())


def test_no_faults(rulebook: NormSet) -> None:
    assert [f.text("en") for f in lint(rulebook, surroundings(rulebook))] == []


def test_every_example_comes_out_as_promised(rulebook: NormSet) -> None:
    around = surroundings(rulebook)
    interpreter = Interpreter(bind(rulebook, around), calendar=Calendar.china(), zone="Asia/Shanghai")
    outcomes = list(judge_examples(rulebook, interpreter, around.fields))
    assert len(outcomes) > 1000
    assert [f"{o.where} {o.expected} {[r.status for r in o.rows]}" for o in outcomes if not o.agrees] == []


def test_every_version_is_exercised_by_an_example(rulebook: NormSet) -> None:
    """A version that no example opens could be wrong without anybody noticing."""
    around = surroundings(rulebook)
    interpreter = Interpreter(bind(rulebook, around), calendar=Calendar.china(), zone="Asia/Shanghai")
    opened = {(r.plan.norm_id, r.plan.version) for o in judge_examples(rulebook, interpreter, around.fields) for r in o.rows}
    assert {(n.id, v.in_force.from_.isoformat()) for n in rulebook.norms for v in n.versions} - opened == set()


def test_the_coverage_page_is_in_step(rulebook: NormSet, root: Path) -> None:
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page == coverage_page(rulebook), "run: zhunsheng norms coverage > docs/coverage.md"


def test_the_published_schema_is_in_step() -> None:
    published = json.loads((rulebook_folder() / "norm-file.schema.json").read_text(encoding="utf-8"))
    assert published == norm_file_schema(), "run: zhunsheng norms schema > rulebook/norm-file.schema.json"


def test_every_norm_file_fits_the_published_schema(root: Path) -> None:
    schema = jsonschema.Draft202012Validator(norm_file_schema())
    for path in [*norm_files(rulebook_folder()), *norm_files(root / "examples")]:
        assert [e.message for e in schema.iter_errors(read_yaml(path))] == [], path


@pytest.mark.parametrize("wrong", [{"norms": [{"id": "x"}]}, {"norms": "x"}, {"norm": []}, {"id": "Not An Id"}])
def test_the_schema_refuses_what_the_loader_refuses(wrong: object) -> None:
    assert not jsonschema.Draft202012Validator(norm_file_schema()).is_valid(wrong)
