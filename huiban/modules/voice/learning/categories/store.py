"""Models on disk: one file a version, and a note that says which is in use.

A file holds arrays and plain text and nothing that runs when it's read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from huiban.kernel.base.errors import Refusal

from .features import Vocabulary
from .model import Judge, Model
from .voters import Linear, Neighbours, Ratios, Voter

Arrays = dict[str, NDArray[Any]]
FORM = 1
KINDS: dict[str, type[Any]] = {"linear": Linear, "ratios": Ratios, "neighbours": Neighbours}
IN_USE = "category.json"
# Enough to go back by hand when a new model turns out to be worse.
KEPT = 5


def save_model(model: Model, folder: Path) -> Path:
    """Write the model beside the others, whole or not at all; gives its file."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: Arrays = {}
    notes: dict[str, Any] = {
        "form": FORM,
        "version": model.version,
        "categories": model.categories,
        "facts": dict(model.facts),
        "views": list(model.vocabularies),
        "voters": {name: _put(name, voter, arrays) for name, voter in model.voters.items()},
    }
    for view, vocabulary in model.vocabularies.items():
        arrays[f"{view}/keys"], arrays[f"{view}/rarity"] = vocabulary.keys, vocabulary.rarity
    arrays |= {f"judge/{name}": array for name, array in asdict(model.judge).items()}
    arrays["notes"] = np.frombuffer(json.dumps(notes, ensure_ascii=False).encode(), np.uint8)
    target = path_of(folder, model.version)
    begun = target.with_suffix(f".{os.getpid()}.part")
    with begun.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(target)
    return target


def _put(name: str, voter: Voter, arrays: Arrays) -> dict[str, Any]:
    """Lay a voter's arrays among the others; what is left of it are plain values."""
    kind = next(kind for kind, made in KINDS.items() if isinstance(voter, made))
    plain: dict[str, Any] = {"kind": kind}
    for field in fields(KINDS[kind]):
        value = getattr(voter, field.name)
        if isinstance(value, np.ndarray):
            arrays[f"{name}/{field.name}"] = value
        elif field.name == "weights":
            arrays |= {f"{name}/weights/{part}": array for part, array in enumerate(value)}
        else:
            plain[field.name] = value
    return plain


def load_model(path: Path) -> Model:
    """Read a model. Raises Refusal for a file that isn't one, or is of another form."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        notes = json.loads(arrays["notes"].tobytes())
        if notes["form"] != FORM:
            raise Refusal(
                f"模型{path.name}是另一个版本的程序存的。请重新训练：huiban triage train。"
            )
        return Model(
            notes["version"],
            tuple(notes["categories"]),
            {
                view: Vocabulary(arrays[f"{view}/keys"], arrays[f"{view}/rarity"])
                for view in notes["views"]
            },
            {name: _take(name, plain, arrays) for name, plain in notes["voters"].items()},
            Judge(*(arrays[f"judge/{field.name}"] for field in fields(Judge))),
            notes["facts"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as problem:
        raise Refusal(
            f"模型文件{path.name}读不出来（{type(problem).__name__}）。请重新训练：huiban triage train。"
        ) from problem


def _take(name: str, plain: Mapping[str, Any], arrays: Arrays) -> Voter:
    kind = KINDS[plain["kind"]]
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in plain:
            value = plain[field.name]
            values[field.name] = tuple(value) if isinstance(value, list) else value
        elif f"{name}/{field.name}" in arrays:
            values[field.name] = arrays[f"{name}/{field.name}"]
        else:
            parts = range(len(plain["views"]))
            values[field.name] = tuple(arrays[f"{name}/weights/{part}"] for part in parts)
    voter: Voter = kind(**values)
    return voter


def path_of(folder: Path, version: str) -> Path:
    """Where a version is kept."""
    return folder / f"category-{version}.npz"


def use_model(folder: Path, version: str) -> None:
    """Say that this version is in use from now on; every process sees it at its next look."""
    note = folder / IN_USE
    begun = note.with_suffix(f".{os.getpid()}.part")
    begun.write_text(json.dumps({"version": version}, ensure_ascii=False), encoding="utf-8")
    begun.replace(note)


def version_in_use(folder: Path) -> str:
    """The version in use; "" where none was ever trained, or its note can't be read."""
    try:
        version = json.loads((folder / IN_USE).read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return version if isinstance(version, str) and path_of(folder, version).is_file() else ""


def forget_models(folder: Path, kept: int = KEPT) -> int:
    """Remove all but the newest files of models, never the one in use; how many went."""
    used = version_in_use(folder)
    files = sorted(folder.glob("category-*.npz"), key=lambda path: path.stat().st_mtime_ns)
    old = [path for path in files[:-kept] if path != path_of(folder, used)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
