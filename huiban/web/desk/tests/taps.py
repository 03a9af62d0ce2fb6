"""Many taps on one button of the desk at the same moment, each in a process of its own.

    python -m huiban.web.desk.tests.taps TAPS [--off]

Signs one worker in, sends one form from all processes at once with one key (with `--off` each
with its own), and prints as JSON what was answered and how often the words were kept.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above
from django.test import Client  # noqa: E402

from huiban.modules.voice import actions  # noqa: E402
from huiban.modules.voice.models import Entry  # noqa: E402
from tests.cast import PASSWORD, make_cast  # noqa: E402
from tests.concurrency.crowd import go_together, tell  # noqa: E402

# A deferral may be said again and again, so nothing but the form's key holds a second one up.
WORDS = "要等配件到货"


def main(taps: int, off: bool) -> None:
    """Tap, and tell what came of it."""
    call_command("migrate", verbosity=0)
    cast = make_cast()
    reported = tell(cast, "a-key-for-the-taps")
    actions.accept(cast["worker"], reported.case_id)
    signed_in = Client()
    signed_in.post("/desk/sign-in/", {"login_name": "worker", "password": PASSWORD})
    cookies = signed_in.cookies

    def tap(number: int) -> str:
        client = Client()
        client.cookies = cookies
        key = f"tap-{number}" if off else "one-tap"
        sent = {"days": "1", "reason": WORDS, "key": key}
        return str(client.post(f"/desk/case/{reported.reference}/defer/", sent).status_code)

    answered = go_together(taps, tap)
    kept = Entry.objects.filter(text=WORDS).count()
    print(json.dumps({"answered": answered, "kept": kept}))


if __name__ == "__main__":
    main(int(sys.argv[1]), "--off" in sys.argv)
