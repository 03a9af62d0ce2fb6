"""A form about a record: carried out once, or shown again with the reason and what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.files.papers import FORMATS
from huiban.kernel.files.queries import photo_path
from huiban.kernel.files.uploads import take_uploads
from huiban.modules.voice.contracts import Done

from .frame import say
from .kept import keep, kept
from .once import once
from .session import DeskRequest


@dataclass(frozen=True)
class Failure:
    """A verb that was refused, with what had been typed; `photos` carries those that had come."""

    verb: str
    refusal: Refusal
    typed: dict[str, str] = field(default_factory=dict)
    photos: str = ""
    photo_words: str = ""


@dataclass(frozen=True)
class Uploaded:
    """The photos that came with a form, before and now, and what was wrong with others."""

    ids: tuple[UUID, ...]
    refused: tuple[Refusal, ...]

    @property
    def words(self) -> str:
        """What was wrong with those that weren't taken in."""
        return " ".join(bad.message for bad in self.refused)


def uploaded(request: DeskRequest, subject: str) -> Uploaded:
    """Take in the photos of a form, outside any transaction, beside those it carries already."""
    stored, refused = take_uploads(request.FILES)
    before = kept(request, subject, request.POST.get("kept", ""))
    return Uploaded((*before, *(photo.id for photo in stored)), tuple(refused))


def carry_out(
    request: DeskRequest,
    verb: str,
    run: Callable[[], Done],
    again: Callable[[Failure], HttpResponse],
    onward: str | Callable[[], str],
    photos: Uploaded | None = None,
    subject: str = "",
    reference: str = "",
) -> HttpResponse:
    """Run once a form and go on; a refusal draws the page again with all that was typed.

    `reference` is that of the case for which the next page may offer the undoing.
    A form may be sent with several verbs: each of them runs once.
    """
    key = request.POST.get("key", "")
    try:
        done = once(request, key and f"{verb}\n{key}", run)
    except Unseen:
        raise
    except Refusal as refusal:
        return again(_failed(request, verb, refusal, photos, subject))
    say(request, Done(f"{done.message}{photos.words if photos else ''}", done.undo), reference)
    return HttpResponseRedirect(onward if isinstance(onward, str) else onward())


def _failed(
    request: DeskRequest, verb: str, refusal: Refusal, photos: Uploaded | None, subject: str
) -> Failure:
    ids = photos.ids if photos and refusal.field != "photos" else ()
    words = [f"已收到{len(ids)}张照片，会一起发出，不用再选。"] if ids else []
    if photos and photos.ids and not ids:
        words.append("照片没有保留，请重新选。")
    return Failure(
        verb,
        refusal,
        {name: text for name, text in request.POST.items() if isinstance(text, str)},
        keep(request, subject, ids) if ids else "",
        " ".join([*words, *([photos.words] if photos and photos.words else [])]),
    )


def key_in(post: QueryDict, name: str, what: str) -> UUID:
    """The key that a field holds. Raises Refusal where it holds none."""
    try:
        return UUID(post.get(name, ""))
    except ValueError:
        raise Refusal(f"请选{what}。", name) from None


def keys_in(post: QueryDict, name: str) -> list[UUID]:
    """The keys that a field which may repeat holds; what is none is left out."""
    found = []
    for text in post.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def number_in(post: QueryDict, name: str, what: str) -> int:
    """The whole number that a field holds. Raises Refusal where it holds none."""
    text = post.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refusal(f"{what}请写一个整数。", name)
    return int(text)


def day_in(post: QueryDict, name: str, what: str) -> date:
    """The day that a field holds. Raises Refusal where it holds none."""
    try:
        return date.fromisoformat(post.get(name, "").strip())
    except ValueError:
        raise Refusal(f"请选{what}，例如 2027-03-01。", name) from None


def moment_in(post: QueryDict, day: str, hour: str, what: str) -> datetime:
    """The moment, in China, of a day and a time of day that two fields hold. Raises Refusal."""
    on = day_in(post, day, f"{what}的日期")
    try:
        at = datetime.strptime(post.get(hour, "").strip(), "%H:%M").time()  # noqa: DTZ007 - zoned below
    except ValueError:
        raise Refusal(f"请写{what}的时刻，例如 15:00。", hour) from None
    return datetime.combine(on, at, SHANGHAI)


def photo_response(
    request: DeskRequest, name: str, seen: bool, gone: str = "这张照片已经不在了。"
) -> HttpResponseBase:
    """A photo for whoever may see its record; else there is none.

    The browser asks before it shows it again, so that nobody finds it after the worker has left a
    shared computer; one that it holds already isn't sent twice.
    """
    path = photo_path(name) if seen else None
    if path is None or not path.is_file():
        raise Unseen(gone)
    # What lies under a photo's name never changes.
    mark = f'"{name}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=mark)
    if response is None:
        response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["ETag"] = mark
    response["Cache-Control"] = "private, no-cache"
    return response


def paper_response(
    content: bytes, name: str, file_format: str, *, to_save: bool = True
) -> HttpResponse:
    """A finished paper to be saved under its name, or else to be looked at first."""
    response = HttpResponse(content, content_type=FORMATS[file_format])
    disposition = content_disposition_header(as_attachment=to_save, filename=name)
    assert disposition
    response["Content-Disposition"] = disposition
    return response
