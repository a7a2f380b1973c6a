"""The command tree and its error manners: one clear error on standard error, exit code 2, never a traceback for bad input."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from zhunsheng.base.errors import InputError
from zhunsheng.cli import (
    database,
    discretion,
    feed,
    ledger,
    ledger_key,
    norms,
    norms_agree,
    norms_changing,
    people,
    sample,
    witness,
)
from zhunsheng.cli.acts import acts_command
from zhunsheng.cli.check import check_command
from zhunsheng.cli.convert import convert_command
from zhunsheng.cli.demo import demo_command
from zhunsheng.cli.doctor.command import doctor_command
from zhunsheng.cli.evaluate import evaluate_command
from zhunsheng.cli.manage import PASSED_ON, manage_command
from zhunsheng.cli.serve import serve_command
from zhunsheng.cli.verify import verify_command
from zhunsheng.cli.worker import worker_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="准绳：以法律为准绳，逐案检查执法行为。Zhunsheng checks official acts against the law.",
)
app.command("check")(check_command)
app.command("evaluate")(evaluate_command)
app.command("convert")(convert_command)
app.command("acts")(acts_command)
app.command("demo")(demo_command)
norms_agree.register(norms.app)
norms_changing.register(norms.app)
app.add_typer(norms.app, name="norms")
app.add_typer(discretion.app, name="discretion")
app.add_typer(feed.app, name="feed")
app.command("serve")(serve_command)
app.command("worker")(worker_command)
app.command("doctor")(doctor_command)
app.command("manage", context_settings=PASSED_ON)(manage_command)
app.add_typer(database.app, name="db")
app.command("verify")(verify_command)
app.add_typer(witness.app, name="witness")
app.add_typer(ledger.app, name="ledger")
app.add_typer(ledger_key.app, name="ledger-key")
app.add_typer(people.app, name="people")
app.add_typer(sample.app, name="sample")


def main() -> None:
    """Run the command line; input errors end with exit code 2."""
    try:
        app()
    except InputError as error:
        print(f"错误 {error.text('zh')}\nError {error.text('en')}", file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:
        if not typed(error.filename):
            raise
        place, why = error.filename, error.strerror
        print(
            f"错误 {place}：无法读写：{why}\nError {place}: cannot be read or written: {why}", file=sys.stderr
        )
        raise SystemExit(2) from None
    except UnicodeEncodeError:
        if not any("\ud800" <= letter <= "\udfff" for word in sys.argv[1:] for letter in word):
            raise
        print("错误 参数不是合法的 UTF-8 文字\nError an argument is not valid UTF-8 text", file=sys.stderr)
        raise SystemExit(2) from None


def typed(name: object) -> bool:
    """Whether a file is one that was named on the command line, or lies in a folder that was."""
    if not isinstance(name, str):
        return False
    words = {Path(word).absolute() for word in sys.argv[1:] if word}
    return not words.isdisjoint((Path(name).absolute(), *Path(name).absolute().parents))
