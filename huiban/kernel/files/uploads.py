"""Photos on their way in: bounded while they arrive, then taken in one by one."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.datastructures import MultiValueDict

from huiban.kernel.base.errors import Refusal

from . import rules
from .actions import take_photo
from .models import StoredFile

# `camera` opens the phone's camera, `album` its pictures; both may repeat.
FIELDS = ("camera", "album")
BYTES_IN_MEMORY = 1_000_000
# Where the empty file that stands for one let go keeps the sentence for its sender.
WHY = "why"


class BoundedUploadHandler(FileUploadHandler):
    """Keeps what may be kept of a request's files and lets the rest go as it comes in.

    A file over its limit, or over what the request may bring in all, never fills memory or disk
    and doesn't cost the sender the words and the other photos. A request that says beforehand
    that it is larger than any honest one is refused unread (400).
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.file: IO[bytes] | None = None
        self._kept = 0
        self._files = 0
        self._why = ""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - the caller's name for it
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse unread what announces itself as too large."""
        if content_length > rules.REQUEST_BYTES:
            raise RequestDataTooBig(f"a request of {content_length} bytes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: on disk without a name once it is large, so that it dies with us."""
        super().new_file(*args, **kwargs)
        self._files += 1
        self._why = rules.TOO_MANY if self._files > rules.PHOTOS_OF_A_SUBJECT else ""
        # Closed with the request, or by Django where the request breaks off.
        self.file = SpooledTemporaryFile(max_size=BYTES_IN_MEMORY)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the chunk, or let it go together with what was kept of its file."""
        assert self.file is not None
        if not self._why:
            self._why = self._reason_against(start + len(raw_data), len(raw_data))
            if self._why:
                self._let_go(start)
            else:
                self.file.write(raw_data)
                self._kept += len(raw_data)
        return None

    def _reason_against(self, file_size: int, more: int) -> str:
        if file_size > rules.PHOTO_BYTES:
            return rules.TOO_BIG
        return rules.TOO_MUCH_AT_ONCE if self._kept + more > rules.REQUEST_PHOTO_BYTES else ""

    def _let_go(self, written: int) -> None:
        assert self.file is not None
        self.file.seek(0)
        self.file.truncate()
        self._kept -= written

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file as it came, or an empty one with the reason why it was let go."""
        assert self.file is not None
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            size=file_size,
            content_type_extra={WHY: self._why.encode()},
        )


def take_uploads(
    files: MultiValueDict[str, UploadedFile[bytes]],
) -> tuple[list[StoredFile], list[Refusal]]:
    """Take in a request's photos, those of the camera first; a bad one never costs the good ones.

    Works outside any transaction. Each refusal says what to do about one photo.
    """
    taken: list[StoredFile] = []
    refused: list[Refusal] = []
    for upload in (file for field in FIELDS for file in files.getlist(field)):
        try:
            taken.append(_take(upload, len(taken)))
        except Refusal as refusal:
            refused.append(refusal)
    return taken, refused


def _take(upload: UploadedFile[bytes], taken: int) -> StoredFile:
    if why := (upload.content_type_extra or {}).get(WHY):
        raise Refusal(why.decode(), "photos")
    if taken == rules.PHOTOS_OF_A_SUBJECT:
        raise Refusal(rules.TOO_MANY, "photos")
    return take_photo(upload.read(rules.PHOTO_BYTES + 1))
