"""The witness over HTTP: many at once, killed at any moment, and never two histories."""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ledger.made import LOG_KEY, ORIGIN
from tests.ledger.test_witness import FORK, LOG, kept, settings_file
from tests.ledger.witnessing import KEY, witness
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.notes import Key
from zhunsheng.ledger.tree import verify_consistency
from zhunsheng.ledger.witness.client import Refusal, ask, over_http
from zhunsheng.ledger.witness.requests import LARGEST_REQUEST
from zhunsheng.ledger.witness.service import server
from zhunsheng.ledger.witness.state import WitnessState


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A witness's address while it serves."""
    listening = server(witness(folder), "127.0.0.1", 0)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def post(
    url: str, body: bytes, path: str = "/add-checkpoint", headers: dict[str, str] | None = None
) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("POST", path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read()
    finally:
        connection.close()


def test_an_answer_that_is_cut_off_is_no_answer() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as half:

        def answer() -> None:
            connection, _ = half.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ConnectionError, match="cut off"):
            over_http(f"http://127.0.0.1:{half.getsockname()[1]}")(LOG.request(0, 5))
        thread.join()


def test_statuses_and_types_over_http(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        assert post(url, LOG.request(0, 5))[0] == 200
        assert post(url, LOG.request(0, 9)) == (409, "text/x.tlog.size", b"5\n")
        assert post(url, b"nonsense")[0] == 400
        assert post(url, LOG.request(5, 9), "/other")[0] == 404
        assert post(url, b"", headers={"Content-Length": str(LARGEST_REQUEST + 1)})[0] == 413
        assert post(url, b"", headers={"Content-Length": "x"})[0] == 413
        signature = ask(over_http(url), KEY.key, LOG.note(20), LOG.tree.node)
        assert signature.holds(KEY.key, LOG.note(20).text)


def test_a_connection_stays_open_between_requests(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        for old, size in ((0, 5), (5, 9), (9, 9)):
            connection.request("POST", "/add-checkpoint", LOG.request(old, size))
            response = connection.getresponse()
            assert (response.status, bool(response.read())) == (200, True)
        connection.close()


def test_a_state_that_cannot_be_read_is_500_and_nothing_is_cosigned(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        assert post(url, LOG.request(0, 5))[0] == 200
        [file] = tmp_path.glob("*/checkpoint")
        file.write_bytes(b"torn")
        status, _, said = post(url, LOG.request(5, 9))
        assert status == 500
        assert b"\xe2\x80\x94" not in said


def test_a_witness_that_does_not_answer_does_not_hold_the_log_up() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        send = over_http(f"http://127.0.0.1:{silent.getsockname()[1]}", patience_s=0.2)
        begun = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            ask(send, KEY.key, LOG.note(5), LOG.tree.node)
        assert time.monotonic() - begun < 5
    with pytest.raises(OSError, match="refused"):
        ask(send, KEY.key, LOG.note(5), LOG.tree.node)
    for wrong in ("ftp://x", "witness.example", "https://"):
        with pytest.raises(InputError):
            over_http(wrong)


def test_two_histories_raced_at_one_witness_give_one_history(tmp_path: Path) -> None:
    """Forty threads submit both branches of a fork at once; what was cosigned is consistent, and the end is the largest of it."""
    sizes = list(range(11, 31))

    def submit(job: tuple[bool, int]) -> tuple[bool, int] | None:
        forks, size = job
        log = FORK if forks else LOG
        try:
            ask(over_http(url), KEY.key, log.note(size), log.tree.node)
        except Refusal:
            return None
        return job

    jobs = [(forks, size) for size in sizes for forks in (False, True)]
    random.Random(4).shuffle(jobs)
    with serving(tmp_path) as url, ThreadPoolExecutor(40) as pool:
        cosigned = [job for job in pool.map(submit, jobs) if job]
    assert len({forks for forks, _ in cosigned}) == 1
    log = FORK if cosigned[0][0] else LOG
    [(size, root, evidence)] = kept(tmp_path)
    assert (size, root) == (max(size for _, size in cosigned), log.tree.root(size))
    assert evidence > 0


def test_processes_share_a_state_without_losing_any(tmp_path: Path) -> None:
    """Two processes judge the same requests over one folder: each size is cosigned in order, by whichever comes first."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\n"
        "from tests.ledger.test_witness import LOG\n"
        "from tests.ledger.witnessing import KEY, witness\n"
        "from zhunsheng.ledger.witness.client import Refusal, ask\n"
        "one, done = witness(Path(sys.argv[1])), 0\n"
        "for size in range(1, 61):\n"
        "    try:\n"
        "        ask(one.add_checkpoint, KEY.key, LOG.note(size), LOG.tree.node, size - 1)\n"
        "        done += 1\n"
        "    except Refusal:\n"
        "        pass\n"
        "print(done)\n"
    )
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", program, str(tmp_path), root]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    done = [int(process.communicate(timeout=120)[0]) for process in running]
    assert max(done) <= 60 <= sum(done)
    assert kept(tmp_path) == [(60, LOG.tree.root(60), 0)]


@pytest.mark.parametrize("moment", ["before the rename", "after the rename"])
def test_a_kill_around_the_rename_loses_nothing_that_was_answered(tmp_path: Path, moment: str) -> None:
    """The process kills itself with SIGKILL inside the write; what is on disk afterwards is a whole checkpoint."""
    program = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\n"
        "from tests.ledger.test_witness import LOG\n"
        "from tests.ledger.witnessing import witness\n"
        "one = witness(Path(sys.argv[1]))\n"
        "print(one.add_checkpoint(LOG.request(0, 20)).status, flush=True)\n"
        "real = Path.replace\n"
        "def replace(self, target):\n"
        "    if sys.argv[3] == 'after the rename': real(self, target)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Path.replace = replace\n"
        "print(one.add_checkpoint(LOG.request(20, 30)).status, flush=True)\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), root, moment],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "200\n")
    size = 20 if moment == "before the rename" else 30
    assert kept(tmp_path) == [(size, LOG.tree.root(size), 0)]
    again = witness(tmp_path)
    assert again.add_checkpoint(FORK.request(size, 30)).status in {409, 422}
    signature = ask(again.add_checkpoint, KEY.key, LOG.note(40), LOG.tree.node, old=20)
    assert signature.holds(KEY.key, LOG.note(40).text)


def test_kills_at_random_moments_never_roll_back(tmp_path: Path) -> None:
    """The service is started, asked and killed again and again: no acknowledged checkpoint is ever forgotten."""
    chance, acknowledged, size = random.Random(6), 0, 0
    config = settings_file(tmp_path, listen="127.0.0.1:0")
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from zhunsheng.ledger.witness.service import server\n"
        "from zhunsheng.ledger.witness.settings import WitnessSettings\n"
        "settings = WitnessSettings.read(Path(sys.argv[1]))\n"
        "one = settings.witness()\n"
        "listening = server(one, settings.host, settings.port)\n"
        "print(one.signer.key.vkey, flush=True)\n"
        "print(*listening.server_address[:2], sep=':', flush=True)\n"
        "listening.serve_forever()\n"
    )
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(config)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        key = Key.parse(process.stdout.readline().strip())
        url = "http://" + process.stdout.readline().strip()
        killer = threading.Timer(
            chance.uniform(0.05, 0.4), lambda pid=process.pid: os.kill(pid, signal.SIGKILL)
        )
        killer.start()
        try:
            while size < 100:
                size = acknowledged + 1
                ask(over_http(url, 5), key, LOG.note(size), LOG.tree.node, acknowledged)
                acknowledged = size
        except OSError:
            assert process.poll() is None or process.returncode == -signal.SIGKILL
        killer.join()
        process.wait(timeout=10)
        process.stdout.close()
        for head, note, _ in WitnessState(tmp_path / "kept").checkpoints():
            assert head.size in {acknowledged, acknowledged + 1}
            assert note.signed_by([key, LOG_KEY.key])
            proof = LOG.proof(acknowledged, head.size)
            assert verify_consistency(acknowledged, head.size, proof, LOG.tree.root(acknowledged), head.root)
            acknowledged = head.size
    assert acknowledged > 5
    assert (
        Checkpoint(ORIGIN, acknowledged, LOG.tree.root(acknowledged))
        == next(WitnessState(tmp_path / "kept").checkpoints())[0]
    )
