"""Errors that a person meets: each says what is wrong, where, and what to do."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request that can't be done as asked.

    `message` is a whole sentence in the user's language; `field` names the input it is about, if
    one is. Faces show it beside that field; the command line prints it and exits with 1 or 2.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Unseen(Refusal):
    """The record doesn't exist for this asker: absent, or outside their scope. Faces answer 404."""

    def __init__(self, message: str = "没有找到这条记录。请核对编号，或从“今天”重新打开。") -> None:
        super().__init__(message)


class NotPermitted(Refusal):
    """The asker sees the record but may not do this with it. Faces answer 403."""


class ImproperMove(Refusal):
    """The record's present stage doesn't allow the verb, most often since someone was quicker."""


class TooMany(Refusal):
    """A flood limit was met; `wait_seconds` says when to try again."""

    def __init__(self, message: str, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
