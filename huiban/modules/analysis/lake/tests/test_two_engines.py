"""Two engines, one answer: the lake of a city of two districts, on DuckDB and on a Spark cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huiban.cli.main import main
from huiban.cli.outcomes import DONE
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.lake.asking.ask import ask, measure_of
from huiban.modules.analysis.lake.asking.engines import Engine, engine
from huiban.modules.analysis.lake.asking.measures import MEASURES, Months
from huiban.modules.analysis.lake.storage import Storage, storage_at
from huiban.modules.analysis.lake.tests.lakes import OURS, THEIRS, fill, play
from tests.cast import Cast, Tell

pytestmark = [pytest.mark.lake, pytest.mark.django_db]

WORKERS = 2
MASTER = f"local-cluster[{WORKERS},1,1024]"
PATIENCE = 120.0


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    """A cluster of two workers, each a process of its own, started once."""
    with engine("spark", MASTER) as started:
        yield started


@pytest.fixture
def city(cast: Cast, tell: Tell, clock: Traveller, settings: Any, tmp_path: Path) -> Path:
    """The lakes of two districts under one root; one's code is all digits, the other's odd."""
    play(cast, tell, clock, stories=12)
    Unit.objects.filter(code="T000").update(code="110105")
    fill(tmp_path, OURS)
    settings.SECRETS = replace(settings.SECRETS, lookup=b"of the other installation")
    for unit in Unit.objects.all():
        Unit.objects.filter(pk=unit.pk).update(code=f"新 {unit.code}/50%")
    play(cast, tell, clock, stories=4, seed=5)
    fill(tmp_path, THEIRS)
    return tmp_path


ALWAYS = Months()


def answered(on: Engine, city: Path, name: str, months: Months = ALWAYS) -> Any:
    """The rows of a measure over the city."""
    return ask(storage_at(str(city)), measure_of(name), on, months).rows


def test_every_measure_is_answered_alike(spark: Engine, city: Path) -> None:
    with engine("duckdb") as duckdb:
        for name in MEASURES:
            here, there = answered(duckdb, city, name), answered(spark, city, name)
            assert here.num_rows > 1, name
            assert there.schema.names == here.schema.names, name
            assert there.to_pylist() == here.to_pylist(), name
            months = Months("2026-05", "2026-06")
            here, there = (answered(on, city, name, months) for on in (duckdb, spark))
            assert there.to_pylist() == here.to_pylist(), name
    assert workers(spark) == WORKERS


def workers(spark: Any) -> int:
    """How many workers have come to the cluster; the one that asks is none."""
    context = spark._session.sparkContext._jsc.sc()
    until = time.monotonic() + PATIENCE
    while (found := context.getExecutorMemoryStatus().size() - 1) < WORKERS:
        assert time.monotonic() < until, f"only {found} workers came"
        time.sleep(0.2)
    return int(found)


def test_both_districts_are_in_the_answer(spark: Engine, city: Path) -> None:
    for row in (
        answered(spark, city, "cases").to_pylist(),
        answered(spark, city, "steps").to_pylist(),
    ):
        assert {one["district"] for one in row} == {"110105", "新 110105/50%"}
    answer = ask(storage_at(str(city)), measure_of("steps"), spark, Months())
    assert answer.lakes == 2
    assert sum(answer.rows["steps"].to_pylist()) == answer.events


def test_a_broken_file_is_named_here_too(spark: Engine, city: Path) -> None:
    storage = storage_at(str(city))
    path = next(iter(storage.listed("events")))
    text = storage.read(path)
    storage.write(path, text[:4] + b"\xff" * (len(text) - 8) + text[-4:])
    with pytest.raises(Refusal, match="1个文件坏了"):
        answered(spark, city, "steps")


def test_an_empty_lake_answers_nothing(spark: Engine, cast: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    for name in MEASURES:
        assert answered(spark, tmp_path, name).num_rows == 0


def test_a_bucket_that_spark_cant_read_is_refused(spark: Any) -> None:
    with pytest.raises(Refusal, match="hadoop-aws"):
        spark.lake(Storage("s3://city/lake", None, "city/lake", is_local=False), [])


def test_the_command_writes_the_same_file_with_either(
    spark: Engine, city: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiban.modules.analysis.lake.asking.engines._spark", _already(spark))
    monkeypatch.setenv("HUIBAN_LAKE", str(city))
    written = {}
    for name in ("duckdb", "spark"):
        target = city / f"{name}.csv"
        assert main(["lake", "run", "cases", "--engine", name, "--output", str(target)]) == DONE
        written[name] = target.read_bytes(), capsys.readouterr().out
    assert written["duckdb"] == written["spark"]


def _already(spark: Engine) -> Any:
    """Hand out the cluster that runs, and leave it running."""

    @contextmanager
    def found(_master: str) -> Iterator[Engine]:
        yield spark

    return found
