"""The model that a district begins with: learnt from sentences that this project wrote itself.

`python -m huiban.modules.voice.learning.categories.start` learns it at installation, so that nobody
waits for it later.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..starter import starter_examples
from .examples import Example
from .features import read_text
from .model import Model
from .store import load_model, path_of, save_model, version_in_use

# Beside the code, where an installation learnt it once for all data folders.
BUILT = Path(__file__).resolve().parent.parent / "built"


def examples_to_start_with() -> list[Example]:
    """Our own sentences, each with its category's code."""
    return [Example(read_text("", text), code) for text, code in starter_examples()]


def model_in_use_or_first(folder: Path) -> Model:
    """The model in use in that folder; where none is, the first one, learnt now if need be.

    Raises Refusal when the file of the model in use is broken.
    """
    version = version_in_use(folder)
    if version:
        return load_model(path_of(folder, version))
    for place in (BUILT, folder):
        path = path_of(place, first_version())
        if path.is_file():
            return load_model(path)
    return _learn_first(folder)


def _learn_first(folder: Path) -> Model:
    # Learning needs much that suggesting does without.
    from .training import train

    model = train(examples_to_start_with(), first_version(), {"source": "starter"})
    save_model(model, folder)
    return model


def first_version() -> str:
    """Changes when the sentences do."""
    told = hashlib.sha256()
    for text, code in starter_examples():
        told.update(f"{code}\0{text}\0".encode())
    return f"starter-{told.hexdigest()[:6]}"


def build() -> None:
    """Learn the first model anew and keep it beside the code, in place of any that is there."""
    for old in BUILT.glob("category-*.npz"):
        old.unlink()
    _learn_first(BUILT)


if __name__ == "__main__":
    build()
