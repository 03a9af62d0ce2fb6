"""Each night the worker lets a process of its own learn from the day's decisions."""

from __future__ import annotations

import subprocess
import sys
from datetime import time, timedelta

from django.conf import settings

from huiban.kernel.base import clock
from huiban.modules.voice.learning.categories.tries import read_tries
from huiban.modules.voice.models import Reading
from huiban.modules.voice.suggesting import models_folder

# When people sleep, and before the first worker comes.
FROM, TO = time(2), time(5)
AT_LEAST_BETWEEN = timedelta(hours=20)
# Fewer new decisions than this would teach next to nothing.
LEAST_NEW = 30

_learning: subprocess.Popen[bytes] | None = None


def learn_if_due() -> bool:
    """Start learning if it is night, enough was decided since, and none is under way."""
    global _learning
    if _learning is not None and _learning.poll() is None:
        return False
    if not is_due():
        return False
    # Apart from the worker: learning takes minutes, and memory that the worker should not keep.
    _learning = subprocess.Popen(
        [sys.executable, "-m", "huiban.cli.main", "triage", "learn"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return True


def is_due() -> bool:
    """Whether the last try is a day old and people have decided enough since then."""
    now = clock.now()
    if settings.DEMONSTRATION or not FROM <= clock.local(now).time() < TO:
        return False
    tries = read_tries(models_folder(), most=1)
    decided = Reading.objects.filter(decided_at__isnull=False)
    if tries:
        last = tries[0].moment
        if now - last < AT_LEAST_BETWEEN:
            return False
        decided = decided.filter(decided_at__gt=last)
    return decided.count() >= LEAST_NEW
