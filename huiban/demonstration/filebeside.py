"""A database file beside the database file, for furnishing with two hands at once.

A furnishing is a year of work for one processor. Streets have nothing to do with one another, so
on a machine with two of them a second process takes half of the streets, in a copy of the file,
whose rows are added at the end.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.apps import apps
from django.db import connection, transaction

from huiban.kernel.files.models import StoredFile

Work = Callable[[int, int], int]
Hands = Callable[[Work], int]
LEFTOVERS = ("", "-wal", "-shm", "-journal", ".gate")
# Tables that number their rows: both hands gave out the same numbers. Marks get new ones; what both
# counted of one unit is added up.
COUNTED = {
    "voice_gram": "INSERT INTO main.voice_gram (district_id, gram, case_id)"
    " SELECT district_id, gram, case_id FROM second.voice_gram",
    "voice_ownerrecord": "INSERT INTO main.voice_ownerrecord"
    " (category, area_id, unit_id, solved, returned)"
    " SELECT category, area_id, unit_id, solved, returned FROM second.voice_ownerrecord WHERE true"
    " ON CONFLICT (category, area_id, unit_id) DO UPDATE SET"
    " solved = solved + excluded.solved, returned = returned + excluded.returned",
}


class FileBeside:
    """The file beside, and a second one while two hands work. `strays` are photos of lost work."""

    def __init__(self) -> None:
        self._options: dict[str, Any] = connection.settings_dict["OPTIONS"]
        self._usual = self._options["init_command"]
        self._live = str(connection.settings_dict["NAME"])
        self._beside = f"{self._live}.furnishing"
        self._second = f"{self._live}.second"
        self.strays: tuple[str, ...] = ()

    def open(self) -> None:
        """Turn the connection to the file beside. What is lost with the power is made again."""
        self._clear()
        self._turn_to(self._beside, f"{self._usual}PRAGMA synchronous=OFF;")

    def drop(self) -> None:
        """Turn back and leave nothing."""
        self._turn_to(self._live, self._usual)
        self._clear()

    def put_in_place(self) -> None:
        """Copy page by page over the database in one transaction, under whoever reads it."""
        self._turn_to(self._live, self._usual)
        connection.ensure_connection()
        made = sqlite3.connect(self._beside)
        try:
            made.backup(connection.connection)
        finally:
            made.close()
        connection.close()
        self._clear()

    def hands(self, work: Work) -> int:
        """Do the work with two hands where the machine has two processors, else with one."""
        if len(os.sched_getaffinity(0)) < 2:
            return work(0, 1)
        # The last to close a file writes into it all that was still beside it.
        connection.close()
        shutil.copyfile(self._beside, self._second)
        result, told = os.pipe()
        alive, lifeline = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(lifeline)
            self._be_second_hand(work, told, alive)
        os.close(told)
        os.close(alive)
        refused = self._be_first_hand(work, child, result, lifeline)
        self._add_second()
        return refused

    def _be_first_hand(self, work: Work, child: int, result: int, lifeline: int) -> int:
        """Do one half here, and give what both had to tell once the other is done too."""
        try:
            own = work(0, 2)
            with os.fdopen(result) as told:
                others = told.read()
        finally:
            # The second hand lets go when nobody holds the line any more.
            os.close(lifeline)
            _, status = os.waitpid(child, 0)
            if status:
                self.strays = self._second_photos()
        if status:
            raise RuntimeError("the second hand dropped its work; its own words stand above")
        return own + int(others)

    def _be_second_hand(self, work: Work, told: int, alive: int) -> NoReturn:
        """Do the other half in the second file, and end this process."""
        status = 1
        threading.Thread(target=_end_without, args=(alive,), daemon=True).start()
        try:
            self._turn_to(self._second, self._options["init_command"])
            refused = work(1, 2)
            connection.close()
            os.write(told, str(refused).encode())
            status = 0
        except BaseException:  # noqa: BLE001 - told to whoever reads it; the process ends anyway
            traceback.print_exc()
        finally:
            os._exit(status)

    def _add_second(self) -> None:
        """Add the rows that only the second file has. A row that both made would be refused."""
        with connection.cursor() as cursor:
            cursor.execute("ATTACH DATABASE %s AS second", [self._second])
            with transaction.atomic():
                for model in apps.get_models(include_auto_created=True):
                    table = model._meta.db_table
                    key = ", ".join(f'"{part.column}"' for part in model._meta.pk_fields)
                    cursor.execute(
                        COUNTED.get(table)
                        or f'INSERT INTO main."{table}" SELECT * FROM second."{table}"'
                        f' WHERE ({key}) NOT IN (SELECT {key} FROM main."{table}")'
                    )
            cursor.execute("DETACH DATABASE second")
        self._clear_file(self._second)

    def _second_photos(self) -> tuple[str, ...]:
        second = sqlite3.connect(self._second)
        try:
            rows = second.execute(f'SELECT name FROM "{StoredFile._meta.db_table}"').fetchall()
        finally:
            second.close()
        return tuple(row[0] for row in rows)

    def _turn_to(self, path: str, init_command: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = path
        self._options["init_command"] = init_command

    def _clear(self) -> None:
        self._clear_file(self._beside)
        self._clear_file(self._second)

    @staticmethod
    def _clear_file(path: str) -> None:
        for ending in LEFTOVERS:
            Path(f"{path}{ending}").unlink(missing_ok=True)


def _end_without(alive: int) -> None:
    """End this process as soon as the first hand is gone, however it went."""
    os.read(alive, 1)
    os._exit(1)
