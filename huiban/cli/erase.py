"""`huiban erase RECEIPT`: clears what one resident told, and leaves a tombstone."""

from __future__ import annotations

import argparse

from huiban.cli.outcomes import DONE, tell
from huiban.kernel.access.actor import SYSTEM
from huiban.kernel.base import clock
from huiban.modules.voice import actions, queries


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("receipt", metavar="RECEIPT", help="居民出示的回执编号")


def run(arguments: argparse.Namespace) -> int:
    """Clear words, photos and contact; said again, it tells when that was done."""
    report = queries.report_by_receipt(arguments.receipt)
    at = clock.local(actions.erase_report(SYSTEM, report))
    tell(f"{report.case.reference} 中这位居民的内容已清除（{at:%Y-%m-%d %H:%M}）")
    return DONE
