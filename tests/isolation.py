"""Gives every run of the tests a data folder of its own.

Loaded by name before the settings are read (see `addopts`), so that no test, however it is
started, can touch the data of an installation on the same machine.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="huiban-test-")).resolve()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

os.environ["HUIBAN_DATA"] = str(FOLDER)
os.environ["HUIBAN_DEMONSTRATION"] = "0"
os.environ["HUIBAN_URL"] = ""
