"""`huiban`: one command for everything that isn't done on a page.

Each command is a module with `add(parser)` and `run(arguments) -> int`, imported only when it is
asked for. Only results go to standard output, a summary last; progress and problems go to standard
error. Exit 0: done; 1: something is off or failed; 2: wrong use or an unreadable file.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, cast

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

import huiban
from huiban.cli.outcomes import DONE, INTERRUPTED, OFF, WRONG_USE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal


class Module(Protocol):
    """What a command's module offers."""

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Carry it out; the exit code."""


@dataclass(frozen=True)
class Command:
    """A command of the table. One that is `alone` sets up Django itself, if it needs it at all."""

    name: str
    summary: str
    alone: bool = False

    def load(self) -> Module:
        """Its module, which has its name."""
        return cast(Module, importlib.import_module(f"huiban.cli.{self.name}"))


COMMANDS = (
    Command("demo", "布置演示街区"),
    Command("serve", "启动网页服务"),
    Command("worker", "启动后台：投递事件，到点提醒，每夜封存"),
    Command("check", "检查设置和数据库能不能启动"),
    Command("migrate", "建立或更新数据库的表"),
    Command("account", "建立账号"),
    Command("reference", "装入基础数据：角色、词表、工作日历"),
    Command("territory", "导入、列出区划单位和场所"),
    Command("tags", "打印二维码"),
    Command("voice", "导入群众反映"),
    Command("triage", "研判：分类、重复、热点", alone=True),
    Command("supervision", "监督：推诿、敷衍的答复、导出流转记录", alone=True),
    Command("analysis", "统计：补数、从导出的日志重新数"),
    Command("handbook", "做一个单位一个月的基层治理分析手册"),
    Command("lake", "数据湖：导出分区文件，在上面算指标", alone=True),
    Command("verify", "重新核对账本：事件链、封存、待办、文件"),
    Command("explain", "说明一件事为什么在这一步"),
    Command("backup", "备份数据库和文件；密钥另存"),
    Command("restore", "把备份放回空的地方", alone=True),
    Command("retention", "到期清理"),
    Command("erase", "按回执编号清除一位居民的内容"),
    Command("bench", "测量性能", alone=True),
)
BY_NAME = {command.name: command for command in COMMANDS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help"):
        (tell if given else say)(overview())
        return DONE if given else WRONG_USE
    if given[0] == "--version":
        tell(f"huiban {huiban.__version__}")
        return DONE
    command = BY_NAME.get(given[0])
    if command is None:
        say(_unknown(given[0]))
        return WRONG_USE
    return _guarded(lambda: _run(command, given[1:]))


def overview() -> str:
    """What `huiban --help` says."""
    width = max(len(command.name) for command in COMMANDS)
    lines = [f"  {command.name:<{width}}  {command.summary}" for command in COMMANDS]
    return "\n".join(
        [
            "用法：huiban 命令 [选项]；huiban 命令 --help 说明一个命令。",
            "",
            *lines,
            "",
            "HUIBAN_DATA  数据文件夹（默认 ./data）",
            "DATABASE_URL 数据库（默认是数据文件夹里的 SQLite）",
            "HUIBAN_URL   对外网址，例如 https://huiban.example.cn",
        ]
    )


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, BY_NAME, n=1)
    hint = f"是不是要用 {near[0]}？" if near else "huiban --help 列出所有命令。"
    return f"huiban: 没有“{name}”这个命令。{hint}"


def _run(command: Command, given: list[str]) -> int:
    helping = "-h" in given or "--help" in given
    with _nowhere() if helping and not command.alone else _here():
        if not command.alone:
            set_up()
        module = command.load()
        parser = argparse.ArgumentParser(prog=f"huiban {command.name}", description=command.summary)
        module.add(parser)
        return module.run(parser.parse_args(given))


def set_up() -> None:
    """Let Django know the settings and the tables. Reads the environment, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiban.config.settings")
    import django

    django.setup()


@contextmanager
def _here() -> Iterator[None]:
    yield


@contextmanager
def _nowhere() -> Iterator[None]:
    """Whoever only asks for help gets no data folder made where they stand."""
    folder = tempfile.mkdtemp(prefix="huiban-help-")
    os.environ["HUIBAN_DATA"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _guarded(run: Callable[[], int]) -> int:
    """Run, and say in a sentence what a person can do something about."""
    try:
        with _ended_like_ctrl_c():
            return run()
    except Refusal as refusal:
        say(f"huiban: {refusal.message}")
        return WRONG_USE if isinstance(refusal, WrongUse) else OFF
    except ImproperlyConfigured as problem:
        say(f"huiban: 设置有误：{problem}")
        return WRONG_USE
    except (OperationalError, ProgrammingError) as problem:
        if isinstance(problem, ProgrammingError) and not _misses_a_table(problem):
            raise
        say(f"huiban: {_about_database(problem)}")
        return OFF
    except KeyboardInterrupt:
        say("huiban: 已中断")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the results has had enough; nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OFF


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does, so that it clears away what it had begun."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _misses_a_table(problem: Exception) -> bool:
    words = str(problem)
    return "no such table" in words or ("relation" in words and "does not exist" in words)


def _about_database(problem: Exception) -> str:
    words = " ".join(str(problem).split())
    if _misses_a_table(problem):
        return f"数据库里还没有需要的表。请先运行 huiban migrate。（{words}）"
    return f"数据库不能用：{words}。请检查 DATABASE_URL、磁盘空间和权限，huiban check 逐项检查。"


if __name__ == "__main__":
    sys.exit(main())
