"""Findings as letters tell of them: the rule's name, a sentence from the evidence, what is required."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huiban.kernel.base import clock
from huiban.kernel.territory.queries import all_units
from huiban.kernel.vocab.queries import word_name, words

from ..letter_words import sentence_of
from ..models import Finding
from ..reading import VOCABULARY
from ..reference_letters import REQUIREMENTS
from ..rules import RULES
from ..rules_letters import Ground, drafted_requirements


def rule_name(code: str) -> str:
    """What a rule is called, as the district has it, else as the program brought it."""
    name = word_name(VOCABULARY, code)
    return RULES[code].name if name == code and code in RULES else name


def grounds_of(findings: Iterable[Finding]) -> list[Ground]:
    """The findings as a letter tells of them."""
    units = all_units()
    return [
        Ground(
            rule=finding.rule,
            rule_name=rule_name(finding.rule),
            sentence=sentence_of(
                finding.rule,
                finding.evidence,
                units[finding.other_unit_id].name if finding.other_unit_id else "",
            ),
            case_reference=finding.case_reference,
            at=clock.local(finding.at).date(),
        )
        for finding in findings
    ]


def required_of(rules: Sequence[str]) -> list[str]:
    """What a letter about these rules requires to begin with; a person edits it."""
    return drafted_requirements(
        rules, {code: word.name for code, word in words(REQUIREMENTS).items()}
    )
