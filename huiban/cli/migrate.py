"""`huiban migrate`: makes the tables, or brings them up to this version."""

from __future__ import annotations

import argparse
import sys

from django.core.management import call_command
from django.db import connection

from huiban.cli.operations.locks import alone_on_database
from huiban.cli.outcomes import DONE, say, tell
from huiban.web.kit.health import unapplied_migrations


def add(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(arguments: argparse.Namespace) -> int:
    """Bring the tables up to date. Of several that run at once, one works and the others wait."""
    with alone_on_database("migrate"):
        missing = unapplied_migrations()
        for name in missing:
            say(f"huiban: 将更新 {name}")
        # Also without anything to apply: what follows a migration may have been broken off.
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    tell(f"数据库已是最新：更新了 {len(missing)} 步（{connection.display_name}）")
    return DONE
