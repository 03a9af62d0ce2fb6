"""Reads of voice."""

from .casepage import case_id_of, case_in_scope, case_page, find, photo_in_scope
from .chats import chat_answers, matter_words, recent_pastes
from .counts import CountFilter, counts
from .dangers import danger_lookouts, dangers_told
from .inbox import InboxFilter, inbox
from .likeness import likely_repeats
from .lists import ListFilter, case_list
from .owners import suggest
from .placing import places_offered
from .quality import quality
from .residents import (
    follow,
    photo_of_report,
    report_by_receipt,
    report_of_device,
    reports_of_device,
    similar_open,
)
from .scanning import district_phone, where_of_tag, where_of_unit, where_without_tag
from .themes import theme_cases, themes

__all__ = [
    "CountFilter",
    "InboxFilter",
    "ListFilter",
    "case_id_of",
    "case_in_scope",
    "case_list",
    "case_page",
    "chat_answers",
    "counts",
    "danger_lookouts",
    "dangers_told",
    "district_phone",
    "find",
    "follow",
    "inbox",
    "likely_repeats",
    "matter_words",
    "photo_in_scope",
    "photo_of_report",
    "places_offered",
    "quality",
    "recent_pastes",
    "report_by_receipt",
    "report_of_device",
    "reports_of_device",
    "similar_open",
    "suggest",
    "theme_cases",
    "themes",
    "where_of_tag",
    "where_of_unit",
    "where_without_tag",
]
