"""`huiban demo` as a person at the command line meets it, also when it is broken off."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from huiban.cli import demo
from huiban.cli.outcomes import WrongUse
from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Unit
from tests.cast import Cast
from tests.scratch import ROOT, Scratch, scratch_place

DEMO = ("-m", "huiban.cli.main", "demo", "--scale", "0.035", "--seed", "3")
VERIFY = ("-m", "huiban.cli.main", "verify")
COUNTED = """
import django
django.setup()
from huiban.kernel.vocab.models import Edition
from huiban.modules.voice.models import Case
print(Case.objects.everywhere("counted").count(), Edition.objects.get().number)
"""


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    demo.add(parser)
    return demo.run(parser.parse_args(list(arguments)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [([], "已经有单位"), (["--again"], "不是演示的数据文件夹")],
)
def test_a_district_in_use_is_left_alone(
    cast: Cast, tmp_path: Path, settings: LazySettings, arguments: list[str], words: str
) -> None:
    settings.DATA = tmp_path
    before = Unit.objects.count()
    with pytest.raises(Refusal, match=words):
        run(*arguments)
    assert Unit.objects.count() == before


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "501"])
def test_an_impossible_scale_is_wrong_use(scale: str) -> None:
    with pytest.raises(WrongUse, match="--scale"):
        run("--scale", scale)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Scratch]:
    """A place where processes may furnish."""
    with scratch_place(tmp_path / "data") as scratch:
        yield scratch


def told(place: Scratch) -> dict[str, object]:
    text = (place.data / "demonstration.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def counted(place: Scratch) -> tuple[int, int]:
    cases, edition = place.run("-c", COUNTED).stdout.split()
    return int(cases), int(edition)


@pytest.mark.faults
def test_a_demonstration_from_nothing_and_again(place: Scratch) -> None:
    made = place.run(*DEMO)
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("\n") == 1
    assert "70 件事" in made.stdout
    first, (cases, edition) = told(place), counted(place)
    assert cases == 70
    assert place.run(*VERIFY).returncode == 0
    assert place.run(*DEMO).returncode == 1

    # Broken off in the middle, nothing is lost and nothing half made is seen.
    broken = subprocess.Popen(
        [sys.executable, *DEMO, "--again"],
        env=place.environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert broken.stderr is not None
    assert any("已就位" in line for line in broken.stderr)
    broken.send_signal(signal.SIGKILL)
    broken.wait()
    assert counted(place) == (cases, edition)
    assert told(place) == first

    # Done again, it is the same year under another edition, and the old photos are gone.
    assert place.run(*DEMO, "--again").returncode == 0
    assert counted(place)[0] == cases
    assert counted(place)[1] > edition
    assert told(place)["likeness"] == first["likeness"]
    assert place.run(*VERIFY).returncode == 0
    _no_leftovers(place)


def _no_leftovers(place: Scratch) -> None:
    strays = [path.name for path in place.data.glob("*.furnishing*")]
    strays += [path.name for path in place.data.glob("*.second*")]
    assert strays == []


@pytest.mark.faults
def test_a_worker_that_runs_meanwhile_changes_nothing_of_the_year(place: Scratch) -> None:
    assert place.run(*DEMO).returncode == 0
    first = told(place)
    worker = subprocess.Popen(
        [sys.executable, "-m", "huiban.cli.main", "worker"],
        env={**place.environment, "HUIBAN_DEMONSTRATION": "1"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert place.run(*DEMO, "--again").returncode == 0
        time.sleep(3)
        assert worker.poll() is None
    finally:
        worker.terminate()
        said = worker.communicate()[1]
    assert "failed" not in said
    assert told(place)["likeness"] == first["likeness"]
    assert place.run(*VERIFY).returncode == 0


@pytest.mark.faults
def test_one_hand_makes_the_same_as_two(place: Scratch, tmp_path: Path) -> None:
    assert place.run(*DEMO).returncode == 0
    alone = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
    command = f"{alone} from huiban.cli.main import main; main({list(DEMO[2:])!r})"
    with scratch_place(tmp_path / "other") as other:
        made = other.run("-c", command)
        assert made.returncode == 0, made.stderr
        assert told(other)["likeness"] == told(place)["likeness"]
