"""`huiban account`: an account for a person in a post, the first one too; a new password."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from huiban.cli.operations.accounts import create_account, role_named, unit_named
from huiban.cli.outcomes import DONE, WrongUse, tell
from huiban.kernel.access.actions import SHORTEST_PASSWORD, change_password


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    create = what.add_parser("create", help="建立账号；没有给出的会逐项询问")
    renew = what.add_parser("password", help="给忘记密码的账号换一个密码，原来的登录全部失效")
    for command in (create, renew):
        command.add_argument("--login", help="登录用的手机号或账号")
        command.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help="从文件读密码（- 表示标准输入），取第一行",
        )
    create.add_argument("--name", help="姓名")
    create.add_argument("--unit", default="", metavar="CODE", help="单位代码（默认唯一的区）")
    create.add_argument("--post", default="系统管理员", metavar="NAME", help="岗位（系统管理员）")
    create.add_argument("--role", default="administrator", help="角色（administrator）")


def run(arguments: argparse.Namespace) -> int:
    """Make the account, or give it a new password."""
    return _renew(arguments) if arguments.what == "password" else _create(arguments)


def _renew(arguments: argparse.Namespace) -> int:
    login = (arguments.login or _ask("登录用的手机号或账号", "--login")).strip()
    change_password(login, _password(arguments.password_file))
    tell(f"账号 {login} 的密码已更换，请本人重新登录")
    return DONE


def _create(arguments: argparse.Namespace) -> int:
    unit, role = unit_named(arguments.unit), role_named(arguments.role)
    login = (arguments.login or _ask("登录用的手机号或账号", "--login")).strip()
    name = (arguments.name or _ask("姓名", "--name")).strip()
    if not login or not name:
        raise WrongUse("账号和姓名都不能空着。")
    password = _password(arguments.password_file)
    create_account(login, password, name, unit, arguments.post, role)
    tell(f"已建立账号 {login}：{unit.name} {arguments.post}（{role.name}）")
    return DONE


def _ask(what: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise WrongUse(f"请用 {option} 给出{what}。")
    print(f"{what}：", end="", file=sys.stderr, flush=True)
    return input()


def _password(file: Path | None) -> str:
    """From the file's first line, else asked for twice. It never stands on the command line."""
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise WrongUse("请用 --password-file 给出密码文件。")
    password = getpass.getpass(f"密码（至少{SHORTEST_PASSWORD}个字符）：", sys.stderr)
    if getpass.getpass("再输一遍：", sys.stderr) != password:
        raise WrongUse("两次输入的密码不一样。请重新运行。")
    return password


def _first_line(file: Path) -> str:
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongUse(f"密码文件 {file} 读不出来：{problem}。") from problem
    return text.partition("\n")[0].rstrip("\r")
