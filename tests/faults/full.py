"""Fill a database that can't grow, see what residents are told, let it grow again.

    python -m tests.faults.full pages|file|server

`pages` limits SQLite's pages, `file` the size of any file this process may write, `server` lets
PostgreSQL answer as it does when its disk is full. Prints as JSON what was seen.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - needs the set-up above
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from huiban.cli.operations.static import gather_static  # noqa: E402
from huiban.kernel.events.seals import broken_chains  # noqa: E402
from huiban.kernel.moves.proof import broken_promises  # noqa: E402
from huiban.kernel.vocab.actions import choose_setting  # noqa: E402
from huiban.modules.voice import kinds, queries  # noqa: E402
from huiban.modules.voice.models import Case  # noqa: E402
from tests.cast import make_cast  # noqa: E402

MOST = 3000
TEXT = "小区门口的路灯坏了很久，晚上走路看不清，希望尽快修一修。" * 20


def limit_pages(_database: Path) -> Callable[[], None]:
    """Let SQLite have only a few pages more than it has; gives the way back."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 20}")

    def grow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1000000")

    return grow


def limit_file(database: Path) -> Callable[[], None]:
    """Let this process write no file longer than the database is now, and a little."""
    journal = database.with_name(f"{database.name}-wal")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    longest = max(database.stat().st_size, journal.stat().st_size) + 100_000
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def limit_server(_database: Path) -> Callable[[], None]:
    """Let the server raise its own error for a full disk once a few rows more are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN
              IF (SELECT count(*) FROM voice_report) >= 20 THEN
                RAISE EXCEPTION 'could not extend file: No space left on device'
                  USING ERRCODE = '53100';
              END IF; RETURN NEW; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER no_room BEFORE INSERT ON voice_report
              FOR EACH ROW EXECUTE FUNCTION no_room();
            """
        )

    def grow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_room ON voice_report")

    return grow


LIMITS = {"pages": limit_pages, "file": limit_file, "server": limit_server}


def main() -> None:
    """Fill, look, grow, look again."""
    call_command("migrate", verbosity=0)
    gather_static()
    cast = make_cast()
    for key in (kinds.FLOOD_ADDRESS, kinds.FLOOD_DEVICE):
        choose_setting(key, 1_000_000)
    grow = LIMITS[sys.argv[1]](Path(str(settings.DATABASES["default"]["NAME"])))
    client, address = Client(), f"/r/{cast.tags['building_3']}/tell/"

    def send(number: int) -> tuple[int, str, str]:
        client.cookies.clear()
        told = {"key": f"a-key-for-a-full-disk-{number}", "text": f"{number} {TEXT}"}
        answer = client.post(address, told)
        receipt = answer.headers.get("Location", "").split("/t/")[-1].split("/")[0]
        page = "" if receipt else answer.content.decode()
        return answer.status_code, receipt, page

    shown, number = [], 0
    status, receipt, page = send(number)
    while receipt and number < MOST:
        shown.append(receipt)
        number += 1
        status, receipt, page = send(number)
    grow()
    after, again, _ = send(number)
    for kept in [*shown, again]:
        queries.report_by_receipt(kept)
    seen = {
        "shown": len(shown),
        "status": status,
        "says": "没有丢" in page or "还在" in page or "稍后" in page,
        "after": after,
        "cases": Case.objects.everywhere("counted by the test").count(),
        "broken": [*broken_chains(), *broken_promises(Case)],
    }
    print(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main()
