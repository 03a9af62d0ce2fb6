"""`huiban backup FILE`: database and files into one file; the keys apart, with `--keys`."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from huiban.cli.operations.backups import save
from huiban.cli.operations.keys import save_keys
from huiban.cli.outcomes import DONE, WrongUse, say, tell


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="备份写到这个新文件")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="密钥另存到这个新文件，分开保管")


def run(arguments: argparse.Namespace) -> int:
    """Back up what was asked for."""
    if not arguments.file and not arguments.keys:
        raise WrongUse("请给出备份文件名，或用 --keys 给出密钥的文件名。")
    for path in filter(None, (arguments.file, arguments.keys)):
        if not path.absolute().parent.is_dir():
            raise WrongUse(f"没有 {path.absolute().parent} 这个文件夹。")
    told = []
    if arguments.file:
        saved = save(arguments.file.absolute())
        told.append(f"{arguments.file}（{saved.size / 1_000_000:.1f} MB，照片 {saved.files} 张）")
    if arguments.keys:
        save_keys(arguments.keys.absolute(), Path(settings.DATA))
        told.append(f"密钥 {arguments.keys}")
    else:
        say("huiban: 密钥不在备份里。请用 huiban backup --keys 文件 另存一份，分开保管")
    tell(f"已备份：{'，'.join(told)}")
    return DONE
