"""The engines that answer: DuckDB in this process, Spark on this machine or a cluster."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from huiban.kernel.base.errors import Refusal

from ..columns import IN_THE_PATH, schema
from ..manifest import Part
from ..names import TABLES
from ..storage import Storage
from .measures import Lake

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
OLDEST_JAVA = 17
LOCAL_MASTER = "local[*]"


class Engine(Protocol):
    """Reads the files that count, and answers expressions over them as Arrow tables."""

    def lake(self, storage: Storage, parts: list[Part]) -> Lake:
        """The tables out of these files."""

    def answer(self, expression: Any) -> Any:
        """The rows of an expression."""


@contextmanager
def engine(name: str, master: str = "") -> Iterator[Engine]:
    """The engine of that name; `master` says where Spark runs. Raises Refusal where it can't."""
    if name == DUCKDB:
        with _duckdb() as found:
            yield found
        return
    with _spark(master or LOCAL_MASTER) as started:
        yield started


class _OnDuckdb:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def lake(self, storage: Storage, parts: list[Part]) -> Lake:
        for table in TABLES:
            files = [part.path for part in parts if part.table == table]
            if not files:
                empty = schema(table, with_path=True).empty_table()
                self._connection.con.register(table, empty)
            elif storage.is_local:
                self._view(table, [storage.full(path) for path in files])
            else:
                self._connection.con.register(table, _dataset(storage, table, files))
        return Lake(*(self._connection.table(table) for table in TABLES))

    def _view(self, table: str, paths: list[str]) -> None:
        quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        told = "true" if IN_THE_PATH[table] else "false"
        self._connection.raw_sql(
            f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM read_parquet([{quoted}],"
            f" hive_partitioning={told}, hive_types_autocast=false)"
        )

    def answer(self, expression: Any) -> Any:
        return self._connection.to_pyarrow(expression)


def _dataset(storage: Storage, table: str, files: list[str]) -> Any:
    """The files for an engine that can't reach the storage itself."""
    import pyarrow as pa
    from pyarrow import dataset

    told = pa.schema([(name, pa.string()) for name in IN_THE_PATH[table]])
    return dataset.dataset(
        [storage.full(path) for path in files],
        filesystem=storage.files,
        format="parquet",
        schema=schema(table, with_path=True),
        partitioning=dataset.partitioning(told, flavor="hive"),
    )


@contextmanager
def _duckdb() -> Iterator[_OnDuckdb]:
    import ibis

    connection = ibis.duckdb.connect()
    try:
        connection.raw_sql("SET TimeZone = 'UTC'")
        yield _OnDuckdb(connection)
    finally:
        connection.disconnect()


class _OnSpark:
    def __init__(self, session: Any) -> None:
        import ibis

        self._session = session
        self._connection = ibis.pyspark.connect(session)

    def lake(self, storage: Storage, parts: list[Part]) -> Lake:
        if not storage.is_local:
            self._refuse_without_s3()
        for table in TABLES:
            files = [storage.address(part.path, "s3a") for part in parts if part.table == table]
            self._read(storage, table, files).createOrReplaceTempView(table)
        return Lake(*(self._connection.table(table) for table in TABLES))

    def _read(self, storage: Storage, table: str, files: list[str]) -> Any:
        from pyspark.sql.pandas.types import from_arrow_schema

        columns = from_arrow_schema(schema(table, with_path=True))
        if not files:
            return self._session.createDataFrame([], columns)
        base = storage.address(table, "s3a")
        return self._session.read.schema(columns).option("basePath", base).parquet(*files)

    def _refuse_without_s3(self) -> None:
        java: Any = self._session.sparkContext._jvm
        try:
            java.java.lang.Class.forName("org.apache.hadoop.fs.s3a.S3AFileSystem")
        except Exception as problem:
            raise Refusal(
                "这个 Spark 读不了 s3://：缺少 hadoop-aws。请在集群的 Spark 里装上它"
                "（spark.jars 或 jars 文件夹），或把数据湖放在各节点都能读的共享文件夹。"
            ) from problem

    def answer(self, expression: Any) -> Any:
        # Its rows come as Arrow; the connection's own way would lead them through another library.
        rows = self._session.sql(self._connection.compile(expression)).toArrow()
        return rows.cast(expression.schema().to_pyarrow())


@contextmanager
def _spark(master: str) -> Iterator[_OnSpark]:
    refuse_without_spark()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("huiban lake")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        # A district's code is text, even where it is all digits.
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    }
    if master.startswith("local"):
        settings["spark.sql.shuffle.partitions"] = "8"
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings["spark.driver.host"] = "127.0.0.1"
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.ERROR)
    try:
        yield _OnSpark(session)
    finally:
        session.stop()


def refuse_without_spark() -> None:
    """Raise Refusal that says what to install, where Spark can't run."""
    try:
        import pyspark  # noqa: F401
    except ImportError as problem:
        raise Refusal(
            "没有安装 pyspark。请运行 .venv/bin/pip install 'pyspark>=4.0.5,<4.1'，"
            "并安装 Java 17；或用 --engine duckdb。"
        ) from problem
    found = _java_version()
    if found < OLDEST_JAVA:
        said = f"Java 只有 {found}" if found else "没有安装 Java"
        raise Refusal(
            f"{said}，Spark 要 Java {OLDEST_JAVA}。请安装（Debian：apt-get install"
            " openjdk-17-jre-headless），或设好 JAVA_HOME；或用 --engine duckdb。"
        )


def _java_version() -> int:
    """The version of the Java that Spark would start; 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not java:
        return 0
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = said.stderr.partition('"')[2].partition('"')[0]
    first = version.partition(".")[0]
    return int(first) if first.isdigit() else 0
