"""A real nginx for tests, with the site of `deploy/` in front of a server of ours."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.config.serving import PATIENCE_S, Answer, free_port, until

HOST = "zhifa.example.gov.cn"
MAIN = """
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


@dataclass
class Front:
    """A running nginx."""

    folder: Path
    secure: int
    clear: int

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, name: str = HOST, secure: bool = True
    ) -> Answer:
        """Ask once as a client of that server name; the certificate is ours and is checked."""
        if secure:
            trust = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
            wire: http.client.HTTPConnection = Named(name, self.secure, trust)
        else:
            wire = http.client.HTTPConnection("127.0.0.1", self.clear, timeout=PATIENCE_S)
        try:
            wire.request("GET", path, headers={"Host": name, **(headers or {})})
            found = wire.getresponse()
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, found.read())
        finally:
            wire.close()

    def log(self) -> str:
        """Everything nginx wrote."""
        return "".join(p.read_text(encoding="utf-8") for p in self.folder.glob("*.log"))


class Named(http.client.HTTPSConnection):
    """A connection to this machine that asks for a server by name."""

    def __init__(self, name: str, port: int, trust: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, context=trust, timeout=PATIENCE_S)
        self.name, self.trust = name, trust

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self.trust.wrap_socket(self.sock, server_hostname=self.name)


def certificate(folder: Path) -> None:
    """A certificate for the site, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@contextmanager
def fronting(site: Path, upstream: int, folder: Path) -> Iterator[Front]:
    """nginx with the site's own text, but for ports, folders and the addresses only root may listen on."""
    front = Front(folder, free_port(), free_port())
    certificate(folder)
    (folder / "cache").mkdir()
    snippet = site.with_name("zhunsheng-proxy.conf")
    text = site.read_text(encoding="utf-8")
    for before, after in {
        "listen [::]": "# listen [::]",
        "listen 443": f"listen 127.0.0.1:{front.secure}",
        "listen 80": f"listen 127.0.0.1:{front.clear}",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/etc/zhunsheng/tls": str(folder),
        "/var/cache/nginx/zhunsheng": str(folder / "cache"),
        "/var/log/nginx": str(folder),
        "snippets/zhunsheng-proxy.conf": str(snippet),
    }.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(
        MAIN.format(folder=folder, user="" if os.geteuid() else "user root;"), encoding="utf-8"
    )
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
    assert nginx is not None
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert (tried.returncode, "[warn]" in tried.stderr) == (0, False), tried.stderr
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: answers(front))
            yield front
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def answers(front: Front) -> bool:
    """Whether it listens by now."""
    try:
        return front.get("/health").status == 200
    except OSError:
        return False
