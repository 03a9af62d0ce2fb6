"""What was pasted from a chat, read into reports that a worker may take: pure over the text."""

from .items import Item, read_chat

__all__ = ["Item", "read_chat"]
