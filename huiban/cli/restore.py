"""`huiban restore FILE`: a backup back into an empty place; its keys with `--keys`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from huiban.cli.outcomes import DONE, WrongUse, say, tell


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="huiban backup 写的文件")
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="先放回密钥：huiban backup --keys 写的文件"
    )
    parser.add_argument(
        "--without-keys", action="store_true", help="密钥已丢失也恢复：回执编号和加密内容打不开"
    )


def run(arguments: argparse.Namespace) -> int:
    """Put the keys in place before the settings are read, then the rest."""
    if not arguments.file and not arguments.keys:
        raise WrongUse("请给出备份文件，或用 --keys 给出密钥的备份。")
    told = []
    if arguments.keys:
        told.append(_keys(arguments.keys))
    if arguments.file:
        told.append(_everything(arguments.file, without_keys=arguments.without_keys))
    tell(f"已恢复：{'，'.join(told)}")
    return DONE


def _keys(file: Path) -> str:
    from huiban.cli.operations.keys import put_keys_back

    if not file.is_file():
        raise WrongUse(f"密钥文件 {file} 打不开。")
    data = Path(os.environ.get("HUIBAN_DATA") or "data").resolve()
    return "密钥" if put_keys_back(file, data) else "密钥（原来就在）"


def _everything(file: Path, *, without_keys: bool) -> str:
    from huiban.cli.main import set_up

    set_up()
    from huiban.cli.operations.backups import bring_back

    saved = bring_back(file, without_keys=without_keys)
    say("huiban: 请接着运行 huiban verify 核对，再启动服务；所有人需要重新登录")
    return f"数据库和照片 {saved.files} 张"
