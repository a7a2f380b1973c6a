"""The witness over HTTP: `POST /add-checkpoint`, with the standard library's server behind whatever proxy the operator runs."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.requests import LARGEST_REQUEST, Answer, refusal

PATH = "/add-checkpoint"
PATIENCE_S = 10.0
"""Seconds a connection may take to say something."""


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server ready for `serve_forever`; port 0 takes a free one."""

    class Handler(_Handler):
        """Answers for this witness."""

        judge = witness

    return _Server((host, port), Handler)


class _Server(ThreadingHTTPServer):
    """Threads that do not keep the process alive, and a queue for a log that asks many times at once."""

    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept alive between requests."""

    judge: Witness
    protocol_version = "HTTP/1.1"
    server_version = "zhunsheng-witness"
    sys_version = ""
    timeout = PATIENCE_S

    def do_POST(self) -> None:
        """Take a checkpoint, or say why not."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            self._send(refusal(413, "请求过大或没有长度", "the request is too large or has no length"))
            return
        body = self.rfile.read(int(length))
        if self.path != PATH:
            self._send(refusal(404, f"只有 {PATH}", f"there is only {PATH}"))
            return
        try:
            answer = self.judge.add_checkpoint(body)
        except (InputError, OSError) as error:
            # What is kept cannot be read or written: nothing was cosigned.
            answer = refusal(
                500,
                "见证记录无法读写，未见证",
                f"the state cannot be read or written, nothing was cosigned: {error!r}",
            )
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # The standard library's name.
        """Nothing: the operator's proxy keeps the access log, and checkpoints are kept anyway."""
