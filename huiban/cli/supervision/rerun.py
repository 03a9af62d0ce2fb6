"""`huiban supervision rerun`: the rules over history again; needs the database."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta

from huiban.cli.main import set_up
from huiban.cli.outcomes import DONE, WrongUse, tell
from huiban.kernel.base.clock import SHANGHAI, local, now


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "把这些天办理记录里的每件事重读一遍，补上还没有的发现；每一天按当天生效的规则。"
        "已有的不变，重复运行不会多出来；中断了可以再运行。"
    )
    parser.add_argument("--since", required=True, metavar="DAY", help="从哪一天起，例如 2026-01-01")
    parser.add_argument("--until", metavar="DAY", help="到哪一天止，含这一天（今天）")


def run(arguments: argparse.Namespace) -> int:
    """Read all cases of these days again and say how many findings are new."""
    since = _day(arguments.since)
    until = _day(arguments.until) if arguments.until else local(now()).date()
    if until < since:
        raise WrongUse("--until 在 --since 之前。请把两个日期对调。")
    set_up()
    from huiban.modules.supervision.actions.watching import rerun

    new = rerun(_begins(since), _begins(until + timedelta(days=1)))
    tell(f"from {since} to {until}, new findings {new}")
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"“{text}”不是日期。请写成 2026-01-01 的样子。") from None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
