"""Examples to learn from: a text and its category, and whether there are enough of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiban.kernel.base.errors import Refusal

from .features import Text

# Below these nothing can be learnt that would help anybody.
LEAST_OF_A_CATEGORY = 5
LEAST_EXAMPLES = 20


@dataclass(frozen=True)
class Example:
    """A text and the category that a person gave it."""

    text: Text
    category: str


def learnable(examples: Sequence[Example]) -> tuple[list[Example], list[str]]:
    """The examples of categories that have enough of them, and the names of those that haven't.

    Raises Refusal when fewer than two categories or too few examples are left.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        texts[example.category].add(example.text.key)
    few = sorted(name for name, seen in texts.items() if len(seen) < LEAST_OF_A_CATEGORY)
    kept = [example for example in examples if example.category not in few]
    categories = {example.category for example in kept}
    if len(categories) < 2 or len(kept) < LEAST_EXAMPLES:
        raise Refusal(_too_few(examples, texts))
    return kept, few


def _too_few(examples: Sequence[Example], texts: Mapping[str, set[str]]) -> str:
    if len(texts) == 1:
        only = next(iter(texts))
        return f"所有样本都是同一个分类“{only}”，学不到区别。请放入至少两个分类的样本。"
    most = max((len(seen) for seen in texts.values()), default=0)
    return (
        f"样本太少：共{len(examples)}条、{len(texts)}个分类，一个分类最多有{most}条不重复的。"
        f"至少要有{LEAST_EXAMPLES}条，且至少两个分类各有{LEAST_OF_A_CATEGORY}条不重复的样本。"
    )


def new_version(now: datetime, examples: Iterable[Example]) -> str:
    """A model's name: it sorts by time and differs where the examples do."""
    told = hashlib.sha256()
    for example in examples:
        words = f"{example.category}\0{example.text.whole}\0"
        told.update(words.encode("utf-8", "replace"))
    return f"{now:%Y%m%d-%H%M%S}-{told.hexdigest()[:6]}"
