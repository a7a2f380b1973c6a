"""C2SP tlog-witness: what is cosigned, what is refused with which status, and what is kept of both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.made import LOG_KEY, NEXT_KEY, ORIGIN, WITNESSES, signer
from tests.ledger.witnessing import KEY, Log, witness
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint, sign_checkpoint
from zhunsheng.ledger.hashing import SM3
from zhunsheng.ledger.keys import generate
from zhunsheng.ledger.notes import COSIGNATURE, Note, Signature, cosign, sign
from zhunsheng.ledger.witness.client import Refusal, ask, read_cosignature
from zhunsheng.ledger.witness.files import answer_request, read_answer, write_request
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.requests import SIZE_TYPE, Answer, Request
from zhunsheng.ledger.witness.settings import WitnessSettings
from zhunsheng.ledger.witness.state import WitnessState, write_durably

LOG = Log()
FORK = Log(seed=1, same=10)


def kept(folder: Path) -> list[tuple[int, bytes, int]]:
    return [(head.size, head.root, evidence) for head, _, evidence in WitnessState(folder).checkpoints()]


def test_a_growing_log_is_cosigned_and_kept(tmp_path: Path) -> None:
    one = witness(tmp_path)
    old = 0
    for size in (1, 2, 7, 7, 64, 65, 100):
        answer = one.add_checkpoint(LOG.request(old, size))
        assert answer.status == 200
        signature = read_cosignature(answer.body, KEY.key, LOG.note(size))
        assert signature.timestamp == 1_790_000_000
        assert kept(tmp_path) == [(size, LOG.tree.root(size), 0)]
        old = size
    [(_, note, _)] = WitnessState(tmp_path).checkpoints()
    assert [key for key, _ in note.signed_by([LOG_KEY.key, KEY.key])] == [LOG_KEY.key, KEY.key]


def test_the_first_checkpoint_may_be_of_any_size_and_an_empty_log_is_one(tmp_path: Path) -> None:
    assert witness(tmp_path / "a").add_checkpoint(LOG.request(0, 100)).status == 200
    assert witness(tmp_path / "b").add_checkpoint(LOG.request(0, 0)).status == 200
    wrong = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG_KEY)
    assert witness(tmp_path / "c").add_checkpoint(Request(0, [], wrong).encode()).status == 422


def test_an_unknown_log_is_404(tmp_path: Path) -> None:
    note = LOG.note(5, origin="other.example")
    assert witness(tmp_path).add_checkpoint(Request(0, [], note).encode()).status == 404
    assert kept(tmp_path) == []


def test_a_checkpoint_no_known_key_signed_is_403(tmp_path: Path) -> None:
    one = witness(tmp_path)
    text = LOG.note(5).text
    for note in (
        LOG.note(5, signer(ORIGIN, 9)),
        LOG.note(5, NEXT_KEY),
        Note(text, (sign("other\n", LOG_KEY),)),
        Note(text, LOG.note(6).signatures),
    ):
        assert one.add_checkpoint(Request(0, [], note).encode()).status == 403
    assert kept(tmp_path) == []
    both = LOG.note(5, signer(ORIGIN, 9), LOG_KEY)
    assert one.add_checkpoint(Request(0, [], both).encode()).status == 200


def test_another_old_size_is_409_with_the_size_kept(tmp_path: Path) -> None:
    one = witness(tmp_path)
    assert one.add_checkpoint(LOG.request(3, 5)) == Answer(409, b"0\n", SIZE_TYPE)
    one.add_checkpoint(LOG.request(0, 50))
    for old, size in ((0, 60), (49, 60), (51, 60), (0, 40), (40, 40)):
        assert one.add_checkpoint(LOG.request(old, size)) == Answer(409, b"50\n", SIZE_TYPE)
    assert kept(tmp_path) == [(50, LOG.tree.root(50), 0)]


def test_a_rollback_is_refused(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(LOG.request(0, 50))
    assert one.add_checkpoint(LOG.request(50, 40, proof=[])).status == 400
    assert one.add_checkpoint(LOG.request(0, 40)).status == 409
    assert kept(tmp_path) == [(50, LOG.tree.root(50), 0)]


def test_the_same_size_with_another_root_is_refused_and_the_evidence_kept(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(LOG.request(0, 50))
    for number, old in enumerate((50, 0), start=1):
        request = FORK.request(old, 50)
        assert one.add_checkpoint(request) == Answer(409, b"50\n", SIZE_TYPE)
        assert kept(tmp_path) == [(50, LOG.tree.root(50), number)]
    [*evidence] = sorted(tmp_path.glob("*/evidence/*.request"))
    accused = Request.parse(evidence[0].read_bytes()).note
    beside = Note.parse(evidence[0].with_suffix(".kept").read_bytes())
    heads = [Checkpoint.parse(note.text) for note in (accused, beside)]
    assert heads[0].size == heads[1].size
    assert heads[0].root != heads[1].root
    assert all(note.signed_by([LOG_KEY.key]) for note in (accused, beside))
    one.add_checkpoint(FORK.request(50, 50))
    assert kept(tmp_path)[0][2] == 2


def test_a_fork_cannot_prove_itself(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(LOG.request(0, 50))
    assert one.add_checkpoint(FORK.request(50, 60)).status == 422
    assert one.add_checkpoint(LOG.request(50, 60, proof=[])).status == 422
    assert one.add_checkpoint(LOG.request(50, 60, proof=LOG.proof(49, 60))).status == 422
    assert one.add_checkpoint(LOG.request(50, 50, proof=LOG.proof(49, 50))).status == 422
    assert kept(tmp_path) == [(50, LOG.tree.root(50), 4)]
    assert one.add_checkpoint(LOG.request(50, 60)).status == 200


def test_a_log_does_not_change_its_hash(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(LOG.request(0, 50))
    other = Log(hash_=SM3)
    assert one.add_checkpoint(other.request(50, 60)).status == 422
    assert one.add_checkpoint(other.request(50, 50)).status == 409
    fresh = witness(tmp_path / "fresh")
    assert fresh.add_checkpoint(other.request(0, 50)).status == 200
    assert fresh.add_checkpoint(other.request(50, 100)).status == 200


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12))
def test_whatever_is_asked_what_is_cosigned_is_one_history(
    tmp_path_factory, asked: list[tuple[int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("w")
    one = witness(folder)
    cosigned: list[tuple[int, bytes]] = []
    refusals: list[int] = []
    for size, forks in asked:
        log = FORK if forks else LOG
        try:
            ask(
                one.add_checkpoint, KEY.key, log.note(size), log.tree.node, cosigned[-1][0] if cosigned else 0
            )
        except Refusal as refused:
            refusals.append(refused.status)
            continue
        cosigned.append((size, log.tree.root(size)))
    assert [size for size, _ in cosigned] == sorted(size for size, _ in cosigned)
    assert set(refusals) <= {409, 422}
    histories = [log for log in (LOG, FORK) if all(log.tree.root(size) == root for size, root in cosigned)]
    assert histories


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n\n",
        b"old 0\n\nnot a note\n",
        LOG.request(0, 5)[4:],
        LOG.request(0, 5).replace(b"old 0", b"old 00"),
        LOG.request(0, 5).replace(b"old 0", b"old -1"),
        LOG.request(0, 5).replace(b"old 0", b"old 1e3"),
        LOG.request(0, 5).replace(b"old 0", b"OLD 0"),
        LOG.request(0, 5).replace(b"old 0\n", b"old 0\nAAAA\n"),
        LOG.request(0, 5).replace(b"old 0\n", b"old 0\n?\n"),
        LOG.request(0, 5).replace(b"old 0\n", b"old 0\r\n"),
        LOG.request(0, 5).replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 64),
        LOG.request(0, 5) + b"x",
        b"\xff" + LOG.request(0, 5),
        LOG.request(0, 5).replace(b"\n5\n", b"\n05\n"),
        LOG.request(6, 5),
    ],
)
def test_a_malformed_request_is_400(tmp_path: Path, body: bytes) -> None:
    assert witness(tmp_path).add_checkpoint(body).status == 400
    assert kept(tmp_path) == []


def test_a_request_is_written_as_the_specification_shows() -> None:
    body = LOG.request(3, 5).decode()
    lines = body.split("\n")
    assert lines[0] == "old 3"
    assert [len(line) for line in lines[1:5]] == [44] * 4
    assert lines[5] == ""
    assert lines[6:8] == [ORIGIN, "5"]
    assert Request.parse(body.encode()).encode() == body.encode()
    assert (
        len(
            Request.parse(LOG.request(0, 5).replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 63)).proof
        )
        == 63
    )


def test_asking_again_from_the_size_the_witness_has(tmp_path: Path) -> None:
    one = witness(tmp_path)
    ask(one.add_checkpoint, KEY.key, LOG.note(20), LOG.tree.node)
    sent: list[bytes] = []

    def send(body: bytes) -> Answer:
        sent.append(body)
        return one.add_checkpoint(body)

    signature = ask(send, KEY.key, LOG.note(50), LOG.tree.node, old=5)
    assert signature.holds(KEY.key, LOG.note(50).text)
    assert [body.split(b"\n", 1)[0] for body in sent] == [b"old 5", b"old 20"]
    with pytest.raises(Refusal) as ahead:
        ask(send, KEY.key, LOG.note(40), LOG.tree.node, old=40)
    assert (ahead.value.status, ahead.value.size) == (409, 50)
    assert ask(send, KEY.key, LOG.note(50), LOG.tree.node, old=90).timestamp


def test_an_answer_that_is_no_cosignature_is_not_taken() -> None:
    note = LOG.note(5)
    other = Signature.parse(witness_line())
    for body in (b"", other.line.encode(), b"hello\n", b"\xff\xfe\n"):
        with pytest.raises(InputError):
            ask(lambda _, said=body: Answer(200, said), KEY.key, note, LOG.tree.node)
    for answer in (
        Answer(409, b"7", SIZE_TYPE),
        Answer(409, b"x\n", SIZE_TYPE),
        Answer(409, b"7\n"),
        Answer(503, b"later"),
    ):
        with pytest.raises(Refusal) as refused:
            ask(lambda _, said=answer: said, KEY.key, note, LOG.tree.node)
        assert refused.value.size is None


def witness_line() -> str:
    """A cosignature by another witness."""
    return cosign(LOG.note(5).text, WITNESSES[1], 1).line


def test_request_and_answer_travel_as_files(tmp_path: Path) -> None:
    one = witness(tmp_path / "state")
    request, answer = tmp_path / "request", tmp_path / "answer"
    write_request(request, LOG.note(20), LOG.tree.node)
    assert answer_request(one, request, answer).status == 200
    assert read_answer(answer, KEY.key, LOG.note(20)).holds(KEY.key, LOG.note(20).text)
    with pytest.raises(InputError):
        read_answer(answer, KEY.key, LOG.note(21))
    write_request(request, LOG.note(30), LOG.tree.node, old=10)
    answer_request(one, request, answer)
    with pytest.raises(Refusal) as refused:
        read_answer(answer, KEY.key, LOG.note(30))
    assert (refused.value.status, refused.value.size) == (409, 20)
    write_request(request, FORK.note(30), FORK.tree.node, old=20)
    assert answer_request(one, request, answer).status == 422
    with pytest.raises(Refusal, match="422"):
        read_answer(answer, KEY.key, FORK.note(30))
    answer.write_bytes(b"something else")
    with pytest.raises(InputError, match="no answer of a witness"):
        read_answer(answer, KEY.key, LOG.note(30))


def test_a_witness_signs_with_a_witness_key(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cosignature type"):
        Witness(LOG_KEY, {}, WitnessState(tmp_path))


def test_a_state_of_another_log_or_a_damaged_one_is_not_used(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(LOG.request(0, 5))
    [file] = tmp_path.glob("*/checkpoint")
    file.write_bytes(LOG.note(5, origin="other.example").encode())
    with pytest.raises(InputError, match="another log"):
        one.add_checkpoint(LOG.request(5, 6))
    file.write_bytes(b"torn")
    with pytest.raises(InputError):
        one.add_checkpoint(LOG.request(5, 6))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_durably(path, b"long old content")
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert [found.name for found in tmp_path.iterdir()] == ["x"]


def settings_file(folder: Path, **changes) -> Path:
    (folder / "witness.key").unlink(missing_ok=True)
    generate(folder / "witness.key", "court.example/w", COSIGNATURE)
    found = {
        "key": "witness.key",
        "state": "kept",
        "logs": [{"origin": ORIGIN, "keys": [LOG_KEY.key.vkey]}],
    } | changes
    path = folder / "witness.json"
    path.write_text(json.dumps(found))
    return path


def test_settings_are_read_beside_their_file(tmp_path: Path) -> None:
    found = WitnessSettings.read(settings_file(tmp_path, listen="[::1]:9000"))
    assert (found.host, found.port, found.state) == ("::1", 9000, tmp_path / "kept")
    one = found.witness()
    assert one.add_checkpoint(LOG.request(0, 5)).status == 200
    assert one.signer.key.name == "court.example/w"


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"key": 1},
        {"state": None},
        {"listen": "nowhere"},
        {"listen": "host:99999"},
        {"listen": "host:port"},
        {"logs": {}},
        {"logs": [1]},
        {"logs": [{"origin": "a b", "keys": [LOG_KEY.key.vkey]}]},
        {"logs": [{"origin": ORIGIN, "keys": []}]},
        {"logs": [{"origin": ORIGIN, "keys": [KEY.key.vkey]}]},
        {"logs": [{"origin": ORIGIN, "keys": ["no key"]}]},
        {"logs": [{"origin": ORIGIN}]},
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(InputError):
        WitnessSettings.read(settings_file(tmp_path, **changes))


def test_missing_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"witness\.json"):
        WitnessSettings.read(tmp_path / "witness.json")
    (tmp_path / "witness.json").write_text("[]")
    with pytest.raises(InputError):
        WitnessSettings.read(tmp_path / "witness.json")
