"""Writes tables as files of the lake, and reads them back for a later run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from huiban.kernel.base.errors import Refusal

from .columns import schema
from .manifest import Part
from .names import Partition
from .storage import Storage

ROWS_A_GROUP = 128 * 1024
CHANGED = "内容和写入时不一样"


class BrokenPart(Refusal):
    """A file that was read and isn't what was written; export writes it again."""

    def __init__(self, part: Part) -> None:
        super().__init__(f"数据湖的文件坏了：{part.path}：{CHANGED}。请运行 huiban lake export。")
        self.part = part


def write_part(
    storage: Storage, partition: Partition, label: str, lake: str, table: Any, span: tuple[int, int]
) -> Part:
    """Write a table as a file of the partition; the same rows come to the same bytes.

    `span` are the positions that the manifest says of it.
    """
    import pyarrow as pa
    import pyarrow.parquet

    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(
        table.select(schema(partition.table).names),
        sink,
        row_group_size=ROWS_A_GROUP,
        compression="zstd",
        # Any reader then sees plain columns, whichever way they were held here.
        store_schema=False,
    )
    content = sink.getvalue()
    path = partition.part(label, lake)
    storage.write(path, content)
    sum_ = hashlib.sha256(content).hexdigest()
    return Part(
        path=path,
        table=partition.table,
        district=partition.district,
        month=partition.month,
        rows=table.num_rows,
        bytes=content.size,
        sha256=sum_,
        first=span[0],
        last=span[1],
    )


def read_part(storage: Storage, part: Part) -> Any:
    """The rows of a file, without what its path says. Raises BrokenPart for another content."""
    import pyarrow as pa
    import pyarrow.parquet

    content = storage.read(part.path)
    # What is merged gets a hash of its own: damage that isn't seen now is never seen again.
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise BrokenPart(part)
    return pyarrow.parquet.read_table(
        pa.BufferReader(content), schema=schema(part.table), partitioning=None
    )


def by_partition(table_name: str, rows: Any) -> Iterator[tuple[Partition, Any]]:
    """The rows of each partition among them, in their order."""
    import pyarrow.compute as pc

    pairs = rows.select(["district", "month"]).group_by(["district", "month"]).aggregate([])
    found = zip(pairs["district"].to_pylist(), pairs["month"].to_pylist(), strict=True)
    if pairs.num_rows == 1:
        yield Partition(table_name, *next(found)), rows
        return
    for district, month in sorted(found):
        chosen = pc.and_(pc.equal(rows["district"], district), pc.equal(rows["month"], month))
        yield Partition(table_name, district, month), rows.filter(chosen)
