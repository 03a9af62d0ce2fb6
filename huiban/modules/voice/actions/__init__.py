"""Writes of voice. Residents act by their report, workers as actors; each is one transaction."""

from .chatting import Heard, key_of, take_from_chat
from .cohandling import finish_part, invite
from .contact import look_at_contact, look_at_words
from .erasure import ask_erasure, erase, erase_report, forget_old
from .grouping import say_groups
from .handling import answer, ask_resident, defer, escalate, pass_on
from .intake import add_words, answer_question, join_case, report, withdraw
from .locating import confirm_place, locate
from .merging import case_meant, merge, unmerge
from .perform import perform
from .returns import ask_return, decide_return
from .theming import fold_if_due, fold_themes
from .triage import accept, categorise, dispatch, divert, undo_dispatch
from .upkeep import set_duty_list, set_owner
from .verdicts import ask_reopening, rate, record_callback, review, verify

__all__ = [
    "Heard",
    "accept",
    "add_words",
    "answer",
    "answer_question",
    "ask_erasure",
    "ask_reopening",
    "ask_resident",
    "ask_return",
    "case_meant",
    "categorise",
    "confirm_place",
    "decide_return",
    "defer",
    "dispatch",
    "divert",
    "erase",
    "erase_report",
    "escalate",
    "finish_part",
    "fold_if_due",
    "fold_themes",
    "forget_old",
    "invite",
    "join_case",
    "key_of",
    "locate",
    "look_at_contact",
    "look_at_words",
    "merge",
    "pass_on",
    "perform",
    "rate",
    "record_callback",
    "report",
    "review",
    "say_groups",
    "set_duty_list",
    "set_owner",
    "take_from_chat",
    "undo_dispatch",
    "unmerge",
    "verify",
    "withdraw",
]
