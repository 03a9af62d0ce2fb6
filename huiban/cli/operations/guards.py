"""Which triggers keep the append-only tables, and whether all of them still stand.

Rebuilding a table, as a migration on SQLite may do, loses its triggers without a word; so the
check before every start looks for them.
"""

from __future__ import annotations

from django.db import connection

GUARDS = (
    "events_event_kept",
    "events_event_written_once",
    "events_event_placed_once",
    "events_chainhead_kept",
    "events_chainhead_moves_on",
    "events_seal_kept",
    "events_seal_written_once",
    "voice_case_kept",
    "voice_report_kept",
    "supervision_letter_kept",
    "supervision_letter_printed_once",
    "supervision_letter_takes_its_number",
    "supervision_lettercounter_kept",
    "supervision_lettercounter_begins",
    "supervision_lettercounter_moves_on",
    "supervision_paper_kept",
    "supervision_paper_written_once",
    "analysis_handbook_kept",
    "analysis_handbook_printed_once",
    "analysis_handbookfile_kept",
    "analysis_handbookfile_written_once",
    "analysis_policydraft_kept",
    "analysis_policydraft_written_once",
)
# Emptying a whole table at once is a statement of its own on PostgreSQL.
POSTGRESQL_GUARDS = tuple(
    f"{table}_not_emptied"
    for table in (
        "events_event",
        "events_chainhead",
        "events_seal",
        "voice_case",
        "voice_report",
        "supervision_letter",
        "supervision_lettercounter",
        "supervision_paper",
        "analysis_handbook",
        "analysis_handbookfile",
        "analysis_policydraft",
    )
)


def missing_guards() -> list[str]:
    """The names of triggers that should stand and don't, or are switched off."""
    wanted: tuple[str, ...] = GUARDS
    question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        wanted += POSTGRESQL_GUARDS
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in found]
