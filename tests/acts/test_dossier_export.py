"""What a copy of a dossier tells of erasures, and on which bases it withholds."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.procedure.dossiers import SUSPECT, Scene
from zhunsheng.acts.dossier_export import Withholding, dossier_export
from zhunsheng.acts.drafts import Erases
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.export import Basis
from zhunsheng.ledger.verify import verify_export

MINOR = Basis("个人信息保护法", "第28条", "未成年人", "a child")


def test_the_reason_of_an_erasure_stays_in_the_act_that_states_it(scene: Scene, tmp_path: Path) -> None:
    scene.opened()
    scene.do("evidence.received", 20, subjects=SUSPECT)
    target = Erases(scene.acts["evidence.received"].id, ("subjects.person.0",))
    basis = {"law": "个人信息保护法", "article": "47", "reason": "某丙为艾滋病感染者"}
    scene.do("record.erased", 30, by=scene.bureau.approver, fields=basis, erases=target)
    path = tmp_path / "copy.zip"
    dossier_export(scene.dossier, path, withhold=[Withholding("fields.reason", MINOR)])
    assert "艾滋病" not in path.read_bytes().decode("utf-8", "replace")
    verdict = verify_export(path)
    assert verdict.faults == []
    assert [tuple(h) for h in verdict.hidden if h.kind == "erased"] == [
        (
            3,
            "subjects.person.0",
            "erased",
            "个人信息保护法",
            "47",
            "依法删除，见第 4 件",
            "erased by law, see act 4",
        )
    ]


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2Kb", "a\x9bb", "a\u202eb", "a\u2066b", "a\x7f"])
def test_a_basis_is_one_line_of_plain_writing(scene: Scene, text: str) -> None:
    scene.opened()
    target = io.BytesIO()
    for basis in (Basis(text, "1", "因", "why"), Basis("法", "1", "因", text)):
        with pytest.raises(InputError, match="withhold"):
            dossier_export(scene.dossier, target, withhold=[Withholding("fields.case_kind", basis)])
    assert target.getvalue() == b""
