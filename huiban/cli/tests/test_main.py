"""The command as a whole: what it knows, what it says where, how it ends."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

import huiban
from huiban.cli import main as cli
from huiban.cli.outcomes import WrongUse
from huiban.kernel.base.errors import Refusal

ROOT = Path(huiban.__file__).resolve().parent.parent


class Pretended:
    """A command's module that does what a test wants."""

    def __init__(self, act: Callable[[], int]) -> None:
        self._act = act

    def add(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--number", type=int, default=0)

    def run(self, arguments: argparse.Namespace) -> int:
        return arguments.number or self._act()


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    def set_up(act: Callable[[], int]) -> None:
        monkeypatch.setattr(cli.Command, "load", lambda _self: Pretended(act))

    return set_up


def failing(problem: BaseException) -> Callable[[], int]:
    def act() -> int:
        raise problem

    return act


def test_sigterm_ends_a_command_as_ctrl_c_does(
    pretend: Callable[[Callable[[], int]], None],
) -> None:
    cleared = []

    def begun() -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            cleared.append("what it had begun")
        return 0

    before = signal.getsignal(signal.SIGTERM)
    pretend(begun)
    assert cli.main(["check"]) == 130
    assert cleared == ["what it had begun"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_help_names_every_command_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out, err = capsys.readouterr()
    assert [name for name in cli.BY_NAME if f"  {name} " not in out] == []
    assert err == ""


def test_nothing_asked_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "用法" in err


def test_an_unknown_command_is_wrong_use_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["verfiy"]) == 2
    assert "verify" in capsys.readouterr().err
    assert cli.main(["qqqq"]) == 2
    assert "--help" in capsys.readouterr().err


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert capsys.readouterr().out == f"huiban {declared['project']['version']}\n"


@pytest.mark.parametrize(
    ("problem", "code", "says"),
    [
        (Refusal("这里不行。"), 1, "huiban: 这里不行。"),
        (WrongUse("文件打不开。"), 2, "huiban: 文件打不开。"),
        (ImproperlyConfigured("DATABASE_URL must be …"), 2, "DATABASE_URL"),
        (OperationalError("connection refused"), 1, "huiban check"),
        (OperationalError("no such table: vocab_term"), 1, "huiban migrate"),
        (ProgrammingError('relation "vocab_term" does not exist'), 1, "huiban migrate"),
        (KeyboardInterrupt(), 130, "已中断"),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(
    pretend: Callable[[Callable[[], int]], None],
    capsys: pytest.CaptureFixture[str],
    problem: BaseException,
    code: int,
    says: str,
) -> None:
    pretend(failing(problem))
    assert cli.main(["check"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize("problem", [ValueError("a slip"), ProgrammingError("syntax error")])
def test_a_fault_of_ours_is_not_hidden(
    pretend: Callable[[Callable[[], int]], None], problem: Exception
) -> None:
    pretend(failing(problem))
    with pytest.raises(type(problem)):
        cli.main(["check"])


def test_a_command_s_own_code_is_the_exit_code(
    pretend: Callable[[Callable[[], int]], None],
) -> None:
    pretend(lambda: 1)
    assert cli.main(["check"]) == 1
    assert cli.main(["check", "--number", "7"]) == 7
    with pytest.raises(SystemExit) as wrong:
        cli.main(["check", "--number", "many"])
    assert wrong.value.code == 2


def in_a_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "huiban.cli.main", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_asking_for_help_makes_nothing_where_one_stands(tmp_path: Path) -> None:
    asked = in_a_process(tmp_path, "verify", "--help")
    assert asked.returncode == 0, asked.stderr
    assert "usage: huiban verify" in asked.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_loads_neither_tables_nor_commands(tmp_path: Path) -> None:
    code = (
        "import sys; from huiban.cli.main import main; main(['--help']);"
        "print([n for n in sys.modules if n.endswith('.models') or n == 'gunicorn'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_stands(command: cli.Command) -> None:
    module = command.load()
    module.add(argparse.ArgumentParser())
    assert callable(module.run)
    assert module.__doc__
    assert f"huiban {command.name}" in module.__doc__
