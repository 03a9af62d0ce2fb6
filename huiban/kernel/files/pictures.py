"""Photos re-encoded: upright, small enough to look at, and with nothing in them but the picture."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

import pi_heif
from PIL import Image, ImageOps

from huiban.kernel.base.errors import Refusal

from . import rules

# Set for the whole process: Pillow itself then refuses what the limit below would let slip.
Image.MAX_IMAGE_PIXELS = rules.PHOTO_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False
pi_heif.register_heif_opener()

# A photo at the limit takes 150 MB while it is decoded, so threads wait for one another here.
_places = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """A JPEG without metadata, and its size in pixels."""

    data: bytes
    width: int
    height: int


def re_encode(data: bytes) -> Picture:
    """The photo as a fresh upright JPEG, at most 1600 pixels long.

    Takes JPEG, PNG, WebP and HEIC, judged by content. Raises Refusal, naming the field `photos`,
    for anything that is too large, moves, or can't be decoded to its end.
    """
    kind = _admissible_kind(data)
    with _places:
        try:
            with Image.open(BytesIO(data), formats=(kind,)) as image:
                _refuse_unfit(image)
                return _encode(_flat(_shrunk_upright(image)))
        except Refusal:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
            raise Refusal(rules.TOO_MANY_PIXELS, "photos") from problem
        except Exception as problem:  # decoders fail in any way a hostile file can think of
            raise Refusal(rules.BROKEN, "photos") from problem


def _admissible_kind(data: bytes) -> str:
    if not data:
        raise Refusal(rules.EMPTY, "photos")
    if len(data) > rules.PHOTO_BYTES:
        raise Refusal(rules.TOO_BIG, "photos")
    kind = rules.kind_of(data)
    if kind is None:
        raise Refusal(rules.UNKNOWN_FORMAT, "photos")
    if kind == "JPEG" and rules.has_too_many_scans(data):
        raise Refusal(rules.BROKEN, "photos")
    if kind == "HEIF" and rules.is_cut_short(data):
        raise Refusal(rules.BROKEN, "photos")
    return kind


def _refuse_unfit(image: Image.Image) -> None:
    """Only the header has been read so far; nothing is decoded before this."""
    if image.width * image.height > rules.PHOTO_PIXELS:
        raise Refusal(rules.TOO_MANY_PIXELS, "photos")
    # A phone's JPEG may carry a second picture (for depth or brightness): the first is the photo.
    if image.format != "MPO" and image.format != "HEIF" and getattr(image, "is_animated", False):
        raise Refusal(rules.MOVING, "photos")


def _shrunk_upright(image: Image.Image) -> Image.Image:
    edge = rules.LONGEST_EDGE
    factor = min(1.0, edge / max(image.size))
    # A JPEG is then decoded at the half, quarter or eighth that is still large enough.
    image.draft(None, (int(image.width * factor), int(image.height * factor)))
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(image)


def _flat(image: Image.Image) -> Image.Image:
    """A new image that holds the pixels and nothing else, on white where they were transparent."""
    if image.mode.startswith("I;16"):
        # Pillow would clip sixteen bits to white instead of scaling them.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        clean.paste(image, mask=image)
    else:
        clean.paste(image.convert("RGB"))
    return clean


def _encode(image: Image.Image) -> Picture:
    out = BytesIO()
    image.save(out, "JPEG", quality=rules.JPEG_QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), image.width, image.height)
