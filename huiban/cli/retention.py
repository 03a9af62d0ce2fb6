"""`huiban retention run`: forgets on schedule what has been kept long enough."""

from __future__ import annotations

import argparse

from huiban.cli.outcomes import DONE, tell
from huiban.modules.analysis.actions.policy_comments import forget_comments
from huiban.modules.voice import actions


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    running = what.add_parser("run", help="清除超过保存期限的文字、照片和联系方式")
    running.add_argument("--dry-run", action="store_true", help="只数一数，不清除")


def run(arguments: argparse.Namespace) -> int:
    """Clear what is due, or say how much it would be."""
    forgotten = actions.forget_old(dry_run=arguments.dry_run)
    said = "到期应清除" if arguments.dry_run else "已清除"
    comments = forget_comments(dry_run=arguments.dry_run)
    if comments:
        tell(f"{said} {comments} 条办法意见的原文，条数和采纳情况保留")
    tell(f"{said} {forgotten} 份反映的内容，处理痕迹保留")
    return DONE
